//! A connection as it was accepted, or TLS over it. A handshake is part of its own connection's reading and writing, so
//! that one that never ends holds up nobody else.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::serve::Listener;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;
use tokio_rustls::{Accept, TlsAcceptor};

/// Accepts connections, plain where there are no settings of TLS.
pub(super) struct Sockets<L> {
    listener: L,
    acceptor: Option<TlsAcceptor>,
}

impl<L> Sockets<L> {
    pub fn new(listener: L, tls: Option<Arc<ServerConfig>>) -> Self {
        Sockets { listener, acceptor: tls.map(TlsAcceptor::from) }
    }
}

pub(super) enum Socket<S> {
    Plain(S),
    Shaking(Box<Accept<S>>),
    Secure(Box<TlsStream<S>>),
    /// The handshake has failed.
    Over,
}

impl<L: Listener> Listener for Sockets<L> {
    type Io = Socket<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.listener.accept().await;
        let socket = match &self.acceptor {
            Some(acceptor) => Socket::Shaking(Box::new(acceptor.accept(stream))),
            None => Socket::Plain(stream),
        };
        (socket, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// Once the hands are shaken.
    fn poll_shaken(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Socket::Shaking(accept) = self {
            match ready!(Pin::new(accept.as_mut()).poll(context)) {
                Ok(stream) => *self = Socket::Secure(Box::new(stream)),
                Err(error) => {
                    *self = Socket::Over;
                    return Poll::Ready(Err(error));
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Socket<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        ready!(self.poll_shaken(context))?;
        match &mut *self {
            Socket::Plain(stream) => Pin::new(stream).poll_read(context, buffer),
            Socket::Secure(stream) => Pin::new(stream.as_mut()).poll_read(context, buffer),
            Socket::Shaking(_) | Socket::Over => Poll::Ready(Ok(())),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Socket<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_shaken(context))?;
        match &mut *self {
            Socket::Plain(stream) => Pin::new(stream).poll_write(context, bytes),
            Socket::Secure(stream) => Pin::new(stream.as_mut()).poll_write(context, bytes),
            Socket::Shaking(_) | Socket::Over => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Socket::Plain(stream) => Pin::new(stream).poll_flush(context),
            Socket::Secure(stream) => Pin::new(stream.as_mut()).poll_flush(context),
            Socket::Shaking(_) | Socket::Over => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut *self {
            Socket::Plain(stream) => Pin::new(stream).poll_shutdown(context),
            Socket::Secure(stream) => Pin::new(stream.as_mut()).poll_shutdown(context),
            Socket::Shaking(_) | Socket::Over => Poll::Ready(Ok(())),
        }
    }
}

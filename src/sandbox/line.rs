//! A connection that can be cut, at once or in the middle of an answer, and closed when it idles.

use std::future::Future;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

const UNLIMITED: u64 = u64::MAX;
const NEVER: u64 = u64::MAX;

/// Says what becomes of one connection after the request that is being answered; the next request starts anew.
#[derive(Clone, Debug, Default)]
pub(super) struct Cutter(Arc<Plan>);

#[derive(Debug)]
struct Plan {
    /// How many bytes may be written yet.
    budget: AtomicU64,
    /// In milliseconds.
    close_when_idle: AtomicU64,
}

impl Default for Plan {
    fn default() -> Self {
        Plan { budget: AtomicU64::new(UNLIMITED), close_when_idle: AtomicU64::new(NEVER) }
    }
}

impl Cutter {
    /// Nothing is written on the connection from now on.
    pub fn cut(&self) {
        self.cut_after(0);
    }

    /// The connection ends once so many more bytes are written.
    pub fn cut_after(&self, bytes: u64) {
        self.0.budget.store(bytes, Ordering::Relaxed);
    }

    /// The connection ends this long after the last byte of the answer, unless another request comes.
    pub fn close_when_idle(&self, after: Duration) {
        let millis = u64::try_from(after.as_millis()).unwrap_or(NEVER);
        self.0.close_when_idle.store(millis, Ordering::Relaxed);
    }

    fn start_anew(&self) {
        self.cut_after(UNLIMITED);
        self.0.close_when_idle.store(NEVER, Ordering::Relaxed);
    }

    /// Whether nothing more will be written.
    pub fn has_cut(&self) -> bool {
        self.0.budget.load(Ordering::Relaxed) == 0
    }

    /// How many of so many bytes may be written; the error is the cut.
    fn allow(&self, wanted: usize) -> io::Result<usize> {
        match self.0.budget.load(Ordering::Relaxed) {
            0 if wanted > 0 => Err(io::ErrorKind::ConnectionAborted.into()),
            budget => Ok(usize::try_from(budget).unwrap_or(usize::MAX).min(wanted)),
        }
    }

    fn spend(&self, written: usize) {
        let budget = self.0.budget.load(Ordering::Relaxed);
        if budget != UNLIMITED {
            self.0.budget.store(budget.saturating_sub(written as u64), Ordering::Relaxed);
        }
    }

    fn idle(&self) -> Option<Duration> {
        let millis = self.0.close_when_idle.load(Ordering::Relaxed);
        (millis != NEVER).then(|| Duration::from_millis(millis))
    }
}

/// Accepts connections that can be cut.
pub(super) struct Lines<L>(pub L);

pub(super) struct Line<S> {
    stream: S,
    cutter: Cutter,
    /// Runs while the connection may idle to its end.
    idle: Option<Pin<Box<Sleep>>>,
}

impl<L: Listener> Listener for Lines<L> {
    type Io = Line<L::Io>;
    type Addr = L::Addr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, address) = self.0.accept().await;
        (Line { stream, cutter: Cutter::default(), idle: None }, address)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl<L: Listener> Connected<IncomingStream<'_, Lines<L>>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, Lines<L>>) -> Self {
        stream.io().cutter.clone()
    }
}

impl<S> Line<S> {
    fn wrote(&mut self, written: usize) {
        self.cutter.spend(written);
        self.idle = self.cutter.idle().map(|after| Box::pin(tokio::time::sleep(after)));
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.idle = None;
            self.cutter.start_anew();
        }
        // No bytes are the end of a connection.
        let over = |idle: &mut Pin<Box<Sleep>>| idle.as_mut().poll(context).is_ready();
        match read.is_pending() && self.idle.as_mut().is_some_and(over) {
            true => Poll::Ready(Ok(())),
            false => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let allowed = self.cutter.allow(bytes.len())?;
        let bytes = bytes.get(..allowed).unwrap_or_default();
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
        self.wrote(written);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wanted = slices.iter().map(|slice| slice.len()).sum();
        if self.cutter.allow(wanted)? < wanted {
            // Slice by slice, so that the cut falls on its byte.
            let first = slices.iter().find(|slice| !slice.is_empty()).map_or(&[][..], |slice| slice);
            return self.poll_write(context, first);
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(context, slices))?;
        self.wrote(written);
        Poll::Ready(Ok(written))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

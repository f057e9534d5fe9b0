//! Places that take a connection, or not even that, and never say a word; and a port at which nobody is.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use socket2::{Domain, Socket, Type};

/// A port that is taken, so that no other test gets it, and at which nobody listens yet.
pub fn nobody() -> (SocketAddr, Socket) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    (socket.local_addr().unwrap().as_socket().unwrap(), socket)
}

/// Takes connections and never answers.
pub struct Silence {
    pub address: SocketAddr,
    taken: Arc<AtomicUsize>,
}

impl Silence {
    pub fn start() -> Silence {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let silence = Silence { address: listener.local_addr().unwrap(), taken: Arc::default() };
        let taken = silence.taken.clone();
        thread::spawn(move || {
            // The newest stay open; thousands would use the descriptors up.
            let mut open = VecDeque::new();
            for stream in listener.incoming() {
                open.push_back(stream.unwrap());
                if open.len() > 64 {
                    open.pop_front();
                }
                taken.fetch_add(1, Ordering::SeqCst);
            }
        });
        silence
    }

    /// How many connections were taken so far.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::SeqCst)
    }
}

/// Takes no more connections: whoever connects waits.
pub struct Wall {
    pub address: SocketAddr,
    _sockets: Vec<Socket>,
}

impl Wall {
    pub fn build() -> Wall {
        let (address, listener) = nobody();
        listener.listen(0).unwrap();
        let mut sockets = vec![listener];
        for _ in 0..8 {
            // These fill the queue that nobody empties.
            let filler = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
            filler.set_nonblocking(true).unwrap();
            let _ = filler.connect(&address.into());
            sockets.push(filler);
        }
        Wall { address, _sockets: sockets }
    }
}

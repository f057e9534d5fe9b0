//! A proxy between the library and a gateway that breaks what passes through it, the way networks do.
//!
//! It knows where requests and answers begin and end, so "after N bytes" is exact, and what it broke towards the
//! gateway is over there before the library hears of it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::{read_request, reset};

/// Which of the two ways is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    ToGateway,
    ToLibrary,
}

/// What the proxy does with each exchange.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Passes it on as it is.
    None,
    /// Closes the connection before a byte is read.
    CloseAtOnce,
    /// Passes so many bytes of one way, then closes both sides.
    Cut(Way, usize),
    /// The same, but with a reset.
    Reset(Way, usize),
    /// Passes so many bytes of one way, then says there on that side alone that no more comes.
    HalfClose(Way, usize),
    /// Holds the answer back.
    Delay(Duration),
    /// Passes the answer byte by byte, with a pause behind each.
    Trickle(Duration),
    /// Gives the answer twice.
    Twice,
    /// Passes the request on and gives these bytes for an answer.
    Instead(Vec<u8>),
}

/// A request and its answer, as they passed.
#[derive(Clone)]
pub struct Exchange {
    pub request: Vec<u8>,
    pub answer: Vec<u8>,
}

pub struct Proxy {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    gateway: String,
    fault: Mutex<Fault>,
    exchanges: Mutex<Vec<Exchange>>,
}

impl Proxy {
    /// A proxy that breaks nothing yet.
    pub fn before(gateway_url: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            gateway: gateway_url.trim_start_matches("http://").to_owned(),
            fault: Mutex::new(Fault::None),
            exchanges: Mutex::default(),
        });
        let served = shared.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let served = served.clone();
                // A connection that breaks ends its thread: that is what this is for.
                thread::spawn(move || serve(client.unwrap(), &served));
            }
        });
        Proxy { url, shared }
    }

    /// What happens to every exchange from now on.
    pub fn set(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// What passed so far with a whole request and a whole answer from the gateway.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.shared.exchanges.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, shared: &Shared) -> Option<()> {
    client.set_nodelay(true).ok()?;
    let fault = || shared.fault.lock().unwrap().clone();
    if matches!(fault(), Fault::CloseAtOnce) {
        return None;
    }
    let mut gateway = TcpStream::connect(&shared.gateway).ok()?;
    gateway.set_nodelay(true).ok()?;
    loop {
        let request = read_request(&mut client)?;
        let fault = fault();
        match &fault {
            Fault::Cut(Way::ToGateway, bytes) | Fault::HalfClose(Way::ToGateway, bytes) => {
                gateway.write_all(&request[..*bytes]).ok()?;
                gateway.shutdown(Shutdown::Write).ok()?;
                let mut answer = Vec::new();
                let _ = gateway.read_to_end(&mut answer);
                if matches!(fault, Fault::HalfClose(..)) {
                    let _ = client.write_all(&answer);
                }
                return None;
            }
            Fault::Reset(Way::ToGateway, bytes) => {
                gateway.write_all(&request[..*bytes]).ok()?;
                reset(gateway);
                reset(client);
                return None;
            }
            _ => gateway.write_all(&request).ok()?,
        }
        let answer = read_answer(&mut gateway)?;
        shared.exchanges.lock().unwrap().push(Exchange { request, answer: answer.clone() });
        match fault {
            Fault::Cut(_, bytes) => {
                let _ = client.write_all(&answer[..bytes]);
                return None;
            }
            Fault::Reset(_, bytes) => {
                let _ = client.write_all(&answer[..bytes]);
                reset(client);
                return None;
            }
            Fault::HalfClose(_, bytes) => {
                let _ = client.write_all(&answer[..bytes]);
                client.shutdown(Shutdown::Write).ok()?;
                let _ = client.read_to_end(&mut Vec::new());
                return None;
            }
            Fault::Delay(time) => {
                thread::sleep(time);
                client.write_all(&answer).ok()?;
            }
            Fault::Trickle(pause) => {
                for byte in answer {
                    client.write_all(&[byte]).ok()?;
                    thread::sleep(pause);
                }
            }
            Fault::Twice => client.write_all(&[answer.as_slice(), &answer].concat()).ok()?,
            Fault::Instead(bytes) => client.write_all(&bytes).ok()?,
            Fault::None | Fault::CloseAtOnce => client.write_all(&answer).ok()?,
        }
    }
}

/// One whole answer: a head, and a body of the length that the head names.
fn read_answer(stream: &mut TcpStream) -> Option<Vec<u8>> {
    read_request(stream)
}

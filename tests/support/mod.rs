//! A TCP server that answers whatever a test wants, and counts what reached it.

#![allow(dead_code)] // each test file uses a part of it

pub mod child;
pub mod hole;
pub mod payer;
pub mod place;
pub mod proxy;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use freedompay::{Client, Config, InvoiceRequest};

/// What the server does with one request, once it has read all of it.
#[derive(Clone)]
pub enum Step {
    /// Writes the bytes and keeps the connection for the next request.
    Answer(Vec<u8>),
    /// Writes the bytes and closes.
    Cut(Vec<u8>),
    /// Breaks the connection off without a word.
    Reset,
    /// Writes the bytes and then nothing, keeping the connection open.
    Hang(Vec<u8>),
    /// Writes the first bytes, then the other ones again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// Writes the bytes one by one with a pause behind each.
    Trickle(Vec<u8>, Duration),
}

/// A server on a loopback port. The last step serves all further requests.
pub struct ScriptedServer {
    pub url: String,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
    connections: Arc<AtomicUsize>,
    closed: Arc<AtomicUsize>,
}

impl ScriptedServer {
    pub fn start(steps: Vec<Step>) -> ScriptedServer {
        ScriptedServer::on(TcpListener::bind("127.0.0.1:0").unwrap(), steps)
    }

    pub fn on(listener: TcpListener, steps: Vec<Step>) -> ScriptedServer {
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (connections, closed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let server = ScriptedServer {
            url,
            requests: requests.clone(),
            connections: connections.clone(),
            closed: closed.clone(),
        };
        thread::spawn(move || {
            for stream in listener.incoming() {
                connections.fetch_add(1, Ordering::SeqCst);
                let (requests, steps, closed) = (requests.clone(), steps.clone(), closed.clone());
                thread::spawn(move || {
                    serve(stream.unwrap(), &requests, &steps);
                    closed.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        server
    }

    /// The whole requests that arrived, each with its head.
    pub fn requests(&self) -> Vec<Vec<u8>> {
        self.requests.lock().unwrap().clone()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    /// How many of them are closed.
    pub fn closed(&self) -> usize {
        self.closed.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, requests: &Mutex<Vec<Vec<u8>>>, steps: &[Step]) {
    stream.set_nodelay(true).unwrap();
    while let Some(request) = read_request(&mut stream) {
        let number = {
            let mut requests = requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        match &steps[number.min(steps.len() - 1)] {
            Step::Answer(bytes) => stream.write_all(bytes).unwrap(),
            Step::Cut(bytes) => {
                let _ = stream.write_all(bytes);
                let _ = stream.shutdown(Shutdown::Both);
                return;
            }
            Step::Reset => return reset(stream),
            Step::Hang(bytes) => {
                stream.write_all(bytes).unwrap();
                let _ = stream.read(&mut [0]);
                return;
            }
            Step::Endless(first, more) => {
                let mut written = stream.write_all(first);
                while written.is_ok() {
                    written = stream.write_all(more);
                }
                return;
            }
            Step::Trickle(bytes, pause) => {
                for byte in bytes {
                    if stream.write_all(&[*byte]).is_err() {
                        return;
                    }
                    thread::sleep(*pause);
                }
            }
        }
    }
}

/// Closes with a reset: bytes that were never read make the kernel send one.
pub fn reset(stream: TcpStream) {
    socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO)).unwrap();
}

/// One whole request, its head and its body; none at the end of the connection.
pub fn read_request(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        request.push(byte[0]);
    }
    let head = String::from_utf8(request.clone()).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).ok()?;
    request.extend_from_slice(&body);
    Some(request)
}

/// An HTTP answer with a length.
pub fn http(status: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{body}", body.len())
        .into()
}

/// The body of a good answer about invoice 7.
pub const GOOD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root><status>ok</status>\
    <invoice_status>new</invoice_status><invoice_id>7</invoice_id><invoice_methods><qr>\
    aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheS5odG1sP2N1c3RvbWVyPTE=</qr></invoice_methods>\
    <dt>2019-08-24T14:15:22Z</dt></root>";

/// The body of a refusal.
pub const REFUSAL: &str = "<root><status>error</status><error_code>9998</error_code>\
    <error_description>Incorrect signature</error_description></root>";

/// A configuration for a server of a test, impatient.
pub fn config(url: &str) -> Config {
    let mut config = Config::new();
    config.set_merchant_id(123456).unwrap();
    config.set_secret_key("sandbox-secret-key").unwrap();
    config.set_base_url(url).unwrap();
    config.set_timeout_ms(2_000).unwrap();
    config.set_connect_timeout_ms(1_000).unwrap();
    config.set_poll_interval_ms(20).unwrap();
    config
}

pub fn client(url: &str) -> Client {
    Client::new(&config(url)).unwrap()
}

pub fn request(order_id: &str) -> InvoiceRequest {
    InvoiceRequest::new(order_id, "10.50".parse().unwrap(), "Чай").unwrap()
}

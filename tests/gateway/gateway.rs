//! `freedompay sandbox` as a process that can be killed and started again, in a folder of its own.

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::place::Place;

const TOOL: &str = env!("CARGO_BIN_EXE_freedompay");

pub struct Gateway {
    process: Child,
    pub url: String,
}

impl Gateway {
    /// Listens before it returns.
    pub fn start(place: &Place, arguments: &[&str]) -> Gateway {
        let ready = place.path.join("ready");
        let _ = fs::remove_file(&ready);
        let mut process = Command::new(TOOL)
            .args(["sandbox", "--ready-file"])
            .arg(&ready)
            .args(arguments)
            .current_dir(&place.path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        until("it listens", || {
            assert_eq!(process.try_wait().unwrap(), None, "it has ended");
            ready.exists()
        });
        let url = fs::read_to_string(&ready).unwrap().trim().to_owned();
        Gateway { process, url }
    }

    /// No signal that it could catch.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn process_id(&self) -> u32 {
        self.process.id()
    }

    /// One request to its own pages; the status and the body of the answer.
    pub fn ask(&self, method: &str, path: &str) -> (u16, String) {
        let host = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    pub fn list(&self, what: &str) -> Vec<Value> {
        let (status, body) = self.ask("GET", &format!("/sandbox/{what}"));
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Why it did not even start: its last words.
pub fn refused(place: &Place, arguments: &[&str]) -> String {
    let output = Command::new(TOOL).arg("sandbox").args(arguments).current_dir(&place.path).output().unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

/// Waits for a condition. The end of the patience is a failure, and says of what.
pub fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !condition() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// An address that nobody listens on, for a gateway that is to come back to it.
pub fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

//! A merchant's web server: keeps what it is sent and answers as the test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::signer::{KEY, signature};

pub struct Shop {
    pub url: String,
    inbox: Receiver<Letter>,
}

/// A request to the shop.
#[derive(Debug)]
pub struct Letter {
    pub method: String,
    /// With the query.
    pub target: String,
    pub content_type: String,
    pub body: String,
}

impl Shop {
    /// `answer` gives the HTTP status and the body; none is a connection that ends without an answer.
    pub fn open(mut answer: impl FnMut(&Letter) -> Option<(u16, String)> + Send + 'static) -> Shop {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (post, inbox) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let letter = Letter::read(&stream);
                if let Some((status, body)) = answer(&letter) {
                    let head = format!(
                        "HTTP/1.1 {status} x\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    stream.write_all(head.as_bytes()).unwrap();
                    stream.write_all(body.as_bytes()).unwrap();
                }
                let _ = stream.shutdown(Shutdown::Both);
                if post.send(letter).is_err() {
                    return;
                }
            }
        });
        Shop { url, inbox }
    }

    /// The next request, once it is answered.
    pub fn next(&self) -> Letter {
        self.inbox.recv_timeout(Duration::from_secs(20)).expect("nobody called")
    }

    /// Whether nothing has come that was not yet looked at.
    pub fn is_quiet(&self) -> bool {
        self.inbox.try_recv().is_err()
    }
}

/// What a shop answers at this address, signed.
pub fn reply(status: &str, script: &str) -> String {
    signed_reply(status, script, KEY)
}

pub fn signed_reply(status: &str, script: &str, key: &str) -> String {
    let fields = [("pg_status", status), ("pg_description", "Said by the shop"), ("pg_salt", "pepper")];
    let mut fields: Vec<_> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let signature = signature(script, &fields, key);
    fields.push(("pg_sig".to_owned(), signature));
    let fields: String = fields.iter().map(|(name, value)| format!("<{name}>{value}</{name}>")).collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<response>{fields}</response>\n")
}

impl Letter {
    fn read(stream: &TcpStream) -> Letter {
        let mut reader = BufReader::new(stream);
        let mut line = || {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        let first = line();
        let (mut length, mut content_type) = (0, String::new());
        loop {
            let header = line();
            match header.to_ascii_lowercase().split_once(": ") {
                Some(("content-length", value)) => length = value.parse().unwrap(),
                Some(("content-type", value)) => content_type = value.to_owned(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let mut words = first.split(' ');
        Letter {
            method: words.next().unwrap().to_owned(),
            target: words.next().unwrap().to_owned(),
            content_type,
            body: String::from_utf8(body).unwrap(),
        }
    }

    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap()
    }

    /// The fields of a form or of a query.
    pub fn fields(&self) -> Vec<(String, String)> {
        if let Some(boundary) = self.content_type.strip_prefix("multipart/form-data; boundary=") {
            let delimiter = format!("--{boundary}\r\n");
            return self
                .body
                .split(&delimiter)
                .skip(1)
                .map(|part| {
                    let (head, value) = part.split_once("\r\n\r\n").unwrap();
                    let name = head.split("name=\"").nth(1).unwrap().trim_end_matches('"');
                    (name.to_owned(), value.split("\r\n").next().unwrap().to_owned())
                })
                .collect();
        }
        let text = match self.method.as_str() {
            "GET" => self.target.split_once('?').map_or("", |(_, query)| query),
            _ => &self.body,
        };
        text.split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decode(name), decode(value)))
            .collect()
    }

    pub fn get(&self, name: &str) -> Option<String> {
        self.fields().into_iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Its signature is right, as the merchant computes it for its own address.
    pub fn assert_signed(&self, key: &str) {
        let fields = self.fields();
        let script = self.path().rsplit('/').next().unwrap();
        assert_eq!(self.get("pg_sig").as_deref(), Some(&*signature(script, &fields, key)), "{self:?}");
    }
}

fn decode(text: &str) -> String {
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            byte => byte,
        });
    }
    String::from_utf8(out).unwrap()
}

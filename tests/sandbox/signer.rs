//! Classic requests as a merchant's program makes them, and answers as it reads them: another way to the same
//! signature than the sandbox's own.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use freedompay::sandbox::Sandbox;
use md5::{Digest, Md5};

use crate::client::{Answer, form, send};

pub const KEY: &str = "sandbox-secret-key";

/// A merchant's program: the script's name and the key that it signs with.
pub struct Merchant {
    pub id: &'static str,
    pub key: &'static str,
}

pub const MERCHANT: Merchant = Merchant { id: "123456", key: KEY };

pub fn md5(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Sorted by the names' parts; digits are filled up to one length, so that text order is their order.
pub fn signature(script: &str, fields: &[(String, String)], key: &str) -> String {
    let mut sorted: Vec<(Vec<String>, &str)> = fields
        .iter()
        .filter(|(name, _)| name != "pg_sig")
        .map(|(name, value)| {
            let parts = name.split(['[', ']']).filter(|part| !part.is_empty());
            let part = |part: &str| match part.parse::<u32>() {
                Ok(number) => format!("{number:010}"),
                Err(_) => part.to_owned(),
            };
            (parts.map(part).collect(), value.as_str())
        })
        .collect();
    sorted.sort_by(|(left, _), (right, _)| left.cmp(right));
    let values: Vec<&str> = sorted.into_iter().map(|(_, value)| value).collect();
    md5(&format!("{script};{};{key}", values.join(";")))
}

impl Merchant {
    /// The fields with merchant, salt and signature.
    pub fn sign(&self, path: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
        let script = path.rsplit('/').next().unwrap();
        let mut all = vec![("pg_merchant_id".to_owned(), self.id.to_owned())];
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        all.push(("pg_salt".to_owned(), "some random string".to_owned()));
        let signature = signature(script, &all, self.key);
        all.push(("pg_sig".to_owned(), signature));
        all
    }

    pub fn post(&self, sandbox: &Sandbox, path: &str, fields: &[(&str, &str)]) -> Answer {
        post(sandbox, path, &self.sign(path, fields))
    }

    /// An answer whose signature is verified.
    pub fn ask(&self, sandbox: &Sandbox, path: &str, fields: &[(&str, &str)]) -> Reply {
        let answer = self.post(sandbox, path, fields);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let reply = Reply::read(&answer.body);
        let script = path.rsplit('/').next().unwrap();
        assert_eq!(reply.get("pg_sig"), Some(&*signature(script, &reply.0, self.key)), "{}", answer.body);
        reply
    }

    /// The same, and it is a refusal.
    pub fn refused(&self, sandbox: &Sandbox, path: &str, fields: &[(&str, &str)], code: &str) -> Reply {
        let reply = self.ask(sandbox, path, fields);
        assert_eq!(reply.get("pg_status"), Some("error"), "{reply:?}");
        assert_eq!(reply.get("pg_error_code"), Some(code), "{reply:?}");
        reply
    }
}

pub fn urlencoded(fields: &[(String, String)]) -> String {
    let encode = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'.' | b'-' => char::from(byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    };
    let pairs: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

pub fn post(sandbox: &Sandbox, path: &str, fields: &[(String, String)]) -> Answer {
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    send(sandbox, "POST", path, &headers, urlencoded(fields).as_bytes())
}

/// Everything that comes back until the connection ends.
pub fn raw(sandbox: &Sandbox, path: &str, fields: &[(String, String)]) -> Vec<u8> {
    let host = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let body = urlencoded(fields);
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    let mut out = Vec::new();
    stream.read_to_end(&mut out).unwrap();
    out
}

pub fn post_multipart(sandbox: &Sandbox, path: &str, fields: &[(String, String)]) -> Answer {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let headers = [("Content-Type", "multipart/form-data; boundary=frontier")];
    send(sandbox, "POST", path, &headers, &form(&fields))
}

/// An answer's fields in document order, nested ones as `a#0000[b#0001][c]`: the number tells elements of one
/// name apart.
#[derive(Debug)]
pub struct Reply(pub Vec<(String, String)>);

impl Reply {
    pub fn read(document: &str) -> Reply {
        let (_, body) = document.split_once("<response>").unwrap_or_else(|| panic!("{document}"));
        let (body, rest) = body.rsplit_once("</response>").unwrap();
        assert_eq!(rest, "");
        let mut fields = Vec::new();
        read_into(&mut fields, "", body);
        Reply(fields)
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// By `a[b][c]`, without the numbers.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let plain = |field: &str| -> String {
            let mut parts = field.split('#');
            let first = parts.next().unwrap().to_owned();
            parts.fold(first, |name, part| name + &part[4..])
        };
        self.0.iter().filter(move |(field, _)| plain(field) == name).map(|(_, value)| value.as_str())
    }
}

fn read_into(fields: &mut Vec<(String, String)>, above: &str, mut rest: &str) {
    let mut number = 0;
    while let Some((_, after)) = rest.split_once('<') {
        let (name, after) = after.split_once('>').unwrap();
        let (inner, after) = after.split_once(&format!("</{name}>")).unwrap();
        let name = if above.is_empty() { name.to_owned() } else { format!("{above}[{name}]") };
        match inner.contains('<') {
            true => {
                let numbered = match name.strip_suffix(']') {
                    Some(open) => format!("{open}#{number:04}]"),
                    None => format!("{name}#{number:04}"),
                };
                read_into(fields, &numbered, inner);
                number += 1;
            }
            false => {
                let text = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#13;", "\r")]
                    .iter()
                    .fold(inner.to_owned(), |text, (from, to)| text.replace(from, to))
                    .replace("&amp;", "&");
                fields.push((name, text));
            }
        }
        rest = after;
    }
}

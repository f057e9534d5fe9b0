//! A client that knows nothing of the library: raw HTTP, its own signatures, its own idea of an answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use freedompay::sandbox::{InvoiceState, Options, Record, Sandbox};
use ring::hmac;
use serde_json::{Value, json};

pub const INIT: &str = "/v5/merchant/invoice/init";
pub const STATUS: &str = "/v5/merchant/invoice/status";
pub const INFO: &str = "/v5/merchant/invoice/info";
pub const PAY: &str = "/v5/merchant/invoice/pay";
pub const KEY: &str = "sandbox-secret-key";

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The text of an XML element; good enough where no name comes twice.
    pub fn xml(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    }
}

pub fn send(sandbox: &Sandbox, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let host = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        status: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

pub fn get(sandbox: &Sandbox, target: &str) -> Answer {
    send(sandbox, "GET", target, &[], b"")
}

pub fn post_json(sandbox: &Sandbox, path: &str, body: &str) -> Answer {
    send(sandbox, "POST", path, &[("Content-Type", "application/json")], body.as_bytes())
}

pub fn post_signed(sandbox: &Sandbox, path: &str, body: &str) -> Answer {
    let token = sign(path, KEY, body);
    let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", token.as_str())];
    send(sandbox, "POST", path, &headers, body.as_bytes())
}

pub fn form(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in fields {
        body.push_str(&format!(
            "--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str("--frontier--\r\n");
    body.into_bytes()
}

pub fn post_form(sandbox: &Sandbox, path: &str, token: Option<&str>, fields: &[(&str, &str)]) -> Answer {
    let mut headers = vec![("Content-Type", "multipart/form-data; boundary=frontier")];
    headers.extend(token.map(|token| ("X-JWS-Signature", token)));
    send(sandbox, "POST", path, &headers, &form(fields))
}

pub fn sign(path: &str, key: &str, payload: &str) -> String {
    let header =
        format!(r#"{{"uri":"{path}","merchant_id":"123456","method":"POST","params":"","alg":"HS512"}}"#);
    token(&header, key, payload)
}

pub fn token(header: &str, key: &str, payload: &str) -> String {
    let header = URL_SAFE_NO_PAD.encode(header);
    let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA512, key.as_bytes()), input.as_bytes());
    format!("{header}..{}", URL_SAFE_NO_PAD.encode(mac))
}

pub fn start(change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options::default();
    change(&mut options);
    Sandbox::start(options).unwrap()
}

/// The fields of the published sample, with a merchant.
pub fn sample() -> Vec<(&'static str, &'static str)> {
    vec![
        ("order_id", "00102"),
        ("merchant_id", "123456"),
        ("amount", "10"),
        ("description", "Ticket"),
        ("invoice_method", "qr"),
        ("currency", "KZT"),
        ("check_url", ""),
        ("result_url", ""),
        ("request_method", "POST"),
    ]
}

pub fn json_sample() -> Value {
    json!({
        "order_id": "00102",
        "merchant_id": 123456,
        "amount": 10,
        "description": "Ticket",
        "invoice_method": "qr",
    })
}

/// An invoice and its customer.
pub fn init(sandbox: &Sandbox) -> (u64, String) {
    let answer = post_form(sandbox, INIT, None, &sample());
    assert_eq!(answer.xml("status"), Some("ok"), "{}", answer.body);
    let invoice = sandbox.invoices().pop().unwrap();
    (invoice.invoice_id, invoice.customer)
}

pub fn state(sandbox: &Sandbox) -> InvoiceState {
    sandbox.invoices().last().unwrap().state
}

pub fn last(sandbox: &Sandbox) -> Record {
    sandbox.requests().pop().unwrap()
}

pub fn assert_refused(answer: &Answer, code: u64, text: &str) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!((&body["status"], &body["error_code"]), (&json!("error"), &json!(code)), "{body}");
    let description = body["error_description"].as_str().unwrap();
    assert!(description.contains(text), "{description:?} does not say {text:?}");
    assert_eq!(body["dt"].as_str().unwrap().len(), 25);
}

/// A refusal of the classic API that nobody has signed.
pub fn assert_unsigned(answer: &Answer, code: &str) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!((answer.xml("pg_status"), answer.xml("pg_error_code")), (Some("error"), Some(code)));
    assert_eq!((answer.xml("pg_sig"), answer.xml("pg_salt")), (None, None), "{}", answer.body);
}

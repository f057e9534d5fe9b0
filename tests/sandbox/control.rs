//! The sandbox itself: what a test can see and move, and how it starts and stops.

use std::net::TcpStream;
use std::time::{Duration, Instant};

use freedompay::sandbox::{Options, Sandbox, Timers};
use serde_json::{Value, json};

use crate::client::*;

#[test]
fn broken_http_is_refused_as_http() {
    let sandbox = start(|_| ());
    let large = vec![b' '; 65 * 1024];
    for (method, path, content_type, body, status) in [
        ("GET", INIT, "application/json", &b"{}"[..], 405),
        ("POST", "/v5/merchant/invoice/cancel", "application/json", b"{}", 404),
        ("POST", INIT, "application/x-www-form-urlencoded", b"a=b", 415),
        ("POST", INIT, "application/json", &large, 413),
    ] {
        let answer = send(&sandbox, method, path, &[("Content-Type", content_type)], body);
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(last(&sandbox).problem.is_some());
    }
    let answer = send(&sandbox, "POST", INIT, &[], b"{}");
    assert_eq!(answer.status, 415);
    assert_eq!(sandbox.requests().len(), 5);
}

#[test]
fn a_test_can_look_and_move_invoices_over_http() {
    let sandbox = start(|_| ());
    for (verb, word) in
        [("pay", "ok"), ("decline", "failed"), ("expire", "incomplete"), ("process", "process")]
    {
        let (id, _) = init(&sandbox);
        let path = format!("/sandbox/invoices/{id}/{verb}");
        let moved = send(&sandbox, "POST", &path, &[], b"");
        assert_eq!((moved.status, &moved.json()["invoice_status"]), (200, &json!(word)));
        let again = send(&sandbox, "POST", &path, &[], b"").status;
        assert_eq!(again, if verb == "process" { 200 } else { 409 });
    }
    let invoices = get(&sandbox, "/sandbox/invoices").json();
    assert_eq!(invoices.as_array().unwrap().len(), 4);
    assert_eq!(invoices[0]["amount"], "10");
    assert_eq!(invoices[0]["check_url"], Value::Null);
    assert_eq!(invoices[0]["request_method"], "POST");
    assert_eq!(invoices[2]["invoice_status"], "incomplete");
    let requests = get(&sandbox, "/sandbox/requests").json();
    assert_eq!(requests.as_array().unwrap().len(), 4);
    assert_eq!(requests[3]["sequence"], 4);
    assert_eq!((&requests[0]["signed"], &requests[0]["problem"]), (&json!("no"), &Value::Null));
    for path in ["/sandbox/invoices/1/pay", "/sandbox/invoices/x/pay", "/sandbox/invoices/1000001/refund"] {
        assert_eq!(send(&sandbox, "POST", path, &[], b"").status, 404);
    }
}

#[test]
fn a_timer_ends_an_invoice_by_itself() {
    let sandbox = start(|options| {
        options.timers = Timers {
            pay_after: Some(Duration::from_secs(3600)),
            decline_after: None,
            expire_after: Some(Duration::from_secs(7200)),
        };
    });
    let (id, _) = init(&sandbox);
    let body = format!("{{\"merchant_id\":123456,\"invoice_id\":{id}}}");
    assert_eq!(post_signed(&sandbox, STATUS, &body).json()["invoice_status"], "new");
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!(post_signed(&sandbox, STATUS, &body).json()["invoice_status"], "ok");
    assert!(sandbox.expire(id).is_err());
}

#[test]
fn only_loopback_is_listened_on_unless_asked() {
    let listen = "0.0.0.0:0".parse().unwrap();
    let closed = Options { listen, ..Options::default() };
    assert!(Sandbox::start(closed).is_err());
    let exposed = Options {
        listen,
        expose: true,
        public_url: Some("http://till.example/".to_owned()),
        ..Options::default()
    };
    let sandbox = Sandbox::start(exposed).unwrap();
    assert!(sandbox.url().starts_with("http://0.0.0.0:"));
    let wrong = Options { public_url: Some("till.example".to_owned()), ..Options::default() };
    assert!(Sandbox::start(wrong).is_err());
}

#[test]
fn a_dropped_sandbox_listens_no_longer_even_with_a_connection_open() {
    let sandbox = start(|_| ());
    let host = sandbox.url().strip_prefix("http://").unwrap().to_owned();
    let _idle = TcpStream::connect(&host).unwrap();
    drop(sandbox);
    // A child that another test starts at this moment has the listener, too, until it is its own program.
    let deadline = Instant::now() + Duration::from_secs(20);
    while TcpStream::connect(&host).is_ok() {
        assert!(Instant::now() < deadline, "somebody still listens");
    }
}

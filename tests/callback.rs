//! Callbacks through a merchant's own web server: the strict sandbox calls it, the library verifies, confirms and replies,
//! and the sandbox checks the reply's signature.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use freedompay::sandbox::{CallbackForm, FaultRule, Options, Sandbox, Signed};
use freedompay::{CallbackKind, Client, Code, Fields, InvoiceStatus, Reply, Sent};
use support::place::Place;
use support::{config, request};

/// What a web server has of a request.
struct Received {
    target: String,
    content_type: Option<String>,
    body: Vec<u8>,
}

impl Received {
    fn read(stream: &TcpStream) -> Received {
        let mut reader = BufReader::new(stream);
        let mut line = || {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        let target = line().split(' ').nth(1).unwrap().to_owned();
        let (mut content_type, mut length) = (None, 0);
        loop {
            let header = line();
            let Some((name, value)) = header.split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-type" => content_type = Some(value.to_owned()),
                "content-length" => length = value.parse().unwrap(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        Received { target, content_type, body }
    }
}

/// A merchant's web server; `answer` gives the body under HTTP 200.
fn shop(answer: impl Fn(&Received) -> Vec<u8> + Send + 'static) -> (String, Receiver<Received>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (give, take) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let received = Received::read(&stream);
            let body = answer(&received);
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body)).unwrap();
            drop(stream);
            if give.send(received).is_err() {
                return;
            }
        }
    });
    (url, take)
}

fn next(inbox: &Receiver<Received>) -> Received {
    inbox.recv_timeout(Duration::from_secs(20)).expect("nobody called")
}

/// A payment on a page, with the merchant's own field.
fn page(client: &Client, order_id: &str, url: &str, method: &str, check: bool) -> i64 {
    let mut more = Fields::new();
    more.set("pg_result_url", &format!("{url}/result")).unwrap();
    if check {
        more.set("pg_check_url", &format!("{url}/check?shop=1")).unwrap();
    }
    more.set("pg_request_method", method).unwrap();
    more.set("table", "5").unwrap();
    client.page_init(order_id, &"100.50".parse().unwrap(), "Чай", &more).unwrap().id().unwrap()
}

#[test]
fn every_form_of_a_callback_is_verified_confirmed_and_answered() {
    for (method, form) in [
        ("POST", CallbackForm::Urlencoded),
        ("POST", CallbackForm::Multipart),
        ("GET", CallbackForm::Urlencoded),
        ("XML", CallbackForm::Urlencoded),
    ] {
        let sandbox = Sandbox::start(Options { callback_form: form, ..Options::default() }).unwrap();
        let client = Arc::new(Client::new(&config(sandbox.url())).unwrap());
        let server = client.clone();
        let (url, inbox) = shop(move |received| {
            let callback =
                server.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
            assert_eq!(callback.field("table"), Some("5"));
            server.callback_reply(&callback, Reply::Ok, None).unwrap()
        });
        let id = page(&client, "1", &url, method, true);
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        for kind in [CallbackKind::Check, CallbackKind::Result] {
            let received = next(&inbox);
            let callback =
                client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
            assert_eq!(
                (callback.kind(), callback.is_paid()),
                (kind, kind == CallbackKind::Result),
                "{method}"
            );
            assert_eq!(callback.field("pg_order_id"), Some("1"));
            let payment = client.callback_confirm(&callback).unwrap();
            assert_eq!((payment.id(), payment.is_paid()), (Some(id), true));
        }
        wait_for(|| answered(&sandbox) == 2);
        for delivery in sandbox.callbacks() {
            assert_eq!(delivery.problem, None, "{method} {delivery:?}");
            assert_eq!(
                (delivery.reply_signed, delivery.reply_status.as_deref()),
                (Signed::Valid, Some("ok"))
            );
        }
    }
}

#[test]
fn a_repeated_delivery_gets_the_answer_of_the_first() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let id = page(&client, "1", &url, "POST", false);
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let callback =
        || client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
    let first = client.callback_reply(&callback(), Reply::Ok, Some("принято")).unwrap();
    let again = Client::new(&config).unwrap().callback_reply(&callback(), Reply::Error, None).unwrap();
    assert_eq!(without_signature(&first), without_signature(&again));
    assert!(without_signature(&first).contains("<pg_status>ok</pg_status>"));
}

#[test]
fn a_repeated_check_is_answered_as_the_order_stands_then() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let id = page(&client, "1", &url, "POST", true);
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let callback =
        || client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
    assert_eq!(callback().kind(), CallbackKind::Check);
    for (reply, word) in [(Reply::Ok, "ok"), (Reply::Rejected, "rejected"), (Reply::Ok, "ok")] {
        let answer = client.callback_reply(&callback(), reply, None).unwrap();
        assert!(without_signature(&answer).contains(&format!("<pg_status>{word}</pg_status>")));
    }
}

#[test]
fn only_what_can_be_rejected_is_rejected() {
    for can_reject in [false, true] {
        let sandbox = Sandbox::start(Options { can_reject, ..Options::default() }).unwrap();
        let client = Arc::new(Client::new(&config(sandbox.url())).unwrap());
        let server = client.clone();
        let (url, inbox) = shop(move |received| {
            let callback =
                server.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
            match server.callback_reply(&callback, Reply::Rejected, Some("нет места")) {
                Ok(reply) => reply,
                Err(error) => {
                    assert_eq!(error.code(), Code::Argument);
                    assert!(error.message().contains("pg_can_reject"), "{error}");
                    server.callback_reply(&callback, Reply::Ok, None).unwrap()
                }
            }
        });
        let id = page(&client, "1", &url, "POST", false);
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        next(&inbox);
        wait_for(|| answered(&sandbox) == 1);
        let delivery = &sandbox.callbacks()[0];
        let expected = if can_reject { "rejected" } else { "ok" };
        assert_eq!(
            (delivery.reply_status.as_deref(), delivery.reply_signed),
            (Some(expected), Signed::Valid)
        );
    }
}

#[test]
fn a_callback_about_another_sale_than_the_journals_is_a_conflict() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    client.invoice_init(&support::request("7")).unwrap();
    // Somebody else's page payment under the till's order id.
    let id = page(&client, "7", &url, "POST", false);
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let callback =
        client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
    let error = client.callback_confirm(&callback).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Conflict, Sent::Yes), "{error}");
}

#[test]
fn an_invoice_that_a_confirmed_callback_proves_paid_is_not_pending_any_more() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let mut request = support::request("7");
    request.options.set_result_url(&format!("{url}/result")).unwrap();
    let id = client.invoice_init(&request).unwrap().id();
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let callback =
        client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
    assert!(callback.is_paid() && client.pending().unwrap().len() == 1, "a callback alone is no proof");
    assert_eq!(client.callback_confirm(&callback).unwrap().id(), Some(id));
    assert_eq!(client.pending().unwrap(), []);
    assert_eq!(client.invoice_kept("7").unwrap().unwrap().status(), InvoiceStatus::Ok);
}

#[test]
fn a_lost_sale_that_a_confirmed_callback_proves_paid_is_found() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let mut request = support::request("7");
    request.options.set_result_url(&format!("{url}/result")).unwrap();
    sandbox.add_rule(FaultRule { times: Some(1), ..("lost-answer:init".parse().unwrap()) });
    assert_eq!(client.invoice_init(&request).unwrap_err().code(), Code::Unknown);
    let id = sandbox.invoices()[0].invoice_id;
    sandbox.pay(id).unwrap();
    let received = next(&inbox);
    let callback =
        client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
    assert!(client.callback_confirm(&callback).unwrap().is_paid());
    assert_eq!(client.pending().unwrap(), []);
    let asked = sandbox.requests().len();
    let again = client.invoice_init(&request).unwrap();
    assert_eq!((again.id(), again.status()), (i64::try_from(id).unwrap(), InvoiceStatus::Ok));
    assert_eq!(sandbox.requests().len(), asked, "the proof is enough");
}

#[test]
fn a_changed_callback_and_one_without_a_signature_get_the_same_words() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let id = page(&client, "1", &url, "POST", false);
    sandbox.decline(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let body = String::from_utf8(received.body).unwrap();
    let refuse = |body: &str| {
        let error =
            client.callback(&received.target, received.content_type.as_deref(), body.as_bytes()).unwrap_err();
        assert_eq!(error.code(), Code::Signature, "{body}: {error}");
        error.message().to_owned()
    };
    assert!(body.contains("pg_result=0"), "{body}");
    let forged = refuse(&body.replace("pg_result=0", "pg_result=1"));
    let unsigned: Vec<&str> = body.split('&').filter(|field| !field.starts_with("pg_sig=")).collect();
    assert_eq!(refuse(&unsigned.join("&")), forged);
}

/// A reply without what is new each time.
fn without_signature(reply: &[u8]) -> String {
    let mut text = String::from_utf8(reply.to_vec()).unwrap();
    for name in ["pg_salt", "pg_sig"] {
        let start = text.find(&format!("<{name}>")).unwrap();
        let end = text.find(&format!("</{name}>")).unwrap();
        text.replace_range(start..end, "");
    }
    text
}

#[test]
fn a_payment_beside_the_journals_sale_is_not_confirmed_as_it() {
    let place = Place::new();
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| b"ok".to_vec());
    let sale = request("1");
    client.invoice_init(&sale).unwrap();
    let mut more = Fields::new();
    more.set("pg_result_url", &format!("{url}/result")).unwrap();
    // Of the same amount: only its number tells it from the sale's.
    for (order_id, confirmed) in [("1", false), ("2", true)] {
        let page = client.page_init(order_id, sale.amount(), "Чай", &more).unwrap();
        sandbox.pay(u64::try_from(page.id().unwrap()).unwrap()).unwrap();
        let received = next(&inbox);
        let callback =
            client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
        assert!(callback.is_paid());
        let confirmation = client.callback_confirm(&callback).map_err(|error| error.code());
        assert_eq!(confirmation.as_ref().err(), (!confirmed).then_some(&Code::Conflict), "order {order_id}");
    }
}

/// How many deliveries the sandbox has had an answer to.
fn answered(sandbox: &Sandbox) -> usize {
    sandbox.callbacks().iter().filter(|delivery| delivery.http_status.is_some()).count()
}

/// Waits until the sandbox has seen what a server has answered.
fn wait_for(is_so: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("it never came to be");
}

/// Asks the sandbox's control over HTTP, as any test program would.
fn post(sandbox: &Sandbox, path: &str) {
    let address = sandbox.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap();
    let request =
        format!("POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
}

#[test]
fn deliveries_that_come_twice_late_and_out_of_order_are_answered_alike() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Arc::new(Client::new(&config).unwrap());
    let server = client.clone();
    let (url, inbox) = shop(move |received| {
        let callback =
            server.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
        server.callback_reply(&callback, Reply::Ok, None).unwrap()
    });
    let first = page(&client, "1", &url, "POST", false);
    let second = page(&client, "2", &url, "POST", false);
    for id in [second, first] {
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        next(&inbox);
    }
    // Byte by byte again, a day late, and then with another salt.
    sandbox.advance(Duration::from_secs(86_400));
    post(&sandbox, "/sandbox/callbacks/1/resend");
    next(&inbox);
    post(&sandbox, &format!("/sandbox/payments/{second}/notify"));
    next(&inbox);
    wait_for(|| answered(&sandbox) == 4);
    let deliveries = sandbox.callbacks();
    assert!(deliveries.iter().all(|delivery| delivery.reply_signed == Signed::Valid), "{deliveries:?}");
    let replies = |id: i64| -> Vec<_> {
        let of = deliveries.iter().filter(|delivery| i64::try_from(delivery.payment_id) == Ok(id));
        of.map(|delivery| without_signature(delivery.reply.as_ref().unwrap().as_bytes())).collect()
    };
    assert_eq!((replies(first).len(), replies(second).len()), (1, 3));
    assert!(replies(second).iter().all(|reply| *reply == replies(second)[0]), "{:?}", replies(second));
}

#[test]
fn a_reply_that_is_none_is_noticed_and_the_next_one_counts() {
    let options = Options { callback_interval: Duration::from_millis(50), ..Options::default() };
    let sandbox = Sandbox::start(options).unwrap();
    let client = Arc::new(Client::new(&config(sandbox.url())).unwrap());
    let server = client.clone();
    let calls = std::sync::atomic::AtomicU32::new(0);
    let (url, inbox) = shop(move |received| {
        let callback =
            server.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap();
        assert!(callback.is_paid());
        match calls.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            0 => b"<html>no reply at all</html>".to_vec(),
            _ => server.callback_reply(&callback, Reply::Ok, None).unwrap(),
        }
    });
    let id = page(&client, "1", &url, "POST", false);
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    next(&inbox);
    wait_for(|| answered(&sandbox) == 1);
    let delivery = sandbox.callbacks()[0].clone();
    assert!(delivery.problem.is_some() && delivery.reply_signed != Signed::Valid, "{delivery:?}");
    post(&sandbox, "/sandbox/callbacks/1/resend");
    next(&inbox);
    wait_for(|| sandbox.callbacks().iter().any(|delivery| delivery.reply_signed == Signed::Valid));
}

#[test]
fn a_callback_for_an_order_that_nobody_made_is_what_the_gateway_says_of_it() {
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let (url, inbox) = shop(|_| Vec::new());
    let id = page(&client, "somebody else's", &url, "POST", false);
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    let received = next(&inbox);
    let parse = |client: &Client| {
        client.callback(&received.target, received.content_type.as_deref(), &received.body).unwrap()
    };
    assert_eq!(client.callback_confirm(&parse(&client)).unwrap().order_id(), Some("somebody else's"));
    // A gateway that does not know the payment refuses, and nothing is taken for paid.
    let empty = Sandbox::start(Options::default()).unwrap();
    let stranger = Client::new(&support::config(empty.url())).unwrap();
    let error = stranger.callback_confirm(&parse(&stranger)).unwrap_err();
    assert_eq!(error.code(), Code::Refused, "{error}");
}

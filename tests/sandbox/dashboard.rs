//! The dashboard: what it shows, who may use it, and that it hears of changes.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use freedompay::sandbox::{InvoiceState, Sandbox};
use serde_json::json;

use crate::client::*;
use crate::signer::MERCHANT;

const PATIENCE: Duration = Duration::from_secs(20);

/// An open stream of events.
struct Events(BufReader<TcpStream>);

impl Events {
    fn open(sandbox: &Sandbox, path: &str) -> Events {
        let host = sandbox.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).unwrap();
        Events(BufReader::new(stream))
    }

    /// The next line that begins so; None at the end of the stream.
    fn next(&mut self, name: &str) -> Option<String> {
        let mut line = String::new();
        // Lines that only show that the connection stands do not count.
        let deadline = Instant::now() + PATIENCE;
        while self.0.read_line(&mut line).unwrap() > 0 {
            if let Some(value) = line.strip_prefix(name) {
                return Some(value.trim().to_owned());
            }
            assert!(Instant::now() < deadline, "nothing that begins with {name} has come");
            line.clear();
        }
        None
    }
}

#[test]
fn the_page_takes_nothing_from_elsewhere_and_is_in_nobody_s_frame() {
    let sandbox = start(|_| ());
    let page = get(&sandbox, "/");
    assert_eq!(page.status, 200);
    for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "x-frame-options: deny"]
    {
        assert!(page.head.contains(part), "{part} in {}", page.head);
    }
    assert!(page.head.contains("cache-control: no-store") && !page.head.contains("unsafe-inline"));
    for loaded in page.body.split("\"/assets/").skip(1) {
        let name = loaded.split('"').next().unwrap();
        assert_eq!(get(&sandbox, &format!("/assets/{name}")).status, 200, "{name}");
    }
    assert_eq!(get(&sandbox, "/favicon.ico").status, 200);
    assert_eq!(get(&sandbox, "/assets/mod.rs").status, 404);
    assert!(sandbox.requests().is_empty(), "looking at the dashboard is no request to the gateway");
}

#[test]
fn a_page_of_another_origin_moves_nothing() {
    let sandbox = start(|_| ());
    let (id, _) = init(&sandbox);
    let pay = format!("/sandbox/payments/{id}/pay");
    for foreign in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://127.0.0.1:1"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ] {
        for path in [&*pay, "/sandbox/clock/30m", "/sandbox/faults/lost-answer"] {
            assert_eq!(send(&sandbox, "POST", path, &[foreign], b"").status, 403, "{foreign:?} {path}");
        }
    }
    assert_eq!(state(&sandbox), InvoiceState::New);
    let own = [("Origin", sandbox.url()), ("Sec-Fetch-Site", "same-origin")];
    assert_eq!(send(&sandbox, "POST", &pay, &own, b"").status, 200);
    assert_eq!(state(&sandbox), InvoiceState::Ok);
}

#[test]
fn a_name_that_somebody_points_at_this_machine_shows_and_moves_nothing() {
    let sandbox = start(|options| options.public_url = Some("https://till.example".to_owned()));
    let (id, _) = init(&sandbox);
    let ask = |method: &str, path: &str, host: &str| {
        let address = sandbox.url().strip_prefix("http://").unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut line = String::new();
        BufReader::new(stream).read_line(&mut line).unwrap();
        line.split(' ').nth(1).unwrap().to_owned()
    };
    let pay = format!("/sandbox/payments/{id}/pay");
    for (method, path) in
        [("GET", "/"), ("GET", "/sandbox/view/sales"), ("GET", "/sandbox/events"), ("POST", &pay)]
    {
        assert_eq!(ask(method, path, "evil.example"), "403", "{path}");
    }
    assert_eq!(state(&sandbox), InvoiceState::New);
    assert_eq!(ask("GET", "/", "till.example"), "200");
    assert_eq!(ask("POST", &pay, "localhost:99"), "200");
}

#[test]
fn who_follows_hears_of_every_change_and_of_the_end() {
    let sandbox = start(|_| ());
    let mut events = Events::open(&sandbox, "/sandbox/events");
    assert_eq!(events.next("event:").as_deref(), Some("change"));
    let mut number: u64 = events.next("data:").unwrap().parse().unwrap();
    let (id, _) = init(&sandbox);
    let steps: [&dyn Fn(); 3] = [&|| (), &|| sandbox.pay(id).unwrap(), &|| {
        assert_eq!(send(&sandbox, "POST", &format!("/sandbox/payments/{id}/refund"), &[], b"").status, 200)
    }];
    for step in steps {
        step();
        // What happened may be told in several events; looking itself is none of them.
        loop {
            let next = events.next("data:").unwrap().parse().unwrap();
            assert!(next > number);
            number = next;
            let seen = get(&sandbox, &format!("/sandbox/view/sales/{id}")).json();
            let expected =
                sandbox.payments()[0].now.refunds.len() + sandbox.payments()[0].now.paid_at.iter().len();
            if seen["history"].as_array().unwrap().len() == 1 + expected {
                break;
            }
        }
    }
    drop(sandbox);
    assert_eq!(events.next("nothing"), None, "the stream ends with the sandbox");
}

#[test]
fn an_open_payer_s_page_hears_how_it_ends() {
    let sandbox = start(|_| ());
    let (id, customer) = init(&sandbox);
    let mut events = Events::open(&sandbox, &format!("/pay.html/events?customer={customer}"));
    assert_eq!(events.next("data:").as_deref(), Some("new"));
    get(&sandbox, &format!("/pay.html?customer={customer}"));
    assert_eq!(events.next("data:").as_deref(), Some("process"));
    sandbox.expire(id).unwrap();
    assert_eq!(events.next("data:").as_deref(), Some("incomplete"));
    assert_eq!(get(&sandbox, "/pay.html/events?customer=x").status, 404);
}

#[test]
fn the_views_show_everything_about_a_sale() {
    let sandbox = start(|_| ());
    let (id, customer) = init(&sandbox);
    assert_refused(
        &post_json(&sandbox, STATUS, "{\"merchant_id\":123456,\"invoice_id\":1000001}"),
        9998,
        "missing",
    );
    sandbox.pay(id).unwrap();
    let list = get(&sandbox, "/sandbox/view/sales").json();
    assert_eq!((&list["total"], &list["rows"][0]["standing"]), (&json!(1), &json!("paid")));
    let sale = get(&sandbox, &format!("/sandbox/view/sales/{id}")).json();
    assert_eq!(
        (&sale["amount"], &sale["refundable"], &sale["shop"]),
        (&json!("10.00"), &json!("10.00"), &json!("Sandbox shop"))
    );
    assert_eq!(sale["link"], format!("{}/pay.html?customer={customer}", sandbox.url()));
    let events: Vec<_> = sale["history"].as_array().unwrap().iter().map(|step| &step["event"]).collect();
    assert_eq!(events, ["created", "paid"]);
    assert_eq!(sale["requests"]["total"], 2);
    let wrong = get(&sandbox, "/sandbox/view/requests?wrong=1").json();
    assert_eq!((&wrong["total"], &wrong["rows"][0]["signed"]), (&json!(1), &json!("no")));
    for (find, total) in [("001", 1), ("shop", 1), ("TICKET", 1), ("00999", 0)] {
        assert_eq!(
            get(&sandbox, &format!("/sandbox/view/sales?find={find}")).json()["total"],
            total,
            "{find}"
        );
    }
    let number = &wrong["rows"][0]["sequence"];
    let request = get(&sandbox, &format!("/sandbox/view/requests/{number}")).json();
    assert!(
        request["problem"].as_str().unwrap().contains("X-JWS-Signature")
            && request["answer"]["status"] == 200
    );
    for path in ["sales/1", "payouts/1", "callbacks/1", "requests/99", "sales/x"] {
        assert_eq!(get(&sandbox, &format!("/sandbox/view/{path}")).status, 404, "{path}");
    }
}

#[test]
fn of_very_many_sales_the_newest_are_listed_and_all_are_counted() {
    let sandbox = start(|_| ());
    for number in 0..205 {
        let order = format!("order-{number}");
        let mut fields = sample();
        fields[0].1 = &order;
        post_form(&sandbox, INIT, None, &fields);
    }
    let list = get(&sandbox, "/sandbox/view/sales").json();
    assert_eq!((&list["total"], list["rows"].as_array().unwrap().len()), (&json!(205), 200));
    assert_eq!(list["rows"][0]["order_id"], "order-204");
    assert_eq!(get(&sandbox, "/sandbox/view/sales?find=order-3").json()["total"], 11);
}

#[test]
fn what_the_merchant_may_do_can_be_done_by_hand() {
    let sandbox = start(|_| ());
    let post =
        |id: &str, verb: &str| send(&sandbox, "POST", &format!("/sandbox/payments/{id}/{verb}"), &[], b"");
    let fields = |hold: &'static str| {
        let mut fields = vec![("pg_order_id", "7"), ("pg_amount", "10"), ("pg_description", "Tea")];
        fields.extend((!hold.is_empty()).then_some(("pg_auto_clearing", hold)));
        fields
    };
    let page = MERCHANT.ask(&sandbox, "/init_payment.php", &fields(""));
    let paid = page.get("pg_payment_id").unwrap().to_owned();
    assert_eq!(post(&paid, "refund").status, 409, "it is not paid yet");
    post(&paid, "pay");
    assert_eq!(post(&paid, "refund?amount=3.50").json()["refunds"][0]["amount"], "3.50");
    assert_eq!(post(&paid, "refund?amount=6.51").status, 409);
    for amount in ["", "0", "x", "-1"] {
        assert_eq!(post(&paid, &format!("refund?amount={amount}")).status, 400, "{amount:?}");
    }
    assert_eq!(post(&paid, "refund").json()["refunds"][1]["amount"], "6.50");
    assert_eq!(post("7", "refund").status, 404);
    for (verb, captured, status) in [("clear", true, "success"), ("cancel", false, "canceled")] {
        let held = MERCHANT.ask(&sandbox, "/init_payment.php", &fields("0"));
        let held = held.get("pg_payment_id").unwrap().to_owned();
        post(&held, "pay");
        let sale = get(&sandbox, &format!("/sandbox/view/sales/{held}")).json();
        assert_eq!(sale["standing"], "held");
        let done = post(&held, verb).json();
        assert_eq!((&done["captured"], &done["status"]), (&json!(captured), &json!(status)));
    }
}

//! What a till learns from each fault that the sandbox can be told, and what is true of the money then.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use freedompay::sandbox::{Fault, FaultRule, Options, Sandbox};
use freedompay::{Advice, Client, Code, Error, InvoiceStatus, Sent};
use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::{client, config, request};

fn sandbox(rule: &str) -> Sandbox {
    Sandbox::start(Options { faults: vec![rule.parse().unwrap()], ..Options::default() }).unwrap()
}

/// A till with a journal.
fn till(sandbox: &Sandbox, place: &Place) -> Client {
    let mut config = config(sandbox.url());
    config.set_timeout_ms(700).unwrap();
    config.set_journal(&place.journal()).unwrap();
    Client::new(&config).unwrap()
}

fn arrived(sandbox: &Sandbox, word: &str) -> usize {
    sandbox.requests().iter().filter(|record| record.path.ends_with(word)).count()
}

#[test]
fn after_each_fault_of_an_init_the_till_knows_what_it_does_not_know_and_recovers_what_there_is() {
    for (rule, code, sent, made) in [
        ("lost-answer:init", Code::Unknown, Sent::Maybe, 1),
        ("lost-request:init", Code::Unknown, Sent::Maybe, 0),
        ("http=500:init", Code::Answer, Sent::Yes, 0),
        ("http=502:init", Code::Answer, Sent::Yes, 0),
        ("http=429:init", Code::Answer, Sent::Yes, 0),
        ("cut=0:init", Code::Unknown, Sent::Maybe, 1),
        ("cut=40:init", Code::Unknown, Sent::Maybe, 1),
        ("cut=200:init", Code::Unknown, Sent::Yes, 1),
        ("garbage=html:init", Code::Answer, Sent::Yes, 1),
        ("garbage=bytes:init", Code::Answer, Sent::Yes, 1),
        ("garbage=endless:init", Code::Answer, Sent::Yes, 1),
        ("garbage=long:init", Code::Unknown, Sent::Yes, 1),
        ("garbage=short:init", Code::Answer, Sent::Yes, 1),
        ("delay=30s:init", Code::Unknown, Sent::Maybe, 1),
    ] {
        let (sandbox, place) = (sandbox(rule), Place::new());
        let till = till(&sandbox, &place);
        let error = till.invoice_init(&request("1042")).unwrap_err();
        assert_eq!((error.code(), error.sent()), (code, sent), "{rule}: {error}");
        assert!(matches!(error.advice(), Advice::AskStatus | Advice::Wait), "{rule}: {error}");
        assert_eq!((arrived(&sandbox, "/init"), sandbox.invoices().len()), (1, made), "{rule}");
        assert_eq!(sandbox.rules()[0].struck, 1, "{rule}");
        let problem = sandbox.requests().remove(0).problem.unwrap();
        assert!(problem.contains("on purpose"), "{rule}: {problem}");
        assert_eq!(till.pending().unwrap().len(), 1, "{rule}: the journal keeps the sale");

        match made {
            0 => not_found_yet(&till.invoice_recover("1042").unwrap_err(), rule),
            _ => assert_eq!(till.invoice_recover("1042").unwrap().status(), InvoiceStatus::New, "{rule}"),
        }
        assert_eq!(sandbox.invoices().len(), made, "{rule}: nothing was made again");
    }
}

/// Within a minute "not found" proves nothing.
fn not_found_yet(error: &Error, rule: &str) {
    assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{rule}: {error}");
}

#[test]
fn a_request_that_a_proxy_sends_twice_makes_two_invoices_and_the_till_follows_the_one_it_shows() {
    let (sandbox, place) = (sandbox("duplicate:init,times=1"), Place::new());
    let till = till(&sandbox, &place);
    let invoice = till.invoice_init(&request("1042")).unwrap();
    let made: Vec<u64> = sandbox.invoices().iter().map(|invoice| invoice.invoice_id).collect();
    assert_eq!((arrived(&sandbox, "/init"), made.len()), (2, 2));
    assert_eq!(u64::try_from(invoice.id()).unwrap(), made[1], "the newest, which an order leads to");
    sandbox.pay(made[1]).unwrap();
    assert_eq!(till.invoice_status_by_order("1042").unwrap().id(), invoice.id());
    assert_eq!(till.invoice_recover("1042").unwrap().status(), InvoiceStatus::Ok);
}

#[test]
fn a_question_that_meets_a_fault_is_asked_again_until_it_is_answered() {
    for rule in [
        "http=500:status,times=2",
        "http=429:status,times=1",
        "lost-answer:status,times=2",
        "lost-request:status,times=2",
        "cut=100:status,times=2",
        "garbage=html:status,times=1",
    ] {
        let sandbox = sandbox(rule);
        let till = client(sandbox.url());
        let id = till.invoice_init(&request("1")).unwrap().id();
        assert_eq!(till.invoice_status(id).unwrap().status(), InvoiceStatus::New, "{rule}");
        assert!(sandbox.rules().is_empty() && arrived(&sandbox, "/status") >= 2, "{rule}");
    }
}

#[test]
fn of_more_than_so_many_requests_in_a_second_the_rest_is_turned_away() {
    let sandbox = sandbox("rate-limit=3:init");
    let till = client(sandbox.url());
    // On loopback three in a second are soon too many.
    let turned_away = (0..10_000).find_map(|order| till.invoice_init(&request(&order.to_string())).err());
    assert_eq!(turned_away.unwrap().code(), Code::Answer);
    assert_eq!(sandbox.rules()[0].struck, 1);
    assert_eq!(sandbox.invoices().len() + 1, arrived(&sandbox, "/init"));
    sandbox.add_rule("http=429:status".parse().unwrap());
    let (head, _) = ask(&sandbox, "POST", "/v5/merchant/invoice/status", "{}");
    assert!(
        head.starts_with("HTTP/1.1 429 ") && head.to_lowercase().contains("\r\nretry-after: 1"),
        "{head}"
    );
}

#[test]
fn a_clock_that_is_off_shows_in_the_date_and_in_dt() {
    let sandbox = sandbox("clock-skew=-3600s:init");
    let till = client(sandbox.url());
    let off = till.invoice_init(&request("1")).unwrap();
    sandbox.clear_rules();
    let right = till.invoice_init(&request("2")).unwrap();
    let behind = right.unix_time().unwrap() - off.unix_time().unwrap();
    assert!((3600..3660).contains(&behind), "{behind}");
    let (head, _) = ask(&sandbox, "GET", "/sandbox/rules", "");
    sandbox.add_rule("clock-skew=+86400s:status".parse().unwrap());
    let (ahead, _) = ask(&sandbox, "POST", "/v5/merchant/invoice/status", "{}");
    let date = |head: &str| head.lines().find_map(|line| line.strip_prefix("date: ")).unwrap().to_owned();
    assert_ne!(date(&head)[..3], date(&ahead)[..3], "another day of the week");
}

#[test]
fn a_connection_that_was_closed_while_it_idled_is_not_given_a_request() {
    let sandbox = sandbox("idle-close=20ms");
    let mut stream = TcpStream::connect(sandbox.url().trim_start_matches("http://")).unwrap();
    let id = client(sandbox.url()).invoice_init(&request("0")).unwrap().id();
    let body = format!("{{\"merchant_id\":123456,\"invoice_id\":{id}}}");
    write!(
        stream,
        "POST /v5/merchant/invoice/status HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    // It ends, though nobody said that it would.
    stream.read_to_string(&mut answer).unwrap();
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && !answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );

    let till = client(sandbox.url());
    for order in 1..5 {
        till.invoice_init(&request(&order.to_string())).unwrap();
        thread::sleep(Duration::from_millis(40));
    }
    assert_eq!((sandbox.invoices().len(), arrived(&sandbox, "/init")), (5, 5));
}

#[test]
fn classic_answers_meet_the_same_faults() {
    for (rule, code, given_back) in [
        ("lost-answer:revoke.php,times=1", Code::Unknown, 1),
        ("lost-request:revoke.php,times=1", Code::Unknown, 0),
        ("http=502:revoke.php,times=1", Code::Answer, 0),
        ("cut=60:revoke.php,times=1", Code::Unknown, 1),
        ("garbage=html:revoke.php,times=1", Code::Answer, 1),
        ("wrong-signature:revoke.php,times=1", Code::Answer, 1),
        ("no-signature:revoke.php,times=1", Code::Answer, 1),
    ] {
        let sandbox = sandbox(rule);
        let till = client(sandbox.url());
        let id = till.invoice_init(&request("1")).unwrap().id();
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        let error = till.invoice_refund(id, Some(&"1".parse().unwrap())).unwrap_err();
        assert_eq!(error.code(), code, "{rule}: {error}");
        assert_eq!(sandbox.payments()[0].now.refunds.len(), given_back, "{rule}");
        assert!(sandbox.rules().is_empty(), "{rule}");
    }
}

#[test]
fn a_rule_for_an_order_strikes_that_order_however_it_is_asked_about() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let till = client(sandbox.url());
    let (one, two) = (till.invoice_init(&request("1")).unwrap(), till.invoice_init(&request("2")).unwrap());
    sandbox.add_rule("http=500,order=2".parse().unwrap());
    sandbox.add_rule("http=500,merchant=7".parse().unwrap());
    assert_eq!(till.invoice_status(one.id()).unwrap().id(), one.id());
    assert_eq!(till.payment_status(one.id()).unwrap().id(), Some(one.id()));
    let customer = |index: usize| sandbox.invoices()[index].customer.clone();
    assert_eq!(till.invoice_info(&customer(0)).unwrap().id(), one.id());
    for error in [
        till.invoice_init(&request("2")).unwrap_err(),
        till.invoice_status(two.id()).unwrap_err(),
        till.invoice_status_by_order("2").unwrap_err(),
        till.invoice_info(&customer(1)).unwrap_err(),
        till.payment_status(two.id()).unwrap_err(),
    ] {
        assert_eq!(error.code(), Code::Answer, "{error}");
    }
    // The payer's own page is no part of the API.
    let (head, _) = ask(&sandbox, "GET", &format!("/pay.html?customer={}", customer(1)), "");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
}

#[test]
fn rules_are_made_listed_and_taken_away_over_http() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let (head, made) = ask(&sandbox, "POST", "/sandbox/rules", "lost-answer:init,order=1042,times=2\n");
    assert!(head.starts_with("HTTP/1.1 201 "), "{head}");
    let expected = json!({
        "number": 1, "rule": "lost-answer:init,order=1042,times=2", "fault": "lost-answer", "value": null,
        "endpoint": "init", "merchant": null, "order": "1042", "left": 2, "struck": 0,
    });
    assert_eq!(serde_json::from_str::<Value>(&made).unwrap(), expected);
    ask(&sandbox, "POST", "/sandbox/rules", "http=502");
    let till = client(sandbox.url());
    let error = till.invoice_init(&request("1042")).unwrap_err();
    assert_eq!(error.code(), Code::Answer, "502 comes before anything is done: {error}");
    assert!(ask(&sandbox, "DELETE", "/sandbox/rules/2", "").0.starts_with("HTTP/1.1 204 "));
    assert!(ask(&sandbox, "DELETE", "/sandbox/rules/2", "").0.starts_with("HTTP/1.1 404 "));
    assert_eq!(till.invoice_init(&request("1042")).unwrap_err().code(), Code::Unknown);
    let listed: Value = serde_json::from_str(&ask(&sandbox, "GET", "/sandbox/rules", "").1).unwrap();
    assert_eq!((&listed[0]["left"], &listed[0]["struck"]), (&json!(1), &json!(1)));
    assert!(ask(&sandbox, "DELETE", "/sandbox/rules", "").0.starts_with("HTTP/1.1 204 "));
    assert!(sandbox.rules().is_empty());
    let (head, problem) = ask(&sandbox, "POST", "/sandbox/rules", "bad-luck");
    assert!(head.starts_with("HTTP/1.1 400 ") && problem.contains("is not one of delay=TIME"), "{problem}");

    let number = sandbox.add_rule(FaultRule::new(Fault::LostRequest).times(1));
    assert!(sandbox.remove_rule(number) && !sandbox.remove_rule(number));
}

#[test]
fn a_late_answer_is_late_and_everything_was_done() {
    let sandbox = sandbox("delay=300ms:init");
    let till = client(sandbox.url());
    let started = Instant::now();
    till.invoice_init(&request("1")).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(300));
}

/// One request without the library: the head and the body of its answer.
fn ask(sandbox: &Sandbox, method: &str, path: &str, body: &str) -> (String, String) {
    let host = sandbox.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

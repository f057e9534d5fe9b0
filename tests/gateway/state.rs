//! What a sandbox with a file still knows after it was killed.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use freedompay::sandbox::{Options, Sandbox, Timers};
use freedompay::{Client, Code, Fields, InvoiceStatus};
use serde_json::json;

use crate::gateway::{Gateway, free_address, refused, until};
use crate::support::place::Place;
use crate::support::{config, request};

fn till(url: &str, place: &Place) -> Client {
    let mut config = config(url);
    config.set_payout_key("sandbox-payout-key").unwrap();
    config.set_journal(&place.journal()).unwrap();
    Client::new(&config).unwrap()
}

fn fields(list: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::new();
    list.iter().for_each(|(name, value)| fields.set(name, value).unwrap());
    fields
}

fn number(id: i64) -> u64 {
    u64::try_from(id).unwrap()
}

#[test]
fn a_sale_in_whose_middle_the_gateway_was_killed_is_found_again() {
    let (place, address) = (Place::new(), free_address().to_string());
    let kept = ["--listen", &address, "--state", "state"];
    let gateway = Gateway::start(&place, &[&kept[..], &["--fault", "delay=60s:init"]].concat());
    let till = till(&gateway.url, &place);
    let error = thread::scope(|scope| {
        let asking = scope.spawn(|| till.invoice_init(&request("1042")).unwrap_err());
        // Only what the file has is certain to survive.
        until("the sale is in the file", || {
            fs::read_to_string(place.path.join("state")).unwrap().contains("1042")
        });
        gateway.kill();
        asking.join().unwrap()
    });
    assert_eq!(error.code(), Code::Unknown, "{error}");
    assert_eq!(till.invoice_recover("1042").unwrap_err().code(), Code::Unknown, "nobody is there");

    let gateway = Gateway::start(&place, &kept);
    let found = till.invoice_recover("1042").unwrap();
    assert_eq!((found.status(), found.order_id()), (InvoiceStatus::New, Some("1042")));
    assert_eq!(gateway.list("invoices").len(), 1);
    let (status, _) = gateway.ask("POST", &format!("/sandbox/invoices/{}/pay", found.id()));
    assert_eq!(status, 200);
    gateway.kill();

    let _gateway = Gateway::start(&place, &kept);
    assert_eq!(till.invoice_recover("1042").unwrap().status(), InvoiceStatus::Ok);
    let next = till.invoice_init(&request("1043")).unwrap();
    assert_eq!(next.id(), found.id() + 1, "no id is given twice");
}

/// Starts a sandbox in this process, on a file.
fn start(state: &Path, change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options { state_file: Some(state.to_owned()), ..Options::default() };
    change(&mut options);
    Sandbox::start(options).unwrap()
}

#[test]
fn payments_refunds_payouts_and_cards_are_there_again() {
    let place = Place::new();
    let state = place.path.join("state");
    let sandbox = start(&state, |_| ());
    let till = till(sandbox.url(), &place);
    let paid = till.invoice_init(&request("1")).unwrap().id();
    sandbox.pay(number(paid)).unwrap();
    let first = revoke(&sandbox, paid);
    let declined = till.invoice_init(&request("2")).unwrap().id();
    sandbox.decline(number(declined)).unwrap();
    let account = fields(&[
        ("pg_recipient_iban", "KZ86125KZT5004100100"),
        ("pg_recipient_iin", "900101300123"),
        ("pg_recipient_name", "Ann"),
        ("pg_recipient_kbe", "19"),
        ("pg_knp", "119"),
        ("pg_bank_bik", "KCJBKZKX"),
        ("pg_post_link", "http://127.0.0.1:1/post"),
    ]);
    till.payout_iban("p-1", &"20".parse().unwrap(), "Wages", &account).unwrap();
    let page = till.card_add("ann", "http://127.0.0.1/back", &Fields::new()).unwrap();
    type_in(page.redirect_url().unwrap(), "4111111111111111");
    let balance = till.payout_balance().unwrap().amount().to_owned();

    let before = (sandbox.payments(), sandbox.payouts());
    drop(sandbox);
    let sandbox = start(&state, |_| ());
    assert_eq!(json!([sandbox.payments(), sandbox.payouts()]), json!([before.0, before.1]));
    let till = self::till(sandbox.url(), &place);
    assert_eq!(revoke(&sandbox, paid), first, "the same key, the same refund");
    assert_eq!(sandbox.payments()[0].now.refunds.len(), 1);
    assert_eq!(till.payout_balance().unwrap().amount(), balance);
    assert_eq!(till.card_list("ann").unwrap().list().len(), 1);
    assert_eq!(till.invoice_status(declined).unwrap().status(), InvoiceStatus::Failed);
    assert_eq!(till.payment_status(paid).unwrap().refunds().len(), 1);
    // The refund is the newest of its order, as it was.
    let newest = till.payment_status_by_order("1").unwrap();
    assert_eq!(newest.id(), Some(sandbox.payments()[0].now.refunds[0].payment_id.try_into().unwrap()));
}

/// A refund under a key of the caller's, by a client without a journal; its id.
fn revoke(sandbox: &Sandbox, payment: i64) -> String {
    let client = Client::new(&config(sandbox.url())).unwrap();
    let mut call = freedompay::AnyCall::new("/revoke.php").unwrap();
    call.set("pg_payment_id", &payment.to_string()).unwrap();
    call.set("pg_refund_amount", "3").unwrap();
    call.set("pg_idempotency_key", "cup").unwrap();
    let answer = client.call(&call).unwrap();
    answer.document.get("pg_revoke_payment_id").unwrap().to_owned()
}

/// Types a card in on the page of this address.
fn type_in(url: &str, card: &str) {
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(
        stream,
        "POST /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\ncard={card}",
        5 + card.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
}

#[test]
fn a_merchant_who_was_not_there_is_told_after_the_next_start() {
    let (place, shop) = (Place::new(), free_address());
    let state = place.path.join("state");
    let sandbox = start(&state, |_| ());
    let mut sale = request("1");
    sale.options.set_result_url(&format!("http://{shop}/result")).unwrap();
    let id = till(sandbox.url(), &place).invoice_init(&sale).unwrap().id();
    sandbox.pay(number(id)).unwrap();
    until("the merchant was called", || !sandbox.callbacks().is_empty());
    // Half an hour until the next attempt, which the clock remembers.
    sandbox.advance(Duration::from_secs(29 * 60));
    drop(sandbox);

    let listener = TcpListener::bind(shop).unwrap();
    let sandbox = start(&state, |_| ());
    assert!(sandbox.callbacks().is_empty());
    sandbox.advance(Duration::from_secs(60));
    let mut told = visitor(&listener);
    let mut bytes = [0; 4096];
    let read = told.read(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
    assert!(text.starts_with("POST /result HTTP/1.1\r\n"), "{text}");
    told.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").unwrap();
    until("the merchant was called", || !sandbox.callbacks().is_empty());
    assert_eq!(sandbox.callbacks()[0].attempt, 2);
}

/// Whoever connects next.
fn visitor(listener: &TcpListener) -> TcpStream {
    listener.set_nonblocking(true).unwrap();
    let mut came = None;
    until("somebody connects", || {
        came = listener.accept().ok();
        came.is_some()
    });
    let (stream, _) = came.unwrap();
    stream.set_nonblocking(false).unwrap();
    stream
}

/// Says that it is over when it goes, also when a test fails in the middle.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn however_often_it_is_killed_what_it_has_answered_stays() {
    const TILLS: usize = 4;
    const KILLS: usize = 8;
    let (place, address) = (Place::new(), free_address().to_string());
    let arguments = ["--listen", &address, "--state", "state"];
    let (answered, is_over) = (Mutex::new(BTreeMap::new()), AtomicBool::new(false));
    let known = || answered.lock().unwrap().len();
    let gateway = thread::scope(|scope| {
        let over = Over(&is_over);
        let mut gateway = Gateway::start(&place, &arguments);
        for till in 0..TILLS {
            let (url, answered, is_over) = (gateway.url.clone(), &answered, &is_over);
            scope.spawn(move || {
                let client = crate::support::client(&url);
                for count in 0.. {
                    let order = format!("{till}-{count}");
                    if let Ok(invoice) = client.invoice_init(&request(&order)) {
                        answered.lock().unwrap().insert(order, number(invoice.id()));
                    }
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                }
            });
        }
        for _ in 0..KILLS {
            let before = known();
            until("the tills sell", || known() >= before + 5 * TILLS);
            gateway.kill();
            gateway = Gateway::start(&place, &arguments);
        }
        drop(over);
        gateway
    });
    let answered = answered.into_inner().unwrap();
    let kept: Vec<(String, u64)> = gateway
        .list("invoices")
        .iter()
        .map(|invoice| {
            (invoice["order_id"].as_str().unwrap().to_owned(), invoice["invoice_id"].as_u64().unwrap())
        })
        .collect();
    let ledger: BTreeMap<_, _> = kept.iter().cloned().collect();
    assert_eq!(ledger.len(), kept.len(), "no order was made twice");
    for (order, id) in &answered {
        assert_eq!(ledger.get(order), Some(id), "order {order} was answered");
    }
    // What was lost on the way may be there besides, at most one for each till and kill.
    assert!(ledger.len() <= answered.len() + TILLS * KILLS);
}

#[test]
fn timers_go_on_across_a_restart() {
    let place = Place::new();
    let state = place.path.join("state");
    let timers = Timers { pay_after: Some(Duration::from_secs(3600)), ..Timers::default() };
    let sandbox = start(&state, |options| options.timers = timers);
    let id = till(sandbox.url(), &place).invoice_init(&request("1")).unwrap().id();
    sandbox.advance(Duration::from_secs(3500));
    drop(sandbox);
    let sandbox = start(&state, |options| options.timers = timers);
    let till = till(sandbox.url(), &place);
    assert_eq!(till.invoice_status(id).unwrap().status(), InvoiceStatus::New);
    sandbox.advance(Duration::from_secs(100));
    assert_eq!(till.invoice_status(id).unwrap().status(), InvoiceStatus::Ok);
}

#[test]
fn a_fast_clock_fires_timers_early_and_shows_in_dt() {
    let sandbox = Sandbox::start(Options {
        speed: 100_000,
        timers: Timers { pay_after: Some(Duration::from_secs(3600)), ..Timers::default() },
        ..Options::default()
    })
    .unwrap();
    let till = Client::new(&config(sandbox.url())).unwrap();
    let first = till.invoice_init(&request("1")).unwrap();
    let end = till.invoice_wait(first.id(), 10_000, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(end.status(), InvoiceStatus::Ok);
    assert!(end.unix_time().unwrap() - first.unix_time().unwrap() >= 3600);
}

#[test]
fn a_file_that_is_damaged_or_another_s_is_refused_and_stays_as_it_is() {
    let place = Place::new();
    let state = place.path.join("state");
    let sandbox = start(&state, |_| ());
    let till = till(sandbox.url(), &place);
    till.invoice_init(&request("1")).unwrap();
    assert!(
        refused(&place, &["--listen", "127.0.0.1:0", "--state", "state"])
            .contains("another sandbox has it open")
    );
    drop(sandbox);
    let whole = fs::read(&state).unwrap();
    let mut damaged = whole.clone();
    let middle = whole.len() / 2;
    damaged[middle] ^= 1;
    for (bytes, reason) in [
        (&damaged[..], "is damaged"),
        (&fs::read(place.journal()).unwrap(), "this is not the state of a sandbox"),
        (b"shopping list\n", "this is not the state of a sandbox"),
    ] {
        fs::write(&state, bytes).unwrap();
        let said = refused(&place, &["--listen", "127.0.0.1:0", "--state", "state"]);
        assert!(said.contains(reason) && said.contains("it stays as it is"), "{said}");
        assert_eq!(fs::read(&state).unwrap(), bytes);
    }
    // Half a line at the end is what a kill leaves.
    fs::write(&state, &whole[..whole.len() - 20]).unwrap();
    drop(start(&state, |_| ()));
}

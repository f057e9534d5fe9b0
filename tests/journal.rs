//! The journal keeps its promises: the same sale is never made twice, nothing is forgotten, and a journal that cannot
//! be used is said before anything is sent.

mod support;

use std::io::{Seek, SeekFrom, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use freedompay::sandbox::{CARD_OK, InvoiceState, Options, Record, SECRET_KEY, Sandbox};
use freedompay::{
    Advice, Client, Code, Config, Error, Invoice, InvoiceRequest, InvoiceStatus, Level, Log, Sent, Task,
};
use rusqlite::Connection;
use support::child::{child, child_with_mounts, orders};
use support::hole::nobody;
use support::place::Place;
use support::proxy::{Fault, Proxy, Way};
use support::{REFUSAL, ScriptedServer, Step, config, http, read_request, request};

fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

fn journalled(url: &str, journal: &Path) -> Config {
    let mut config = config(url);
    config.set_journal(journal).unwrap();
    config
}

fn till(url: &str, place: &Place) -> Client {
    Client::new(&journalled(url, &place.journal())).unwrap()
}

fn sale(order_id: &str, amount: &str, currency: Option<&str>) -> InvoiceRequest {
    let mut request = InvoiceRequest::new(order_id, amount.parse().unwrap(), "Чай").unwrap();
    if let Some(currency) = currency {
        request.options.set_currency(currency).unwrap();
    }
    request
}

fn number(invoice: &Invoice) -> u64 {
    u64::try_from(invoice.id()).unwrap()
}

/// The order ids of what is pending, each with whether its invoice is known.
fn pending(till: &Client) -> Vec<(String, bool)> {
    let sales = till.pending().unwrap();
    sales.into_iter().map(|sale| (sale.order_id, sale.invoice_id.is_some())).collect()
}

fn inits(records: &[Record]) -> usize {
    records.iter().filter(|record| record.path.ends_with("/init")).count()
}

/// Makes an init whose answer is lost: the gateway has the sale, the till does not know.
fn lose_an_answer(proxy: &Proxy, till: &Client, request: &InvoiceRequest) {
    proxy.set(Fault::Cut(Way::ToLibrary, 20));
    let error = till.invoice_init(request).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Unknown, Sent::Maybe), "{error}");
    proxy.set(Fault::None);
}

/// Makes an init that is lost before the gateway has all of it.
fn lose_a_request(proxy: &Proxy, till: &Client, request: &InvoiceRequest) {
    proxy.set(Fault::Cut(Way::ToGateway, 20));
    let error = till.invoice_init(request).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Unknown, Sent::Maybe), "{error}");
    proxy.set(Fault::None);
}

#[test]
fn a_kept_invoice_is_shown_again_with_its_qr_and_without_a_question() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    assert!(till.invoice_kept("1").unwrap().is_none(), "not before there is one");
    let made = till.invoice_init(&sale("1", "10.50", None)).unwrap();
    let kept = till.invoice_kept("1").unwrap().unwrap();
    assert_eq!((kept.id(), kept.status(), kept.qr_url()), (made.id(), made.status(), made.qr_url()));
    assert!(kept.is_from_journal() && kept.qr_url().is_some());

    sandbox.pay(number(&made)).unwrap();
    till.invoice_status(made.id()).unwrap();
    assert_eq!(till.invoice_kept("1").unwrap().unwrap().status(), InvoiceStatus::Ok, "as it was last seen");
    assert!(till.invoice_kept("2").unwrap().is_none());
    assert_eq!(sandbox.requests().len(), 2, "one init and one status");
    assert_eq!(till.invoice_kept("").unwrap_err().code(), Code::Argument);
    let without = Client::new(&config(sandbox.url())).unwrap();
    assert_eq!(without.invoice_kept("1").unwrap_err().code(), Code::Config);
}

#[test]
fn the_same_sale_again_is_the_same_invoice_with_everything_and_sends_nothing() {
    let (sandbox, place) = (sandbox(), Place::new());
    let request = sale("00102", "10.50", Some("KZT"));
    let first = till(sandbox.url(), &place).invoice_init(&request).unwrap();
    assert!(!first.is_from_journal());
    let sent = sandbox.requests().len();
    // Another process would have another client; the same amount may be written another way.
    for again in [&request, &sale("00102", "10.5", Some("KZT"))] {
        let again = till(sandbox.url(), &place).invoice_init(again).unwrap();
        assert!(again.is_from_journal());
        assert_eq!(
            (again.id(), again.status(), again.order_id()),
            (first.id(), first.status(), Some("00102"))
        );
        assert_eq!((again.qr_url(), again.unix_time()), (first.qr_url(), first.unix_time()));
        assert_eq!((&again.answer().body, again.answer().http_status), (&first.answer().body, 200));
        assert!(again.qr_url().is_some());
    }
    assert_eq!(sandbox.requests().len(), sent, "nothing was sent");

    sandbox.pay(number(&first)).unwrap();
    till(sandbox.url(), &place).invoice_status(first.id()).unwrap();
    let paid = till(sandbox.url(), &place).invoice_init(&request).unwrap();
    assert_eq!(
        (paid.status(), paid.is_from_journal(), paid.qr_url()),
        (InvoiceStatus::Ok, true, first.qr_url())
    );
}

#[test]
fn another_amount_or_currency_is_a_conflict_that_names_both() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let till = till(&proxy.url, &place);
    till.invoice_init(&sale("known", "10.50", Some("KZT"))).unwrap();
    lose_an_answer(&proxy, &till, &sale("unknown", "10.50", Some("KZT")));
    let sent = sandbox.requests().len();
    for order_id in ["known", "unknown"] {
        for (amount, currency, shown) in [
            ("10.51", Some("KZT"), "10.51 KZT"),
            ("10.50", Some("UZS"), "10.50 UZS"),
            ("1050", Some("KZT"), "1050 KZT"),
            ("10.50", None, "asked for with 10.50;"),
        ] {
            let error = till.invoice_init(&sale(order_id, amount, currency)).unwrap_err();
            assert_eq!((error.code(), error.sent(), error.advice()), (Code::Conflict, Sent::No, Advice::Fix));
            assert!(error.message().contains("10.50 KZT") && error.message().contains(shown), "{error}");
        }
    }
    assert_eq!(sandbox.requests().len(), sent, "nothing was sent");
}

#[test]
fn a_sale_of_unknown_outcome_is_asked_about_first_and_adopted() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    lose_an_answer(&proxy, &till(&proxy.url, &place), &request("1"));
    assert_eq!(pending(&till(&proxy.url, &place)), [("1".to_owned(), false)]);

    let adopted = till(&proxy.url, &place).invoice_init(&request("1")).unwrap();
    let paths: Vec<_> = sandbox.requests().into_iter().map(|record| record.path).collect();
    assert_eq!(paths.len(), 2);
    assert!(paths[0].ends_with("/init") && paths[1].ends_with("/status"), "{paths:?}");
    assert_eq!(pending(&till(&proxy.url, &place)), [("1".to_owned(), true)]);
    let again = till(&proxy.url, &place).invoice_init(&request("1")).unwrap();
    assert_eq!((again.id(), again.is_from_journal()), (adopted.id(), true));
    assert_eq!((again.amount(), again.status()), (Some("10.50"), InvoiceStatus::New));
    assert_eq!(sandbox.requests().len(), 2, "and then the journal knows");
}

#[test]
fn an_invoice_of_another_sum_is_not_the_lost_one_of_its_order() {
    for (amount, currency) in [("99", "KZT"), ("10.50", "UZS")] {
        let (sandbox, place) = (sandbox(), Place::new());
        let proxy = Proxy::before(sandbox.url());
        let lost = sale("1", "10.50", Some("KZT"));
        lose_a_request(&proxy, &till(&proxy.url, &place), &lost);
        // Another till, which shares no journal with this one.
        let other =
            till(sandbox.url(), &Place::new()).invoice_init(&sale("1", amount, Some(currency))).unwrap();
        let error = till(&proxy.url, &place).invoice_init(&lost).unwrap_err();
        assert_eq!((error.code(), error.advice()), (Code::Conflict, Advice::Fix), "{error}");
        let asked = till(&proxy.url, &place).invoice_status_by_order("1").unwrap();
        assert_eq!(asked.id(), other.id());
        assert_eq!(
            pending(&till(&proxy.url, &place)),
            [("1".to_owned(), false)],
            "{amount} {currency} is not adopted"
        );
        assert_eq!(inits(&sandbox.requests()), 1);
    }
}

#[test]
fn an_invoice_over_another_sum_is_no_answer_to_an_init_however_the_right_one_is_written() {
    let answer = |fields: &str| {
        let fields = format!("<invoice_id>7</invoice_id><invoice_status>new</invoice_status>{fields}");
        Step::Answer(http("200 OK", &format!("<root><status>ok</status>{fields}</root>")))
    };
    let first = sale("1", "10.50", Some("KZT"));
    for (fields, said) in [
        ("<amount>99.99</amount>", "its sum is \"99.99\", not 10.50 KZT"),
        ("<amount>1050</amount><currency>KZT</currency>", "its sum is \"1050\" \"KZT\", not 10.50 KZT"),
        ("<amount>10.50</amount><currency>UZS</currency>", "its sum is \"10.50\" \"UZS\", not 10.50 KZT"),
    ] {
        let server =
            ScriptedServer::start(vec![answer(fields), answer(fields), answer("<amount>10.5</amount>")]);
        let place = Place::new();
        let till = till(&server.url, &place);
        let error = till.invoice_init(&first).unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Answer, Sent::Yes, Advice::AskStatus), "{error}");
        assert!(error.message().contains(said), "{error}");
        assert_eq!(error.answer().unwrap().document.get("invoice_id"), Some("7"), "it can be looked at");
        assert_eq!(pending(&till), [("1".to_owned(), false)]);
        assert_eq!(
            till.invoice_init(&first).unwrap_err().code(),
            Code::Conflict,
            "the gateway stays with it"
        );
        assert_eq!(till.invoice_recover("1").unwrap().id(), 7, "or had it right all the time");
        assert_eq!(pending(&till), [("1".to_owned(), true)]);
    }
    for fields in
        ["", "<amount> 10.5000 </amount>", "<amount>10,50</amount><currency/>", "<currency>kzt</currency>"]
    {
        let server = ScriptedServer::start(vec![answer(fields)]);
        assert_eq!(till(&server.url, &Place::new()).invoice_init(&first).unwrap().id(), 7, "{fields}");
    }
}

#[test]
fn not_found_proves_nothing_at_first_and_allows_a_new_attempt_later() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let mut impatient = journalled(&proxy.url, &place.journal());
    impatient.set_timeout_ms(1_000).unwrap();
    let till = Client::new(&impatient).unwrap();
    lose_a_request(&proxy, &till, &request("1"));
    for end in [till.invoice_init(&request("1")), till.invoice_recover("1"), till.invoice_init(&request("1"))]
    {
        let error = end.unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Unknown, Sent::Maybe, Advice::Wait), "{error}");
    }
    assert_eq!(inits(&sandbox.requests()), 0, "the gateway was only asked");
    assert_eq!(pending(&till), [("1".to_owned(), false)]);

    place.let_ten_minutes_pass();
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068), "now it counts");
    assert_eq!(pending(&till), []);
    let invoice = till.invoice_init(&request("1")).unwrap();
    assert_eq!(sandbox.invoices().len(), 1);
    assert_eq!(pending(&till), [("1".to_owned(), true)]);

    lose_a_request(&proxy, &till, &request("2"));
    place.let_ten_minutes_pass();
    assert_ne!(till.invoice_init(&request("2")).unwrap().id(), invoice.id());
    assert_eq!(sandbox.invoices().len(), 2, "also without a recovery in between");
}

#[test]
fn a_refused_sale_and_one_that_was_not_sent_may_be_tried_again_even_with_another_amount() {
    let refusing = ScriptedServer::start(vec![
        Step::Answer(http("200 OK", REFUSAL)),
        Step::Answer(http("200 OK", REFUSAL)),
        Step::Answer(http("200 OK", support::GOOD)),
    ]);
    let place = Place::new();
    let first = till(&refusing.url, &place);
    for amount in ["10.50", "99"] {
        let error = first.invoice_init(&sale("1", amount, None)).unwrap_err();
        assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 9998));
        assert_eq!(pending(&first), []);
    }
    let invoice = first.invoice_init(&sale("1", "7", None)).unwrap();
    assert_eq!((invoice.is_from_journal(), refusing.requests().len()), (false, 3), "each attempt was sent");

    let ((address, socket), place) = (nobody(), Place::new());
    let mut impatient = journalled(&format!("http://{address}"), &place.journal());
    impatient.set_timeout_ms(300).unwrap();
    let second = Client::new(&impatient).unwrap();
    let error = second.invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No), "{error}");
    assert_eq!(pending(&second), []);
    socket.listen(16).unwrap();
    let back = ScriptedServer::on(socket.into(), vec![Step::Answer(http("200 OK", support::GOOD))]);
    let invoice = second.invoice_init(&sale("1", "20", None)).unwrap();
    assert_eq!((invoice.is_from_journal(), back.requests().len()), (false, 1));
}

#[test]
fn a_recovery_does_not_take_a_fresh_invoice_for_none_while_the_gateways_copies_may_be_late() {
    let absent = Step::Answer(http("200 OK", &REFUSAL.replace("9998", "11068")));
    let good = Step::Answer(http("200 OK", support::GOOD));
    let server = ScriptedServer::start(vec![good.clone(), absent.clone(), absent.clone(), good, absent]);
    let place = Place::new();
    let mut impatient = journalled(&server.url, &place.journal());
    impatient.set_poll_interval_ms(60_000).unwrap();
    let till = Client::new(&impatient).unwrap();
    till.invoice_init(&request("1")).unwrap();
    for _ in 0..2 {
        let error = till.invoice_recover("1").unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Unknown, Sent::Yes, Advice::Wait), "{error}");
    }
    assert_eq!(pending(&till), [("1".to_owned(), true)]);
    assert_eq!(till.invoice_recover("1").unwrap().id(), 7);
    place.let_ten_minutes_pass();
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068), "now it counts");
    assert_eq!(pending(&till), [("1".to_owned(), true)], "and is nothing that a till can have done");
    assert!(till.invoice_init(&request("1")).unwrap().is_from_journal());
}

#[test]
fn a_refused_sale_is_never_called_unknown_by_its_recovery() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let mut wrong_key = journalled(&proxy.url, &place.journal());
    wrong_key.set_secret_key("another-key").unwrap();
    let error = Client::new(&wrong_key).unwrap().invoice_init(&request("1")).unwrap_err();
    assert_eq!(error.code(), Code::Refused);
    let till = till(&proxy.url, &place);
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068), "{error}");
    drop(sandbox);
    proxy.set(Fault::CloseAtOnce);
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!(error.advice(), Advice::Retry, "the question failed, the sale is not unknown: {error}");
    assert!(!error.message().contains("an earlier attempt"), "{error}");
}

#[test]
fn pending_lists_what_is_open_the_oldest_first_and_recovery_ends_it() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let till = till(&proxy.url, &place);
    assert_eq!(pending(&till), []);
    let open = till.invoice_init(&request("open")).unwrap();
    lose_an_answer(&proxy, &till, &request("lost answer"));
    lose_a_request(&proxy, &till, &request("lost request"));
    let paid = till.invoice_init(&request("paid")).unwrap();
    let declined = till.invoice_init(&request("declined")).unwrap();
    sandbox.pay(number(&paid)).unwrap();
    sandbox.decline(number(&declined)).unwrap();
    let all =
        [("open", true), ("lost answer", false), ("lost request", false), ("paid", true), ("declined", true)];
    let listed = |sales: &[(&str, bool)]| -> Vec<(String, bool)> {
        sales.iter().map(|(order_id, known)| ((*order_id).to_owned(), *known)).collect()
    };
    assert_eq!(pending(&till), listed(&all), "what nobody has asked about is open");
    let sales = till.pending().unwrap();
    assert_eq!((sales[0].invoice_id, sales[0].amount.as_str()), (Some(open.id()), "10.50"));

    assert_eq!(till.invoice_status(paid.id()).unwrap().status(), InvoiceStatus::Ok);
    assert_eq!(till.invoice_status_by_order("declined").unwrap().status(), InvoiceStatus::Failed);
    assert_eq!(pending(&till), listed(&all[..3]));
    till.invoice_recover("lost answer").unwrap();
    assert_eq!(pending(&till), listed(&[("open", true), ("lost answer", true), ("lost request", false)]));
    for invoice in sandbox.invoices() {
        let _ = sandbox.pay(invoice.invoice_id);
    }
    for order_id in ["open", "lost answer"] {
        assert_eq!(till.invoice_recover(order_id).unwrap().status(), InvoiceStatus::Ok);
    }
    assert_eq!(pending(&till), listed(&all[2..3]), "an end that was seen is kept, the rest stays");
    assert_eq!(till.invoice_recover("never heard of").unwrap_err().code(), Code::Argument);
}

#[test]
fn a_payment_that_arrives_after_the_till_gave_up_is_found() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    let gave_up = till.invoice_init(&request("gave up")).unwrap();
    let timed_out = till.invoice_init(&request("timed out")).unwrap();
    let error = till.invoice_wait(gave_up.id(), 60_000, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert_eq!(error.code(), Code::Cancelled);
    let error = till.invoice_wait(timed_out.id(), 60, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    for invoice in [&gave_up, &timed_out] {
        sandbox.pay(number(invoice)).unwrap();
    }
    let open = [("gave up".to_owned(), true), ("timed out".to_owned(), true)];
    assert_eq!(pending(&self::till(sandbox.url(), &place)), open);
    for (order_id, _) in open {
        assert_eq!(till.invoice_recover(&order_id).unwrap().status(), InvoiceStatus::Ok);
    }
    assert_eq!(pending(&till), []);
}

#[test]
fn a_wait_writes_the_end_that_it_saw() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    let id = till.invoice_init(&request("1")).unwrap().id();
    let mut polls = 0;
    let end = till.invoice_wait(id, 60_000, &mut |_| {
        polls += 1;
        if polls == 1 {
            sandbox.expire(u64::try_from(id).unwrap()).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(end.unwrap().status(), InvoiceStatus::Incomplete);
    assert_eq!(pending(&till), []);
    let again = till.invoice_init(&request("1")).unwrap();
    assert_eq!((again.status(), again.is_from_journal()), (InvoiceStatus::Incomplete, true));
}

#[test]
fn shops_and_gateways_in_one_file_do_not_know_each_others_sales() {
    let (here, there, place) = (sandbox(), sandbox(), Place::new());
    till(here.url(), &place).invoice_init(&request("1")).unwrap();
    let other = till(there.url(), &place);
    assert_eq!(pending(&other), []);
    assert!(!other.invoice_init(&request("1")).unwrap().is_from_journal());
    assert_eq!((here.invoices().len(), there.invoices().len()), (1, 1));
}

// ---- several processes -------------------------------------------------------------------------------------------

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn what_a_child_process_does() {
    let Some(orders) = orders() else { return };
    let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
    match orders[..] {
        ["init at", instant_ms, url, journal, order_id] => {
            let till = Client::new(&journalled(url, Path::new(journal))).unwrap();
            let instant = UNIX_EPOCH + Duration::from_millis(instant_ms.parse().unwrap());
            thread::sleep(instant.duration_since(SystemTime::now()).unwrap_or_default());
            said(till.invoice_init(&request(order_id)));
        }
        ["sell", count, url, journal, name] => {
            let till = Client::new(&journalled(url, Path::new(journal))).unwrap();
            for sale in 0..count.parse().unwrap() {
                let invoice = till.invoice_init(&request(&format!("{name}-{sale}"))).unwrap();
                till.invoice_status(invoice.id()).unwrap();
                let shared = till.invoice_init(&request(&format!("shared-{sale}")));
                assert!(shared.as_ref().is_ok_and(|i| i.id() > 0) || is_unknown(&shared), "{shared:?}");
            }
        }
        ["fill the disk", url, journal] => {
            let till = Client::new(&journalled(url, Path::new(journal))).unwrap();
            let fullest = (0..10_000).find_map(|sale| till.invoice_init(&request(&format!("{sale}"))).err());
            said(Err(fullest.expect("a disk this small is full some time")));
        }
        ["init", url, journal] => {
            let till = Client::new(&journalled(url, Path::new(journal)));
            said(till.and_then(|till| till.invoice_init(&request("1"))));
        }
        ["read", url, journal] => {
            let till = Client::new(&journalled(url, Path::new(journal))).unwrap();
            match till.pending() {
                Ok(sales) => println!("said: pending {}", sales.len()),
                Err(error) => said(Err(error)),
            }
        }
        ["walk", url, place] => walk(url, Path::new(place)),
        _ => panic!("{orders:?}"),
    }
}

fn is_unknown(end: &Result<Invoice, Error>) -> bool {
    end.as_ref().is_err_and(|error| error.code() == Code::Unknown)
}

/// Tells the parent how a call ended, in one line.
fn said(end: Result<Invoice, Error>) {
    match end {
        Ok(invoice) => println!("said: invoice {} {}", invoice.id(), invoice.is_from_journal()),
        Err(error) => println!("said: {:?} {:?} {error}", error.code(), error.sent()),
    }
}

/// Runs a child to its end; answers what it said.
fn heard(mut command: Command) -> String {
    let output = command.stderr(Stdio::piped()).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines()
        .find_map(|line| line.split_once("said: "))
        .map(|(_, said)| said.to_owned())
        .unwrap_or_default()
}

#[test]
fn two_processes_at_the_same_instant_with_one_order_id_send_one_init() {
    let sandbox = sandbox();
    const ROUNDS: usize = 40;
    for round in 0..ROUNDS {
        // A new file in most rounds: making it is a race of its own.
        let place = Place::new();
        let journal = place.journal();
        if round % 4 == 0 {
            till(sandbox.url(), &place).check().unwrap();
        }
        let order_id = format!("order-{round}");
        let instant = SystemTime::now().duration_since(UNIX_EPOCH).unwrap() + Duration::from_millis(60);
        let instant_ms = instant.as_millis().to_string();
        let children: Vec<_> = (0..3)
            .map(|_| {
                let orders = ["init at", &instant_ms, sandbox.url(), journal.to_str().unwrap(), &order_id];
                let command = child(&orders);
                thread::spawn(move || heard(command))
            })
            .collect();
        let said: Vec<String> = children.into_iter().map(|child| child.join().unwrap()).collect();
        let records: Vec<_> = sandbox.requests();
        let of_this: Vec<_> =
            records.into_iter().filter(|r| r.order_id.as_deref() == Some(&order_id)).collect();
        assert_eq!(inits(&of_this), 1, "round {round}: {said:?}");
        let id = of_this.iter().find(|r| r.path.ends_with("/init")).unwrap().invoice_id.unwrap();
        assert!(said.iter().any(|said| said.starts_with(&format!("invoice {id} "))), "{said:?}");
        for said in said {
            let right = said.starts_with(&format!("invoice {id} ")) || said.starts_with("Unknown Maybe");
            assert!(right, "round {round}: {said}");
        }
    }
}

#[test]
fn several_processes_and_threads_share_one_file() {
    let (sandbox, place) = (sandbox(), Place::new());
    let journal = place.journal();
    let mut sellers: Vec<_> = (0..3)
        .map(|process| {
            let name = format!("process-{process}");
            let command = child(&["sell", "25", sandbox.url(), journal.to_str().unwrap(), &name]);
            thread::spawn(move || drop(heard(command)))
        })
        .collect();
    let till = Arc::new(till(sandbox.url(), &place));
    sellers.extend((0..3).map(|thread| {
        let till = till.clone();
        thread::spawn(move || {
            for sale in 0..25 {
                till.invoice_init(&request(&format!("thread-{thread}-{sale}"))).unwrap();
            }
        })
    }));
    for seller in sellers {
        seller.join().unwrap();
    }
    let invoices = sandbox.invoices();
    assert_eq!(invoices.len(), 3 * 25 + 3 * 25 + 25, "one for each order, the shared ones too");
    assert_eq!(till.pending().unwrap().len(), invoices.len());
    for invoice in invoices {
        let known = till.invoice_init(&request(&invoice.order_id)).unwrap();
        assert_eq!((number(&known), known.is_from_journal()), (invoice.invoice_id, true));
    }
}

// ---- a journal that cannot be used -------------------------------------------------------------------------------

/// A journal at `path` is refused by every call that needs it, with a sentence that has `remedy` in it.
#[track_caller]
fn refused(path: &Path, remedy: &str) {
    let sandbox = sandbox();
    let till = Client::new(&journalled(sandbox.url(), path)).unwrap();
    let failures = [
        till.check().unwrap_err(),
        till.invoice_init(&request("1")).unwrap_err(),
        till.invoice_recover("1").unwrap_err(),
        till.pending().unwrap_err(),
    ];
    for error in failures {
        assert_eq!(
            (error.code(), error.sent(), error.advice()),
            (Code::Journal, Sent::No, Advice::Fix),
            "{error}"
        );
        assert!(error.message().contains(remedy), "{error}");
        assert!(error.message().contains(path.to_str().unwrap()), "the file is named: {error}");
    }
    assert!(sandbox.requests().is_empty(), "nothing was sent");
}

/// A journal with `sales` in it, merged into one file.
fn filled(place: &Place, sales: usize) {
    let sandbox = sandbox();
    let till = till(sandbox.url(), place);
    for sale in 0..sales {
        till.invoice_init(&request(&format!("order-{sale}"))).unwrap();
    }
    let merge = Connection::open(place.journal()).unwrap();
    let rest: i64 = merge.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(rest, 0, "the log is merged");
}

#[test]
fn a_missing_folder_is_said() {
    let place = Place::new();
    refused(&place.path.join("no/such/folder/journal"), "its folder must exist and be writable");
    assert!(!place.path.join("no").exists(), "and not made");
    fs::write(place.path.join("file"), "x").unwrap();
    refused(&place.path.join("file/journal"), "its folder must exist and be writable");
    refused(&place.path, "its folder must exist and be writable");
}

#[test]
fn a_damaged_file_is_said() {
    let place = Place::new();
    filled(&place, 20);
    let write_at = |offset: u64, length: usize| {
        let mut file = fs::OpenOptions::new().write(true).open(place.journal()).unwrap();
        file.seek(SeekFrom::Start(offset)).unwrap();
        // Bytes like those of a broken disk, the same each time.
        let noise: Vec<u8> =
            (0..length as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        file.write_all(&noise).unwrap();
    };
    let whole = fs::metadata(place.journal()).unwrap().len();
    assert!(whole > 3 * 4096, "several pages: {whole}");
    write_at(4096, usize::try_from(whole).unwrap() - 4096);
    {
        let sandbox = sandbox();
        let till = till(sandbox.url(), &place);
        for error in [till.invoice_init(&request("1")).unwrap_err(), till.pending().unwrap_err()] {
            assert_eq!((error.code(), error.sent()), (Code::Journal, Sent::No), "{error}");
            assert!(error.message().contains("the file is damaged"), "{error}");
        }
        assert!(sandbox.requests().is_empty());
    }
    write_at(0, 4096);
    refused(&place.journal(), "the file is damaged: keep it for repair and name a new one");
    fs::write(place.journal(), "certainly no database, but long enough to be read as one ".repeat(100))
        .unwrap();
    refused(&place.journal(), "the file is damaged");
}

#[test]
fn a_newer_schema_and_another_database_are_said_and_left_as_they_are() {
    let place = Place::new();
    filled(&place, 1);
    let newer = Connection::open(place.journal()).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    refused(&place.journal(), "written by a newer version of the library (schema 99); update the library");
    let version: i64 = newer.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 99);

    let strange = place.path.join("strange");
    let other = Connection::open(&strange).unwrap();
    other.execute_batch("CREATE TABLE recipe (name TEXT); INSERT INTO recipe VALUES ('plov')").unwrap();
    refused(&strange, "is not a journal but another database; name a file of its own for it");
    let tables: i64 = other.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).unwrap();
    assert_eq!(tables, 1);
}

#[test]
fn a_journal_of_an_earlier_version_keeps_its_sales_and_takes_what_that_did_not_know() {
    for (version, unknown) in [(1, &["operation", "reply"][..]), (2, &["reply"])] {
        let (sandbox, place) = (sandbox(), Place::new());
        let paid = till(sandbox.url(), &place).invoice_init(&request("paid")).unwrap();
        let open = till(sandbox.url(), &place).invoice_init(&request("open")).unwrap();
        let earlier = Connection::open(place.journal()).unwrap();
        for table in unknown {
            earlier.execute_batch(&format!("DROP TABLE {table}")).unwrap();
        }
        earlier.pragma_update(None, "user_version", version).unwrap();
        drop(earlier);

        let till = till(sandbox.url(), &place);
        assert_eq!(pending(&till), [("paid".to_owned(), true), ("open".to_owned(), true)], "{version}");
        let again = till.invoice_init(&request("open")).unwrap();
        assert_eq!((again.id(), again.is_from_journal(), again.qr_url()), (open.id(), true, open.qr_url()));
        sandbox.pay(number(&paid)).unwrap();
        for is_again in [false, true] {
            let refund = till.payment_refund(paid.id(), None, Some("all")).unwrap();
            assert_eq!(refund.is_from_journal(), is_again);
        }
    }
}

#[test]
fn a_journal_that_another_program_holds_locked_is_said_before_anything_is_sent() {
    let place = Place::new();
    filled(&place, 1);
    let holder = Connection::open(place.journal()).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let sandbox = sandbox();
    let error = till(sandbox.url(), &place).invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Journal, Sent::No), "{error}");
    assert!(error.message().contains("another program holds it locked: end that program"), "{error}");
    assert!(sandbox.requests().is_empty());
}

#[test]
fn a_read_only_folder_and_file_are_said() {
    let (sandbox, place) = (sandbox(), Place::new());
    filled(&place, 1);
    let folder = place.path.to_str().unwrap();
    // Root ignores permissions, a mount that takes no writing stops it too.
    let whole_folder = format!("mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}");
    let file_alone = format!(
        "mount --bind {folder}/journal {folder}/journal && mount -o remount,bind,ro {folder}/journal"
    );
    for (setup, name) in [(&whole_folder, "journal"), (&whole_folder, "new"), (&file_alone, "journal")] {
        let journal = place.path.join(name);
        let orders = ["init", sandbox.url(), journal.to_str().unwrap()];
        let Some(command) = child_with_mounts(setup, &orders) else { return };
        let said = heard(command);
        assert!(said.starts_with("Journal No the journal"), "{said}");
        assert!(said.contains("folder must be writable") || said.contains("exist and be writable"), "{said}");
    }
    assert!(sandbox.requests().is_empty(), "nothing was sent");
}

#[test]
fn a_network_drive_is_refused_before_anything_is_sent() {
    let (sandbox, place) = (sandbox(), Place::new());
    let (folder, mounts) = (place.path.join("the shop"), place.path.join("mounts"));
    fs::create_dir(&folder).unwrap();
    let mounted = |kind| {
        let at = folder.display().to_string().replace(' ', "\\040");
        format!("22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:50 / {at} rw - {kind} //server/shop rw\n")
    };
    for (kind, answer) in
        [("cifs", "Journal No the journal "), ("nfs4", "Journal No the journal "), ("ext4", "invoice ")]
    {
        fs::write(&mounts, mounted(kind)).unwrap();
        // The process that reads what is mounted is the shell that says so: it becomes that.
        let setup = format!("mount --bind '{}' /proc/$$/mountinfo", mounts.display());
        let journal = folder.join("journal");
        let Some(command) = child_with_mounts(&setup, &["init", sandbox.url(), journal.to_str().unwrap()])
        else {
            return;
        };
        let said = heard(command);
        assert!(said.starts_with(answer), "{kind}: {said}");
        assert_eq!(said.contains(&format!("is on a network drive ({kind})")), kind != "ext4", "{said}");
        assert_eq!(journal.exists(), kind == "ext4");
    }
    assert_eq!(inits(&sandbox.requests()), 1);
}

#[test]
fn a_full_disk_is_said_before_anything_is_sent_and_loses_nothing() {
    let (sandbox, place) = (sandbox(), Place::new());
    let folder = place.path.to_str().unwrap();
    let journal = place.journal();
    let kept = Place::new();
    // The sales of a full disk are looked at afterwards, so they are copied out of the mount.
    let setup = format!(
        "mount -t tmpfs -o size=256k tmpfs {folder}\n\
         trap 'cp {folder}/journal* {kept}/' EXIT\n\"$0\" \"$@\"\nexit",
        kept = kept.path.display()
    );
    let orders = ["fill the disk", sandbox.url(), journal.to_str().unwrap()];
    let Some(command) = child_with_mounts(&setup, &orders) else { return };
    let said = heard(command);
    assert!(said.starts_with("Journal No ") && said.contains("the disk is full: free some space"), "{said}");

    let invoices = sandbox.invoices();
    assert!(invoices.len() > 5, "the disk took some sales: {}", invoices.len());
    assert_eq!(inits(&sandbox.requests()), invoices.len(), "the sale that failed was not sent");
    let till = till(sandbox.url(), &kept);
    let listed = till.pending().unwrap();
    assert_eq!(listed.len(), invoices.len(), "every sale that was sent is in the journal");
    for invoice in invoices {
        sandbox.pay(invoice.invoice_id).unwrap();
        assert_eq!(till.invoice_recover(&invoice.order_id).unwrap().status(), InvoiceStatus::Ok);
    }
    assert_eq!(till.pending().unwrap(), []);
}

#[test]
fn a_journal_that_fails_after_the_answer_does_not_hide_the_answer() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    let first = till.invoice_init(&request("1")).unwrap();
    sandbox.pay(number(&first)).unwrap();
    for file in fs::read_dir(&place.path).unwrap() {
        fs::remove_file(file.unwrap().path()).unwrap();
    }
    fs::create_dir(place.journal()).unwrap();
    assert_eq!(till.invoice_status(first.id()).unwrap().status(), InvoiceStatus::Ok);
}

/// A gateway in whose hands the journal is lost while it answers.
fn losing(place: &Place, answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let folder = place.path.clone();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        read_request(&mut stream).unwrap();
        for file in fs::read_dir(folder).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
        stream.write_all(&answer).unwrap();
    });
    url
}

#[test]
fn a_sale_that_has_ended_is_not_given_again_without_a_warning() {
    let (sandbox, place) = (sandbox(), Place::new());
    let mut config = journalled(sandbox.url(), &place.journal());
    let said = Arc::new(Mutex::new(Vec::new()));
    config.set_log(Log::to({
        let said = said.clone();
        move |level, message| {
            if level == Level::Warn {
                said.lock().unwrap().push(message.to_owned());
            }
        }
    }));
    let till = Client::new(&config).unwrap();
    let id = till.invoice_init(&request("1")).unwrap().id();
    till.invoice_init(&request("1")).unwrap();
    assert_eq!(*said.lock().unwrap(), [] as [String; 0], "it is open");
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    till.invoice_status(id).unwrap();
    assert_eq!(till.invoice_init(&request("1")).unwrap().status(), InvoiceStatus::Ok);
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("order \"1\" has ended (ok) and is given again"), "{said:?}");
}

#[test]
fn a_journal_that_was_replaced_while_a_sale_was_under_way_is_said_in_the_log() {
    let place = Place::new();
    let url = losing(&place, http("200 OK", support::GOOD));
    let mut config = journalled(&url, &place.journal());
    let said = Arc::new(Mutex::new(Vec::new()));
    config.set_log(Log::to({
        let said = said.clone();
        move |level, message| {
            if level == Level::Error {
                said.lock().unwrap().push(message.to_owned());
            }
        }
    }));
    let till = Client::new(&config).unwrap();
    assert_eq!(till.invoice_init(&request("1")).unwrap().id(), 7, "and hides no answer");
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("it was replaced or emptied meanwhile"), "{said:?}");
}

// ---- secrets -----------------------------------------------------------------------------------------------------

#[test]
fn nothing_secret_is_in_the_file() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let till = till(&proxy.url, &place);
    let invoice = till.invoice_init(&request("1")).unwrap();
    till.invoice_pay(invoice.qr_url().unwrap(), "user-1", CARD_OK).unwrap();
    let paid = till.invoice_status(invoice.id()).unwrap();
    assert_eq!(paid.answer().document.get("card_token"), Some(CARD_OK), "the gateway does tell it");
    lose_an_answer(&proxy, &till, &request("2"));
    let lost = sandbox.invoices().pop().unwrap();
    sandbox.pay(lost.invoice_id).unwrap();
    till.invoice_status_by_order("2").unwrap();
    till.invoice_recover("2").unwrap();
    assert_eq!(sandbox.invoices().pop().unwrap().state, InvoiceState::Ok);

    let mut bytes = Vec::new();
    for file in fs::read_dir(&place.path).unwrap() {
        bytes.extend(fs::read(file.unwrap().path()).unwrap());
    }
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("qr"), "these are the journal's bytes: init's answer is in them");
    let mut signatures = 0;
    for exchange in proxy.exchanges() {
        let request = String::from_utf8(exchange.request).unwrap();
        let signature = request.lines().find_map(|line| line.strip_prefix("x-jws-signature: ")).unwrap();
        let [head, _, proof] = signature.split('.').collect::<Vec<_>>()[..] else { panic!("{signature}") };
        assert!(!has(head) && !has(proof), "no signature");
        signatures += 1;
    }
    assert!(signatures >= 5);
    for secret in [SECRET_KEY, CARD_OK, "x-jws-signature", "X-JWS-Signature"] {
        assert!(!has(secret), "{secret}");
    }
}

#[test]
fn a_locked_journal_keeps_no_call_longer_than_its_time_and_no_cancelled_task_at_all() {
    let (sandbox, place) = (sandbox(), Place::new());
    let mut config = journalled(sandbox.url(), &place.journal());
    config.set_timeout_ms(200).unwrap();
    let hasty = Client::new(&config).unwrap();
    let id = hasty.invoice_init(&sale("1", "10", None)).unwrap().id();
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();

    let other = Connection::open(place.journal()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let start = Instant::now();
    assert_eq!(hasty.invoice_init(&sale("2", "10", None)).unwrap_err().code(), Code::Journal);
    assert_eq!(hasty.invoice_status(id).unwrap().status(), InvoiceStatus::Ok, "and hides no answer");
    let took = start.elapsed();
    assert!(took < Duration::from_secs(3), "two calls of 200 ms took {took:?}");

    config.set_timeout_ms(600_000).unwrap();
    let patient = Arc::new(Client::new(&config).unwrap());
    let task = Task::invoice_init(patient, sale("3", "10", None));
    thread::sleep(Duration::from_millis(50));
    assert!(!task.is_done(), "it waits for the other program");
    task.cancel();
    assert!(task.join(Duration::from_secs(5)));
    let error = task.take().unwrap().unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Cancelled, Sent::No), "{error}");
    drop(other);
    assert_eq!(inits(&sandbox.requests()), 1);
    assert_eq!(hasty.invoice_status(id).unwrap().status(), InvoiceStatus::Ok);
    assert!(pending(&hasty).is_empty(), "what was not written then is written now");
}

#[test]
fn a_journals_path_means_one_file_whatever_its_name_and_wherever_the_program_goes() {
    let (sandbox, place) = (sandbox(), Place::new());
    // The working folder belongs to the whole process, so another process does the walking.
    let heard = heard(child(&["walk", sandbox.url(), &place.path.display().to_string()]));
    assert_eq!(heard, "");
    assert_eq!(inits(&sandbox.requests()), 2, "one for each order");
}

/// Makes the same two sales in two working folders, with journals whose names are relative and peculiar.
fn walk(url: &str, place: &Path) {
    for folder in ["a", "b"] {
        fs::create_dir(place.join(folder)).unwrap();
    }
    std::env::set_current_dir(place.join("a")).unwrap();
    let tills = ["sales.db", ":memory:"].map(|name| Client::new(&journalled(url, Path::new(name))).unwrap());
    for folder in ["a", "b"] {
        std::env::set_current_dir(place.join(folder)).unwrap();
        for (number, till) in tills.iter().enumerate() {
            let invoice = till.invoice_init(&sale(&number.to_string(), "10", None)).unwrap();
            assert_eq!(invoice.is_from_journal(), folder == "b");
        }
    }
}

#[test]
fn an_order_that_the_gateway_has_already_is_asked_about_and_not_sent_again() {
    let (sandbox, place) = (sandbox(), Place::new());
    // The first journal is lost after its sale; the gateway says of the second init that the order exists.
    Client::new(&config(sandbox.url())).unwrap().invoice_init(&sale("1", "10", None)).unwrap();
    let used = REFUSAL.replace("9998", "9991");
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", &used))]);
    let mut refusing = journalled(&server.url, &place.journal());
    let error = Client::new(&refusing).unwrap().invoice_init(&sale("1", "10", None)).unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 9991));
    assert_eq!(error.advice(), Advice::AskStatus, "nothing that the till corrects makes it paid or unpaid");
    assert_eq!(pending(&Client::new(&refusing).unwrap()), [("1".to_owned(), false)]);
    refusing.set_base_url(&server.url).unwrap();
    let again = Client::new(&refusing).unwrap().invoice_init(&sale("1", "10", None));
    assert_eq!(again.unwrap_err().code(), Code::Unknown);
    let paths: Vec<String> = server
        .requests()
        .iter()
        .map(|request| String::from_utf8_lossy(request).split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["/v5/merchant/invoice/init", "/v5/merchant/invoice/status"]);
}

#[test]
fn an_invoice_that_turns_up_after_all_is_adopted_and_a_late_payment_outranks_an_end() {
    let (sandbox, place) = (sandbox(), Place::new());
    let far = till(sandbox.url(), &place);
    // The journal believes that it was not sent; the gateway has it, as after a request that was very late.
    far.invoice_init(&sale("0", "10", None)).unwrap();
    Connection::open(place.journal())
        .unwrap()
        .execute("UPDATE sale SET state = 3, open = 0, invoice_id = NULL, answer = NULL", [])
        .unwrap();
    assert!(pending(&far).is_empty());
    let found = far.invoice_status_by_order("0").unwrap();
    assert_eq!(pending(&far), [("0".to_owned(), true)]);
    let again = far.invoice_init(&sale("0", "10", None)).unwrap();
    assert_eq!((again.id(), again.is_from_journal()), (found.id(), true));
    assert_eq!(inits(&sandbox.requests()), 1);

    Connection::open(place.journal())
        .unwrap()
        .execute("UPDATE sale SET invoice_status = 5, open = 0", [])
        .unwrap();
    sandbox.pay(number(&found)).unwrap();
    assert_eq!(far.invoice_status(found.id()).unwrap().status(), InvoiceStatus::Ok);
    assert_eq!(far.invoice_init(&sale("0", "10", None)).unwrap().status(), InvoiceStatus::Ok);
}

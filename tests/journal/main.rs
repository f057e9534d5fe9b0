//! The journal keeps its promises, each kind in a file of its own: `once`, `open`, `processes`, `file`.

#[path = "../support/mod.rs"]
mod support;

mod file;
mod once;
mod open;
mod processes;

use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use freedompay::sandbox::{Options, Record, Sandbox};
use freedompay::{Client, Code, Config, Error, Invoice, InvoiceRequest, Sent};

use support::child::orders;
use support::place::Place;
use support::proxy::{Fault, Proxy, Way};
use support::{config, request};

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
        ["walk", url, place] => processes::walk(url, Path::new(place)),
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

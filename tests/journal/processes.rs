//! Several processes and threads share one journal.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use std::{fs, thread};

use freedompay::{Client, Code, InvoiceStatus, Sent, Task};
use rusqlite::Connection;

use crate::support::child::child;
use crate::support::place::Place;
use crate::support::request;
use crate::{heard, inits, journalled, number, pending, sale, sandbox, till};

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
pub fn walk(url: &str, place: &Path) {
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

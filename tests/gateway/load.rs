//! Two hundred tills at one sandbox, some of whose answers are lost: nothing is, and the memory that it takes is bounded.

use std::collections::BTreeMap;
use std::fs;
use std::thread;

use freedompay::{Client, Code, InvoiceStatus};

use crate::gateway::Gateway;
use crate::support::place::Place;
use crate::support::{config, request};

const TILLS: usize = 200;
const SALES_OF_A_TILL: usize = 10;
/// Of a sandbox, for each sale that it remembers: its payment with all that became of it, and its place in the indices.
const BYTES_OF_A_SALE: u64 = 12 * 1024;

/// Every sale by its order, with the invoice that the till knows it by.
type Sales = BTreeMap<String, i64>;

/// One till's sales, paid to the end.
fn sell(url: &str, place: &Place, till: usize, round: usize) -> Sales {
    let mut config = config(url);
    config.set_timeout_ms(20_000).unwrap();
    config.set_journal(&place.path.join(format!("journal-{till}"))).unwrap();
    let client = Client::new(&config).unwrap();
    let mut sales = Sales::new();
    for number in 0..SALES_OF_A_TILL {
        let order = format!("{till}-{round}-{number}");
        let invoice = match client.invoice_init(&request(&order)) {
            Err(error) if error.code() == Code::Unknown => client.invoice_recover(&order).unwrap(),
            made => made.unwrap(),
        };
        assert_eq!(client.invoice_status(invoice.id()).unwrap().status(), InvoiceStatus::Ok, "{order}");
        sales.insert(order, invoice.id());
    }
    assert!(client.pending().unwrap().is_empty(), "the journal knows the end of each");
    sales
}

/// All tills at once.
fn all_sell(url: &str, place: &Place, round: usize) -> Sales {
    thread::scope(|scope| {
        let tills: Vec<_> =
            (0..TILLS).map(|till| scope.spawn(move || sell(url, place, till, round))).collect();
        tills.into_iter().flat_map(|till| till.join().unwrap()).collect()
    })
}

/// In bytes.
fn memory(gateway: &Gateway) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", gateway.process_id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

#[test]
fn of_the_sales_of_two_hundred_tills_none_is_lost_and_memory_stays_bounded() {
    let place = Place::new();
    let faults = ["--fault", "lost-answer:init,times=20", "--fault", "http=502:status,times=20"];
    let listen = ["--listen", "127.0.0.1:0", "--pay-after", "0s"];
    let gateway = Gateway::start(&place, &[&listen[..], &faults].concat());
    let mut known = all_sell(&gateway.url, &place, 0);
    let before = memory(&gateway);
    known.extend(all_sell(&gateway.url, &place, 1));
    let grown = memory(&gateway).saturating_sub(before);
    let sales = (TILLS * SALES_OF_A_TILL) as u64;
    println!("{} kB, and {} bytes for each further sale", before / 1024, grown / sales);
    assert!(grown < sales * BYTES_OF_A_SALE, "{} bytes for each further sale", grown / sales);

    let ledger: Sales = gateway
        .list("invoices")
        .iter()
        .map(|invoice| {
            assert_eq!(invoice["invoice_status"], "ok");
            (invoice["order_id"].as_str().unwrap().to_owned(), invoice["invoice_id"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(gateway.list("invoices").len(), known.len(), "no order was made twice");
    assert!(ledger == known, "till and gateway know each sale by the same invoice");
    assert!(gateway.list("rules").is_empty(), "every fault has struck");
}

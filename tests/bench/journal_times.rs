//! What the journal costs: a sale that is repeated out of it, and its list of open sales, at a thousand and at a million
//! rows.
//!
//! `cargo run --release --example journal_times` prints microseconds, the middle one and the 99th of a hundred.

use std::path::Path;
use std::time::Instant;

use freedompay::{Client, Config, InvoiceRequest};
use rusqlite::Connection;

const RUNS: usize = 2000;

const ANSWER: &str = "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>7</invoice_id>\
    <invoice_methods><qr>aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheS5odG1sP2N1c3RvbWVyPTE=</qr></invoice_methods>\
    <dt>2019-08-24T14:15:22Z</dt></root>";

fn main() {
    let folder = std::env::temp_dir().join(format!("freedompay-journal-times-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the journal");
    println!("{:>10} {:>28} {:>28}", "rows", "a sale again, us (p50 p99)", "open sales, us (p50 p99)");
    for rows in [1_000, 1_000_000] {
        measure(&folder.join(format!("{rows}.db")), rows);
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

fn measure(path: &Path, rows: usize) {
    let mut config = Config::new();
    config.set_merchant_id(1).expect("an id");
    // Nobody listens there: what is measured never asks.
    config.set_base_url("http://127.0.0.1:9").expect("an address");
    config.set_journal(path).expect("a path");
    let client = Client::new(&config).expect("a client");
    client.check().expect("a new journal");
    fill(path, rows);

    let mut number = 0;
    let again = times(|| {
        number = (number + 7_919) % rows;
        let request = InvoiceRequest::new(&format!("order-{number}"), "10".parse().expect("ten"), "Tea");
        assert!(client.invoice_init(&request.expect("a sale")).expect("it is known").is_from_journal());
    });
    let open = times(|| assert_eq!(client.pending().expect("a list").len(), 10));
    println!("{rows:>10} {:>17.0} {:>10.0} {:>17.0} {:>10.0}", again.0, again.1, open.0, open.1);
}

/// Fills the journal with sales that were paid, but for the last ten.
fn fill(path: &Path, rows: usize) {
    let connection = Connection::open(path).expect("the journal");
    connection
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
             INSERT INTO sale (gateway, merchant_id, order_id, amount, hundredths, currency, state, attempt,
                               tried_at_ms, counts_at_ms, invoice_id, invoice_status, http_status, answer, open)
             SELECT 'http://127.0.0.1:9', 1, 'order-' || i, '10', 1000, NULL, 5, 1, 0, 0, i + 1, 3, 200, ?2, i >= ?1 - 10
             FROM n",
            (rows as i64, ANSWER.as_bytes()),
        )
        .expect("the rows");
}

fn times(mut work: impl FnMut()) -> (f64, f64) {
    let mut taken: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    (taken[RUNS / 2], taken[RUNS * 99 / 100])
}

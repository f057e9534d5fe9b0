//! What the journal costs: sales through it, from one process and from eight; a sale that is repeated out of it; and its
//! list of open sales. At a thousand and at a million rows.
//!
//! `cargo run --release --example journal_times` prints microseconds, the middle one and the 99th of a hundred.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use freedompay::{Client, Config, InvoiceRequest};
use rusqlite::Connection;

const RUNS: usize = 2000;
/// Of each process.
const SALES: usize = 500;
const PROCESSES: [usize; 2] = [1, 8];

/// The next invoice's id; those of the rows are smaller.
static NEXT_ID: AtomicU64 = AtomicU64::new(1_000_000_000);

fn answer(id: u64) -> String {
    format!(
        "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>{id}</invoice_id>\
         <invoice_methods><qr>aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheS5odG1sP2N1c3RvbWVyPTE=</qr></invoice_methods>\
         <dt>2019-08-24T14:15:22Z</dt></root>"
    )
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [path, address, prefix] = &arguments[..] {
        return sell(&client(Path::new(path), address), prefix);
    }
    let address = gateway();
    let folder = std::env::temp_dir().join(format!("freedompay-journal-times-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the journal");
    for rows in [1_000, 1_000_000] {
        let path = folder.join(format!("{rows}.db"));
        println!("{rows} rows, us (p50, p99)");
        measure(&path, rows, &address);
        for processes in PROCESSES {
            sell_from(processes, &path, &address);
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

fn client(path: &Path, address: &str) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(1).expect("an id");
    config.set_base_url(&format!("http://{address}")).expect("an address");
    config.set_journal(path).expect("a path");
    Client::new(&config).expect("a client")
}

fn measure(path: &Path, rows: usize, address: &str) {
    let client = client(path, address);
    client.check().expect("a new journal");
    fill(path, rows, address);

    let mut number = 0;
    let again = times(RUNS, || {
        number = (number + 7_919) % rows;
        let request = InvoiceRequest::new(&format!("order-{number}"), "10".parse().expect("ten"), "Tea");
        assert!(client.invoice_init(&request.expect("a sale")).expect("it is known").is_from_journal());
    });
    let open = times(RUNS, || assert_eq!(client.pending().expect("a list").len(), 10));
    println!("  a sale again          {:>8.0} {:>8.0}", middle(&again), ninety_ninth(&again));
    println!("  the open sales        {:>8.0} {:>8.0}", middle(&open), ninety_ninth(&open));
}

/// Fills the journal with sales that were paid, but for the last ten.
fn fill(path: &Path, rows: usize, address: &str) {
    let connection = Connection::open(path).expect("the journal");
    connection
        .execute(
            "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ?1)
             INSERT INTO sale (gateway, merchant_id, order_id, amount, hundredths, currency, state, attempt,
                               tried_at_ms, counts_at_ms, invoice_id, invoice_status, http_status, answer, open)
             SELECT ?3, 1, 'order-' || i, '10', 1000, NULL, 5, 1, 0, 0, i + 1, 3, 200, ?2, i >= ?1 - 10
             FROM n",
            (rows as i64, answer(7).as_bytes(), format!("http://{address}")),
        )
        .expect("the rows");
}

/// New sales from so many processes at once, each written and synced before it is sent.
fn sell_from(processes: usize, path: &Path, address: &str) {
    let start = Instant::now();
    let program = std::env::current_exe().expect("this program");
    let sellers: Vec<Child> = (0..processes)
        .map(|number| {
            let mut command = Command::new(&program);
            command.arg(path).arg(address).arg(format!("sale-{processes}-{number}"));
            command.stdout(Stdio::piped()).spawn().expect("a process")
        })
        .collect();
    let mut all: Vec<f64> = Vec::new();
    for seller in sellers {
        let output = seller.wait_with_output().expect("its end");
        assert!(output.status.success(), "a seller failed");
        let text = String::from_utf8(output.stdout).expect("numbers");
        all.extend(text.lines().map(|line| line.parse::<f64>().expect("a number")));
    }
    assert_eq!(all.len(), processes * SALES, "every sale was made");
    all.sort_by(f64::total_cmp);
    let rate = all.len() as f64 / start.elapsed().as_secs_f64();
    println!(
        "  a new sale, {processes} process{} {:>7.0} {:>8.0}   {rate:.0} sales a second",
        if processes == 1 { "  " } else { "es" },
        middle(&all),
        ninety_ninth(&all)
    );
}

fn sell(client: &Client, prefix: &str) {
    let mut number = 0;
    for us in times(SALES, || {
        number += 1;
        let request = InvoiceRequest::new(&format!("{prefix}-{number}"), "10".parse().expect("ten"), "Tea");
        let invoice = client.invoice_init(&request.expect("a sale")).expect("an invoice");
        assert!(!invoice.is_from_journal());
    }) {
        println!("{us}");
    }
}

/// Says yes to every request; answers where it listens. It ends with the program.
fn gateway() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(stream));
        }
    });
    address
}

fn serve(stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut writer = stream;
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).ok()? == 0 {
                return None;
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(number) = line.strip_prefix("content-length:") {
                length = number.trim().parse().ok()?;
            }
        }
        reader.read_exact(&mut vec![0; length]).ok()?;
        let body = answer(NEXT_ID.fetch_add(1, Ordering::Relaxed));
        let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
        writer.write_all((head + &body).as_bytes()).ok()?;
    }
}

/// Microseconds of each, in ascending order.
fn times(runs: usize, mut work: impl FnMut()) -> Vec<f64> {
    let mut taken: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    taken
}

fn middle(taken: &[f64]) -> f64 {
    taken[taken.len() / 2]
}

fn ninety_ninth(taken: &[f64]) -> f64 {
    taken[taken.len() * 99 / 100]
}

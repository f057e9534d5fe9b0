//! Makes the journal that the target `journal` damages: sales, a refund and a payout of every kind of end, half of it in
//! the file and half in its log. To be run when the schema has changed.
//!
//!     cargo run --release --bin make_journal FOLDER

use std::path::Path;
use std::ptr::null;
use std::{env, fs};

use freedompay::ffi::*;
use freedompay::fuzz;
use rusqlite::Connection;

const NEW: &str = r#"{"status":"ok","invoice_status":"new","invoice_id":77,
    "invoice_methods":{"qr":"aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheQ=="}}"#;
const REFUSED: &str = r#"{"status":"error","error_code":9998,"error_description":"no"}"#;
const LOST: &str = "<html>busy</html>";

fn main() {
    let folder = env::args().nth(1).expect("the folder");
    let folder = Path::new(&folder);
    let path = folder.join("journal");
    sale(&path, NEW, "order-1");
    sale(&path, LOST, "order-2");
    refund(&path, LOST, 77);
    let connection = Connection::open(&path).expect("the journal");
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).expect("the log is merged");
    drop(connection);
    sale(&path, REFUSED, "order-3");
    sale(&path, LOST, "order-4");
    refund(&path, LOST, 78);
    payout(&path, LOST);
    fs::copy(&path, folder.join("file")).expect("the file");
    fs::copy(folder.join("journal-wal"), folder.join("log")).expect("its log");
    for name in ["journal", "journal-wal", "journal-shm"] {
        let _ = fs::remove_file(folder.join(name));
    }
}

fn with(path: &Path, answer: &str, call: impl FnOnce(*const fp_client) -> *mut fp_result) {
    let client = Box::into_raw(Box::new(fuzz::client(200, answer.as_bytes(), Some(path))));
    unsafe {
        let result = call(client);
        println!("{}", fp_result_code(result));
        fp_result_free(result);
        fp_client_free(client);
    }
}

fn sale(path: &Path, answer: &str, order_id: &str) {
    let order_id = std::ffi::CString::new(order_id).expect("it has no NUL");
    with(path, answer, |client| unsafe {
        let request = fp_invoice_request_new(order_id.as_ptr(), c"10.50".as_ptr(), c"Coffee".as_ptr());
        let result = fp_invoice_init(client, request);
        fp_invoice_request_free(request);
        result
    });
}

fn refund(path: &Path, answer: &str, payment_id: i64) {
    with(path, answer, |client| unsafe { fp_payment_refund(client, payment_id, null(), c"key".as_ptr()) });
}

fn payout(path: &Path, answer: &str) {
    with(path, answer, |client| unsafe {
        let more = fp_fields_new();
        for (name, value) in [
            (c"pg_back_link", c"https://shop.example/"),
            (c"pg_post_link", c"https://shop.example/"),
            (c"pg_order_time_limit", c"2030-03-01 18:00:00"),
        ] {
            fp_fields_set(more, name.as_ptr(), value.as_ptr());
        }
        let result = fp_payout_page(client, c"payout-1".as_ptr(), c"5".as_ptr(), c"Prize".as_ptr(), more);
        fp_fields_free(more);
        result
    });
}

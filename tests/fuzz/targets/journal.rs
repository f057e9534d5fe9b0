//! A damaged journal: a whole one with bytes changed, cut or added, opened, read and written.
//!
//! Input: what is done, then steps of a place of two bytes and a byte that stands there. A place beyond the end cuts the
//! files' bytes there, counted from the front. The file and its log are `journal/file` and `journal/log`.
#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::ptr::null;
use std::sync::LazyLock;

use freedompay::ffi::*;
use freedompay::fuzz;
use freedompay_fuzz::{Input, begin, length, read};
use libfuzzer_sys::fuzz_target;

const FILE: &[u8] = include_bytes!("../journal/file");
const LOG: &[u8] = include_bytes!("../journal/log");
const ANSWERS: [&[u8]; 3] = [
    br#"{"status":"ok","invoice_status":"ok","invoice_id":77,"order_id":"order-1","amount":10.50}"#,
    br#"{"status":"error","error_code":11068,"error_description":"not found"}"#,
    b"<r><pg_status>error</pg_status><pg_error_code>340</pg_error_code></r>",
];

/// In memory where the system has such a folder, one for each process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let parent = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let folder = parent.join(format!("freedompay-fuzz-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the journal");
    folder
});

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let doing = input.byte();
    let path = FOLDER.join("journal");
    write(&path, &mut input);
    let client = fuzz::client(200, ANSWERS[usize::from(doing) % ANSWERS.len()], Some(&path));
    let client = Box::into_raw(Box::new(client));
    unsafe {
        work(client, doing / 4);
        fp_client_free(client);
    }
});

/// Writes the changed file and its log.
fn write(path: &Path, input: &mut Input<'_>) {
    let mut bytes = [FILE, LOG].concat();
    while !input.0.is_empty() {
        let (place, byte) = (usize::from(input.pair()), input.byte());
        match bytes.get_mut(place) {
            Some(old) => *old = byte,
            None => bytes.truncate(place - bytes.len()),
        }
    }
    let end = bytes.len().min(FILE.len());
    fs::write(path, &bytes[..end]).expect("the journal");
    fs::write(format!("{}-wal", path.display()), &bytes[end..]).expect("the journal's log");
    let _ = fs::remove_file(format!("{}-shm", path.display()));
}

unsafe fn work(client: *const fp_client, which: u8) {
    let order = c"order-1".as_ptr();
    unsafe {
        pending(fp_client_pending(client));
        match which % 9 {
            0 => {
                let request = fp_invoice_request_new(order, c"10.50".as_ptr(), c"Coffee".as_ptr());
                read(fp_invoice_init(client, request));
                fp_invoice_request_free(request);
            }
            1 => read(fp_invoice_recover(client, order)),
            2 => read(fp_invoice_status_by_order(client, order)),
            3 => read(fp_payment_refund(client, 77, null(), c"key".as_ptr())),
            4 => pending(fp_client_pending_refunds(client)),
            5 => pending(fp_client_pending_payouts(client)),
            6 => read(fp_payment_refund(client, 77, c"1".as_ptr(), null())),
            7 => read(fp_refund_settle(client, 77, c"key".as_ptr(), 1)),
            _ => read(fp_refund_settle(client, 77, null(), 0)),
        }
    }
}

unsafe fn pending(pending: *mut fp_pending) {
    unsafe {
        let code = fp_pending_code(pending);
        assert!([FP_OK, FP_ERR_JOURNAL].contains(&code), "code {code}");
        assert_eq!(code == FP_OK, length(fp_pending_message(pending)) == 0);
        for index in 0..=fp_pending_len(pending) {
            length(fp_pending_order_id(pending, index));
            length(fp_pending_amount(pending, index));
            fp_pending_invoice_id(pending, index);
        }
        fp_pending_free(pending);
    }
}

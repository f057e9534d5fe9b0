//! The file itself: one that cannot be used is said before anything is sent, one that fails later hides no answer, an earlier
//! version is taken over, and nothing secret is in it.

use std::io::{Seek, SeekFrom, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::{fs, thread};

use freedompay::sandbox::{CARD_OK, InvoiceState, SECRET_KEY};
use freedompay::{Advice, Client, Code, InvoiceStatus, Level, Log, Sent};
use rusqlite::Connection;

use crate::support::child::child_with_mounts;
use crate::support::place::Place;
use crate::support::proxy::Proxy;
use crate::support::{self, http, read_request, request};
use crate::{heard, inits, journalled, lose_an_answer, number, pending, sandbox, till};

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

//! The journal's moves by themselves: what may be written over what, also in an order that a network would take a day to make.

use std::path::PathBuf;

use super::*;
use crate::answer::InvoiceStatus;
use crate::cancel::Cancel;
use crate::money::Amount;
use crate::outcome::Code;

const ORDER: &str = "order-1";
const REFUND: Name<'static> = Name { kind: Kind::Refund, subject: "7", key: "okey" };

/// A journal in a folder of its own, which ends with it.
struct Place(PathBuf, Cancel);

impl Place {
    fn new(name: &str) -> Place {
        let folder = std::env::temp_dir().join(format!("freedompay-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Place(folder, Cancel::default())
    }

    fn path(&self) -> PathBuf {
        self.0.join("journal")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Gives `test` an empty journal.
fn with(name: &str, test: impl FnOnce(&Journal<'_>, &Shop)) {
    let place = Place::new(name);
    let path = place.path();
    let journal = Journal::at(&path, Until::within(Duration::from_secs(60), &place.1));
    test(&journal, &Shop { gateway: "g".to_owned(), merchant_id: 1 });
}

fn counts(at_ms: i64) -> Counts {
    Counts { at_ms, uptime: None }
}

fn begin(journal: &Journal<'_>, shop: &Shop, amount: &str, currency: Option<&str>) -> Result<Begun, Error> {
    let amount: Amount = amount.parse().unwrap();
    journal.begin(
        shop,
        &NewSale { order_id: ORDER, amount: &amount, currency, now_ms: 1_000_000, counts: counts(1_090_000) },
    )
}

fn begin_again(journal: &Journal<'_>, shop: &Shop, after: i64) -> bool {
    let amount: Amount = "10.50".parse().unwrap();
    let new = NewSale {
        order_id: ORDER,
        amount: &amount,
        currency: None,
        now_ms: 2_000_000,
        counts: counts(2_090_000),
    };
    journal.begin_again(shop, &new, after).unwrap()
}

fn end(journal: &Journal<'_>, shop: &Shop, attempt: i64, end: &Ended<Invoiced<'_>>) {
    journal.end(shop, ORDER, attempt, end).unwrap();
}

fn found(invoice_id: i64, status: InvoiceStatus, answer: Option<&[u8]>) -> Ended<Invoiced<'_>> {
    Ended::Known(Invoiced { invoice_id, status, http_status: 200, answer })
}

fn sale(journal: &Journal<'_>, shop: &Shop) -> Sale {
    journal.find(shop, ORDER).unwrap().unwrap()
}

/// Begins a refund, or the next attempt at it.
fn refund(journal: &Journal<'_>, shop: &Shop) -> i64 {
    let seen = journal.operations(shop, REFUND.kind, REFUND.subject).unwrap();
    let new = NewOperation { name: REFUND, amount: None, before: "0|", now_ms: 0, counts: counts(0) };
    journal.begin_operation(shop, &new, &seen).unwrap().unwrap()
}

fn refunded(payment_id: i64) -> Ended<Done<'static>> {
    Ended::Known(Done { payment_id: Some(payment_id), http_status: 200, answer: None })
}

fn operation(journal: &Journal<'_>, shop: &Shop) -> Operation {
    journal.operations(shop, REFUND.kind, REFUND.subject).unwrap().remove(0)
}

#[test]
fn the_end_of_an_earlier_attempt_says_nothing_of_a_later_one() {
    with("earlier", |journal, shop| {
        assert!(matches!(begin(journal, shop, "10.50", None).unwrap(), Begun::Send { attempt: 1 }));
        assert!(begin_again(journal, shop, 1), "what did not arrive may be sent anew");
        assert!(!begin_again(journal, shop, 1), "and by one alone");
        for late in [Ended::NotSent, Ended::Refused, found(7, InvoiceStatus::New, None)] {
            end(journal, shop, 1, &late);
            let now = sale(journal, shop);
            assert_eq!((now.state, now.attempt), (State::Sending, 2));
        }
        end(journal, shop, 2, &found(8, InvoiceStatus::New, None));
        assert_eq!(sale(journal, shop).known.unwrap().invoice_id, 8);
        assert!(!begin_again(journal, shop, 2), "what exists is not sent again");
        end(journal, shop, 2, &Ended::NotSent);
        assert_eq!(sale(journal, shop).state, State::Known, "and stays");
    });
}

#[test]
fn the_end_of_an_earlier_refund_says_nothing_of_a_later_one() {
    with("refunds", |journal, shop| {
        let close =
            |attempt, end: &Ended<Done<'_>>| journal.end_operation(shop, REFUND, attempt, end).unwrap();
        assert_eq!(refund(journal, shop), 1);
        close(1, &Ended::NotSent);
        assert_eq!(refund(journal, shop), 2);
        for late in [Ended::Refused, refunded(8), Ended::NotSent] {
            close(1, &late);
            let now = operation(journal, shop);
            assert_eq!((now.state, now.attempt), (State::Sending, 2));
        }
        close(2, &refunded(9));
        for late in [Ended::Refused, Ended::NotSent, refunded(8), Ended::Unknown { counts: counts(0) }] {
            close(2, &late);
            let now = operation(journal, shop);
            assert_eq!((now.state, now.payment_id), (State::Known, Some(9)));
        }
    });
}

#[test]
fn what_has_happened_since_it_was_looked_at_keeps_an_operation_from_being_begun_or_settled() {
    with("since", |journal, shop| {
        let new = NewOperation { name: REFUND, amount: None, before: "0|", now_ms: 0, counts: counts(0) };
        let look = || journal.operations(shop, REFUND.kind, REFUND.subject).unwrap();
        let mut stale = vec![look()];
        refund(journal, shop);
        stale.push(look());
        journal.end_operation(shop, REFUND, 1, &Ended::NotSent).unwrap();
        stale.push(look());
        refund(journal, shop);
        // The same state as after the first, of another attempt.
        for seen in &stale {
            assert_eq!(journal.begin_operation(shop, &new, seen).unwrap(), None);
            assert!(!journal.settle_operation(shop, REFUND, 2, &Ended::Refused, seen).unwrap());
        }
        let under_way = look();
        journal.end_operation(shop, REFUND, 2, &Ended::NotSent).unwrap();
        assert_eq!(
            journal.begin_operation(shop, &new, &under_way).unwrap(),
            None,
            "the same attempt, which has ended"
        );
        refund(journal, shop);
        let open = |kind| journal.open_operations(shop, kind).unwrap().len();
        assert_eq!((open(Kind::Refund), open(Kind::Payout)), (1, 0), "one that is under way is pending");
        assert!(journal.settle_operation(shop, REFUND, 3, &refunded(9), &look()).unwrap());
        assert_eq!(open(Kind::Refund), 0);
    });
}

#[test]
fn a_sale_that_was_adopted_gets_the_answer_of_its_own_invoice_alone() {
    with("adopted", |journal, shop| {
        begin(journal, shop, "10.50", None).unwrap();
        end(journal, shop, 1, &found(7, InvoiceStatus::New, None));
        end(journal, shop, 1, &found(8, InvoiceStatus::New, None));
        assert_eq!(sale(journal, shop).known.unwrap().invoice_id, 7, "found before");
        end(journal, shop, 1, &found(7, InvoiceStatus::New, Some(b"its own")));
        end(journal, shop, 1, &found(7, InvoiceStatus::New, Some(b"a later one")));
        let known = sale(journal, shop).known.unwrap();
        assert_eq!((known.invoice_id, known.answer.as_deref()), (7, Some(&b"its own"[..])));
    });
}

#[test]
fn the_invoice_that_the_payer_is_shown_is_the_one_that_is_followed() {
    use InvoiceStatus::{New, Ok, Process};
    for (adopted, followed) in [(New, 8), (Process, 8), (Ok, 7)] {
        with("shown", |journal, shop| {
            begin(journal, shop, "10.50", None).unwrap();
            end(journal, shop, 1, &found(7, adopted, None));
            end(journal, shop, 1, &found(8, New, Some(b"with its code")));
            let known = sale(journal, shop).known.unwrap();
            assert_eq!((known.invoice_id, known.answer.is_some()), (followed, followed == 8), "{adopted:?}");
            journal.follow(shop, followed, Ok).unwrap();
            assert_eq!(sale(journal, shop).known.unwrap().status, Some(Ok));
        });
    }
}

#[test]
fn an_end_stays_and_a_late_payment_alone_outranks_it() {
    use InvoiceStatus::{Failed, Incomplete, New, Ok, Process};
    with("late", |journal, shop| {
        begin(journal, shop, "10.50", None).unwrap();
        end(journal, shop, 1, &found(7, New, None));
        for (said, stands, pending) in [
            (Process, Process, 1),
            (Incomplete, Incomplete, 0),
            (New, Incomplete, 0),
            (Failed, Incomplete, 0),
            (Ok, Ok, 0),
            (Incomplete, Ok, 0),
            (New, Ok, 0),
        ] {
            journal.follow(shop, 7, said).unwrap();
            assert_eq!(sale(journal, shop).known.unwrap().status, Some(stands), "after {said:?}");
            assert_eq!(journal.pending(shop).unwrap().len(), pending, "after {said:?}");
        }
    });
}

#[test]
fn another_amount_and_another_currency_are_each_another_sale() {
    with("another", |journal, shop| {
        begin(journal, shop, "10.50", Some("KZT")).unwrap();
        for known in [false, true] {
            if known {
                end(journal, shop, 1, &found(7, InvoiceStatus::New, None));
            }
            for (amount, currency) in [("10.51", Some("KZT")), ("10.50", Some("UZS")), ("10.50", None)] {
                let error = begin(journal, shop, amount, currency).unwrap_err();
                assert_eq!(error.code(), Code::Conflict, "{amount} {currency:?}");
            }
            let same = begin(journal, shop, "10.5", Some("KZT")).unwrap();
            assert_eq!(matches!(same, Begun::Known(_)), known);
            assert_eq!(matches!(same, Begun::Ask(_)), !known);
        }
    });
}

#[test]
fn a_clock_that_was_set_back_takes_nothing_of_the_time_that_an_attempt_has() {
    with("set-back", |journal, shop| {
        begin(journal, shop, "10.50", None).unwrap();
        let left = || {
            let now = sale(journal, shop);
            (now.tried_at_ms, now.counts.at_ms)
        };
        journal.postpone(shop, ORDER, 1, 1_000_001).unwrap();
        assert_eq!(left(), (1_000_000, 1_090_000), "it was not set back");
        journal.postpone(shop, ORDER, 2, 500_000).unwrap();
        assert_eq!(left(), (1_000_000, 1_090_000), "another attempt's time");
        journal.postpone(shop, ORDER, 1, 500_000).unwrap();
        assert_eq!(left(), (500_000, 590_000), "the request may still leave in the first half minute");
        end(journal, shop, 1, &Ended::Unknown { counts: counts(700_000) });
        assert_eq!(left(), (640_000, 700_000), "over, and a minute left");
        journal.postpone(shop, ORDER, 1, 100_000).unwrap();
        assert_eq!(left(), (100_000, 160_000));
    });
}

#[test]
fn the_log_does_not_grow_with_the_number_of_sales() {
    let place = Place::new("log");
    let path = place.path();
    let journal = Journal::at(&path, Until::within(Duration::from_secs(60), &place.1));
    let shop = Shop { gateway: "g".to_owned(), merchant_id: 1 };
    let longest = (0..300).map(|sale| {
        let new = NewSale {
            order_id: &format!("order-{sale}"),
            amount: &"10".parse().unwrap(),
            currency: None,
            now_ms: 0,
            counts: counts(0),
        };
        journal.begin(&shop, &new).unwrap();
        std::fs::metadata(place.0.join("journal-wal")).unwrap().len()
    });
    let longest = longest.max().unwrap();
    assert!(longest < 2 * LONG_LOG, "the log grew to {longest} bytes");
}

#[test]
fn what_was_written_is_on_the_disk_when_it_is_said_to_be() {
    with("disk", |journal, shop| {
        begin(journal, shop, "10.50", None).unwrap();
        let settings = |transaction: &Transaction<'_>| {
            let synchronous: i64 = transaction.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            let mode: String = transaction.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            Ok((synchronous, mode))
        };
        let (read, written) = (journal.read(settings).unwrap(), journal.write(settings).unwrap());
        // 2 is FULL: less, and with a log the last sales are lost when the power fails.
        assert_eq!(written, (2, "wal".to_owned()));
        assert_eq!(read, written);
    });
}

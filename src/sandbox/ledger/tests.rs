//! Payments that are found and moved along.

use super::*;
use crate::sandbox::payment::tests::{card, sample};

fn at(seconds: u64) -> Moment {
    Moment { at: Duration::from_secs(seconds), text: String::new() }
}

fn draft(order_id: &str, customer: &str) -> Payment {
    Payment { order_id: order_id.to_owned(), customer: customer.to_owned(), ..sample() }
}

#[test]
fn an_order_leads_to_its_newest_payment_or_refund() {
    let mut ledger = Ledger::new(Timers::default(), CallbackPolicy::Loopback, Hundredths(0));
    let invoice = Payment { kind: PaymentKind::Invoice, ..draft("a", "one") };
    let invoice = ledger.create(invoice, &at(0)).payment_id;
    let page = ledger.create(draft("a", "two"), &at(0)).payment_id;
    assert!(ledger.pay(page, card(), &at(1)).is_ok());
    let refund = ledger.refund(page, None, &at(2)).unwrap();
    assert_eq!((invoice, page, refund), (1_000_001, 1_000_002, 1_000_003));
    let newest = ledger.newest(123_456, "a", |found| match found {
        Found::Payment(payment) => Some(payment.payment_id),
        Found::Refund(_, refund) => Some(refund.payment_id),
    });
    assert_eq!(newest, Some(refund));
    let found = |payment: Option<&Payment>| payment.map(|payment| payment.payment_id);
    assert_eq!(found(ledger.newest_invoice(123_456, "a")), Some(invoice));
    assert_eq!(found(ledger.newest_invoice(7, "a")), None);
    assert_eq!(found(ledger.by_customer("two")), Some(page));
    assert!(matches!(ledger.find(refund), Some(Found::Refund(payment, _)) if payment.payment_id == page));
    for id in [0, 1_000_000, 1_000_004, u64::MAX] {
        assert!(ledger.find(id).is_none() && ledger.get(id).is_none());
    }
    // A refused refund takes no id.
    assert!(ledger.refund(page, None, &at(3)).is_err());
    assert_eq!(ledger.next_id(), 1_000_004);
}

#[test]
fn an_end_is_never_left() {
    type End = fn(&mut Ledger, u64) -> Result<(), Refusal>;
    let ends: [End; 3] = [
        |ledger, id| ledger.pay(id, card(), &at(1)).map(drop),
        |ledger, id| ledger.decline(id, Failure::declined(), &at(1)),
        |ledger, id| ledger.expire(id, &at(1)),
    ];
    for end in ends {
        let timers = Timers { pay_after: Some(Duration::from_secs(9)), ..Timers::default() };
        let mut ledger = Ledger::new(timers, CallbackPolicy::Loopback, Hundredths(0));
        let id = ledger.create(draft("a", "one"), &at(0)).payment_id;
        ledger.open(id, &at(0)).unwrap();
        end(&mut ledger, id).unwrap();
        let ended = ledger.get(id).unwrap().now.clone();
        for again in ends {
            assert_eq!(again(&mut ledger, id), Err(Refusal::Ended(ended.status)));
        }
        assert_eq!(ledger.open(id, &at(2)), Err(Refusal::Ended(ended.status)));
        ledger.settle(&at(1000));
        assert_eq!(ledger.get(id).unwrap().now, ended);
    }
}

#[test]
fn a_merchant_that_wants_to_be_asked_decides() {
    for (answer, status) in
        [(Ok(()), PaymentStatus::Success), (Err(Failure::declined()), PaymentStatus::Error)]
    {
        let mut ledger = Ledger::new(Timers::default(), CallbackPolicy::Loopback, Hundredths(0));
        let mut asked = draft("a", "one");
        asked.terms.check_url = Some("http://127.0.0.1/check".to_owned());
        let id = ledger.create(asked, &at(0)).payment_id;
        let Ok(Paying::Asking(mut answered)) = ledger.pay(id, card(), &at(1)) else { panic!("not asked") };
        assert_eq!(ledger.get(id).unwrap().now.status, PaymentStatus::Process);
        assert_eq!(ledger.take_notices(), [Notice::Check(id)]);
        assert!(matches!(ledger.pay(id, card(), &at(2)), Err(Refusal::Asking)));
        assert!(matches!(answered.try_recv(), Err(oneshot::error::TryRecvError::Empty)));
        ledger.checked(id, answer, &at(3));
        assert!(matches!(answered.try_recv(), Err(oneshot::error::TryRecvError::Closed)));
        assert_eq!(ledger.get(id).unwrap().now.status, status);
        assert_eq!(ledger.take_notices(), [Notice::Result(id)]);
        // An answer that comes twice decides nothing.
        ledger.checked(id, Ok(()), &at(4));
        assert_eq!((ledger.get(id).unwrap().now.status, ledger.take_notices()), (status, Vec::new()));
    }
}

#[test]
fn a_rejected_payment_is_given_back_once() {
    let mut ledger = Ledger::new(Timers::default(), CallbackPolicy::Loopback, Hundredths(0));
    let id = ledger.create(draft("a", "one"), &at(0)).payment_id;
    ledger.reject(id, &at(1));
    assert_eq!(ledger.get(id).unwrap().now.status, PaymentStatus::New);
    assert!(ledger.pay(id, card(), &at(2)).is_ok());
    ledger.reject(id, &at(3));
    ledger.reject(id, &at(4));
    let standing = &ledger.get(id).unwrap().now;
    assert_eq!((standing.status, standing.refunds.len()), (PaymentStatus::Rejected, 1));
    assert_eq!(standing.refunded(), Hundredths(1050));
}

#[test]
fn what_is_due_happens_once_the_ledger_is_settled() {
    let timers = Timers { pay_after: Some(Duration::from_secs(9)), ..Timers::default() };
    let mut ledger = Ledger::new(timers, CallbackPolicy::Loopback, Hundredths(0));
    let mut held = draft("a", "one");
    held.terms.hold = true;
    let id = ledger.create(held, &at(1)).payment_id;
    ledger.settle(&at(9));
    assert_eq!(ledger.get(id).unwrap().now.status, PaymentStatus::New);
    ledger.settle(&at(10));
    let paid = &ledger.get(id).unwrap().now;
    assert_eq!((paid.status, paid.captured), (PaymentStatus::Success, false));
    ledger.settle(&at(10 + 5 * 86_400));
    assert!(ledger.get(id).unwrap().now.captured);
    assert!(ledger.due.is_empty());
}

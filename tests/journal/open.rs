//! Nothing is forgotten: what is open, and how its end is found.

use std::ops::ControlFlow;

use freedompay::{Advice, Client, Code, InvoiceStatus, Sent};
use rusqlite::Connection;

use crate::support::place::Place;
use crate::support::proxy::{Fault, Proxy};
use crate::support::{self, REFUSAL, ScriptedServer, Step, http, request};
use crate::{inits, journalled, lose_a_request, lose_an_answer, number, pending, sale, sandbox, till};

#[test]
fn pending_lists_what_is_open_the_oldest_first_and_recovery_ends_it() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let till = till(&proxy.url, &place);
    assert_eq!(pending(&till), []);
    let open = till.invoice_init(&request("open")).unwrap();
    lose_an_answer(&proxy, &till, &request("lost answer"));
    lose_a_request(&proxy, &till, &request("lost request"));
    let paid = till.invoice_init(&request("paid")).unwrap();
    let declined = till.invoice_init(&request("declined")).unwrap();
    sandbox.pay(number(&paid)).unwrap();
    sandbox.decline(number(&declined)).unwrap();
    let all =
        [("open", true), ("lost answer", false), ("lost request", false), ("paid", true), ("declined", true)];
    let listed = |sales: &[(&str, bool)]| -> Vec<(String, bool)> {
        sales.iter().map(|(order_id, known)| ((*order_id).to_owned(), *known)).collect()
    };
    assert_eq!(pending(&till), listed(&all), "what nobody has asked about is open");
    let sales = till.pending().unwrap();
    assert_eq!((sales[0].invoice_id, sales[0].amount.as_str()), (Some(open.id()), "10.50"));

    assert_eq!(till.invoice_status(paid.id()).unwrap().status(), InvoiceStatus::Ok);
    assert_eq!(till.invoice_status_by_order("declined").unwrap().status(), InvoiceStatus::Failed);
    assert_eq!(pending(&till), listed(&all[..3]));
    till.invoice_recover("lost answer").unwrap();
    assert_eq!(pending(&till), listed(&[("open", true), ("lost answer", true), ("lost request", false)]));
    for invoice in sandbox.invoices() {
        let _ = sandbox.pay(invoice.invoice_id);
    }
    for order_id in ["open", "lost answer"] {
        assert_eq!(till.invoice_recover(order_id).unwrap().status(), InvoiceStatus::Ok);
    }
    assert_eq!(pending(&till), listed(&all[2..3]), "an end that was seen is kept, the rest stays");
    assert_eq!(till.invoice_recover("never heard of").unwrap_err().code(), Code::Argument);
}

#[test]
fn a_payment_that_arrives_after_the_till_gave_up_is_found() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    let gave_up = till.invoice_init(&request("gave up")).unwrap();
    let timed_out = till.invoice_init(&request("timed out")).unwrap();
    let error = till.invoice_wait(gave_up.id(), 60_000, &mut |_| ControlFlow::Break(())).unwrap_err();
    assert_eq!(error.code(), Code::Cancelled);
    let error = till.invoice_wait(timed_out.id(), 60, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    for invoice in [&gave_up, &timed_out] {
        sandbox.pay(number(invoice)).unwrap();
    }
    let open = [("gave up".to_owned(), true), ("timed out".to_owned(), true)];
    assert_eq!(pending(&self::till(sandbox.url(), &place)), open);
    for (order_id, _) in open {
        assert_eq!(till.invoice_recover(&order_id).unwrap().status(), InvoiceStatus::Ok);
    }
    assert_eq!(pending(&till), []);
}

#[test]
fn a_wait_writes_the_end_that_it_saw() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    let id = till.invoice_init(&request("1")).unwrap().id();
    let mut polls = 0;
    let end = till.invoice_wait(id, 60_000, &mut |_| {
        polls += 1;
        if polls == 1 {
            sandbox.expire(u64::try_from(id).unwrap()).unwrap();
        }
        ControlFlow::Continue(())
    });
    assert_eq!(end.unwrap().status(), InvoiceStatus::Incomplete);
    assert_eq!(pending(&till), []);
    let again = till.invoice_init(&request("1")).unwrap();
    assert_eq!((again.status(), again.is_from_journal()), (InvoiceStatus::Incomplete, true));
}

#[test]
fn a_recovery_does_not_take_a_fresh_invoice_for_none_while_the_gateways_copies_may_be_late() {
    let absent = Step::Answer(http("200 OK", &REFUSAL.replace("9998", "11068")));
    let good = Step::Answer(http("200 OK", support::GOOD));
    let server = ScriptedServer::start(vec![good.clone(), absent.clone(), absent.clone(), good, absent]);
    let place = Place::new();
    let mut impatient = journalled(&server.url, &place.journal());
    impatient.set_poll_interval_ms(60_000).unwrap();
    let till = Client::new(&impatient).unwrap();
    till.invoice_init(&request("1")).unwrap();
    for _ in 0..2 {
        let error = till.invoice_recover("1").unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Unknown, Sent::Yes, Advice::Wait), "{error}");
    }
    assert_eq!(pending(&till), [("1".to_owned(), true)]);
    assert_eq!(till.invoice_recover("1").unwrap().id(), 7);
    place.let_ten_minutes_pass();
    let error = till.invoice_recover("1").unwrap_err();
    let seen = (error.code(), error.sent(), error.advice());
    assert_eq!(seen, (Code::Unknown, Sent::Yes, Advice::AskStatus), "a payer may have its code: {error}");
    assert!(error.message().contains("look for it in the merchant's account"), "{error}");
    assert_eq!(pending(&till), [("1".to_owned(), true)]);
    assert!(till.invoice_init(&request("1")).unwrap().is_from_journal());
}

#[test]
fn a_refused_sale_is_never_called_unknown_by_its_recovery() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let mut wrong_key = journalled(&proxy.url, &place.journal());
    wrong_key.set_secret_key("another-key").unwrap();
    let error = Client::new(&wrong_key).unwrap().invoice_init(&request("1")).unwrap_err();
    assert_eq!(error.code(), Code::Refused);
    let till = till(&proxy.url, &place);
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068), "{error}");
    drop(sandbox);
    proxy.set(Fault::CloseAtOnce);
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!(error.advice(), Advice::Retry, "the question failed, the sale is not unknown: {error}");
    assert!(!error.message().contains("an earlier attempt"), "{error}");
}

#[test]
fn an_invoice_that_turns_up_after_all_is_adopted_and_a_late_payment_outranks_an_end() {
    let (sandbox, place) = (sandbox(), Place::new());
    let far = till(sandbox.url(), &place);
    // The journal believes that it was not sent; the gateway has it, as after a request that was very late.
    far.invoice_init(&sale("0", "10", None)).unwrap();
    Connection::open(place.journal())
        .unwrap()
        .execute("UPDATE sale SET state = 3, open = 0, invoice_id = NULL, answer = NULL", [])
        .unwrap();
    assert!(pending(&far).is_empty());
    let found = far.invoice_status_by_order("0").unwrap();
    assert_eq!(pending(&far), [("0".to_owned(), true)]);
    let again = far.invoice_init(&sale("0", "10", None)).unwrap();
    assert_eq!((again.id(), again.is_from_journal()), (found.id(), true));
    assert_eq!(inits(&sandbox.requests()), 1);

    Connection::open(place.journal())
        .unwrap()
        .execute("UPDATE sale SET invoice_status = 5, open = 0", [])
        .unwrap();
    sandbox.pay(number(&found)).unwrap();
    assert_eq!(far.invoice_status(found.id()).unwrap().status(), InvoiceStatus::Ok);
    assert_eq!(far.invoice_init(&sale("0", "10", None)).unwrap().status(), InvoiceStatus::Ok);
}

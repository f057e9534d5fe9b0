//! Payments from the balance of a phone.

use freedompay::sandbox::{PaymentStatus, Sandbox};

use crate::client::start;
use crate::signer::*;

fn begin(sandbox: &Sandbox) -> String {
    let sale = [("pg_order_id", "23"), ("pg_amount", "100"), ("pg_description", "Tea")];
    MERCHANT.ask(sandbox, "/init_payment.php", &sale).get("pg_payment_id").unwrap().to_owned()
}

fn pay<'a>(id: &'a str, phone: &'a str) -> [(&'a str, &'a str); 3] {
    [("pg_payment_id", id), ("pg_abonent_phone", phone), ("pg_payment_system_code", "KCELLKZT")]
}

fn approve<'a>(id: &'a str, code: &'a str) -> [(&'a str, &'a str); 2] {
    [("pg_payment_id", id), ("pg_approval_code", code)]
}

#[test]
fn a_phone_pays_with_the_code_that_it_gets() {
    let sandbox = start(|_| ());
    let id = begin(&sandbox);
    MERCHANT.refused(&sandbox, "/mfs/approve", &approve(&id, "111111"), "200");
    let asked = MERCHANT.ask(&sandbox, "/mfs/pay", &pay(&id, "+77017777777"));
    assert_eq!((asked.get("pg_status"), asked.get("pg_payment_id")), (Some("need_approve"), Some(&*id)));
    assert_eq!(sandbox.payments()[0].now.status, PaymentStatus::Process);
    MERCHANT.refused(&sandbox, "/mfs/approve", &approve(&id, "000000"), "11002");
    assert_eq!(MERCHANT.ask(&sandbox, "/mfs/approve", &approve(&id, "111111")).get("pg_status"), Some("ok"));
    assert_eq!(sandbox.payments()[0].now.status, PaymentStatus::Success);
    MERCHANT.refused(&sandbox, "/mfs/approve", &approve(&id, "111111"), "10015");
    MERCHANT.refused(&sandbox, "/mfs/pay", &pay(&id, "77017777777"), "10015");
}

#[test]
fn one_published_phone_needs_no_code() {
    let sandbox = start(|_| ());
    let id = begin(&sandbox);
    assert_eq!(MERCHANT.ask(&sandbox, "/mfs/pay", &pay(&id, "77027777777")).get("pg_status"), Some("ok"));
    assert_eq!(sandbox.payments()[0].now.status, PaymentStatus::Success);
}

#[test]
fn the_third_wrong_code_ends_the_payment() {
    let sandbox = start(|_| ());
    let id = begin(&sandbox);
    MERCHANT.ask(&sandbox, "/mfs/pay", &pay(&id, "77017777777"));
    for code in ["11002", "11002", "11007", "10015"] {
        MERCHANT.refused(&sandbox, "/mfs/approve", &approve(&id, "0"), code);
    }
    assert_eq!(sandbox.payments()[0].now.status, PaymentStatus::Error);
}

#[test]
fn wrong_phones_operators_and_payments_are_refused() {
    let sandbox = start(|_| ());
    let id = begin(&sandbox);
    MERCHANT.refused(&sandbox, "/mfs/pay", &pay(&id, "8 701 777 77 77"), "701");
    MERCHANT.refused(&sandbox, "/mfs/pay", &pay("1", "77017777777"), "340");
    let operator =
        [("pg_payment_id", &*id), ("pg_abonent_phone", "77017777777"), ("pg_payment_system_code", "X")];
    MERCHANT.refused(&sandbox, "/mfs/pay", &operator, "200");
    let (invoice, _) = crate::client::init(&sandbox);
    MERCHANT.refused(&sandbox, "/mfs/pay", &pay(&invoice.to_string(), "77017777777"), "200");
}

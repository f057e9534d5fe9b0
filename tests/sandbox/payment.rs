//! Classic payments: the page, cancel, clearing, refund in parts, status, and what can go wrong on the way.

use std::time::Duration;

use freedompay::sandbox::{Fault, FaultRule, PaymentStatus, Sandbox};
use serde_json::json;

use crate::client::{assert_unsigned, get, init, last, send, start};
use crate::signer::*;

const INIT: &str = "/init_payment.php";
const CANCEL: &str = "/cancel.php";
const CAPTURE: &str = "/do_capture.php";
const REVOKE: &str = "/revoke.php";
const STATUS: &str = "/get_status3.php";

/// A payment of 100.50 and its link.
fn begin(sandbox: &Sandbox, more: &[(&str, &str)]) -> (String, String) {
    let sale = [("pg_order_id", "23"), ("pg_amount", "100.5"), ("pg_description", "Tea")];
    let reply = MERCHANT.ask(sandbox, INIT, &[&sale, more].concat());
    assert_eq!(reply.get("pg_status"), Some("ok"), "{reply:?}");
    assert_eq!(reply.get("pg_redirect_url_type"), Some("need data"));
    let link = reply.get("pg_redirect_url").unwrap();
    (reply.get("pg_payment_id").unwrap().to_owned(), link.strip_prefix(sandbox.url()).unwrap().to_owned())
}

/// A paid one.
fn paid(sandbox: &Sandbox, more: &[(&str, &str)]) -> String {
    let (id, _) = begin(sandbox, more);
    sandbox.pay(id.parse().unwrap()).unwrap();
    id
}

fn status(sandbox: &Sandbox, id: &str) -> Reply {
    MERCHANT.ask(sandbox, STATUS, &[("pg_payment_id", id)])
}

fn once(fault: Fault, script: &str) -> FaultRule {
    FaultRule { endpoint: Some(script.to_owned()), ..FaultRule::new(fault).times(1) }
}

#[test]
fn a_page_is_opened_and_paid() {
    let sandbox = start(|_| ());
    let (id, link) = begin(&sandbox, &[("pg_currency", "UZS"), ("pg_user_phone", "77017777777")]);
    let new = status(&sandbox, &id);
    assert_eq!((new.get("pg_payment_status"), new.get("pg_captured")), (Some("new"), Some("0")));
    assert_eq!((new.get("pg_payment_date"), new.get("pg_card_pan")), (None, None));
    assert!(get(&sandbox, &link).body.contains("Pay 100.50 UZS"));
    assert_eq!(status(&sandbox, &id).get("pg_payment_status"), Some("process"));

    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(send(&sandbox, "POST", &link, &headers, b"action=pay").status, 303);
    assert!(get(&sandbox, &link).body.contains("Paid"));
    let reply = status(&sandbox, &id);
    for (name, value) in [
        ("pg_status", "ok"),
        ("pg_payment_id", id.as_str()),
        ("pg_order_id", "23"),
        ("pg_currency", "UZS"),
        ("pg_amount", "100.50"),
        ("pg_payment_status", "success"),
        ("pg_captured", "1"),
        ("pg_clearing_amount", "100.50"),
        ("pg_refund_amount", "0"),
        ("pg_card_pan", "4111-11XX-XXXX-1111"),
        ("pg_user_phone", "77017777777"),
    ] {
        assert_eq!(reply.get(name), Some(value), "{name}");
    }
    assert_eq!(reply.get("pg_payment_date").unwrap().len(), 19);
    let old = MERCHANT.ask(&sandbox, "/get_status2.php", &[("pg_order_id", "23")]);
    assert_eq!((old.get("pg_payment_id"), old.get("pg_transaction_status")), (Some(&*id), Some("ok")));
}

#[test]
fn the_browser_goes_back_to_the_shop_with_signed_fields() {
    let sandbox = start(|_| ());
    let success = "https://shop.example/thanks?cart=7";
    let more =
        [("pg_success_url", success), ("pg_failure_url", "https://shop.example/sorry"), ("own", "a&b")];
    let more = [&more[..], &[("pg_failure_url_method", "POST")]].concat();
    let (id, link) = begin(&sandbox, &more);
    assert!(!get(&sandbox, &link).body.contains("shop.example"));
    sandbox.pay(id.parse().unwrap()).unwrap();
    let page = get(&sandbox, &link).body;
    let address = page.split("<a href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let query = address.strip_prefix("https://shop.example/thanks?").unwrap();
    let fields: Vec<(String, String)> = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap())
        .map(|(name, value)| (name.to_owned(), value.replace("%26", "&")))
        .collect();
    let (_, signed) = fields.iter().find(|(name, _)| name == "pg_sig").unwrap();
    assert_eq!(*signed, signature("thanks", &fields, KEY));
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["cart", "pg_order_id", "pg_payment_id", "own", "pg_salt", "pg_sig"]);

    let (id, link) = begin(&sandbox, &more);
    sandbox.decline(id.parse().unwrap()).unwrap();
    let page = get(&sandbox, &link);
    assert!(page.head.contains("form-action 'self' https://shop.example\r\n"), "{}", page.head);
    assert!(page.body.contains("<form method=\"post\" action=\"https://shop.example/sorry\""));
    assert!(page.body.contains("name=\"pg_error_code\" value=\"10009\""));
}

#[test]
fn payment_php_sends_the_browser_to_the_page() {
    let sandbox = start(|_| ());
    let sale = [("pg_order_id", "23"), ("pg_amount", "100"), ("pg_description", "Tea"), ("own", "1")];
    let signed = MERCHANT.sign("/payment.php", &sale);
    let answer = get(&sandbox, &format!("/payment.php?{}", urlencoded(&signed)));
    assert_eq!(answer.status, 302);
    let customer = &sandbox.payments()[0].customer;
    assert!(answer.head.contains(&format!("/pay.html?customer={customer}")), "{}", answer.head);
}

#[test]
fn a_refund_is_made_in_parts_and_never_of_more_than_there_is() {
    let sandbox = start(|_| ());
    let id = paid(&sandbox, &[]);
    let revoke = |fields: &[(&str, &str)]| {
        MERCHANT.ask(&sandbox, REVOKE, &[&[("pg_payment_id", id.as_str())], fields].concat())
    };
    let first = revoke(&[("pg_refund_amount", "0.01")]);
    assert_eq!(first.get("pg_status"), Some("ok"));
    let first = first.get("pg_revoke_payment_id").unwrap().to_owned();
    let too_much = revoke(&[("pg_refund_amount", "100.50")]);
    assert_eq!(too_much.get("pg_error_code"), Some("10020"));
    assert_eq!(
        too_much.get("pg_error_description"),
        Some("100.50 is more than the 100.49 that can be refunded")
    );
    let rest = revoke(&[]).get("pg_revoke_payment_id").unwrap().to_owned();
    assert_eq!(revoke(&[]).get("pg_error_code"), Some("11018"));

    let reply = status(&sandbox, &id);
    assert_eq!(
        (reply.get("pg_payment_status"), reply.get("pg_refund_amount")),
        (Some("success"), Some("-100.50"))
    );
    let list = |name: &str| -> Vec<String> {
        let path = format!("pg_refund_payments[pg_refund_payment][{name}]");
        reply.all(&path).map(str::to_owned).collect()
    };
    assert_eq!(list("pg_payment_id"), [first.as_str(), rest.as_str()]);
    assert_eq!(list("pg_amount"), ["-0.01", "-100.49"]);
    assert_eq!(list("pg_payment_status"), ["success", "success"]);

    // The newest payment of the order is the refund now.
    for by in [("pg_order_id", "23"), ("pg_payment_id", &*rest)] {
        let newest = MERCHANT.ask(&sandbox, STATUS, &[by]);
        assert_eq!((newest.get("pg_payment_id"), newest.get("pg_amount")), (Some(&*rest), Some("-100.49")));
    }
    let both = MERCHANT.ask(&sandbox, STATUS, &[("pg_payment_id", &id), ("pg_order_id", "other")]);
    assert_eq!(both.get("pg_payment_id"), Some(&*id));
}

#[test]
fn an_invoice_is_refunded_and_asked_about_as_a_payment() {
    let sandbox = start(|_| ());
    let (id, _) = init(&sandbox);
    let text = id.to_string();
    let payment = [("pg_payment_id", text.as_str())];
    MERCHANT.refused(&sandbox, REVOKE, &payment, "9013");
    sandbox.pay(id).unwrap();
    MERCHANT.refused(&sandbox, CANCEL, &payment, "10012");
    assert_eq!(MERCHANT.ask(&sandbox, REVOKE, &payment).get("pg_status"), Some("ok"));
    let reply = status(&sandbox, &text);
    assert_eq!((reply.get("pg_order_id"), reply.get("pg_refund_amount")), (Some("00102"), Some("-10.00")));
    assert_eq!(sandbox.invoices()[0].state.word(), "ok");
}

#[test]
fn a_hold_is_cleared_in_part_or_cancelled() {
    let sandbox = start(|_| ());
    for hold in [("pg_auto_clearing", "0"), ("pg_postpone_payment", "1")] {
        let id = paid(&sandbox, &[hold]);
        let held = status(&sandbox, &id);
        assert_eq!((held.get("pg_payment_status"), held.get("pg_captured")), (Some("success"), Some("0")));
        let payment = [("pg_payment_id", id.as_str())];
        MERCHANT.refused(&sandbox, REVOKE, &payment, "10034");
        let part = |amount| [("pg_payment_id", id.as_str()), ("pg_clearing_amount", amount)];
        MERCHANT.refused(&sandbox, CAPTURE, &part("100.51"), "200");
        let cleared = MERCHANT.ask(&sandbox, CAPTURE, &part("40"));
        assert_eq!(
            (cleared.get("pg_amount"), cleared.get("pg_clearing_amount")),
            (Some("100.50"), Some("40.00"))
        );
        MERCHANT.refused(&sandbox, CAPTURE, &part("60"), "10036");
        MERCHANT.refused(&sandbox, REVOKE, &[payment[0], ("pg_refund_amount", "41")], "10020");
        assert_eq!(MERCHANT.ask(&sandbox, REVOKE, &payment).get("pg_status"), Some("ok"));
        assert_eq!(status(&sandbox, &id).get("pg_refund_amount"), Some("-40.00"));

        let id = paid(&sandbox, &[hold]);
        let payment = [("pg_payment_id", id.as_str())];
        let cancelled = MERCHANT.ask(&sandbox, CANCEL, &payment);
        let cancel_id = cancelled.get("pg_cancel_payment_id").unwrap();
        MERCHANT.refused(&sandbox, CANCEL, &payment, "10033");
        MERCHANT.refused(&sandbox, CAPTURE, &payment, "10035");
        let reply = status(&sandbox, &id);
        assert_eq!(
            (reply.get("pg_payment_status"), reply.get("pg_revoke_amount")),
            (Some("canceled"), Some("100.50"))
        );
        assert_eq!(reply.get("pg_revoked_payments[pg_revoked_payment][pg_payment_id]"), Some(cancel_id));
    }
    let id = paid(&sandbox, &[("pg_auto_clearing", "0")]);
    sandbox.advance(Duration::from_secs(5 * 86_400));
    assert_eq!(status(&sandbox, &id).get("pg_captured"), Some("1"));
}

#[test]
fn one_idempotency_key_refunds_once() {
    let sandbox = start(|_| ());
    let id = paid(&sandbox, &[]);
    let keyed = |key, amount| {
        [("pg_payment_id", id.as_str()), ("pg_idempotency_key", key), ("pg_refund_amount", amount)]
    };
    let first = MERCHANT.ask(&sandbox, REVOKE, &keyed("a", "10"));
    let again = MERCHANT.ask(&sandbox, REVOKE, &keyed("a", "10"));
    assert_eq!(again.get("pg_revoke_payment_id"), first.get("pg_revoke_payment_id"));
    assert_ne!(again.get("pg_salt"), first.get("pg_salt"));
    let other = MERCHANT.refused(&sandbox, REVOKE, &keyed("a", "11"), "200");
    assert!(other.get("pg_error_description").unwrap().contains("came with other fields before"));
    let second = MERCHANT.ask(&sandbox, REVOKE, &keyed("b", "10"));
    assert_ne!(second.get("pg_revoke_payment_id"), first.get("pg_revoke_payment_id"));
    assert_eq!(status(&sandbox, &id).get("pg_refund_amount"), Some("-20.00"));

    let begun: Vec<String> = (0..2).map(|_| begin(&sandbox, &[("pg_idempotency_key", "k")]).0).collect();
    assert_eq!(begun[0], begun[1]);
}

#[test]
fn a_lost_answer_comes_after_the_refund_and_a_lost_request_before() {
    let sandbox = start(|_| ());
    let id = paid(&sandbox, &[]);
    for (fault, refunded) in [(Fault::LostRequest, "0"), (Fault::LostAnswer, "-10.00")] {
        sandbox.add_rule(once(fault, "revoke.php"));
        let fields = [("pg_payment_id", id.as_str()), ("pg_refund_amount", "10")];
        assert_eq!(raw(&sandbox, REVOKE, &MERCHANT.sign(REVOKE, &fields)), b"");
        assert_eq!(status(&sandbox, &id).get("pg_refund_amount"), Some(refunded));
    }
    let fields = [("pg_payment_id", id.as_str()), ("pg_refund_amount", "10")];
    assert_eq!(MERCHANT.ask(&sandbox, REVOKE, &fields).get("pg_status"), Some("ok"));
}

#[test]
fn an_answers_signature_can_be_wrong_or_missing() {
    let sandbox = start(|options| options.faults = vec!["wrong-signature:revoke.php".parse().unwrap()]);
    let id = paid(&sandbox, &[]);
    for _ in 0..2 {
        let answer = MERCHANT.post(&sandbox, REVOKE, &[("pg_payment_id", &id), ("pg_refund_amount", "1")]);
        let reply = Reply::read(&answer.body);
        assert_eq!(reply.get("pg_status"), Some("ok"));
        assert_ne!(reply.get("pg_sig"), Some(&*signature("revoke.php", &reply.0, KEY)));
    }
    sandbox.clear_rules();
    assert_eq!(send(&sandbox, "POST", "/sandbox/faults/no-signature?times=1", &[], b"").status, 204);
    let answer = MERCHANT.post(&sandbox, STATUS, &[("pg_payment_id", &id)]);
    let reply = Reply::read(&answer.body);
    assert_eq!((reply.get("pg_status"), reply.get("pg_sig")), (Some("ok"), None));
    assert_eq!(status(&sandbox, &id).get("pg_status"), Some("ok"));
    for (path, status) in [("none", 204), ("bad-luck", 404), ("lost-answer?times=x", 400)] {
        assert_eq!(send(&sandbox, "POST", &format!("/sandbox/faults/{path}"), &[], b"").status, status);
    }
}

#[test]
fn a_refund_may_fail_though_it_was_answered_with_ok() {
    let sandbox = start(|_| ());
    let id = paid(&sandbox, &[]);
    sandbox.add_rule(once(Fault::FailedRefund, "revoke.php"));
    let payment = [("pg_payment_id", id.as_str())];
    assert_eq!(MERCHANT.ask(&sandbox, REVOKE, &payment).get("pg_status"), Some("ok"));
    let reply = status(&sandbox, &id);
    assert_eq!(reply.get("pg_refund_payments[pg_refund_payment][pg_payment_status]"), Some("error"));
    assert_eq!(reply.get("pg_refund_amount"), Some("0"));
    assert_eq!(MERCHANT.ask(&sandbox, REVOKE, &payment).get("pg_status"), Some("ok"));
}

#[test]
fn refunds_may_be_counted_and_not_listed() {
    let sandbox = start(|_| ());
    let id = paid(&sandbox, &[]);
    MERCHANT.ask(&sandbox, REVOKE, &[("pg_payment_id", &id), ("pg_refund_amount", "10")]);
    sandbox.add_rule(once(Fault::UnlistedRefunds, "get_status3.php"));
    let listed = "pg_refund_payments[pg_refund_payment][pg_amount]";
    let reply = status(&sandbox, &id);
    assert_eq!((reply.get("pg_refund_amount"), reply.get(listed)), (Some("-10.00"), None));
    assert_eq!(status(&sandbox, &id).get(listed), Some("-10.00"), "the rule struck once");
}

#[test]
fn the_status_may_lag_behind() {
    let sandbox = start(|options| options.read_back_lag = Duration::from_secs(3600));
    let id = paid(&sandbox, &[]);
    assert_unsigned(&MERCHANT.post(&sandbox, STATUS, &[("pg_payment_id", &id)]), "11068");
    assert_eq!(send(&sandbox, "POST", "/sandbox/clock/60m", &[], b"").status, 204);
    let refund = MERCHANT.ask(&sandbox, REVOKE, &[("pg_payment_id", &id)]);
    assert_eq!(status(&sandbox, &id).get("pg_refund_amount"), Some("0"));
    let newest = MERCHANT.ask(&sandbox, STATUS, &[("pg_order_id", "23")]);
    assert_eq!(newest.get("pg_payment_id"), Some(&*id));
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!(status(&sandbox, &id).get("pg_refund_amount"), Some("-100.50"));
    let newest = MERCHANT.ask(&sandbox, STATUS, &[("pg_order_id", "23")]);
    assert_eq!(newest.get("pg_payment_id"), refund.get("pg_revoke_payment_id"));
}

#[test]
fn what_is_not_there_is_not_found() {
    let sandbox = start(|options| {
        let seven = freedompay::sandbox::Merchant {
            id: 7,
            key: "seven".to_owned(),
            name: "Seven".to_owned(),
            payout_key: None,
        };
        options.merchants.push(seven);
    });
    let id = paid(&sandbox, &[]);
    let seven = Merchant { id: "7", key: "seven" };
    for path in [CANCEL, CAPTURE, REVOKE] {
        MERCHANT.refused(&sandbox, path, &[("pg_payment_id", "1")], "340");
        seven.refused(&sandbox, path, &[("pg_payment_id", &id)], "340");
    }
    for path in [STATUS, "/get_status2.php"] {
        assert_unsigned(&MERCHANT.post(&sandbox, path, &[("pg_order_id", "x")]), "11068");
        assert_unsigned(&seven.post(&sandbox, path, &[("pg_order_id", "23")]), "11068");
    }
    assert_unsigned(&seven.post(&sandbox, STATUS, &[("pg_payment_id", &id)]), "11068");
    MERCHANT.refused(&sandbox, STATUS, &[], "200");
}

#[test]
fn each_wrong_field_is_refused_by_name() {
    let sandbox = start(|_| ());
    let sale = [("pg_order_id", "23"), ("pg_amount", "100"), ("pg_description", "Tea")];
    let long_order = "x".repeat(51);
    let long_description = "x".repeat(1025);
    let long_url = format!("https://example.com/{}", "x".repeat(236));
    for (name, value, problem) in [
        ("pg_order_id", "", "pg_order_id is missing"),
        ("pg_order_id", &*long_order, "pg_order_id is 51 characters long, 50 are allowed"),
        ("pg_amount", "1,5", "pg_amount \"1,5\" is not a decimal number"),
        ("pg_amount", "0", "pg_amount \"0\" is not within"),
        ("pg_description", &long_description, "pg_description is 1025 characters long"),
        ("pg_currency", "XXX", "pg_currency \"XXX\""),
        ("pg_result_url", &long_url, "pg_result_url is 256 characters long"),
        ("pg_success_url", "shop", "pg_success_url is not an absolute"),
        ("pg_success_url_method", "PUT", "pg_success_url_method \"PUT\" is not one of GET, POST"),
        ("pg_request_method", "PUT", "pg_request_method \"PUT\" is not"),
        ("pg_lifetime", "299", "pg_lifetime \"299\" is not a whole number within 300 and 604800"),
        ("pg_user_id", "a b", "pg_user_id \"a b\" is not"),
        ("pg_user_ip", "x", "pg_user_ip \"x\" is not an IP address"),
        ("pg_postpone_payment", "2", "pg_postpone_payment \"2\" is not one of 0, 1"),
        ("pg_language", "de", "pg_language \"de\" is not one of"),
        ("pg_recurring_lifetime", "157", "is not a whole number within 1 and 156"),
        ("pg_payment_route", "x", "pg_payment_route \"x\" is not one of frame"),
        ("pg_receipt_positions", "x", "pg_receipt_positions is a text and has to be a list"),
        ("pg_receipt_positions[0][count]", "1", "pg_receipt_positions[0][name] is missing"),
        ("pg_unknown", "1", "field \"pg_unknown\" is unknown here"),
        ("own", "\u{1}", "own holds a character that XML cannot write"),
    ] {
        let mut fields: Vec<_> = sale.into_iter().filter(|(field, _)| *field != name).collect();
        fields.push((name, value));
        let reply = MERCHANT.refused(&sandbox, INIT, &fields, "200");
        let description = reply.get("pg_error_description").unwrap();
        assert!(description.contains(problem), "{description}");
        assert!(last(&sandbox).problem.unwrap().contains(problem));
    }
    for (path, fields, problem) in [
        (REVOKE, &[("own", "1")][..], "field \"own\" is unknown here"),
        (REVOKE, &[], "pg_payment_id is missing"),
        (REVOKE, &[("pg_payment_id", "x")], "pg_payment_id \"x\" is not a positive integer"),
        (REVOKE, &[("pg_payment_id", "1"), ("pg_refund_amount", "-1")], "pg_refund_amount \"-1\" is not"),
        (
            CANCEL,
            &[("pg_payment_id", "1"), ("pg_refund_amount", "1")],
            "\"pg_refund_amount\" is unknown here",
        ),
        (CAPTURE, &[("pg_payment_id", "1"), ("pg_amount", "1")], "\"pg_amount\" is unknown here"),
    ] {
        let reply = MERCHANT.refused(&sandbox, path, fields, "200");
        assert!(reply.get("pg_error_description").unwrap().contains(problem), "{reply:?}");
    }
    assert!(sandbox.payments().is_empty());
}

#[test]
fn a_test_can_look_and_move_payments_over_http() {
    let sandbox = start(|_| ());
    for (verb, word) in
        [("pay", "success"), ("decline", "error"), ("expire", "incomplete"), ("process", "process")]
    {
        let (id, _) = begin(&sandbox, &[("own", "1")]);
        let path = format!("/sandbox/payments/{id}/{verb}");
        let moved = send(&sandbox, "POST", &path, &[], b"");
        assert_eq!((moved.status, &moved.json()["status"]), (200, &json!(word)));
        let again = send(&sandbox, "POST", &path, &[], b"").status;
        assert_eq!(again, if verb == "process" { 200 } else { 409 });
        assert_eq!(send(&sandbox, "POST", &format!("/sandbox/invoices/{id}/pay"), &[], b"").status, 404);
    }
    let payments = get(&sandbox, "/sandbox/payments").json();
    assert_eq!(payments.as_array().unwrap().len(), 4);
    assert_eq!(payments[0]["amount"], "100.5");
    assert_eq!(payments[0]["clearing_amount"], "100.50");
    assert_eq!(payments[0]["terms"]["own"], json!({"own": "1"}));
    assert_eq!(payments[1]["failure"]["code"], 10009);
    assert_eq!(send(&sandbox, "POST", "/sandbox/payments/1/pay", &[], b"").status, 404);
    assert_eq!(send(&sandbox, "POST", "/sandbox/clock/soon", &[], b"").status, 400);
}

#[test]
fn a_payment_expires_when_its_lifetime_is_over() {
    let sandbox = start(|_| ());
    let (id, link) = begin(&sandbox, &[("pg_lifetime", "300")]);
    sandbox.advance(Duration::from_secs(300));
    let reply = status(&sandbox, &id);
    assert_eq!(
        (reply.get("pg_payment_status"), reply.get("pg_failure_code")),
        (Some("incomplete"), Some("10018"))
    );
    assert!(get(&sandbox, &link).body.contains("Expired"));
    assert_eq!(sandbox.payments()[0].now.status, PaymentStatus::Incomplete);
}

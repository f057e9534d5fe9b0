//! Status, by invoice and by order.

use freedompay::sandbox::Merchant;
use serde_json::json;

use crate::client::*;

#[test]
fn status_is_answered_by_invoice_and_by_order() {
    let sandbox = start(|_| ());
    let (id, _) = init(&sandbox);
    let by_invoice = format!("{{\"merchant_id\":123456,\"invoice_id\":{id}}}");
    let answer = post_signed(&sandbox, STATUS, &by_invoice).json();
    assert_eq!(answer["invoice_id"], id);
    assert_eq!(answer["invoice_status"], "new");
    assert_eq!((&answer["amount"], &answer["currency"]), (&json!(10), &json!("KZT")));
    assert!(answer.get("order_id").is_none() && answer.get("card_pan").is_none());

    let (second, _) = init(&sandbox);
    sandbox.pay(second).unwrap();
    let by_order = post_form(&sandbox, STATUS, None, &[("merchant_id", "123456"), ("order_id", "00102")]);
    assert_eq!(by_order.xml("invoice_id"), Some("1000002"));
    assert_eq!(by_order.xml("invoice_status"), Some("ok"));
    assert_eq!(by_order.xml("card_pan"), Some("4111-11XX-XXXX-1111"));
    assert_eq!(by_order.xml("card_token"), Some("sandbox-card-ok"));

    for (body, code, text) in [
        (json!({"merchant_id": 123456, "invoice_id": 1}), 11068, "no such invoice"),
        (json!({"merchant_id": 123456, "order_id": "x"}), 11068, "no such invoice"),
        (json!({"merchant_id": 123456}), 200, "invoice_id is missing"),
        (json!({"merchant_id": 123456, "invoice_id": id, "order_id": "00102"}), 200, "exclude each other"),
        (json!({"merchant_id": 123456, "invoice_id": "1000001"}), 200, "invoice_id is a string"),
        (json!({"merchant_id": 123456, "invoice_id": 1.5}), 200, "not a positive integer"),
        (json!({"invoice_id": id}), 200, "merchant_id is missing"),
        (json!({"merchant_id": 123456, "invoice_id": id, "customer": "x"}), 200, "unknown here"),
    ] {
        assert_refused(&post_signed(&sandbox, STATUS, &body.to_string()), code, text);
    }
    assert_refused(&post_json(&sandbox, STATUS, &by_invoice), 9998, "missing");
}

#[test]
fn another_merchants_invoice_is_not_found() {
    let sandbox = start(|options| {
        options.merchants.push(Merchant {
            id: 7,
            key: "seven".to_owned(),
            name: "Seven".to_owned(),
            payout_key: None,
        });
    });
    init(&sandbox);
    for field in [("invoice_id", "1000001"), ("order_id", "00102")] {
        let answer = post_form(&sandbox, STATUS, None, &[("merchant_id", "7"), field]);
        assert_eq!(answer.xml("error_code"), Some("11068"));
    }
}

#[test]
fn amounts_come_back_as_they_were_written() {
    let sandbox = start(|_| ());
    for amount in ["10", "10.0", "10.50", "0.01", "99999999.99"] {
        let body = format!(
            "{{\"order_id\":\"{amount}\",\"merchant_id\":123456,\"amount\":{amount},\
             \"description\":\"x\",\"invoice_method\":\"qr\"}}"
        );
        assert_eq!(post_signed(&sandbox, INIT, &body).json()["status"], "ok");
        let body = format!("{{\"merchant_id\":123456,\"order_id\":\"{amount}\"}}");
        let answer = post_signed(&sandbox, STATUS, &body).body;
        assert!(answer.contains(&format!("\"amount\":{amount},")), "{answer}");
        let answer = post_form(&sandbox, STATUS, None, &[("merchant_id", "123456"), ("order_id", amount)]);
        assert_eq!(answer.xml("amount"), Some(amount));
    }
}

//! The payer: info, pay and the page.

use freedompay::sandbox::{InvoiceState, Signed};
use serde_json::json;

use crate::client::*;

#[test]
fn info_opens_the_invoice_and_pay_ends_it() {
    for (card, state) in [("sandbox-card-ok", "ok"), ("sandbox-card-declined", "failed")] {
        let sandbox = start(|_| ());
        let (id, customer) = init(&sandbox);
        let info = post_json(&sandbox, INFO, &json!({"customer": customer}).to_string()).json();
        assert_eq!(info["status"], "ok");
        assert_eq!(info["invoice_status"], "process");
        assert_eq!((&info["invoice_id"], &info["order_id"]), (&json!(id), &json!("00102")));
        assert_eq!((&info["amount"], &info["currency"]), (&json!(10), &json!("KZT")));
        assert_eq!(info["description"], "Ticket");

        let pay = |card: &str| json!({"customer": customer, "user_id": "u1", "card_token": card}).to_string();
        assert_refused(&post_json(&sandbox, PAY, &pay("other")), 10032, "card_token is unknown");
        let answer = post_json(&sandbox, PAY, &pay(card)).json();
        assert_eq!((&answer["status"], &answer["invoice_status"]), (&json!("ok"), &json!(state)));
        assert_eq!(answer.get("card_pan").is_some(), state == "ok");
        assert_refused(&post_json(&sandbox, PAY, &pay(card)), 10015, "has ended");
        assert_refused(&post_json(&sandbox, PAY, &pay("other")), 10015, "has ended");
        assert_eq!(last(&sandbox).invoice_id, Some(id));
    }
}

#[test]
fn info_and_pay_are_strict_too() {
    let sandbox = start(|_| ());
    let (_, customer) = init(&sandbox);
    for (path, body, code, text) in [
        (INFO, json!({}), 200, "customer is missing"),
        (INFO, json!({"customer": 1}), 200, "customer is a number"),
        (INFO, json!({"customer": "nobody"}), 11068, "no invoice"),
        (INFO, json!({"customer": customer, "merchant_id": 1}), 200, "unknown here"),
        (PAY, json!({"customer": customer, "card_token": "sandbox-card-ok"}), 200, "user_id is missing"),
        (PAY, json!({"customer": customer, "user_id": "u"}), 200, "card_token is missing"),
        (
            PAY,
            json!({"customer": customer, "user_id": "u 1", "card_token": "sandbox-card-ok"}),
            200,
            "user_id \"u 1\" is not at most 50 letters",
        ),
        (PAY, json!({"customer": "x", "user_id": "u", "card_token": "sandbox-card-ok"}), 11068, "no invoice"),
    ] {
        assert_refused(&post_json(&sandbox, path, &body.to_string()), code, text);
    }
    // A signature is not needed here, but one that is there is verified.
    let body = json!({"customer": customer}).to_string();
    assert_eq!(post_signed(&sandbox, INFO, &body).json()["status"], "ok");
    assert_eq!(last(&sandbox).signed, Signed::Valid);
    let unknown = json!({"customer": "nobody"}).to_string();
    assert_refused(&post_signed(&sandbox, INFO, &unknown), 11068, "no invoice");
    assert_eq!(last(&sandbox).signed, Signed::Valid);
    let wrong = sign(INFO, "another key", &body);
    let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", wrong.as_str())];
    assert_refused(&send(&sandbox, "POST", INFO, &headers, body.as_bytes()), 9998, "mac");
}

#[test]
fn the_payer_pays_or_declines_on_the_page() {
    for (action, word, end) in
        [("pay", "Paid", InvoiceState::Ok), ("decline", "Declined", InvoiceState::Failed)]
    {
        let sandbox = start(|_| ());
        let (_, customer) = init(&sandbox);
        let path = format!("/pay.html?customer={customer}");
        let page = get(&sandbox, &path);
        assert_eq!(page.status, 200);
        assert!(page.head.contains("text/html; charset=utf-8"));
        for part in
            ["<html lang=\"en\">", "width=device-width", "Sandbox shop", "Pay 10.00 KZT", "Ticket", "Decline"]
        {
            assert!(page.body.contains(part), "{part}");
        }
        assert!(page.body.contains(&format!("action=\"{path}\"")));
        assert_eq!(state(&sandbox), InvoiceState::Process);

        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        let press =
            |action: &str| send(&sandbox, "POST", &path, &headers, format!("action={action}").as_bytes());
        assert_eq!(press("other").status, 400);
        let pressed = press(action);
        assert_eq!(pressed.status, 303);
        assert!(pressed.head.contains(&format!("location: {path}")));
        assert_eq!(state(&sandbox), end);
        // Pressed again, on a page that was still open.
        assert_eq!(press("pay").status, 303);
        assert_eq!(state(&sandbox), end);
        let page = get(&sandbox, &path).body;
        assert!(page.contains(word) && !page.contains("<form"));
    }
    let sandbox = start(|_| ());
    for path in ["/pay.html", "/pay.html?customer=", "/pay.html?customer=x"] {
        assert_eq!(get(&sandbox, path).status, 404);
    }
}

#[test]
fn markup_in_a_description_is_escaped_everywhere() {
    let sandbox = start(|_| ());
    let description = "<b>\"Tom\" & 'Ann'</b>";
    let mut fields = sample();
    fields[3].1 = description;
    post_form(&sandbox, INIT, None, &fields);
    let customer = sandbox.invoices()[0].customer.clone();
    let escaped = "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Ann&#39;&lt;/b&gt;";
    let page = get(&sandbox, &format!("/pay.html?customer={customer}")).body;
    assert!(page.contains(escaped) && !page.contains("<b>"));
    let xml = post_form(&sandbox, INFO, None, &[("customer", &customer)]);
    assert_eq!(xml.xml("description"), Some(escaped));
    let json = post_json(&sandbox, INFO, &json!({"customer": customer}).to_string()).json();
    assert_eq!(json["description"], description);
}

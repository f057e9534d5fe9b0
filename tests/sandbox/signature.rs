//! Signatures: what is accepted, refused and explained.

use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use freedompay::sandbox::{JwsHeader, Merchant, SignaturePolicy, Signed};

use crate::client::*;

#[test]
fn the_published_token_is_accepted_and_one_changed_byte_refused() {
    let sandbox = start(|options| {
        options.merchants = vec![Merchant {
            id: 123_456,
            key: "secret_key".to_owned(),
            name: "Shop".to_owned(),
            payout_key: None,
        }];
    });
    let token = "eyJwYXRoIjoiL3Y1L21lcmNoYW50L2ludm9pY2UvaW5pdCIsIm1lcmNoYW50X2lkIjoxMjM0NTYsIm1ldGhvZCI6IlBPU1QiLCJwYXJhbXMiOiIiLCJhbGciOiJIUzUxMiJ9..wCwFCAmxN0nbTm6mad8GxowIjgkCwfF7IAy2ijO9thLjsZFXnS4K_I4NPnXjkTFTMnEzqjk8rtIVmtf7NbGyvg";
    let body = "{\"order_id\":\"828cf71d-a447-4a67-a149-c1df8bc197ca\",\"merchant_id\":123456,\"amount\":100,\"description\":\"Счет за услуги\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}";
    let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", token)];
    let answer = send(&sandbox, "POST", INIT, &headers, body.as_bytes());
    assert_eq!(answer.json()["status"], "ok");
    let answer = send(&sandbox, "POST", INIT, &headers, body.replace("100", "101").as_bytes());
    assert_refused(&answer, 9998, "mac");
    assert_eq!(sandbox.invoices().len(), 1);
}

#[test]
fn a_wrong_signature_is_refused_and_explained() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = lines.clone();
    let sandbox = start(|options| {
        options.log = Some(Arc::new(move |line: &str| kept.lock().unwrap().push(line.to_owned())));
    });
    let body = json_sample().to_string();
    let send_with = |token: &str| {
        let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", token)];
        send(&sandbox, "POST", INIT, &headers, body.as_bytes())
    };
    let header = r#"{"uri":"/v5/merchant/invoice/init","merchant_id":"123456","method":"POST","params":"","alg":"HS512"}"#;
    for (token, text) in [
        (sign(INIT, "another key", &body), "mac: made with another key"),
        (sign(INIT, KEY, &format!("{body} ")), "mac: made with another key or over another payload"),
        (sign(INIT, KEY, ""), "payload: the signature covers no payload"),
        (sign(STATUS, KEY, &body), "header: uri is \"/v5/merchant/invoice/status\""),
        (token(&header.replace("123456", "7"), KEY, &body), "header: merchant_id is \"7\""),
        (token(&header.replace(',', ", "), KEY, &body), "header: order, spacing"),
        ("nonsense".to_owned(), "form"),
    ] {
        assert_refused(&send_with(&token), 9998, text);
        let record = last(&sandbox);
        assert_eq!(record.signed, Signed::Wrong);
        let problem = record.problem.unwrap();
        for part in [text, header, body.as_str(), "the key of merchant 123456"] {
            assert!(problem.contains(part), "{problem} does not say {part}");
        }
        let line = lines.lock().unwrap().last().unwrap().clone();
        assert!(line.contains(&problem) && !line.contains(KEY) && !line.contains('\n'), "{line}");
    }
    assert_refused(&post_json(&sandbox, INIT, &body), 9998, "missing");
    assert_eq!(last(&sandbox).signed, Signed::No);
    assert!(sandbox.invoices().is_empty());
}

#[test]
fn a_refusal_is_well_formed_whatever_the_request_brought_along() {
    let sandbox = start(|_| ());
    let header = URL_SAFE_NO_PAD.encode("\u{1}\n<x>\u{ffff}");
    let answer = post_form(&sandbox, INIT, Some(&format!("{header}..AAAA")), &sample());
    let description = answer.xml("error_description").unwrap();
    assert!(description.ends_with("\\u{1}\\n&lt;x&gt;\\u{ffff}"), "{description}");
}

#[test]
fn a_signed_form_covers_the_json_of_its_fields() {
    let sandbox = start(|_| ());
    let fields = [
        ("order_id", "7"),
        ("merchant_id", "123456"),
        ("amount", "10.50"),
        ("description", "\"Чай\" \\ /"),
        ("invoice_method", "qr"),
    ];
    let payload = "{\"order_id\":\"7\",\"merchant_id\":123456,\"amount\":10.50,\
                   \"description\":\"\\\"Чай\\\" \\\\ /\",\"invoice_method\":\"qr\"}";
    let answer = post_form(&sandbox, INIT, Some(&sign(INIT, KEY, payload)), &fields);
    assert_eq!(answer.xml("status"), Some("ok"), "{}", answer.body);
    assert_eq!(last(&sandbox).signed, Signed::Valid);

    let raw = String::from_utf8(form(&fields)).unwrap();
    let answer = post_form(&sandbox, INIT, Some(&sign(INIT, KEY, &raw)), &fields);
    assert_eq!(answer.xml("error_code"), Some("9998"));
    assert!(last(&sandbox).problem.unwrap().contains("the signature covers the body as it was sent"));
}

#[test]
fn signatures_can_be_required_and_dialects_switched_off() {
    let sandbox = start(|options| options.signature = SignaturePolicy::Required);
    assert_eq!(post_form(&sandbox, INIT, None, &sample()).xml("error_code"), Some("9998"));
    assert_refused(&post_json(&sandbox, INFO, "{\"customer\":\"x\"}"), 9998, "missing");

    let body = json_sample().to_string();
    let path = r#"{"path":"/v5/merchant/invoice/init","merchant_id":123456,"method":"POST","params":"","alg":"HS512"}"#;
    let tokens = [(JwsHeader::Uri, sign(INIT, KEY, &body)), (JwsHeader::Path, token(path, KEY, &body))];
    for allowed in [JwsHeader::Both, JwsHeader::Uri, JwsHeader::Path] {
        let sandbox = start(|options| options.jws = allowed);
        for (dialect, token) in &tokens {
            let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", token.as_str())];
            let answer = send(&sandbox, "POST", INIT, &headers, body.as_bytes());
            let right = allowed == JwsHeader::Both || allowed == *dialect;
            assert_eq!(answer.json()["status"] == "ok", right, "{allowed:?} {dialect:?}");
        }
    }
}

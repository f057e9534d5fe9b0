//! pg_sig over the wire: every way in which a request may come, and every wrong signature explained.

use freedompay::sandbox::{Merchant as Known, Signed};

use crate::client::{assert_unsigned, get, last, send, start};
use crate::signer::*;

const INIT: &str = "/init_payment.php";

const SALE: [(&str, &str); 4] =
    [("pg_order_id", "23"), ("pg_amount", "25"), ("pg_description", "Чай & <кофе>"), ("own", "x y")];

fn xml(fields: &[(String, String)]) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let fields: String =
        fields.iter().map(|(name, value)| format!("<{name}>{}</{name}>", escape(value))).collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><request>{fields}</request>")
}

#[test]
fn the_published_request_is_accepted_and_each_changed_value_refused() {
    let sandbox = start(|options| {
        options.merchants = vec![Known {
            id: 123_456,
            key: "test_secret_key".to_owned(),
            name: "Shop".to_owned(),
            payout_key: None,
        }];
    });
    let published = |amount: &str, signature: &str| {
        let fields = [
            ("pg_order_id", "23"),
            ("pg_merchant_id", "123456"),
            ("pg_amount", amount),
            ("pg_description", "Order description"),
            ("pg_salt", "some_random_string"),
            ("pg_sig", signature),
        ];
        fields.map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    let signature = "1d602ce1af2d04738e5840ff8562963f";
    let answer = Reply::read(&post(&sandbox, INIT, &published("25", signature)).body);
    assert_eq!(answer.get("pg_status"), Some("ok"));
    assert_unsigned(&post(&sandbox, INIT, &published("26", signature)), "9998");
    assert_unsigned(&post(&sandbox, INIT, &published("25.0", signature)), "9998");
    assert!(last(&sandbox).problem.unwrap().contains("covered pg_amount as \"25\", and \"25.0\" came"));
    assert_eq!(sandbox.payments().len(), 1);
}

#[test]
fn a_request_may_come_in_four_ways() {
    let sandbox = start(|_| ());
    let signed = MERCHANT.sign(INIT, &SALE);
    let as_xml = [("pg_xml".to_owned(), xml(&signed))];
    for answer in [
        post(&sandbox, INIT, &signed),
        post_multipart(&sandbox, INIT, &signed),
        get(&sandbox, &format!("{INIT}?{}", urlencoded(&signed))),
        post(&sandbox, INIT, &as_xml),
        post_multipart(&sandbox, INIT, &as_xml),
        get(&sandbox, &format!("{INIT}?{}", urlencoded(&as_xml))),
    ] {
        assert_eq!(answer.status, 200);
        assert!(answer.head.contains("content-type: application/xml"));
        let reply = Reply::read(&answer.body);
        assert_eq!(reply.get("pg_status"), Some("ok"), "{reply:?}");
        assert_eq!(last(&sandbox).signed, Signed::Valid);
    }
    let payments = sandbox.payments();
    assert_eq!(payments.len(), 6);
    assert!(payments.iter().all(|payment| payment.description == "Чай & <кофе>"));
}

#[test]
fn what_is_not_a_request_is_refused() {
    let sandbox = start(|_| ());
    let signed = urlencoded(&MERCHANT.sign(INIT, &SALE));
    let urlencoded_type = ("Content-Type", "application/x-www-form-urlencoded");
    let json_type = ("Content-Type", "application/json");
    for (method, path, headers, body, status) in [
        ("PUT", INIT, &[urlencoded_type][..], signed.as_str(), 405),
        ("HEAD", INIT, &[][..], "", 405),
        ("POST", INIT, &[json_type], "{}", 415),
        ("POST", INIT, &[], signed.as_str(), 415),
        ("POST", "/init_payment.phtml", &[urlencoded_type], signed.as_str(), 404),
    ] {
        let answer = send(&sandbox, method, path, headers, body.as_bytes());
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(last(&sandbox).problem.is_some());
    }
    let both = format!("{INIT}?{signed}");
    let doubled = format!("{signed}&pg_sig=x");
    let document = format!("{signed}&pg_xml=%3Crequest%2F%3E");
    for (path, body, problem) in [
        (both.as_str(), "", "the address has a query"),
        (INIT, "a", "is not urlencoded"),
        (INIT, "a=%ff", "is not urlencoded"),
        (INIT, "a[=1", "neither plain nor nested"),
        (INIT, "pg_xml=%3Cx%3E", "pg_xml is not such a document"),
        (INIT, &document, "pg_xml does not stand alone"),
        (INIT, &doubled, "it comes twice"),
        (INIT, "", "pg_merchant_id \"\" is not a merchant's"),
        (INIT, "pg_merchant_id=7", "pg_merchant_id \"7\" is not a merchant's"),
        (INIT, "pg_merchant_id=123456", "it is missing"),
    ] {
        let answer = send(&sandbox, "POST", path, &[urlencoded_type], body.as_bytes());
        assert_unsigned(&answer, "9998");
        assert!(last(&sandbox).problem.unwrap().contains(problem), "{problem}");
    }
    assert!(sandbox.payments().is_empty());
}

#[test]
fn a_wrong_signature_is_refused_without_one_and_explained() {
    let sandbox = start(|options| {
        options.merchants.push(Known {
            id: 7,
            key: "seven".to_owned(),
            name: "Seven".to_owned(),
            payout_key: None,
        });
    });
    let right = "init_payment.php;25;Чай & <кофе>;123456;23;some random string;x y;sandbox-secret-key";
    // Own names begin with o, and stand before those that begin with pg_.
    let right = right.replace(";x y;", ";").replacen(";25;", ";x y;25;", 1);
    assert_eq!(MERCHANT.sign(INIT, &SALE).last().unwrap().1, md5(&right));
    for (string, mistake) in [
        (
            right.replace(KEY, "sandbox-payout-key"),
            "taken the payout key of merchant 123456 instead of the key",
        ),
        (right.replace(KEY, "seven"), "taken the key of merchant 7 instead of the key of merchant 123456"),
        (
            right.replace(INIT.trim_start_matches('/'), "init_payment"),
            "taken \"init_payment\" for the script's",
        ),
        (right.replace("init_payment.php", "revoke.php"), "taken \"revoke.php\" for the script's name"),
        (right.replace(";x y", ""), "covered only the fields that begin with pg_"),
        (
            right
                .replace("x y", "x+y")
                .replace("Чай & <кофе>", "%D0%A7%D0%B0%D0%B9+%26+%3C%D0%BA%D0%BE%D1%84%D0%B5%3E")
                .replace("some random string", "some+random+string"),
            "covered the values as they are encoded in a form",
        ),
        (right.replace(";25;", ";25.00;"), "covered pg_amount as \"25.00\", and \"25\" came"),
        (right.replace("123456;", ""), "not covered pg_merchant_id"),
        ("something else".to_owned(), "it was made with another key or over other values"),
    ] {
        let mut fields = MERCHANT.sign(INIT, &SALE);
        fields.last_mut().unwrap().1 = md5(&string);
        let answer = post(&sandbox, INIT, &fields);
        assert_unsigned(&answer, "9998");
        let record = last(&sandbox);
        assert_eq!(record.signed, Signed::Wrong);
        let problem = record.problem.unwrap();
        assert!(problem.contains(mistake), "{problem}");
        let masked = right.replace(KEY, "***");
        assert!(problem.contains(&format!("expected the MD5 of {masked:?}")), "{problem}");
        for secret in [KEY, "seven", "sandbox-payout-key", &md5(&right)] {
            assert!(!problem.contains(secret) && !answer.body.contains(secret));
        }
    }
    assert!(sandbox.payments().is_empty());
}

#[test]
fn fifteen_positions_are_signed_in_the_order_of_their_numbers() {
    let sandbox = start(|_| ());
    let mut fields: Vec<(String, String)> = Vec::new();
    for position in 0..15 {
        for (name, value) in
            [("count", "1"), ("name", &format!("Tea {position}")), ("tax_type", "0"), ("price", "10")]
        {
            fields.push((format!("pg_receipt_positions[{position}][{name}]"), value.to_owned()));
        }
    }
    let mut fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fields.extend(SALE);
    assert_eq!(MERCHANT.ask(&sandbox, INIT, &fields).get("pg_status"), Some("ok"));
}

//! Init: what is accepted, how it is answered, and every field that is refused.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use freedompay::sandbox::{AnswerFormat, QrForm, Signed};
use serde_json::json;

use crate::client::*;

#[test]
fn the_published_sample_is_answered_in_xml_with_a_link() {
    let sandbox = start(|_| ());
    let answer = post_form(&sandbox, INIT, None, &sample());
    assert_eq!(answer.status, 200);
    assert!(answer.head.contains("content-type: application/xml"));
    let beginning = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><root><status>ok</status>\
                     <invoice_status>new</invoice_status><invoice_id>1000001</invoice_id><invoice_methods><qr>";
    assert!(answer.body.starts_with(beginning), "{}", answer.body);
    let link = String::from_utf8(STANDARD.decode(answer.xml("qr").unwrap()).unwrap()).unwrap();
    let invoice = sandbox.invoices().pop().unwrap();
    assert_eq!(link, format!("{}/pay.html?customer={}", sandbox.url(), invoice.customer));
    let dt = answer.xml("dt").unwrap();
    assert!(dt.len() == 25 && dt.ends_with("+05:00"), "{dt}");

    let record = last(&sandbox);
    assert_eq!((record.sequence, record.path.as_str(), record.signed), (1, INIT, Signed::No));
    assert_eq!((record.invoice_id, record.order_id.as_deref()), (Some(1_000_001), Some("00102")));
    assert_eq!(record.body.as_bytes(), form(&sample()));
    assert_eq!(record.problem, None);
}

#[test]
fn a_signed_json_init_is_answered_in_json() {
    let sandbox = start(|_| ());
    let answer = post_signed(&sandbox, INIT, &json_sample().to_string());
    assert!(answer.head.contains("content-type: application/json"));
    let body = answer.json();
    assert_eq!(body["status"], "ok");
    assert_eq!(body["invoice_status"], "new");
    assert_eq!(body["invoice_id"], 1_000_001);
    assert!(body["invoice_methods"]["qr"].is_string());
    assert_eq!(body.get("order_id"), None);
    assert_eq!(last(&sandbox).signed, Signed::Valid);
    assert_eq!(sandbox.invoices()[0].currency, "KZT");
}

#[test]
fn each_wrong_field_is_refused_by_name() {
    let sandbox = start(|_| ());
    let long = format!("https://example.com/{}", "x".repeat(236));
    let cases = [
        ("order_id", json!(null), 200, "order_id is null"),
        ("order_id", json!(102), 200, "order_id is a number in JSON and has to be a string"),
        ("order_id", json!(""), 200, "order_id is missing"),
        ("order_id", json!("a\u{0}"), 200, "order_id holds a character that XML cannot write"),
        ("merchant_id", json!("123456"), 200, "merchant_id is a string in JSON and has to be a number"),
        ("merchant_id", json!(7), 9997, "merchant_id 7 is unknown"),
        ("merchant_id", json!(-1), 9997, "merchant_id \"-1\" is not a positive integer"),
        ("merchant_id", json!(123456.5), 9997, "is not a positive integer"),
        ("order_id", json!("ж".repeat(51)), 200, "order_id is 51 characters long, 50 are allowed"),
        ("amount", json!("10"), 200, "amount is a string in JSON and has to be a number"),
        ("amount", json!(0), 200, "amount \"0\" is not within"),
        ("amount", json!(-1), 200, "is not a decimal number"),
        ("amount", json!(1.005), 200, "is not a decimal number"),
        ("amount", json!(100000000), 200, "is not within 0.01 and 99999999.99"),
        ("amount", json!([1]), 200, "amount is an array"),
        ("description", json!(""), 200, "description is missing"),
        ("description", json!(true), 200, "description is a boolean"),
        ("invoice_method", json!("sms"), 200, "invoice_method \"sms\" is not qr"),
        ("invoice_method", json!("qr,"), 200, "invoice_method \"\" is not qr"),
        ("currency", json!("XXX"), 200, "currency \"XXX\""),
        ("check_url", json!("example.com"), 200, "check_url is not an absolute"),
        ("result_url", json!("ftp://example.com"), 200, "result_url is not an absolute"),
        ("result_url", json!(long), 200, "result_url is 256 characters long, 255 are allowed"),
        ("request_method", json!("PUT"), 200, "request_method \"PUT\""),
        ("pg_salt", json!("x"), 200, "field \"pg_salt\" is unknown here"),
    ];
    for (name, value, code, text) in cases {
        let mut body = json_sample();
        body[name] = value;
        assert_refused(&post_signed(&sandbox, INIT, &body.to_string()), code, text);
        assert!(last(&sandbox).problem.unwrap().contains(text));
    }
    for name in ["order_id", "merchant_id", "amount", "description", "invoice_method"] {
        let mut body = json_sample();
        body.as_object_mut().unwrap().remove(name);
        let answer = post_signed(&sandbox, INIT, &body.to_string());
        assert_refused(&answer, 200, &format!("{name} is missing"));
    }
    let doubled = json_sample().to_string().replace('}', ",\"order_id\":\"2\"}");
    assert_refused(&post_signed(&sandbox, INIT, &doubled), 200, "field order_id comes twice");
    assert_refused(&post_signed(&sandbox, INIT, "{"), 200, "not a JSON object");
    assert!(sandbox.invoices().is_empty());
}

#[test]
fn each_wrong_part_of_a_form_is_refused_by_name() {
    let sandbox = start(|_| ());
    for (name, value, code) in [
        ("order_id", "", "200"),
        ("merchant_id", "", "200"),
        ("merchant_id", "0123456", "9997"),
        ("merchant_id", "shop", "9997"),
        ("merchant_id", "99999999999999999999999", "9997"),
        ("amount", "", "200"),
        ("amount", "1,5", "200"),
        ("amount", "1e2", "200"),
        ("amount", "0.001", "200"),
        ("description", "", "200"),
        ("invoice_method", "", "200"),
        ("currency", "kzt", "200"),
        ("check_url", "/check", "200"),
        ("request_method", "post", "200"),
    ] {
        let fields: Vec<_> = sample()
            .into_iter()
            .map(|(field, sent)| (field, if field == name { value } else { sent }))
            .collect();
        let answer = post_form(&sandbox, INIT, None, &fields);
        assert_eq!(answer.xml("error_code"), Some(code), "{name}={value}");
        assert!(answer.xml("error_description").unwrap().contains(name), "{}", answer.body);
    }
    for extra in [("language", "en"), ("amount", "10")] {
        let mut fields = sample();
        fields.push(extra);
        let answer = post_form(&sandbox, INIT, None, &fields);
        assert!(answer.xml("error_description").unwrap().contains(extra.0));
    }
    assert!(sandbox.invoices().is_empty());
}

#[test]
fn the_form_of_the_answer_can_be_chosen() {
    for (answer, xml_to_json, xml_to_form) in [
        (AnswerFormat::Auto, false, true),
        (AnswerFormat::Xml, true, true),
        (AnswerFormat::Json, false, false),
    ] {
        let sandbox = start(|options| options.answer = answer);
        let to_json = post_signed(&sandbox, INIT, &json_sample().to_string());
        let to_form = post_form(&sandbox, INIT, None, &[]);
        assert_eq!(to_json.body.starts_with("<?xml"), xml_to_json, "{answer:?}");
        assert_eq!(to_form.body.starts_with("<?xml"), xml_to_form, "{answer:?}");
    }
}

#[test]
fn the_qr_can_be_a_picture() {
    let sandbox = start(|options| options.qr = QrForm::Png);
    let answer = post_form(&sandbox, INIT, None, &sample());
    let picture = STANDARD.decode(answer.xml("qr").unwrap()).unwrap();
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n"));
}

#[test]
fn a_second_invoice_of_an_order_is_made_and_named_while_the_first_may_be_paid() {
    let sandbox = start(|_| ());
    let (first, _) = init(&sandbox);
    let (second, _) = init(&sandbox);
    let problem = last(&sandbox).problem.unwrap();
    assert!(problem.contains(&format!("has payment {first} already")), "{problem}");
    for (id, end) in [(first, "expire"), (second, "decline")] {
        let moved = send(&sandbox, "POST", &format!("/sandbox/payments/{id}/{end}"), &[], b"");
        assert_eq!(moved.status, 200);
    }
    let (third, _) = init(&sandbox);
    assert_eq!(last(&sandbox).problem, None, "nothing can be paid twice");
    send(&sandbox, "POST", &format!("/sandbox/payments/{third}/pay"), &[], b"");
    init(&sandbox);
    assert!(last(&sandbox).problem.unwrap().contains(&format!("has payment {third} already")));
}

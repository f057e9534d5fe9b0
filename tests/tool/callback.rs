//! Callbacks: verified and answered by the command, and over standard input for a web server without the library.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::sandbox::{Callback, SECRET_KEY};
use serde_json::json;

use crate::api::ask;
use crate::stage::Stage;
use crate::support::hole::nobody;

/// A sale that is paid, and what the gateway tells the merchant of it; nobody listens there.
fn told(stage: &Stage) -> Callback {
    let (address, _socket) = nobody();
    let url = format!("http://{address}/result?shop=7");
    let ran = stage.run(&["init", "1", "10.50", "Tea", "--result-url", &url]);
    assert_eq!(ran.exit, 0, "{}", ran.err);
    stage.sandbox.pay(1_000_001).unwrap();
    loop {
        if let Some(callback) = stage.sandbox.callbacks().into_iter().next() {
            return callback;
        }
        std::thread::yield_now();
    }
}

#[test]
fn a_callback_is_verified_confirmed_and_answered_the_same_way_each_time() {
    let stage = Stage::new();
    let callback = told(&stage);
    let body = callback.body.clone().unwrap();
    fs::write(stage.path("body"), &body).unwrap();
    let content_type = callback.content_type.clone().unwrap();
    let message = ["--url", &callback.url, "--content-type", &content_type, "--body-file", "body"];
    let run = |words: &[&str], more: &[&str]| stage.run(&[words, &message, more].concat());

    let verified = run(&["callback", "verify"], &["--json"]);
    let said = verified.json();
    assert_eq!(verified.exit, 0, "{said}");
    assert_eq!((&said["kind_name"], &said["paid"]), (&json!("FP_CALLBACK_RESULT"), &json!(true)));
    assert_eq!(said["fields"]["pg_order_id"], "1");
    assert!(run(&["callback", "verify"], &[]).out.contains("pg_amount = 10.50"));

    for (words, more, line) in [
        (&["callback", "verify"][..], &[][..], "field.pg_order_id=1\n"),
        (&["callback", "verify"], &["--confirm"], "order_id=1\n"),
        (&["callback", "reply", "error"], &["--journal", "no-reply-yet"], "outcome=done\n"),
    ] {
        let _ = fs::remove_file(stage.path("r.txt"));
        assert_eq!(run(words, &[more, &["--out-file", "r.txt"]].concat()).exit, 0, "{words:?}");
        let written = fs::read_to_string(stage.path("r.txt")).unwrap();
        assert!(written.contains(line), "{words:?}: {written}");
    }

    let confirmed = run(&["callback", "verify"], &["--confirm"]);
    assert_eq!(confirmed.exit, 0, "{}", confirmed.err);
    assert!(confirmed.out.starts_with("Paid\n"), "{}", confirmed.out);

    let other = ["--journal", "other"];
    assert_eq!(stage.run(&[&["init", "1", "11", "Tea"], &other[..]].concat()).exit, 0);
    let strange = run(&["callback", "verify", "--confirm"], &other);
    assert_eq!(strange.exit, 30, "{}", strange.err);
    assert!(strange.err.starts_with("The callback does not agree with"), "{}", strange.err);
    assert!(strange.err.contains("Give nothing out for it before"), "{}", strange.err);
    let said = run(&["callback", "verify", "--confirm", "--json"], &other).json();
    assert_eq!((&said["sent_name"], &said["outcome"]), (&json!("FP_SENT_YES"), &json!("unknown")));

    let first = run(&["callback", "reply", "ok"], &[]);
    assert_eq!(first.exit, 0, "{}", first.err);
    assert!(
        first.out.contains("<pg_status>ok</pg_status>") && first.out.contains("<pg_sig>"),
        "{}",
        first.out
    );
    // The journal has kept what was said; it is signed anew.
    for later in ["ok", "rejected"] {
        let again = run(&["callback", "reply", later], &[]);
        assert_eq!(words(&again.out), words(&first.out), "{later}");
    }

    fs::write(stage.path("body"), body.replace("10.50", "10.51")).unwrap();
    let forged = run(&["callback", "verify"], &["--json"]);
    assert_eq!((forged.exit, &forged.json()["code_name"]), (40, &json!("FP_ERR_SIGNATURE")));
    let forged = run(&["callback", "verify", "--confirm"], &[]);
    assert_eq!(forged.exit, 40, "who forges a message fails no sale");
    assert!(forged.err.starts_with("Not proven to be from the gateway\n"), "{}", forged.err);
    assert_eq!(run(&["callback", "reply", "ok"], &[]).exit, 40);
    assert_eq!(run(&["callback", "reply", "maybe"], &[]).exit, 40);
    assert_eq!(stage.run(&["callback", "verify", "--url", "/r", "--body-file", "nowhere"]).exit, 40);
}

#[test]
fn a_callback_over_standard_input_says_what_fp_callback_says() {
    let stage = Stage::new();
    let callback = told(&stage);
    let call = |name: &str, more: serde_json::Value| {
        let mut arguments = json!({
            "url": callback.url,
            "content_type": callback.content_type,
            "body": STANDARD.encode(callback.body.as_deref().unwrap()),
        });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let config = json!({ "merchant_id": 123456, "secret_key": SECRET_KEY, "base_url": stage.url });
        ask(&json!({ "call": name, "config": config, "arguments": arguments }))
    };
    let (line, exit) = call("callback_parse", json!({}));
    let parsed = &line["callback"];
    assert_eq!(
        (&parsed["code"], &parsed["kind"], &parsed["paid"], exit),
        (&json!(0), &json!(2), &json!(1), 0)
    );
    assert!(parsed["fields"].as_array().unwrap().contains(&json!([0, "pg_order_id", "1"])), "{parsed}");

    let (line, exit) = call("callback_reply", json!({ "reply": 0, "description": null }));
    let reply =
        String::from_utf8(STANDARD.decode(line["buffer"]["data"].as_str().unwrap()).unwrap()).unwrap();
    assert!(exit == 0 && reply.contains("<pg_status>ok</pg_status>"), "{reply}");
    let (line, _) = call("callback_reply", json!({ "reply": 3, "description": null }));
    assert_eq!(line["buffer"]["message"], "reply 3 is not an FP_REPLY_ number");

    let (line, exit) = call("callback_confirm", json!({}));
    assert_eq!(
        (&line["result"]["paid"], &line["result"]["payment_id"], exit),
        (&json!(1), &json!(1_000_001), 0)
    );

    let (line, exit) = call("callback_parse", json!({ "url": "http://127.0.0.1/other" }));
    assert_eq!((&line["callback"]["code"], &line["callback"]["paid"], exit), (&json!(9), &json!(0), 40));
    let (line, exit) = call("callback_parse", json!({ "body": "?" }));
    assert_eq!((&line["result"]["message"], exit), (&json!("body is not base64"), 40));
}

/// A reply without what is new each time.
fn words(reply: &str) -> String {
    let mut text = reply.to_owned();
    for name in ["pg_salt", "pg_sig"] {
        let start = text.find(&format!("<{name}>")).unwrap();
        let end = text.find(&format!("</{name}>")).unwrap();
        text.replace_range(start..end, "");
    }
    text
}

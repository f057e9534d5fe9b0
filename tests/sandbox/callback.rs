//! Callbacks: the check before a payment, the result after it, in every form, again and again, and what the
//! sandbox makes of the answers.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use freedompay::sandbox::{
    Callback, CallbackForm, CallbackKind, CallbackPolicy, PaymentStatus, Sandbox, Signed,
};
use serde_json::json;

use crate::client::{INIT, KEY, get, json_sample, post_signed, send, start};
use crate::shop::{Shop, reply, signed_reply};
use crate::signer::{MERCHANT, Reply, md5, signature};

/// A payment whose shop wants to know of it.
fn begin(sandbox: &Sandbox, fields: &[(&str, &str)]) -> u64 {
    let sale = [("pg_order_id", "23"), ("pg_amount", "100.5"), ("pg_description", "Чай"), ("own", "a b&c")];
    let reply = MERCHANT.ask(sandbox, "/init_payment.php", &[&sale, fields].concat());
    reply.get("pg_payment_id").unwrap_or_else(|| panic!("{reply:?}")).parse().unwrap()
}

/// As many callbacks as there should be.
fn callbacks(sandbox: &Sandbox, count: usize) -> Vec<Callback> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let callbacks = sandbox.callbacks();
        if callbacks.len() >= count {
            assert_eq!(callbacks.len(), count, "{callbacks:?}");
            return callbacks;
        }
        assert!(Instant::now() < deadline, "{callbacks:?}");
        std::thread::yield_now();
    }
}

fn status(sandbox: &Sandbox) -> PaymentStatus {
    sandbox.payments().last().unwrap().now.status
}

#[test]
fn a_payment_is_checked_before_and_told_after() {
    let shop = Shop::open(|letter| Some((200, reply("ok", letter.path().rsplit('/').next().unwrap()))));
    let sandbox = start(|_| ());
    let (check, result) = (format!("{}/pay/check.php", shop.url), format!("{}/paid?shop=1", shop.url));
    let more =
        [("pg_user_phone", "77017777777"), ("pg_user_contact_email", "a@b.kz"), ("pg_testing_mode", "1")];
    let id =
        begin(&sandbox, &[&[("pg_check_url", &*check), ("pg_result_url", &*result)], &more[..]].concat());
    assert!(shop.is_quiet());
    sandbox.pay(id).unwrap();
    assert_eq!(status(&sandbox), PaymentStatus::Success);

    let letter = shop.next();
    letter.assert_signed(KEY);
    assert_eq!((letter.method.as_str(), letter.target.as_str()), ("POST", "/pay/check.php"));
    assert_eq!(letter.content_type, "application/x-www-form-urlencoded");
    let names: Vec<String> = letter.fields().into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names.join(" "),
        "pg_order_id pg_payment_id pg_amount pg_currency pg_ps_amount pg_ps_full_amount pg_ps_currency own pg_salt pg_sig"
    );
    let letter = shop.next();
    assert_eq!(letter.target, "/paid?shop=1");
    letter.assert_signed(KEY);
    for (name, value) in [
        ("pg_order_id", "23"),
        ("pg_payment_id", &*id.to_string()),
        ("pg_amount", "100.50"),
        ("pg_net_amount", "98.49"),
        ("pg_ps_amount", "100.50"),
        ("pg_ps_full_amount", "100.50"),
        ("pg_currency", "KZT"),
        ("pg_ps_currency", "KZT"),
        ("pg_description", "Чай"),
        ("pg_result", "1"),
        ("pg_can_reject", "1"),
        ("pg_captured", "1"),
        ("pg_testing_mode", "1"),
        ("pg_user_phone", "77017777777"),
        ("pg_user_contact_email", "a@b.kz"),
        ("pg_card_pan", "4111-11XX-XXXX-1111"),
        ("own", "a b&c"),
    ] {
        assert_eq!(letter.get(name).as_deref(), Some(value), "{name}");
    }
    assert_eq!(letter.get("pg_payment_date").unwrap().len(), 19);

    let callbacks = callbacks(&sandbox, 2);
    for (callback, kind) in callbacks.iter().zip([CallbackKind::Check, CallbackKind::Result]) {
        assert_eq!((callback.kind, callback.attempt, callback.http_status), (kind, 1, Some(200)));
        assert_eq!((callback.reply_status.as_deref(), callback.reply_signed), (Some("ok"), Signed::Valid));
        assert_eq!((callback.problem.as_deref(), callback.payment_id), (None, id));
    }
    assert_eq!(callbacks[1].fields, letter.fields());
    let listed = get(&sandbox, "/sandbox/callbacks").json();
    assert_eq!((&listed[1]["number"], &listed[1]["kind"]), (&json!(2), &json!("result")));
    assert_eq!(listed[1]["fields"]["pg_result"], "1");
}

#[test]
fn an_invoices_shop_is_asked_and_told_too() {
    let shop = Shop::open(|letter| Some((200, reply("ok", letter.path().trim_start_matches('/')))));
    let sandbox = start(|_| ());
    let mut body = json_sample();
    body["check_url"] = json!(format!("{}/check", shop.url));
    body["result_url"] = json!(format!("{}/result", shop.url));
    assert_eq!(post_signed(&sandbox, INIT, &body.to_string()).json()["status"], "ok");
    let id = sandbox.invoices()[0].invoice_id;
    let paid = send(&sandbox, "POST", &format!("/sandbox/invoices/{id}/pay"), &[], b"");
    assert_eq!(paid.json()["invoice_status"], "ok");
    for path in ["/check", "/result"] {
        let letter = shop.next();
        letter.assert_signed(KEY);
        assert_eq!((letter.path(), letter.get("pg_order_id").as_deref()), (path, Some("00102")));
        assert_eq!(
            (letter.get("pg_amount").as_deref(), letter.get("pg_payment_id")),
            (Some("10.00"), Some(id.to_string()))
        );
    }
}

#[test]
fn only_a_signed_ok_lets_a_payment_pass() {
    for (answer, status, signed, problem) in [
        (Some((200, reply("rejected", "check"))), Some("rejected"), Signed::Valid, None),
        (Some((200, reply("error", "check"))), Some("error"), Signed::Valid, None),
        (
            Some((200, reply("maybe", "check"))),
            Some("maybe"),
            Signed::Valid,
            Some("is not ok, rejected or error"),
        ),
        (
            Some((500, reply("ok", "check"))),
            Some("ok"),
            Signed::Valid,
            Some("the HTTP status is 500 and not 200"),
        ),
        (Some((302, String::new())), None, Signed::No, Some("the HTTP status is 302 and not 200")),
        (Some((200, reply("ok", "result"))), Some("ok"), Signed::Wrong, Some("pg_sig is wrong")),
        (
            Some((200, signed_reply("ok", "check", "sandbox-payout-key"))),
            Some("ok"),
            Signed::Wrong,
            Some("the signer has taken the payout key of merchant 123456"),
        ),
        (
            Some((200, "<response><pg_status>ok</pg_status></response>".to_owned())),
            Some("ok"),
            Signed::No,
            Some("pg_sig is wrong: it is missing"),
        ),
        (Some((200, "OK".to_owned())), None, Signed::No, Some("not such a document")),
        (None, None, Signed::No, Some("nobody answered")),
    ] {
        let said = answer.clone();
        let shop = Shop::open(move |_| said.clone());
        let sandbox = start(|_| ());
        let id = begin(&sandbox, &[("pg_check_url", &*format!("{}/check", shop.url))]);
        sandbox.pay(id).unwrap();
        let payment = sandbox.payments().pop().unwrap();
        assert_eq!(payment.now.status, PaymentStatus::Error, "{answer:?}");
        let failure = payment.now.failure.unwrap();
        let said = if status.is_some() && signed != Signed::No {
            "Said by the shop"
        } else {
            "the shop does not take"
        };
        assert!(failure.code == 10016 && failure.text.starts_with(said), "{failure:?}");
        let callback = callbacks(&sandbox, 1).pop().unwrap();
        assert_eq!((callback.reply_status.as_deref(), callback.reply_signed), (status, signed), "{answer:?}");
        match problem {
            Some(problem) => assert!(callback.problem.unwrap().contains(problem), "{answer:?}"),
            None => assert_eq!(callback.problem, None),
        }
    }
}

#[test]
fn a_callback_comes_in_the_form_that_the_merchant_wants() {
    let shop = Shop::open(|_| Some((200, reply("ok", "result"))));
    let url = format!("{}/result", shop.url);
    for form in [CallbackForm::Urlencoded, CallbackForm::Multipart] {
        let sandbox = start(|options| options.callback_form = form);
        for method in ["GET", "POST", "XML"] {
            let id = begin(&sandbox, &[("pg_result_url", &url), ("pg_request_method", method)]);
            sandbox.pay(id).unwrap();
            let letter = shop.next();
            assert_eq!(letter.method, if method == "GET" { "GET" } else { "POST" });
            let multipart = form == CallbackForm::Multipart && method != "GET";
            assert_eq!(letter.content_type.starts_with("multipart/form-data; boundary="), multipart);
            if method != "XML" {
                letter.assert_signed(KEY);
                assert_eq!(letter.get("own").as_deref(), Some("a b&c"));
                continue;
            }
            let document = letter.get("pg_xml").unwrap().replace("request>", "response>");
            let fields = Reply::read(&document);
            assert_eq!(fields.get("pg_sig"), Some(&*signature("result", &fields.0, KEY)));
            assert_eq!((fields.get("pg_result"), fields.get("own")), (Some("1"), Some("a b&c")));
        }
        assert!(callbacks(&sandbox, 3).iter().all(|callback| callback.problem.is_none()));
    }
    let sandbox = start(|_| ());
    let fields = [("pg_order_id", "1"), ("pg_amount", "1"), ("pg_description", "x"), ("own[0]", "x")];
    let xml = MERCHANT.refused(
        &sandbox,
        "/init_payment.php",
        &[&fields[..], &[("pg_request_method", "XML")]].concat(),
        "200",
    );
    assert!(
        xml.get("pg_error_description").unwrap().contains("has no name that a callback in XML could write")
    );
    assert_eq!(MERCHANT.ask(&sandbox, "/init_payment.php", &fields).get("pg_status"), Some("ok"));
}

#[test]
fn a_result_is_told_five_times_within_two_hours() {
    let shop = Shop::open(|_| Some((500, String::new())));
    let sandbox = start(|_| ());
    let id = begin(&sandbox, &[("pg_result_url", &*format!("{}/result", shop.url))]);
    sandbox.decline(id).unwrap();
    let mut salts = Vec::new();
    for attempt in 1..=5 {
        let letter = shop.next();
        letter.assert_signed(KEY);
        assert_eq!(letter.get("pg_result").as_deref(), Some("0"));
        assert_eq!(letter.get("pg_failure_code").as_deref(), Some("10009"));
        salts.push(letter.get("pg_salt").unwrap());
        assert_eq!(callbacks(&sandbox, attempt).last().unwrap().attempt as usize, attempt);
        sandbox.advance(Duration::from_secs(30 * 60));
    }
    salts.sort();
    salts.dedup();
    assert_eq!(salts.len(), 5);
    sandbox.advance(Duration::from_secs(86_400));
    // What is asked for by hand comes after everything that would have come by itself.
    send(&sandbox, "POST", &format!("/sandbox/payments/{id}/notify"), &[], b"");
    assert_eq!(callbacks(&sandbox, 6).last().unwrap().attempt, 1);
}

#[test]
fn a_result_that_was_not_taken_is_told_until_it_is() {
    let calls = AtomicUsize::new(0);
    let shop = Shop::open(move |_| match calls.fetch_add(1, Ordering::Relaxed) {
        0 => None,
        1 => Some((503, reply("ok", "result"))),
        _ => Some((200, reply("rejected", "result"))),
    });
    let sandbox = start(|options| options.callback_interval = Duration::from_millis(1));
    let id = begin(&sandbox, &[("pg_result_url", &*format!("{}/result", shop.url))]);
    sandbox.pay(id).unwrap();
    let can_reject: Vec<_> = (0..3).map(|_| shop.next().get("pg_can_reject").unwrap()).collect();
    assert_eq!(can_reject, ["1", "0", "0"]);
    let callbacks = callbacks(&sandbox, 3);
    assert!(callbacks[0].problem.as_ref().unwrap().starts_with("nobody answered"));
    assert_eq!(callbacks[2].reply_status.as_deref(), Some("rejected"));
    // It came too late for that.
    assert_eq!(status(&sandbox), PaymentStatus::Success);
}

#[test]
fn a_payment_that_is_rejected_at_once_is_given_back() {
    for (can_reject, hold, expected) in [
        (true, "1", PaymentStatus::Rejected),
        (true, "0", PaymentStatus::Rejected),
        (false, "1", PaymentStatus::Success),
    ] {
        let shop = Shop::open(|_| Some((200, reply("rejected", "result"))));
        let sandbox = start(|options| options.can_reject = can_reject);
        let url = format!("{}/result", shop.url);
        let id = begin(&sandbox, &[("pg_result_url", &url), ("pg_auto_clearing", hold)]);
        sandbox.pay(id).unwrap();
        let letter = shop.next();
        assert_eq!(letter.get("pg_can_reject").as_deref(), Some(if can_reject { "1" } else { "0" }));
        assert_eq!(letter.get("pg_captured").as_deref(), Some(hold));
        callbacks(&sandbox, 1);
        let reply = MERCHANT.ask(&sandbox, "/get_status3.php", &[("pg_payment_id", &id.to_string())]);
        let payment = sandbox.payments().pop().unwrap();
        assert_eq!(payment.now.status, expected);
        let back = payment.now.refunds.iter().chain(&payment.now.cancels).count();
        assert_eq!(back, usize::from(expected == PaymentStatus::Rejected));
        assert_eq!(reply.get("pg_payment_status"), Some(if back == 1 { "rejected" } else { "success" }));
    }
}

#[test]
fn clearing_and_expiry_are_told() {
    let shop = Shop::open(|_| Some((200, reply("ok", "result"))));
    let sandbox = start(|_| ());
    let url = format!("{}/result", shop.url);
    let held = begin(&sandbox, &[("pg_result_url", &url), ("pg_auto_clearing", "0")]);
    sandbox.pay(held).unwrap();
    MERCHANT.ask(&sandbox, "/do_capture.php", &[("pg_payment_id", &held.to_string())]);
    let expired = begin(&sandbox, &[("pg_result_url", &url)]);
    sandbox.expire(expired).unwrap();
    let told: Vec<_> = (0..3)
        .map(|_| shop.next())
        .map(|letter| ["pg_payment_id", "pg_result", "pg_captured"].map(|name| letter.get(name).unwrap()))
        .collect();
    let (held, expired) = (held.to_string(), expired.to_string());
    let mut expected = [[&*held, "1", "0"], [&*held, "1", "1"], [&*expired, "2", "0"]];
    expected.sort();
    let mut told: Vec<[&str; 3]> = told.iter().map(|told| [&*told[0], &*told[1], &*told[2]]).collect();
    told.sort();
    assert_eq!(told, expected);
}

#[test]
fn a_callback_can_be_repeated_byte_by_byte_or_under_a_new_salt() {
    let shop = Shop::open(|_| Some((200, reply("rejected", "result"))));
    let sandbox = start(|options| options.can_reject = false);
    for method in ["GET", "POST"] {
        let sent = sandbox.callbacks().len();
        let id = begin(
            &sandbox,
            &[("pg_result_url", &*format!("{}/result", shop.url)), ("pg_request_method", method)],
        );
        let notify = format!("/sandbox/payments/{id}/notify");
        assert_eq!(send(&sandbox, "POST", &notify, &[], b"").status, 409);
        sandbox.pay(id).unwrap();
        let first = shop.next();
        let number = callbacks(&sandbox, sent + 1).last().unwrap().number;

        let again = send(&sandbox, "POST", &format!("/sandbox/callbacks/{number}/resend"), &[], b"").json();
        let second = shop.next();
        assert_eq!((&first.target, &first.body), (&second.target, &second.body));
        assert_eq!((&again["repeats"], &again["reply_status"]), (&json!(number), &json!("rejected")));

        let told = send(&sandbox, "POST", &notify, &[], b"").json();
        let third = shop.next();
        third.assert_signed(KEY);
        assert_ne!(first.get("pg_salt"), third.get("pg_salt"));
        assert_eq!((&told["repeats"], &told["attempt"]), (&json!(null), &json!(1)));
        assert_eq!(callbacks(&sandbox, sent + 3).len(), sent + 3);
    }
    for path in ["/sandbox/callbacks/99/resend", "/sandbox/callbacks/x/resend", "/sandbox/payments/1/notify"]
    {
        assert_eq!(send(&sandbox, "POST", path, &[], b"").status, 404, "{path}");
    }
}

#[test]
fn nothing_leaves_this_machine_unless_it_was_asked_for() {
    for (policy, url) in
        [(CallbackPolicy::Loopback, "http://shop.invalid/x"), (CallbackPolicy::Off, "http://127.0.0.1:1/x")]
    {
        let sandbox = start(|options| options.callbacks = policy);
        let id = begin(&sandbox, &[("pg_check_url", url), ("pg_result_url", url)]);
        sandbox.pay(id).unwrap();
        assert_eq!(status(&sandbox), PaymentStatus::Success);
        for callback in callbacks(&sandbox, 2) {
            assert_eq!(callback.http_status, None);
            assert!(callback.problem.unwrap().starts_with("not sent"));
        }
        // An address that may not be called is not tried again.
        sandbox.advance(Duration::from_secs(86_400));
        send(&sandbox, "POST", &format!("/sandbox/payments/{id}/notify"), &[], b"");
        callbacks(&sandbox, 3);
    }
}

#[test]
fn a_timer_asks_and_tells_without_being_looked_at() {
    let shop = Shop::open(|letter| Some((200, reply("ok", letter.path().trim_start_matches('/')))));
    let sandbox = start(|options| options.timers.pay_after = Some(Duration::from_secs(3600)));
    let (check, result) = (format!("{}/check", shop.url), format!("{}/result", shop.url));
    begin(&sandbox, &[("pg_check_url", &check), ("pg_result_url", &result)]);
    sandbox.advance(Duration::from_secs(3600));
    assert_eq!((shop.next().path(), shop.next().path()), ("/check", "/result"));
    assert_eq!(status(&sandbox), PaymentStatus::Success);
}

#[test]
fn a_vector_of_the_documents_is_what_a_callback_is_signed_like() {
    let fields = [
        ("pg_merchant_id", "123"),
        ("pg_payment_id", "999"),
        ("pg_order_id", "abc"),
        ("pg_result", "1"),
        ("pg_amount", "15.00"),
        ("pg_salt", "aaaa"),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(signature("result", &fields, "secret"), "7e41d7eb3a1520a45fd057281cc0797a");
    assert_eq!(md5("result;15.00;123;abc;999;1;aaaa;secret"), "7e41d7eb3a1520a45fd057281cc0797a");
}

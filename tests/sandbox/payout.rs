//! Payouts: the payout key, the page, the account, the stored card, balance, status and notify.

use std::time::Duration;

use freedompay::sandbox::{Fault, FaultRule, Hundredths, PayoutStatus, Sandbox, Signed};
use serde_json::json;

use crate::client::{assert_unsigned, get, last, send, start};
use crate::shop::Shop;
use crate::signer::*;

const PAYER: Merchant = Merchant { id: "123456", key: "sandbox-payout-key" };

const STATUS: &str = "/api/payment_status";
const STATUS2: &str = "/api/payment_status2";
const BY_ORDER: &str = "/get_status2.php";
const LIMIT: (&str, &str) = ("pg_order_time_limit", "2030-12-31 23:59:59");

fn payout<'a>(post_link: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let fields = [
        ("pg_order_id", "p-1"),
        ("pg_amount", "100.5"),
        ("pg_description", "Prize"),
        ("pg_post_link", post_link),
    ];
    [&fields[..], more].concat()
}

fn account(post_link: &str) -> Vec<(&str, &str)> {
    payout(
        post_link,
        &[
            ("pg_recipient_iban", "KZ86125KZT5004100100"),
            ("pg_recipient_iin", "900101300123"),
            ("pg_recipient_name", "Ann"),
            ("pg_recipient_kbe", "19"),
            ("pg_knp", "119"),
            ("pg_bank_bik", "KCJBKZKX"),
        ],
    )
}

fn balance(sandbox: &Sandbox) -> String {
    PAYER.ask(sandbox, "/api/balance_status", &[]).get("pg_balance").unwrap().to_owned()
}

/// Every way to ask, and what it says.
fn status(sandbox: &Sandbox) -> [String; 3] {
    let order = [("pg_order_id", "p-1")];
    [(STATUS2, "pg_payment_status"), (STATUS, "pg_payment_status"), (BY_ORDER, "pg_transaction_status")]
        .map(|(path, name)| PAYER.ask(sandbox, path, &order).get(name).unwrap().to_owned())
}

fn type_in(sandbox: &Sandbox, link: &str, card: &str) -> u16 {
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    send(sandbox, "POST", link, &headers, format!("card={card}").as_bytes()).status
}

#[test]
fn money_goes_to_an_account_and_its_merchant_is_told() {
    let shop = Shop::open(|_| Some((200, String::new())));
    let sandbox = start(|_| ());
    assert_eq!(balance(&sandbox), "1000000.00");
    let link = format!("{}/paid-out", shop.url);
    let reply = PAYER.ask(&sandbox, "/api/to_iban", &account(&link));
    for (name, value) in [("pg_status", "ok"), ("pg_order_id", "p-1"), ("pg_payment_amount", "100.50")] {
        assert_eq!(reply.get(name), Some(value));
    }
    assert_eq!(reply.get("pg_payment_date").unwrap().len(), 19);
    assert_eq!(status(&sandbox), ["success", "success", "ok"]);
    assert_eq!(balance(&sandbox), "999899.50");

    let letter = shop.next();
    letter.assert_signed("sandbox-payout-key");
    for (name, value) in [
        ("pg_payment_id", reply.get("pg_payment_id").unwrap()),
        ("pg_merchant_id", "123456"),
        ("pg_order_id", "p-1"),
        ("pg_status", "ok"),
        ("pg_balance", "999899.50"),
        ("pg_payment_amount", "100.50"),
        ("pg_to_pay", "100.50"),
    ] {
        assert_eq!(letter.get(name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn money_goes_to_the_card_that_is_typed_in_on_the_page() {
    for (card, later, words, told) in [
        ("4671593866478252", false, ["success", "success", "ok"], "ok"),
        ("5325349472901311", false, ["error", "error", "failed"], "error"),
        ("5507841999732294", true, ["success", "success", "ok"], "ok"),
        ("4532676596620704", true, ["error", "error", "failed"], "error"),
    ] {
        let shop = Shop::open(|_| Some((200, String::new())));
        let sandbox = start(|_| ());
        let post_link = format!("{}/paid-out", shop.url);
        let fields = payout(&post_link, &[LIMIT, ("pg_back_link", "https://shop.example/back")]);
        let reply = PAYER.ask(&sandbox, "/api/reg2nonreg", &fields);
        assert_eq!((reply.get("pg_status"), reply.get("pg_merchant_id")), (Some("ok"), Some("123456")));
        let link = reply.get("pg_redirect_url").unwrap().strip_prefix(sandbox.url()).unwrap();
        assert!(get(&sandbox, link).body.contains("100.50"));
        assert_eq!((type_in(&sandbox, link, "4111"), type_in(&sandbox, link, "")), (400, 400));
        assert_eq!(status(&sandbox)[0], "process");
        assert_eq!(balance(&sandbox), "1000000.00");

        assert_eq!(type_in(&sandbox, link, card), 303);
        assert_eq!(type_in(&sandbox, link, "4671593866478252"), 303);
        assert!(last(&sandbox).problem.unwrap().contains("there was a card already"));
        if later {
            assert_eq!(status(&sandbox), ["process", "process", "pending"]);
            assert_eq!(balance(&sandbox), "999899.50");
            sandbox.advance(Duration::from_secs(60));
        }
        assert_eq!(status(&sandbox), words);
        assert_eq!(balance(&sandbox), if told == "ok" { "999899.50" } else { "1000000.00" });
        assert!(get(&sandbox, link).body.contains("<a href=\"https://shop.example/back\">"));
        let letter = shop.next();
        letter.assert_signed("sandbox-payout-key");
        assert_eq!(letter.get("pg_status").as_deref(), Some(told));
        let masked = format!("{}-{}XX-XXXX-{}", &card[..4], &card[4..6], &card[12..]);
        assert_eq!(letter.get("pg_card_hash"), Some(masked));
    }
}

#[test]
fn a_test_can_end_a_payout() {
    let sandbox = start(|_| ());
    let fields = payout("http://127.0.0.1:1/x", &[LIMIT, ("pg_back_link", "https://shop.example/back")]);
    let reply = PAYER.ask(&sandbox, "/api/reg2nonreg", &fields);
    let id = reply.get("pg_payment_id").unwrap();
    let verb = |verb: &str| send(&sandbox, "POST", &format!("/sandbox/payouts/{id}/{verb}"), &[], b"");
    assert_eq!((verb("succeed").status, verb("pay").status), (409, 404));
    let link = reply.get("pg_redirect_url").unwrap().strip_prefix(sandbox.url()).unwrap();
    type_in(&sandbox, link, "5507841999732294");
    let failed = verb("fail").json();
    assert_eq!((&failed["status"], &failed["failure"]["code"]), (&json!("error"), &json!(10026)));
    assert_eq!(verb("succeed").status, 409);
    sandbox.advance(Duration::from_secs(60));
    assert_eq!(sandbox.payouts()[0].status, PayoutStatus::Error);
    let listed = get(&sandbox, "/sandbox/payouts").json();
    assert_eq!(listed[0]["target"], "5507-84XX-XXXX-2294");
    assert!(!listed.to_string().contains("5507841999732294"));
    assert_eq!(send(&sandbox, "POST", "/sandbox/payouts/1/fail", &[], b"").status, 404);
}

#[test]
fn only_the_payout_key_pays_out() {
    let sandbox = start(|_| ());
    for (path, fields) in [
        ("/api/to_iban", account("https://shop.example/post")),
        ("/api/balance_status", Vec::new()),
        (STATUS2, vec![("pg_order_id", "p-1")]),
        (STATUS, vec![("pg_order_id", "p-1")]),
    ] {
        assert_unsigned(&MERCHANT.post(&sandbox, path, &fields), "9998");
        let problem = last(&sandbox).problem.unwrap();
        assert!(problem.contains("taken the key of merchant 123456 instead of the payout key"), "{problem}");
    }
    // By order, the key says what is asked about.
    assert_unsigned(&PAYER.post(&sandbox, BY_ORDER, &[("pg_order_id", "p-1")]), "11068");
    assert_eq!(last(&sandbox).signed, Signed::Valid);
    let wrong = Merchant { id: "123456", key: "another key" };
    assert_unsigned(&wrong.post(&sandbox, BY_ORDER, &[("pg_order_id", "p-1")]), "9998");
    PAYER.ask(&sandbox, "/api/to_iban", &account("https://shop.example/post"));
    assert_eq!(PAYER.ask(&sandbox, BY_ORDER, &[("pg_order_id", "p-1")]).get("pg_status"), Some("ok"));
    assert_unsigned(&MERCHANT.post(&sandbox, BY_ORDER, &[("pg_order_id", "p-1")]), "11068");
}

#[test]
fn a_payout_that_nobody_knows_has_the_id_0() {
    let sandbox = start(|_| ());
    let unknown = PAYER.ask(&sandbox, STATUS2, &[("pg_order_id", "p-1")]);
    assert_eq!((unknown.get("pg_status"), unknown.get("pg_payment_id")), (Some("ok"), Some("0")));
    assert_unsigned(&PAYER.post(&sandbox, STATUS, &[("pg_order_id", "p-1")]), "11068");
    PAYER.refused(&sandbox, STATUS, &[], "200");
    let reply = PAYER.ask(&sandbox, "/api/to_iban", &account("https://shop.example/post"));
    let id = reply.get("pg_payment_id").unwrap();
    for (order_id, known) in [("p-1", id), ("p-2", "0")] {
        let fields = [("pg_order_id", order_id), ("pg_payment_id", id)];
        assert_eq!(PAYER.ask(&sandbox, STATUS2, &fields).get("pg_payment_id"), Some(known));
    }
    assert_eq!(PAYER.ask(&sandbox, STATUS, &[("pg_payment_id", id)]).get("pg_payment_id"), Some(id));
}

#[test]
fn the_balance_has_to_be_enough() {
    let sandbox = start(|options| options.balance = Hundredths(10_050));
    let fields = account("https://shop.example/post");
    assert_eq!(PAYER.ask(&sandbox, "/api/to_iban", &fields).get("pg_status"), Some("ok"));
    PAYER.refused(&sandbox, "/api/to_iban", &fields, "8888");
    assert_eq!((sandbox.payouts().len(), balance(&sandbox).as_str()), (1, "0.00"));
}

#[test]
fn a_lost_answer_comes_after_the_payout() {
    let sandbox = start(|_| ());
    sandbox.add_rule(FaultRule::new(Fault::LostAnswer).times(1));
    let fields = account("https://shop.example/post");
    assert_eq!(raw(&sandbox, "/api/to_iban", &PAYER.sign("/api/to_iban", &fields)), b"");
    assert_eq!(status(&sandbox), ["success", "success", "ok"]);
}

#[test]
fn each_wrong_field_is_refused_by_name() {
    let sandbox = start(|_| ());
    let page = payout("https://shop.example/post", &[LIMIT, ("pg_back_link", "https://shop.example/back")]);
    for (path, fields, name, value, problem) in [
        ("/api/to_iban", account("https://a.kz"), "pg_recipient_iban", "KZ86", "is not an IBAN"),
        ("/api/to_iban", account("https://a.kz"), "pg_post_link", "", "pg_post_link is missing"),
        ("/api/to_iban", account("https://a.kz"), "pg_recipient_kbe", "", "pg_recipient_kbe is missing"),
        ("/api/to_iban", account("https://a.kz"), "own", "1", "\"own\" is unknown here"),
        ("/api/reg2nonreg", page.clone(), "pg_order_time_limit", "tomorrow", "is not a time such as"),
        ("/api/reg2nonreg", page.clone(), "pg_back_link", "", "pg_back_link is missing"),
        ("/api/reg2nonreg", page, "pg_card_token_to", "x", "\"pg_card_token_to\" is unknown here"),
        ("/api/balance_status", Vec::new(), "pg_order_id", "1", "\"pg_order_id\" is unknown here"),
    ] {
        let mut fields: Vec<_> = fields.into_iter().filter(|(field, _)| *field != name).collect();
        fields.push((name, value));
        let reply = PAYER.refused(&sandbox, path, &fields, "200");
        assert!(reply.get("pg_error_description").unwrap().contains(problem), "{reply:?}");
    }
    assert!(sandbox.payouts().is_empty());
}

//! Stored cards, and payments with them: with the security code, and without the payer.

use freedompay::sandbox::{PaymentStatus, Sandbox};
use serde_json::json;

use crate::client::{assert_unsigned, get, send, start};
use crate::shop::{Shop, reply as shop_reply};
use crate::signer::*;

const CARDS: &str = "/v1/merchant/123456/cardstorage";
const FOR_PAYOUT: &str = "/v1/merchant/123456/cardstoragepayout";
const TOKEN: &str = "/v1/merchant/123456/card";

const PAYER: Merchant = Merchant { id: "123456", key: "sandbox-payout-key" };

/// Stores a card of this number; the answer to the request for it.
fn store(sandbox: &Sandbox, path: &str, card: &str) -> Reply {
    let fields = [("pg_user_id", "u-1"), ("pg_back_link", "https://shop.example/back")];
    let fields = [&fields[..], &[("pg_post_link", "https://shop.example/post")]].concat();
    let reply = MERCHANT.ask(sandbox, path, &fields);
    assert_eq!((reply.get("pg_status"), reply.get("pg_type")), (Some("ok"), Some("init")), "{reply:?}");
    let link = reply.get("pg_redirect_url").unwrap().strip_prefix(sandbox.url()).unwrap();
    assert!(get(sandbox, link).body.contains("Please type in the card's number."));
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(send(sandbox, "POST", link, &headers, format!("card={card}").as_bytes()).status, 303);
    let page = get(sandbox, link).body;
    assert!(page.contains("The card is stored.") && page.contains("https://shop.example/back"));
    reply
}

fn list(sandbox: &Sandbox, more: &[(&str, &str)]) -> Reply {
    MERCHANT.ask(sandbox, &format!("{CARDS}/list"), &[&[("pg_user_id", "u-1")], more].concat())
}

/// A payment with this token.
fn begin(sandbox: &Sandbox, token: &str, more: &[(&str, &str)]) -> String {
    let sale = [
        ("pg_order_id", "23"),
        ("pg_amount", "100"),
        ("pg_description", "Tea"),
        ("pg_user_id", "u-1"),
        ("pg_card_token", token),
    ];
    let reply = MERCHANT.ask(sandbox, &format!("{TOKEN}/init"), &[&sale, more].concat());
    for (name, value) in [("pg_status", "ok"), ("pg_merchant_id", "123456"), ("pg_order_id", "23")] {
        assert_eq!(reply.get(name), Some(value), "{reply:?}");
    }
    reply.get("pg_payment_id").unwrap().to_owned()
}

#[test]
fn cards_are_stored_listed_and_removed() {
    let sandbox = start(|_| ());
    assert_eq!(list(&sandbox, &[]).get("card[pg_status]"), None);
    store(&sandbox, &format!("{CARDS}/add"), "4716047261941981");
    store(&sandbox, &format!("{CARDS}/add2"), "5367654276102126");
    let listed = list(&sandbox, &[("pg_extend_data", "1")]);
    assert_eq!(listed.get("pg_status"), None);
    let all = |name: &str| listed.all(&format!("card[{name}]")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(all("pg_card_hash"), ["4716-04XX-XXXX-1981", "5367-65XX-XXXX-2126"]);
    assert_eq!(all("pg_card_hhash")[0], md5("4716047261941981"));
    assert_eq!(all("brand_alias"), ["visa", "mastercard"]);
    assert_eq!(
        (all("pg_status"), all("pg_merchant_id")),
        (vec!["success".to_owned(); 2], vec!["123456".to_owned(); 2])
    );
    assert!(list(&sandbox, &[]).get("card[brand_alias]").is_none());

    let remove =
        |token: &str| [("pg_user_id", "u-1"), ("pg_card_token", token)].map(|(a, b)| (a, b.to_owned()));
    let fields = remove(&all("pg_card_token")[0]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let removed = MERCHANT.ask(&sandbox, &format!("{CARDS}/remove"), &fields);
    assert_eq!(removed.get("card[pg_status]"), Some("deleted"));
    assert_eq!(removed.get("card[pg_card_hash]"), Some("4716-04XX-XXXX-1981"));
    assert_eq!(removed.get("card[deleted_at]").unwrap().len(), 19);
    MERCHANT.refused(&sandbox, &format!("{CARDS}/remove"), &fields, "1999");
    assert_eq!(list(&sandbox, &[]).all("card[pg_card_hash]").count(), 1);
    let shown = get(&sandbox, "/sandbox/cards").json();
    assert_eq!((&shown["cards"][0]["removed"], &shown["cards"][1]["removed"]), (&json!(true), &json!(false)));
    assert!(!shown.to_string().contains("4716047261941981"));
}

#[test]
fn a_card_for_payouts_is_added_with_the_ordinary_key_and_used_with_the_other() {
    let sandbox = start(|_| ());
    let fields = [("pg_user_id", "u-1"), ("pg_back_link", "https://a.kz"), ("pg_post_link", "https://a.kz")];
    assert_unsigned(&PAYER.post(&sandbox, &format!("{FOR_PAYOUT}/add"), &fields), "9998");
    assert_unsigned(&MERCHANT.post(&sandbox, &format!("{FOR_PAYOUT}/add2"), &fields), "1100");
    store(&sandbox, &format!("{FOR_PAYOUT}/add"), "4671593866478252");
    let token = list(&sandbox, &[]).get("card[pg_card_token]").unwrap().to_owned();
    let payout = |token: &str| {
        let fields = [
            ("pg_order_id", "p-1"),
            ("pg_amount", "5"),
            ("pg_description", "Prize"),
            ("pg_order_time_limit", "2030-12-31 23:59:59"),
            ("pg_user_id", "u-1"),
            ("pg_post_link", "https://shop.example/post"),
            ("pg_card_token_to", token),
        ];
        PAYER.ask(&sandbox, "/api/reg2reg", &fields)
    };
    assert_eq!(payout("x").get("pg_error_code"), Some("1999"));
    let paid = payout(&token);
    assert_eq!((paid.get("pg_status"), paid.get("pg_order_id")), (Some("ok"), Some("p-1")));
    let status = PAYER.ask(&sandbox, "/api/payment_status2", &[("pg_order_id", "p-1")]);
    assert_eq!(status.get("pg_payment_status"), Some("success"));
    // It takes money and gives none.
    let sale = [("pg_order_id", "1"), ("pg_amount", "1"), ("pg_description", "x"), ("pg_user_id", "u-1")];
    let sale = [&sale[..], &[("pg_card_token", token.as_str())]].concat();
    MERCHANT.refused(&sandbox, &format!("{TOKEN}/init"), &sale, "1999");
}

#[test]
fn a_stored_card_pays_without_the_payer() {
    for (card, status) in
        [("4716047261941981", PaymentStatus::Success), ("4671593866478252", PaymentStatus::Error)]
    {
        let sandbox = start(|_| ());
        store(&sandbox, &format!("{CARDS}/add"), card);
        let token = list(&sandbox, &[]).get("card[pg_card_token]").unwrap().to_owned();
        let id = begin(&sandbox, &token, &[]);
        let direct = format!("{TOKEN}/direct");
        let reply = MERCHANT.ask(&sandbox, &direct, &[("pg_payment_id", &id)]);
        assert_eq!(sandbox.payments()[0].now.status, status);
        if status == PaymentStatus::Success {
            assert_eq!((reply.get("pg_status"), reply.get("pg_order_id")), (Some("ok"), Some("23")));
            let told = MERCHANT.ask(&sandbox, "/get_status3.php", &[("pg_payment_id", &id)]);
            assert_eq!(told.get("pg_card_token"), Some(&*token));
        } else {
            assert_eq!((reply.get("pg_status"), reply.get("pg_error_code")), (Some("error"), Some("10009")));
        }
        MERCHANT.refused(&sandbox, &direct, &[("pg_payment_id", &id)], "10015");
    }
}

#[test]
fn the_merchant_is_asked_before_its_stored_card_is_charged() {
    let shop = Shop::open(|_| Some((200, shop_reply("rejected", "check"))));
    let sandbox = start(|_| ());
    let check = format!("{}/check", shop.url);
    let id = begin(&sandbox, "sandbox-card-ok", &[("pg_check_url", &check)]);
    let reply = MERCHANT.refused(&sandbox, &format!("{TOKEN}/direct"), &[("pg_payment_id", &id)], "10016");
    assert_eq!(reply.get("pg_error_description"), Some("Said by the shop"));
    assert_eq!(shop.next().path(), "/check");
}

#[test]
fn a_stored_card_pays_with_its_security_code() {
    for (token, status) in
        [("sandbox-card-ok", PaymentStatus::Success), ("sandbox-card-declined", PaymentStatus::Error)]
    {
        let sandbox = start(|_| ());
        let id = begin(&sandbox, token, &[]);
        let answer = MERCHANT.post(&sandbox, &format!("{TOKEN}/pay"), &[("pg_payment_id", &id)]);
        assert!(answer.head.contains("text/html") && answer.body.contains("name=\"cvc\""));
        let link = answer.body.split("action=\"").nth(1).unwrap().split('"').next().unwrap();
        let headers = [("Content-Type", "application/x-www-form-urlencoded")];
        assert_eq!(send(&sandbox, "POST", link, &headers, b"cvc=123&action=pay").status, 303);
        assert_eq!(sandbox.payments()[0].now.status, status);
    }
}

#[test]
fn wrong_cards_merchants_and_payments_are_refused() {
    let sandbox = start(|options| {
        let seven = freedompay::sandbox::Merchant {
            id: 7,
            key: "seven".to_owned(),
            name: "Seven".to_owned(),
            payout_key: None,
        };
        options.merchants.push(seven);
    });
    let sale = [("pg_order_id", "1"), ("pg_amount", "1"), ("pg_description", "x"), ("pg_user_id", "u-1")];
    let unknown = [&sale[..], &[("pg_card_token", "unknown")]].concat();
    MERCHANT.refused(&sandbox, &format!("{TOKEN}/init"), &unknown, "1999");
    let own = [&sale[..], &[("pg_card_token", "sandbox-card-ok"), ("own", "1")]].concat();
    MERCHANT.refused(&sandbox, &format!("{TOKEN}/init"), &own, "200");
    let seven = Merchant { id: "7", key: "seven" };
    let reply = seven.refused(&sandbox, &format!("{CARDS}/list"), &[("pg_user_id", "u-1")], "200");
    assert_eq!(reply.get("pg_error_description"), Some("pg_merchant_id is not the merchant of the address"));
    let page = MERCHANT.ask(&sandbox, "/init_payment.php", &sale[..3]);
    let id = page.get("pg_payment_id").unwrap();
    for verb in ["pay", "direct"] {
        MERCHANT.refused(&sandbox, &format!("{TOKEN}/{verb}"), &[("pg_payment_id", id)], "200");
        MERCHANT.refused(&sandbox, &format!("{TOKEN}/{verb}"), &[("pg_payment_id", "1")], "340");
    }
    assert_eq!(get(&sandbox, "/card.html?customer=x").status, 404);
    assert_eq!(send(&sandbox, "POST", "/card.html?customer=x", &[], b"card=1").status, 404);
}

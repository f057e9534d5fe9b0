//! Several merchants at one sandbox: each with its keys, and blind for the others.

use freedompay::sandbox::{Options, Sandbox, parse_merchants};
use freedompay::{Client, Code, Config, Fields, PayoutQuestion};

use crate::support::{config, request};

const MERCHANTS: &str = "7 key-of-seven payout=payout-of-seven Corner shop\n8 key-of-eight Flowers\n";

fn client(sandbox: &Sandbox, id: i64, key: &str, payout_key: &str) -> Client {
    let mut config: Config = config(sandbox.url());
    config.set_merchant_id(id).unwrap();
    config.set_secret_key(key).unwrap();
    config.set_payout_key(payout_key).unwrap();
    Client::new(&config).unwrap()
}

fn account() -> Fields {
    let mut fields = Fields::new();
    for (name, value) in [
        ("pg_recipient_iban", "KZ86125KZT5004100100"),
        ("pg_recipient_iin", "900101300123"),
        ("pg_recipient_name", "Ann"),
        ("pg_recipient_kbe", "19"),
        ("pg_knp", "119"),
        ("pg_bank_bik", "KCJBKZKX"),
        ("pg_post_link", "http://127.0.0.1:1/post"),
    ] {
        fields.set(name, value).unwrap();
    }
    fields
}

#[test]
fn one_merchant_never_sees_what_is_another_s() {
    let merchants = parse_merchants(MERCHANTS).unwrap();
    let sandbox = Sandbox::start(Options { merchants, ..Options::default() }).unwrap();
    let seven = client(&sandbox, 7, "key-of-seven", "payout-of-seven");
    let eight = client(&sandbox, 8, "key-of-eight", "sandbox-payout-key");
    let id = seven.invoice_init(&request("1")).unwrap().id();
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    seven.card_add("ann", "http://127.0.0.1/back", &Fields::new()).unwrap();
    seven.payout_iban("p", &"20".parse().unwrap(), "Wages", &account()).unwrap();

    for error in [
        eight.invoice_status(id).unwrap_err(),
        eight.invoice_status_by_order("1").unwrap_err(),
        eight.payment_status(id).unwrap_err(),
        eight.payment_status_by_order("1").unwrap_err(),
        eight.invoice_refund(id, None).unwrap_err(),
        eight.payment_capture(id, None).unwrap_err(),
    ] {
        assert!(error.is_not_found(), "{error}");
    }
    assert!(eight.card_list("ann").unwrap().list().is_empty());
    assert_ne!(seven.payout_balance().unwrap().amount(), eight.payout_balance().unwrap().amount());
    let unknown = eight.payout_status("p", PayoutQuestion::default());
    assert!(unknown.is_err() || unknown.unwrap().id().is_none(), "another's payout is none");
    // The same order id is another sale.
    let other = eight.invoice_init(&request("1")).unwrap().id();
    assert_ne!(other, id);
    assert_eq!(seven.invoice_status_by_order("1").unwrap().id(), id);
}

#[test]
fn each_merchant_s_keys_open_its_own_doors_alone() {
    let merchants = parse_merchants(MERCHANTS).unwrap();
    let sandbox = Sandbox::start(Options { merchants, ..Options::default() }).unwrap();
    let crossed = client(&sandbox, 7, "key-of-eight", "sandbox-payout-key");
    let error = crossed.invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 9998), "{error}");
    let error = crossed.payout_balance().unwrap_err();
    assert_eq!(error.gateway_code(), 9998, "{error}");
    assert!(client(&sandbox, 8, "key-of-eight", "payout-of-seven").payout_balance().is_err());
    assert!(sandbox.invoices().is_empty() && sandbox.payouts().is_empty());
}

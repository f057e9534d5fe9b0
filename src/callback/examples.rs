//! Messages as the gateway sends them, rightly signed and in each form, for tests.

use url::form_urlencoded;

use super::Callback;
use crate::answer::Document;
use crate::client::Client;
use crate::config::Config;
use crate::outcome::Error;
use crate::secret::Secret;
use crate::sign::pg_sig;

pub(super) const KEY: &str = "s3cret-key";
pub(super) const PAYOUT_KEY: &str = "p4yout-key";
pub(super) const URL: &str = "https://shop.example/pay/result";

pub(super) type Fields = Vec<(String, String)>;

pub(super) fn owned(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(super) fn client_with(settings: impl FnOnce(&mut Config)) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(123456).unwrap();
    config.set_secret_key(KEY).unwrap();
    settings(&mut config);
    Client::new(&config).unwrap()
}

pub(super) fn client() -> Client {
    client_with(|_| {})
}

pub(super) fn signature(script: &str, fields: &[(String, String)], key: &str) -> String {
    let mut message = Document::default();
    for (name, value) in fields {
        message.insert(&crate::call::way(name).unwrap(), value).unwrap();
    }
    pg_sig::sign(script, &message, &Secret::new(key))
}

pub(super) fn signed(script: &str, fields: &[(&str, &str)], key: &str) -> Fields {
    let mut fields = owned(fields);
    let signature = signature(script, &fields, key);
    fields.push(("pg_sig".to_owned(), signature));
    fields
}

pub(super) fn form(fields: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub(super) fn multipart(fields: &[(String, String)]) -> String {
    let part = |(name, value): &(String, String)| {
        format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(part).collect::<String>() + "--b--\r\n"
}

pub(super) fn xml(fields: &[(String, String)]) -> String {
    let element = |(name, value): &(String, String)| {
        format!("<{name}>{}</{name}>", quick_xml::escape::escape(value.as_str()))
    };
    format!(
        "<?xml version=\"1.0\"?>\n<request>\n{}</request>",
        fields.iter().map(element).collect::<String>()
    )
}

pub(super) const FORM: Option<&str> = Some("application/x-www-form-urlencoded; charset=utf-8");

pub(super) fn posted(client: &Client, url: &str, fields: &[(String, String)]) -> Result<Callback, Error> {
    client.callback(url, FORM, form(fields).as_bytes())
}

/// The result of a payment as a published example has it.
pub(super) const RESULT: [(&str, &str); 24] = [
    ("pg_payment_id", "10057654"),
    ("pg_order_id", "00102"),
    ("pg_amount", "100.00"),
    ("pg_currency", "KZT"),
    ("pg_net_amount", "95"),
    ("pg_ps_amount", "100"),
    ("pg_ps_full_amount", "100"),
    ("pg_ps_currency", "KZT"),
    ("pg_payment_system", "EPAYWEBKZT"),
    ("pg_description", "Чай & \"пирог\""),
    ("pg_result", "1"),
    ("pg_payment_date", "2018-05-23 03:25:14"),
    ("pg_can_reject", "1"),
    ("pg_user_phone", "77777777777"),
    ("pg_need_phone_notification", "0"),
    ("pg_user_contact_email", "test@g.com"),
    ("pg_need_email_notification", "0"),
    ("pg_testing_mode", "0"),
    ("pg_captured", "0"),
    ("pg_card_pan", "4405-64XX-XXXX-6150"),
    ("pg_card_exp", "09/25"),
    ("pg_card_owner", "TEST"),
    ("pg_card_brand", "VI"),
    ("pg_salt", "YQyk545ZL1lYyNeX"),
];

pub(super) const CHECK: [(&str, &str); 8] = [
    ("pg_order_id", "00102"),
    ("pg_payment_id", "10057654"),
    ("pg_amount", "1"),
    ("pg_currency", "KZT"),
    ("pg_ps_currency", "KZT"),
    ("pg_ps_amount", "1"),
    ("pg_ps_full_amount", "1"),
    ("pg_salt", "YQyk545ZL1lYyNeX"),
];

pub(super) const PAYOUT: [(&str, &str); 10] = [
    ("pg_payment_id", "77"),
    ("pg_merchant_id", "123456"),
    ("pg_order_id", "out-1"),
    ("pg_card_hash", "4400-43XX-XXXX-1234"),
    ("pg_status", "ok"),
    ("pg_balance", "1000.00"),
    ("pg_payment_amount", "20"),
    ("pg_to_pay", "20"),
    ("pg_payment_date", "2026-05-23 03:25:14"),
    ("pg_salt", "abcdef"),
];

pub(super) const REDIRECT: [(&str, &str); 3] =
    [("pg_order_id", "00102"), ("pg_payment_id", "10057654"), ("pg_salt", "YQyk545ZL1lYyNeX")];

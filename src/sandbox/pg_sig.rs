//! pg_sig, the signature of classic messages: MD5 over the script's name, the values in the order of their
//! fields' names, and the secret key. Written apart from the library's own, because it is there to prove
//! that one wrong. When a signature does not fit it says what was expected, and what the signer did instead
//! where that can be found out.

use std::cmp::Ordering;

use md5::{Digest, Md5};

use super::message::{Message, Value};
use super::mistake;

/// The name of the field, which it does not cover itself.
pub(super) const NAME: &str = "pg_sig";

/// What stands for the key where the signed string is shown.
const MASK: &str = "***";

/// The name that a signature begins with: what follows the last slash of an address, without its query.
pub(super) fn script(url: &str) -> &str {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// The signature of the message, whatever pg_sig it may have.
pub(super) fn sign(script: &str, message: &Message, key: &str) -> String {
    hash(&string_to_sign(script, message, key))
}

/// The message with a salt and its signature.
pub(super) fn seal(script: &str, message: Message, salt: &str, key: &str) -> Message {
    let salted = message.text("pg_salt", salt);
    let signature = sign(script, &salted, key);
    salted.text(NAME, signature)
}

pub(super) fn hash(text: &str) -> String {
    Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn string_to_sign(script: &str, message: &Message, key: &str) -> String {
    let covered = message.filtered(|name, _| name != NAME);
    let mut parts = vec![script];
    parts.extend(values(&covered));
    parts.push(key);
    parts.join(";")
}

/// The texts in the order in which a signature covers them: by name, level by level; fields of one name
/// stay in message order.
pub(super) fn values(message: &Message) -> Vec<&str> {
    let mut fields: Vec<_> = message.iter().collect();
    fields.sort_by(|(left, _), (right, _)| by_name(left, right));
    let mut out = Vec::new();
    for (_, value) in fields {
        match value {
            Value::Text(text) => out.push(text.as_str()),
            Value::Nested(inner) => out.extend(values(inner)),
        }
    }
    out
}

/// Positions by their number and before all other names, names by their bytes.
fn by_name(left: &str, right: &str) -> Ordering {
    match (is_position(left), is_position(right)) {
        (true, true) => left.len().cmp(&right.len()).then(left.cmp(right)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => left.cmp(right),
    }
}

/// Digits alone, without a zero before them.
fn is_position(name: &str) -> bool {
    name == "0"
        || (!name.is_empty() && !name.starts_with('0') && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// What a signature has to cover, and whose key makes it.
pub(super) struct Expected<'a> {
    pub script: &'a str,
    pub message: &'a Message,
    pub key: Key<'a>,
    /// What a signer may have taken instead of the script's name.
    pub other_scripts: Vec<&'a str>,
    /// The keys that a signer may have taken instead.
    pub other_keys: Vec<Key<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct Key<'a> {
    /// `the key of merchant 123456`.
    pub owner: String,
    pub secret: &'a str,
}

/// A signature that was refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// What is wrong with it.
    pub difference: String,
    /// What should have been signed; the key is masked.
    pub expected: String,
}

impl Expected<'_> {
    pub fn verify(&self) -> Result<(), Mismatch> {
        self.compare().map_err(|difference| Mismatch {
            difference,
            expected: format!(
                "expected the MD5 of {:?} with {} in place of {MASK}",
                string_to_sign(self.script, self.message, MASK),
                self.key.owner
            ),
        })
    }

    fn compare(&self) -> Result<(), String> {
        let mut signatures = self.message.all(NAME);
        let signature = match (signatures.next(), signatures.next()) {
            (None, _) => return Err("it is missing".to_owned()),
            (Some(Value::Text(text)), None) => text.as_str(),
            (Some(Value::Nested(_)), None) => return Err("it is not a text".to_owned()),
            (Some(_), Some(_)) => return Err("it comes twice".to_owned()),
        };
        let right = sign(self.script, self.message, self.key.secret);
        if signature == right {
            return Ok(());
        }
        if signature.len() != 32 || !signature.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(format!("it is {} bytes and not 32 hexadecimal digits", signature.len()));
        }
        if signature.eq_ignore_ascii_case(&right) {
            return Err("it is in capital letters".to_owned());
        }
        let signature = signature.to_ascii_lowercase();
        Err(match mistake::find(self, &signature) {
            Some(mistake) => format!("the signer has {mistake}"),
            None => "it was made with another key or over other values".to_owned(),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::sandbox) fn message(fields: &[(&str, &str)]) -> Message {
        let mut message = Message::default();
        for (name, value) in fields {
            message.insert(name, (*value).to_owned()).unwrap();
        }
        message
    }

    pub(in crate::sandbox) fn expected<'a>(
        script: &'a str,
        message: &'a Message,
        key: &'a str,
    ) -> Expected<'a> {
        let key = Key { owner: "the key of merchant 123456".to_owned(), secret: key };
        Expected { script, message, key, other_scripts: Vec::new(), other_keys: Vec::new() }
    }

    /// Script, fields, key, the string that is signed, its hash. The first three hashes are published, the
    /// others follow from the published rule.
    fn vectors() -> Vec<(&'static str, Message, &'static str, &'static str, &'static str)> {
        let refund = message(&[("pg_payment_id", "9"), ("pg_amount", "-10")]);
        let refunds = Message::default().nested("pg_refund_payment", refund);
        vec![
            (
                "script.php",
                message(&[
                    ("pg_t_param", "value3"),
                    ("pg_a_param", "value1"),
                    ("pg_z_param[pg_q_subparam]", "subvalue2"),
                    ("pg_z_param[pg_m_subparam]", "subvalue1"),
                    ("pg_b_param", "value2"),
                    ("pg_salt", "9imM909TH820jwk387"),
                ]),
                "mypasskey",
                "script.php;value1;value2;9imM909TH820jwk387;value3;subvalue1;subvalue2;mypasskey",
                "a8a4d5a9188f24038a14a4d65c387bf7",
            ),
            (
                "init_payment.php",
                message(&[
                    ("pg_order_id", "23"),
                    ("pg_merchant_id", "123456"),
                    ("pg_amount", "25"),
                    ("pg_description", "Order description"),
                    ("pg_salt", "some_random_string"),
                ]),
                "test_secret_key",
                "init_payment.php;25;Order description;123456;23;some_random_string;test_secret_key",
                "1d602ce1af2d04738e5840ff8562963f",
            ),
            (
                "add",
                message(&[
                    ("pg_merchant_id", "123456"),
                    ("pg_user_id", "1234"),
                    ("pg_post_link", "http://site.kz/post"),
                    ("pg_back_link", "http://site.kz/back"),
                    ("pg_salt", "some random string"),
                ]),
                "test_secret_key",
                "add;http://site.kz/back;123456;http://site.kz/post;some random string;1234;test_secret_key",
                "337282103cc59ce0ecd3e21b8942ce06",
            ),
            (
                "init_payment.php",
                message(&[("pg_description", "Оплата участия"), ("pg_salt", "s")]),
                "test_secret_key",
                "init_payment.php;Оплата участия;s;test_secret_key",
                "b239a16e3710333239148aa486c4ae68",
            ),
            (
                "get_status3.php",
                message(&[("pg_status", "ok")]).nested("pg_refund_payments", refunds).text("pg_salt", "s"),
                "k",
                "get_status3.php;-10;9;s;ok;k",
                "feba8f6806dce94f650173e62061a3d6",
            ),
            (
                "script",
                message(&[("pg_b", "second-name"), ("pg_a", "x2"), ("pg_a", "x1"), ("pg_salt", "s")]),
                "k",
                "script;x2;x1;second-name;s;k",
                "e50f0b4fb7308a1bcd42a33a700ea611",
            ),
            (
                "result",
                message(&[
                    ("pg_merchant_id", "123"),
                    ("pg_payment_id", "999"),
                    ("pg_order_id", "abc"),
                    ("pg_result", "1"),
                    ("pg_amount", "15.00"),
                    ("pg_salt", "aaaa"),
                ]),
                "secret",
                "result;15.00;123;abc;999;1;aaaa;secret",
                "7e41d7eb3a1520a45fd057281cc0797a",
            ),
        ]
    }

    #[test]
    fn the_vectors_are_signed_and_each_changed_byte_is_refused() {
        for (script, fields, key, string, signature) in vectors() {
            assert_eq!(string_to_sign(script, &fields, key), string);
            assert_eq!(sign(script, &fields, key), signature);
            let signed = fields.clone().text(NAME, signature);
            assert_eq!(expected(script, &signed, key).verify(), Ok(()));
            for index in 0..signature.len() {
                let mut changed = signature.as_bytes().to_vec();
                changed[index] = if changed[index] == b'0' { b'1' } else { b'0' };
                let changed = fields.clone().text(NAME, String::from_utf8(changed).unwrap());
                assert!(expected(script, &changed, key).verify().is_err(), "{script} {index}");
            }
        }
    }

    #[test]
    fn positions_are_ordered_by_their_number() {
        let mut fields = Message::default();
        for position in (0..15).rev() {
            fields.insert(&format!("p[{position}][b]"), format!("b{position}")).unwrap();
            fields.insert(&format!("p[{position}][a]"), format!("a{position}")).unwrap();
        }
        fields.insert("p[x]", "x".to_owned()).unwrap();
        fields.insert("p[007]", "seven".to_owned()).unwrap();
        let positions: Vec<String> = (0..15).map(|position| format!("a{position};b{position}")).collect();
        let string = format!("s;{};seven;x;k", positions.join(";"));
        assert_eq!(string_to_sign("s", &fields, "k"), string);
    }

    #[test]
    fn empty_values_are_covered_and_nested_names_are_no_exception() {
        let fields = message(&[("pg_a", ""), ("pg_b[pg_sig]", "x"), ("pg_sig", "y"), ("own", "z")]);
        assert_eq!(string_to_sign("s", &fields, "k"), "s;z;;x;k");
    }

    #[test]
    fn the_script_is_the_last_segment_of_an_address() {
        for (url, name) in [
            ("https://api.example/init_payment.php", "init_payment.php"),
            ("/v1/merchant/7/cardstorage/add", "add"),
            ("https://shop.example/pay/result?next=/a/b", "result"),
            ("https://shop.example/pay/?a=1", ""),
            ("https://shop.example/paid.php#x/y", "paid.php"),
            ("result", "result"),
            ("", ""),
        ] {
            assert_eq!(script(url), name, "{url}");
        }
    }

    #[test]
    fn a_signature_of_another_form_is_named() {
        let fields = message(&[("pg_a", "1"), ("pg_salt", "s")]);
        let right = sign("s", &fields, "k");
        let with = |signature: &str| fields.clone().text(NAME, signature);
        for (fields, difference) in [
            (fields.clone(), "it is missing"),
            (with(&right).text(NAME, right.clone()), "it comes twice"),
            (fields.clone().nested(NAME, Message::default()), "it is not a text"),
            (with(&right.to_uppercase()), "it is in capital letters"),
            (with(&right[1..]), "it is 31 bytes and not 32 hexadecimal digits"),
            (with(&right.replace(|_| true, "g")), "it is 32 bytes and not 32 hexadecimal digits"),
            (with(&hash("x")), "it was made with another key or over other values"),
        ] {
            let mismatch = expected("s", &fields, "topsecret").verify().unwrap_err();
            let right = expected("s", &fields, "k").verify().unwrap_err();
            assert_eq!(right.difference, difference);
            assert!(!mismatch.expected.contains("topsecret"));
            assert!(
                mismatch.expected.contains("\"s;1;s;***\" with the key of merchant 123456"),
                "{mismatch:?}"
            );
        }
    }
}

//! The classic signature: MD5 over a script's name, every value in the order of the fields' names, and the key, parted
//! by semicolons. It signs requests, answers and callbacks alike.
//!
//! It covers no name and escapes no semicolon, so that it cannot tell apart messages whose values run into each other;
//! what reads a message must not trust it for more than that (`callback` says what it does about it).
//!
//! Source: the documentation's page on the signature (facts 2.2) with its published examples.

use std::cmp::Ordering;

use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::answer::{Document, Step};
use crate::secret::{Secret, on_cleared_stack};

/// A value with the way to it.
pub(crate) type Leaf<'a> = (Vec<Step<'a>>, &'a str);

/// The field that holds the signature, and is not covered by it.
pub(crate) const FIELD: &str = "pg_sig";

/// The name that stands first in what is signed: an address's last segment, up to its end or its query.
pub(crate) fn script(address: &str) -> &str {
    let path = address.split(['?', '#']).next().unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default()
}

/// The signature of a message: 32 lowercase hexadecimal digits.
pub(crate) fn sign(script: &str, message: &Document, key: &Secret) -> String {
    on_cleared_stack(|| signature(script, message, key))
}

fn signature(script: &str, message: &Document, key: &Secret) -> String {
    let mut md5 = Md5::new_with_prefix(script);
    for (_, value) in in_order(message) {
        md5.update(b";");
        md5.update(value);
    }
    md5.update(b";");
    md5.update(key.expose());
    md5.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The values that a signature covers, in the order in which it does.
pub(crate) fn in_order(message: &Document) -> Vec<Leaf<'_>> {
    let mut values: Vec<_> = message.leaves().filter(|(way, _)| way[0].name != FIELD).collect();
    // Stable, and names alone decide where they differ: fields of one name keep the order of the message.
    values.sort_by(|(one, _), (other, _)| compare(one, other));
    values
}

/// Whether a message has its signature, exactly once and right. Takes the same time wherever it differs.
pub(crate) fn verify(script: &str, message: &Document, key: &Secret) -> bool {
    let expected = sign(script, message, key);
    let found = message.get(FIELD).filter(|_| message.count(FIELD) == 1).unwrap_or_default();
    found.as_bytes().ct_eq(expected.as_bytes()).into()
}

/// The order of two values: level by level by name, and of one name as they stand in the message.
fn compare(one: &[Step<'_>], other: &[Step<'_>]) -> Ordering {
    one.iter()
        .zip(other)
        .map(|(one, other)| by_name(one.name, other.name).then(one.nth.cmp(&other.nth)))
        .find(|order| order.is_ne())
        .unwrap_or_else(|| one.len().cmp(&other.len()))
}

/// Positions of a list (`a[2]`, `a[10]`) go by their number and stand before every other name, which goes by its bytes.
fn by_name(one: &str, other: &str) -> Ordering {
    // Longer than any position that is sent; without leading zeros the length alone decides.
    let position =
        |name: &str| !name.is_empty() && name.len() <= 9 && name.bytes().all(|byte| byte.is_ascii_digit());
    let number = |name: &str| name.parse::<u32>().unwrap_or(u32::MAX);
    match (position(one), position(other)) {
        (true, true) => number(one).cmp(&number(other)).then_with(|| one.cmp(other)),
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => one.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn message(fields: &[(&str, &str)]) -> Document {
        let mut message = Document::default();
        for (name, value) in fields {
            message.insert(&name.split('/').collect::<Vec<_>>(), value).unwrap();
        }
        message
    }

    #[test]
    fn the_published_and_derived_signatures_are_reproduced() {
        for (script, fields, key, signature) in [
            (
                "script.php",
                &[
                    ("pg_t_param", "value3"),
                    ("pg_a_param", "value1"),
                    ("pg_z_param/pg_q_subparam", "subvalue2"),
                    ("pg_z_param/pg_m_subparam", "subvalue1"),
                    ("pg_b_param", "value2"),
                    ("pg_salt", "9imM909TH820jwk387"),
                ][..],
                "mypasskey",
                "a8a4d5a9188f24038a14a4d65c387bf7",
            ),
            (
                "init_payment.php",
                &[
                    ("pg_order_id", "23"),
                    ("pg_merchant_id", "123456"),
                    ("pg_amount", "25"),
                    ("pg_description", "Order description"),
                    ("pg_salt", "some_random_string"),
                ],
                "test_secret_key",
                "1d602ce1af2d04738e5840ff8562963f",
            ),
            (
                "add",
                &[
                    ("pg_merchant_id", "123456"),
                    ("pg_user_id", "1234"),
                    ("pg_post_link", "http://site.kz/post"),
                    ("pg_back_link", "http://site.kz/back"),
                    ("pg_salt", "some random string"),
                ],
                "test_secret_key",
                "337282103cc59ce0ecd3e21b8942ce06",
            ),
            (
                "init_payment.php",
                &[("pg_description", "Оплата участия"), ("pg_salt", "s")],
                "test_secret_key",
                "b239a16e3710333239148aa486c4ae68",
            ),
            (
                "get_status3.php",
                &[
                    ("pg_status", "ok"),
                    ("pg_refund_payments/pg_refund_payment/pg_payment_id", "9"),
                    ("pg_refund_payments/pg_refund_payment/pg_amount", "-10"),
                    ("pg_salt", "s"),
                ],
                "k",
                "feba8f6806dce94f650173e62061a3d6",
            ),
            (
                "script",
                &[("pg_b", "second-name"), ("pg_a", "x2"), ("pg_a", "x1"), ("pg_salt", "s")],
                "k",
                "e50f0b4fb7308a1bcd42a33a700ea611",
            ),
            (
                "result",
                &[
                    ("pg_merchant_id", "123"),
                    ("pg_payment_id", "999"),
                    ("pg_order_id", "abc"),
                    ("pg_result", "1"),
                    ("pg_amount", "15.00"),
                    ("pg_salt", "aaaa"),
                ],
                "secret",
                "7e41d7eb3a1520a45fd057281cc0797a",
            ),
        ] {
            let (mut message, key) = (message(fields), Secret::new(key));
            assert_eq!(sign(script, &message, &key), signature);
            assert!(!verify(script, &message, &key), "without a signature");
            message.insert(&[FIELD], signature).unwrap();
            assert!(verify(script, &message, &key));
            message.insert(&[FIELD], signature).unwrap();
            assert!(!verify(script, &message, &key), "with two signatures");
        }
    }

    #[test]
    fn positions_of_a_list_go_by_their_number() {
        let order = |names: &[&str]| {
            let fields: Vec<(String, String)> =
                names.iter().map(|name| (format!("p/{name}/n"), (*name).to_owned())).collect();
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            sign("s", &message(&fields), &Secret::new("k"))
        };
        assert_eq!(order(&["0", "2", "10"]), order(&["10", "2", "0"]));
        assert_eq!(order(&["0", "2", "10"]), sign_plain("s;0;2;10;k"));
    }

    fn sign_plain(text: &str) -> String {
        Md5::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn a_script_is_an_addresss_last_segment() {
        for (address, name) in [
            ("/init_payment.php", "init_payment.php"),
            ("/v1/merchant/7/cardstorage/add", "add"),
            ("https://shop.example/pay/result?x=/y", "result"),
            ("https://shop.example/pay/", ""),
            ("/mfs/pay#top", "pay"),
            ("result", "result"),
            ("", ""),
        ] {
            assert_eq!(script(address), name, "{address}");
        }
    }

    #[test]
    fn names_that_are_numbers_in_part_have_one_order() {
        let fields = [[("10", ""), ("9", "")].repeat(8), vec![("1a", ""); 16]].concat();
        let order =
            in_order(&message(&fields)).iter().map(|(way, _)| way[0].name.to_owned()).collect::<Vec<_>>();
        assert_eq!(order, [vec!["9"; 8], vec!["10"; 8], vec!["1a"; 16]].concat());
    }

    proptest! {
        #[test]
        fn any_names_have_an_order(names in proptest::collection::vec("[0-9a]{1,12}", 21..64)) {
            let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
            let message = message(&fields);
            let order = in_order(&message);
            for three in order.windows(3) {
                prop_assert!(by_name(three[0].0[0].name, three[2].0[0].name).is_le());
            }
        }

        #[test]
        fn a_changed_value_script_or_key_is_refused(
            values in proptest::collection::vec("[^;]{1,8}", 1..6), at in any::<prop::sample::Index>(),
            other in "[^;]{1,8}",
        ) {
            let names: Vec<String> = (0..values.len()).map(|index| format!("pg_{index}")).collect();
            let key = Secret::new("k");
            let signed = |values: &[String]| {
                let fields: Vec<(&str, &str)> =
                    names.iter().map(String::as_str).zip(values.iter().map(String::as_str)).collect();
                message(&fields)
            };
            let signature = sign("s", &signed(&values), &key);
            let mut whole = signed(&values);
            whole.insert(&[FIELD], &signature).unwrap();
            prop_assert!(verify("s", &whole, &key));
            prop_assert!(!verify("t", &whole, &key));
            prop_assert!(!verify("s", &whole, &Secret::new("l")));
            let mut changed = values.clone();
            let at = at.index(values.len());
            prop_assume!(changed[at] != other);
            changed[at] = other;
            let mut whole = signed(&changed);
            whole.insert(&[FIELD], &signature).unwrap();
            prop_assert!(!verify("s", &whole, &key));
        }
    }
}

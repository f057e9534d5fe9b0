//! What is known of a field's value. A name means the same in every call that takes it; of what is not here no source
//! has a rule, and it goes out as it is.
//!
//! Source: facts 5.1 and 6; of a receipt's positions also Kazakhstan's page on creating a payment as it was in 2026, with its
//! taxes and three more fields.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::{Fields, wrong};
use crate::call;
use crate::invoice::{check_currency, check_order_id, check_url, check_user_id};
use crate::money::Amount;
use crate::outcome::{Error, shown};

/// What a position of a receipt has to have; it may have `UnitCode`, `GTIN` and `NTIN`, too.
const POSITION: [&str; 4] = ["count", "name", "tax_type", "price"];

/// Which taxes there are differs by country and changes with the law: 0 to 9 on one page, 0, 3, 7 and 11 on a newer one.
const MOST_TAX_TYPE: u32 = 99;

/// Up to here the sources agree on the order in which positions are signed (facts 2.2).
const MOST_POSITIONS: usize = 10;

/// How the gateway calls the merchant's server.
const CALLBACK_METHODS: [&str; 3] = ["GET", "POST", "XML"];

/// How the gateway sends the payer's browser back. Those with AUTO leave the gateway's page without a click; no page of
/// the documentation that could be read has them, shops in public repositories use them.
const BROWSER_METHODS: [&str; 4] = ["GET", "POST", "AUTOGET", "AUTOPOST"];

/// Checks a value by its field's name, of which `way` are the parts.
pub(super) fn check(name: &str, way: &[&str], value: &str) -> Result<(), Error> {
    let (first, inside) = way.split_first().map_or(("", way), |(first, inside)| (*first, inside));
    match first {
        "pg_receipt_positions" => return check_position(name, inside, value),
        "pg_template_params" => return Ok(()),
        _ if !first.starts_with("pg_") => return Ok(()),
        _ if !inside.is_empty() => return Err(wrong(name, "has names inside, and it is a plain value")),
        _ => {}
    }
    match first {
        "pg_check_url" | "pg_result_url" | "pg_success_url" | "pg_failure_url" | "pg_state_url"
        | "pg_site_url" | "pg_back_link" | "pg_post_link" => check_url(name, value),
        "pg_request_method" => one_of(name, value, &CALLBACK_METHODS),
        "pg_success_url_method" | "pg_failure_url_method" | "pg_state_url_method" => {
            one_of(name, value, &BROWSER_METHODS)
        }
        "pg_lifetime" => within(name, value, 300, 604_800),
        "pg_recurring_lifetime" => within(name, value, 1, 156),
        "pg_user_id" => check_user_id(name, value),
        "pg_order_id" => check_order_id(value),
        "pg_currency" => check_currency(name, value),
        "pg_order_time_limit" => check_date_time(name, value),
        "pg_idempotency_key" => check_key(name, value),
        _ => Ok(()),
    }
}

/// Whether every position of a receipt is whole.
pub(super) fn check_positions(fields: &Fields) -> Result<(), Error> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, _) in fields.iter() {
        if let Some(&["pg_receipt_positions", number, part]) = call::way(name).as_deref() {
            *found.entry(number).or_default() += usize::from(POSITION.contains(&part));
        }
    }
    if found.len() > MOST_POSITIONS {
        return Err(wrong("pg_receipt_positions", "has more than ten positions"));
    }
    for (number, _) in found.iter().filter(|(_, parts)| **parts < POSITION.len()) {
        let name = |part| format!("pg_receipt_positions[{number}][{part}]");
        if let Some(missing) = POSITION.into_iter().map(name).find(|name| fields.get(name).is_none()) {
            return Err(wrong(&missing, "is missing: a position has count, name, tax_type and price"));
        }
    }
    Ok(())
}

fn check_position(name: &str, inside: &[&str], value: &str) -> Result<(), Error> {
    let &[number, part] = inside else {
        return Err(wrong(name, "is not written as pg_receipt_positions[0][count]"));
    };
    // Written as a number is, so that no two names are the same position.
    if !matches!(number.as_bytes(), [b'0'..=b'9']) {
        return Err(wrong(name, "is not one of the ten positions from 0 to 9"));
    }
    match part {
        "count" => check_count(name, value),
        "price" => check_price(name, value),
        "tax_type" => within(name, value, 0, MOST_TAX_TYPE),
        "UnitCode" => within(name, value, 0, u32::MAX),
        "name" | "GTIN" | "NTIN" => Ok(()),
        _ => Err(wrong(name, "is none of count, name, tax_type, price, UnitCode, GTIN and NTIN")),
    }
}

/// How much of it: a positive decimal number with three decimals at most.
fn check_count(name: &str, value: &str) -> Result<(), Error> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits(whole) && digits(decimals) && decimals.len() <= 3 && whole.len() <= 9;
    let leading = whole.len() > 1 && whole.starts_with('0');
    let is_zero = value.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if plain && !leading && !is_zero {
        return Ok(());
    }
    Err(wrong(name, &format!("{} is not a positive number such as 2 or 0.5", shown(value))))
}

fn check_price(name: &str, value: &str) -> Result<(), Error> {
    value
        .parse::<Amount>()
        .map(drop)
        .map_err(|error| wrong(name, &format!("has a wrong {}", error.message())))
}

fn one_of(name: &str, value: &str, words: &[&str]) -> Result<(), Error> {
    if words.contains(&value) {
        return Ok(());
    }
    Err(wrong(name, &format!("{} is none of {}", shown(value), words.join(", "))))
}

fn within(name: &str, value: &str, least: u32, most: u32) -> Result<(), Error> {
    let plain = value.bytes().all(|byte| byte.is_ascii_digit()) && (value == "0" || !value.starts_with('0'));
    match value.parse::<u32>() {
        Ok(number) if plain && (least..=most).contains(&number) => Ok(()),
        _ => Err(wrong(name, &format!("{} is not a number from {least} to {most}", shown(value)))),
    }
}

/// `2026-03-01 18:00:00`, in a zone that no source names.
fn check_date_time(name: &str, value: &str) -> Result<(), Error> {
    let separators: String = value.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_written_so = value.len() == 19 && separators == "-- ::" && value >= "1970";
    if is_written_so && OffsetDateTime::parse(&format!("{}Z", value.replace(' ', "T")), &Rfc3339).is_ok() {
        return Ok(());
    }
    Err(wrong(name, &format!("{} is not a time such as 2026-03-01 18:00:00", shown(value))))
}

/// Whether it can be a key of the caller's own, by which the gateway knows a repeated request.
pub(crate) fn is_key(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn check_key(name: &str, value: &str) -> Result<(), Error> {
    if is_key(value) {
        return Ok(());
    }
    Err(wrong(name, &format!("{} is not 1 to 64 visible ASCII characters without a blank", shown(value))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_named(name: &str, value: &str) -> Result<(), Error> {
        check(name, &call::way(name).unwrap(), value)
    }

    #[test]
    fn each_value_with_a_rule_is_held_to_it() {
        let long = format!("https://shop.example/{}", "a".repeat(255));
        let key = "k".repeat(65);
        for (name, right, wrong) in [
            (
                "pg_success_url",
                &["https://shop.example/ok?a=1", "http://shop.example/"][..],
                &["shop", "ftp://x/", &long][..],
            ),
            ("pg_back_link", &["https://shop.example/"], &["javascript:alert(1)"]),
            ("pg_post_link", &["https://shop.example/"], &["//shop.example"]),
            ("pg_request_method", &["GET", "POST", "XML"], &["get", "PUT", "AUTOGET"]),
            ("pg_success_url_method", &["GET", "POST", "AUTOGET", "AUTOPOST"], &["XML", "auto"]),
            (
                "pg_lifetime",
                &["300", "604800"],
                &["299", "604801", "0300", "300.0", "+300", "-1", "5m", " 300"],
            ),
            ("pg_recurring_lifetime", &["1", "156"], &["0", "157", "12m"]),
            ("pg_user_id", &["user-1_A"], &["a b", "пользователь", &key]),
            ("pg_currency", &["UZS"], &["uzs", "SUM1"]),
            (
                "pg_order_time_limit",
                &["2026-12-31 23:59:59"],
                &[
                    "2026-12-31",
                    "2026-13-01 00:00:00",
                    "2026-02-29 00:00:00",
                    "1969-12-31 23:59:59",
                    "2026-12-31 2 :59:59",
                    "2026-12-31T23:59:59",
                    "31.12.2026 23:59:59",
                    "2026-12-31 24:00:00",
                ],
            ),
            ("pg_idempotency_key", &["k-1", "x"], &["a b", &key, "ж"]),
            (
                "pg_receipt_positions[0][count]",
                &["1", "0.5", "2.125"],
                &["0", "0.000", "1,5", "1.2345", "01", ".5", "1.", "-1"],
            ),
            ("pg_receipt_positions[9][price]", &["10", "10.50"], &["0", "10.505", "1e3", "10,5"]),
            ("pg_receipt_positions[0][tax_type]", &["0", "9", "11"], &["100", "-1", "01"]),
            ("pg_receipt_positions[0][name]", &["Чай"], &[]),
            ("pg_receipt_positions[0][UnitCode]", &["796"], &["pcs", "-1", "1.0"]),
            ("pg_receipt_positions[0][GTIN]", &["04870001570109"], &[]),
            ("pg_receipt_positions[0][NTIN]", &["0200034567890"], &[]),
            ("pg_receipt_positions[0][gtin]", &[], &["04870001570109"]),
            ("pg_param1[0]", &[], &["1"]),
            ("pg_receipt_positions", &[], &["1"]),
            ("pg_receipt_positions[0]", &[], &["1"]),
            ("pg_receipt_positions[10][count]", &[], &["1"]),
            ("pg_receipt_positions[00][count]", &[], &["1"]),
            ("pg_receipt_positions[a][count]", &[], &["1"]),
            ("pg_receipt_positions[0][colour]", &[], &["1"]),
            ("pg_receipt_positions[0][count][x]", &[], &["1"]),
            ("pg_language", &["ru", "kz", "kk"], &[]),
            ("pg_template_params[a]", &["1"], &[]),
            ("own[0][x]", &["1"], &[]),
        ] {
            for value in right {
                assert!(check_named(name, value).is_ok(), "{name} {value}");
            }
            for value in wrong {
                let error = check_named(name, value).unwrap_err();
                assert!(error.message().contains(name), "{name} {value}: {error}");
            }
        }
    }

    #[test]
    fn a_position_of_a_receipt_is_whole() {
        let mut fields = Fields::new();
        for (part, value) in [("count", "1"), ("name", "Tea"), ("price", "10"), ("GTIN", "04870001570109")] {
            fields.set(&format!("pg_receipt_positions[3][{part}]"), value).unwrap();
        }
        let error = check_positions(&fields).unwrap_err();
        assert!(error.message().contains("\"pg_receipt_positions[3][tax_type]\" is missing"), "{error}");
        fields.set("pg_receipt_positions[3][tax_type]", "0").unwrap();
        check_positions(&fields).unwrap();
        check_positions(&Fields::new()).unwrap();
    }
}

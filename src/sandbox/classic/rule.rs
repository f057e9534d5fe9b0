//! Which fields a classic request may have, and what each of them may say. What the documents do not limit is
//! not limited here.

use std::net::IpAddr;

use crate::sandbox::answer::unwritable;
use crate::sandbox::field;
use crate::sandbox::message::{Message, Value};
use crate::sandbox::options::parse_id;
use crate::sandbox::request::Problem;

/// One field that an endpoint takes.
pub(super) struct Rule {
    pub name: &'static str,
    pub required: bool,
    pub says: Says,
}

pub(super) const fn required(name: &'static str, says: Says) -> Rule {
    Rule { name, required: true, says }
}

pub(super) const fn optional(name: &'static str, says: Says) -> Rule {
    Rule { name, required: false, says }
}

/// What a field may say.
#[derive(Clone, Copy)]
pub(super) enum Says {
    /// Any text.
    Text,
    /// A text of at most so many characters.
    Short(usize),
    Amount,
    Currency,
    /// An absolute http or https address.
    Url,
    /// How callbacks are to come.
    RequestMethod,
    /// One of the gateway's own ids.
    Id,
    /// A whole number within these, both included.
    Number(u64, u64),
    OneOf(&'static [&'static str]),
    /// The merchant's own name for a payer.
    UserId,
    Phone,
    Email,
    Ip,
    /// An account's number: two letters, two digits and the rest.
    Iban,
    /// `YYYY-MM-DD HH:MM:SS`.
    DateTime,
    /// What a receipt lists: numbered positions in a form, fields of one name in XML.
    Positions,
    /// Any nested fields, or a text.
    Anything,
}

pub(super) const FLAG: Says = Says::OneOf(&["0", "1"]);

/// Every request has these; the signature was looked at before.
const ALWAYS: [&str; 3] = ["pg_merchant_id", "pg_salt", "pg_sig"];

/// How a request came: it decides how a receipt's positions are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Form,
    Xml,
}

/// Refuses a message that is not as the rules say. An empty text counts as absent.
pub(super) fn check(
    message: &Message,
    written: Written,
    rules: &[&[Rule]],
    own_fields: bool,
) -> Result<(), Problem> {
    let rules = || rules.iter().copied().flatten();
    let mut seen: Vec<&str> = Vec::new();
    for (name, value) in message.iter() {
        check_characters(name, value)?;
        let rule = rules().find(|rule| rule.name == name);
        let position = matches!(rule.map(|rule| rule.says), Some(Says::Positions)) && written == Written::Xml;
        if seen.contains(&name) && !position {
            return Err(Problem::field(format!("field {name} comes twice")));
        }
        seen.push(name);
        match rule {
            Some(rule) if *value == Value::Text(String::new()) && !rule.required => {}
            Some(_) if position && value.is_nested() => check_position(name, value)?,
            Some(rule) => rule.says.check(name, value)?,
            None if ALWAYS.contains(&name) => {}
            None if own_fields && !name.starts_with("pg_") => {}
            None => return Err(Problem::field(format!("field {name:?} is unknown here"))),
        }
    }
    let present = |name: &str| message.get(name).is_some_and(|value| *value != Value::Text(String::new()));
    let wanted = ALWAYS.into_iter().chain(rules().filter(|rule| rule.required).map(|rule| rule.name));
    match wanted.into_iter().find(|name| !present(name)) {
        Some(name) => Err(Problem::field(format!("{name} is missing"))),
        None => Ok(()),
    }
}

/// An answer or a callback in XML could not repeat them.
fn check_characters(name: &str, value: &Value) -> Result<(), Problem> {
    match value {
        Value::Text(text) if text.chars().any(unwritable) => {
            Err(Problem::field(format!("{name} holds a character that XML cannot write")))
        }
        Value::Text(_) => Ok(()),
        Value::Nested(inner) => inner.iter().try_for_each(|(name, value)| check_characters(name, value)),
    }
}

impl Says {
    fn check(self, name: &str, value: &Value) -> Result<(), Problem> {
        let text = match (self, value) {
            (Says::Anything, _) => return Ok(()),
            (Says::Positions, Value::Nested(positions)) => return check_positions(name, positions),
            (Says::Positions, Value::Text(_)) => {
                return Err(Problem::field(format!("{name} is a text and has to be a list")));
            }
            (_, Value::Text(text)) => text.as_str(),
            (_, Value::Nested(_)) => {
                return Err(Problem::field(format!("{name} is nested and has to be a text")));
            }
        };
        // Its absence has a sentence of its own.
        if text.is_empty() {
            return Ok(());
        }
        let refuse = |what: &str| Err(Problem::field(format!("{name} {text:?} is not {what}")));
        let right = match self {
            Says::Text | Says::Positions | Says::Anything => return Ok(()),
            Says::Amount => return field::check_amount(name, text).map(drop),
            Says::Currency => return field::check_currency(name, text),
            Says::Url => return field::check_url(name, text),
            Says::RequestMethod => return field::check_request_method(name, text),
            Says::Short(most) => return field::check_length(name, text, most),
            Says::UserId => return field::check_user_id(name, text),
            Says::Id => parse_id(text).is_some(),
            Says::Number(least, most) => whole(text).is_some_and(|number| (least..=most).contains(&number)),
            Says::OneOf(words) => words.contains(&text),
            Says::Phone => phone(text).is_some(),
            Says::Email => text.split_once('@').is_some_and(|(name, host)| {
                !name.is_empty() && host.contains('.') && !text.contains(char::is_whitespace)
            }),
            Says::Ip => text.parse::<IpAddr>().is_ok(),
            Says::Iban => is_iban(text),
            Says::DateTime => is_date_time(text),
        };
        match self {
            _ if right => Ok(()),
            Says::Id => refuse("a positive integer"),
            Says::Number(least, most) => refuse(&format!("a whole number within {least} and {most}")),
            Says::OneOf(words) => refuse(&format!("one of {}", words.join(", "))),
            Says::Phone => refuse("a phone number in digits"),
            Says::Email => refuse("an e-mail address"),
            Says::Ip => refuse("an IP address"),
            Says::Iban => refuse("an IBAN"),
            Says::DateTime => refuse("a time such as 2026-12-31 23:59:59"),
            _ => refuse("right"),
        }
    }
}

/// The digits of a phone number.
pub(super) fn phone(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    let plain = (10..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then_some(digits)
}

fn whole(text: &str) -> Option<u64> {
    let plain = text == "0" || (!text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()));
    text.parse().ok().filter(|_| plain)
}

fn is_iban(text: &str) -> bool {
    let (head, rest) = text.as_bytes().split_at_checked(4).unwrap_or_default();
    let (country, check) = head.split_at_checked(2).unwrap_or_default();
    (11..=30).contains(&rest.len())
        && country.iter().all(u8::is_ascii_uppercase)
        && check.iter().all(u8::is_ascii_digit)
        && rest.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn is_date_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', ' ', ':']).collect();
    let number = |index: usize, length: usize, least: u64, most: u64| {
        parts.get(index).is_some_and(|part| {
            part.len() == length && part.parse().is_ok_and(|number: u64| (least..=most).contains(&number))
        })
    };
    let separators: String = text.chars().filter(|char| !char.is_ascii_digit()).collect();
    separators == "-- ::"
        && number(0, 4, 1970, 9999)
        && number(1, 2, 1, 12)
        && number(2, 2, 1, 31)
        && number(3, 2, 0, 23)
        && number(4, 2, 0, 59)
        && number(5, 2, 0, 59)
        && parts.get(..3).is_some_and(is_a_day)
}

/// No 30th of February.
fn is_a_day(date: &[&str]) -> bool {
    let mut numbers = date.iter().map(|part| part.parse::<u16>().unwrap_or_default());
    let mut next = || numbers.next().unwrap_or_default();
    let (year, month, day) = (next(), next(), next());
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u16::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    day <= days
}

/// The fields of a receipt's position.
const POSITION: [Rule; 7] = [
    required("count", Says::Number(1, 99_999_999)),
    required("name", Says::Text),
    // The kinds of one page, and the one more of another.
    required("tax_type", Says::OneOf(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "11"])),
    required("price", Says::Amount),
    optional("UnitCode", Says::Number(0, 4_294_967_295)),
    optional("GTIN", Says::Text),
    optional("NTIN", Says::Text),
];

fn check_positions(name: &str, positions: &Message) -> Result<(), Problem> {
    for (index, (number, position)) in positions.iter().enumerate() {
        let at = format!("{name}[{number}]");
        if whole(number).is_none() {
            return Err(Problem::field(format!("{at} has no number")));
        }
        if positions.iter().take(index).any(|(earlier, _)| earlier == number) {
            return Err(Problem::field(format!("{at} comes twice")));
        }
        check_position(&at, position)?;
    }
    Ok(())
}

fn check_position(at: &str, position: &Value) -> Result<(), Problem> {
    let Value::Nested(position) = position else {
        return Err(Problem::field(format!("{at} is a text and has to be nested")));
    };
    for (index, (name, value)) in position.iter().enumerate() {
        let rule = POSITION.iter().find(|rule| rule.name == name);
        let rule = rule.ok_or_else(|| Problem::field(format!("{at}[{name}] is unknown here")))?;
        if position.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Err(Problem::field(format!("{at}[{name}] comes twice")));
        }
        rule.says.check(&format!("{at}[{name}]"), value)?;
    }
    let lacks = |rule: &&Rule| rule.required && position.peek(rule.name).is_none_or(str::is_empty);
    match POSITION.iter().find(lacks) {
        Some(rule) => Err(Problem::field(format!("{at}[{}] is missing", rule.name))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::pg_sig::tests::message;

    const RULES: [&[Rule]; 2] = [
        &[required("pg_amount", Says::Amount), optional("pg_url", Says::Url)],
        &[optional("pg_positions", Says::Positions), optional("pg_any", Says::Anything)],
    ];

    fn checked(fields: &[(&str, &str)], own_fields: bool) -> Result<(), String> {
        let always = [("pg_merchant_id", "1"), ("pg_salt", "s"), ("pg_sig", "x")];
        check(&message(&[&always, fields].concat()), Written::Form, &RULES, own_fields).map_err(|problem| {
            assert_eq!(problem.code, 200);
            problem.text
        })
    }

    #[test]
    fn fields_are_known_come_once_and_are_not_missing() {
        let amount = ("pg_amount", "1");
        assert_eq!(checked(&[amount, ("pg_url", ""), ("pg_any[x]", "1")], false), Ok(()));
        assert_eq!(checked(&[amount, ("own", "1"), ("own_2[a]", "")], true), Ok(()));
        for (fields, own_fields, problem) in [
            (&[amount, ("own", "1")][..], false, "field \"own\" is unknown here"),
            (&[amount, ("pg_own", "1")], true, "field \"pg_own\" is unknown here"),
            (&[amount, ("own", "1"), ("own", "2")], true, "field own comes twice"),
            (&[amount, amount], false, "field pg_amount comes twice"),
            (&[amount, ("pg_salt", "t")], false, "field pg_salt comes twice"),
            (&[amount, ("pg_any", "1"), ("pg_any[x]", "1")], false, "field pg_any comes twice"),
            (&[], false, "pg_amount is missing"),
            (&[("pg_amount", "")], false, "pg_amount is missing"),
            (&[("pg_amount[0]", "1")], false, "pg_amount is nested and has to be a text"),
            (&[amount, ("pg_any[x]", "\u{1}")], false, "x holds a character that XML cannot write"),
        ] {
            assert_eq!(checked(fields, own_fields), Err(problem.to_owned()));
        }
        let bare = check(&message(&[("pg_amount", "1")]), Written::Form, &RULES, false).unwrap_err();
        assert_eq!(bare.text, "pg_merchant_id is missing");
    }

    #[test]
    fn a_receipt_lists_whole_positions() {
        let position = |at: &str, change: &[(&str, &str)]| -> Vec<(String, String)> {
            [("count", "1"), ("name", "Tea"), ("tax_type", "0"), ("price", "10.50")]
                .into_iter()
                .map(|(name, value)| {
                    let changed = change.iter().find(|(changed, _)| *changed == name);
                    (format!("pg_positions{at}[{name}]"), changed.map_or(value, |(_, to)| to).to_owned())
                })
                .collect()
        };
        let fields = |positions: &[Vec<(String, String)>]| {
            let fields: Vec<(String, String)> = positions.concat();
            let mut fields: Vec<_> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields.push(("pg_amount", "1"));
            checked(&fields, false)
        };
        assert_eq!(fields(&[position("[0]", &[]), position("[1]", &[("tax_type", "11")])]), Ok(()));
        let marked = [("UnitCode", "796"), ("GTIN", "04870001570109"), ("NTIN", "0200034567890")];
        let marked = marked.map(|(name, value)| (format!("pg_positions[0][{name}]"), value.to_owned()));
        assert_eq!(fields(&[position("[0]", &[]), marked.to_vec()]), Ok(()));
        for (positions, problem) in [
            (vec![position("", &[])], "pg_positions[count] has no number"),
            (vec![position("[x]", &[])], "pg_positions[x] has no number"),
            (vec![position("[0]", &[("count", "")])], "pg_positions[0][count] is missing"),
            (vec![position("[0]", &[("count", "0")])], "pg_positions[0][count] \"0\" is not a whole number"),
            (vec![position("[0]", &[("price", "1,5")])], "pg_positions[0][price] \"1,5\" is not a decimal"),
            (vec![position("[0]", &[("tax_type", "10")])], "pg_positions[0][tax_type] \"10\" is not"),
            (vec![position("[0]", &[]), position("[0]", &[])], "pg_positions[0][count] comes twice"),
        ] {
            let error = fields(&positions).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
        let position = message(&[("count", "1"), ("name", "Tea"), ("tax_type", "0"), ("price", "1")]);
        let listed =
            message(&[("pg_merchant_id", "1"), ("pg_salt", "s"), ("pg_sig", "x"), ("pg_amount", "1")])
                .nested("pg_positions", position.clone())
                .nested("pg_positions", position);
        assert_eq!(check(&listed, Written::Xml, &RULES, false), Ok(()));
        assert!(check(&listed, Written::Form, &RULES, false).is_err());
    }

    #[test]
    fn each_kind_of_field_says_what_it_may() {
        let long = "x".repeat(51);
        for (says, right, wrong) in [
            (Says::Short(3), &["abc", "Чай"][..], &["abcd"][..]),
            (Says::Currency, &["KZT"], &["kzt"]),
            (Says::Url, &["https://example.com"], &["example.com"]),
            (Says::RequestMethod, &["GET", "POST", "XML"], &["PUT"]),
            (Says::Id, &["1", "1000001"], &["0", "01", "-1", "x", "1.0"]),
            (Says::Number(0, 9), &["0", "9"], &["10", "-1", "00", "+1", "1.0"]),
            (FLAG, &["0", "1"], &["2", "true"]),
            (Says::UserId, &["a_B-9"], &["a b", "а", &long]),
            (Says::Phone, &["77017777777", "+77017777777"], &["7701777777x", "123", "8 701 777 77 77"]),
            (Says::Email, &["a@b.kz"], &["a", "@b.kz", "a@b", "a b@c.kz"]),
            (Says::Ip, &["10.0.0.1", "::1"], &["10.0.0", "x"]),
            (
                Says::Iban,
                &["KZ86125KZT5004100100"],
                &["KZ86", "kz86125KZT5004100100", "KZX6125KZT5004100100"],
            ),
            (
                Says::DateTime,
                &["2026-12-31 23:59:59", "2028-02-29 00:00:00", "2000-02-29 00:00:00"],
                &[
                    "2026-12-31",
                    "2026-12-31T23:59:59",
                    "2026-13-01 00:00:00",
                    "2026-1-01 00:00:000",
                    "2026-02-29 00:00:00",
                    "2100-02-29 00:00:00",
                    "2026-04-31 00:00:00",
                ],
            ),
        ] {
            let check = |text: &str| says.check("pg_x", &Value::Text(text.to_owned()));
            for text in right {
                assert_eq!(check(text), Ok(()), "{text}");
            }
            for text in wrong {
                let problem = check(text).unwrap_err();
                assert!(problem.code == 200 && problem.text.starts_with("pg_x "), "{text}: {}", problem.text);
            }
        }
    }
}

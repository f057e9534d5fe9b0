//! Exact decimal amounts. Text in, the same text out; no floating point anywhere.

use std::fmt;
use std::str::FromStr;

use crate::outcome::{Error, shown};

/// The largest amount the gateway takes, in hundredths. The pages on payments and callbacks say 99999999; whether the
/// hundredths beyond it pass, no source says.
const MAX_HUNDREDTHS: i64 = 9_999_999_999;

/// An amount in units of the currency, with at most two decimals, from 0.01 to 99999999.99.
///
/// It keeps the text it was made from, to the letter: "10", "10.5" and "10.50" are equal amounts and stay
/// different texts, because the text is what is signed and sent.
#[derive(Clone)]
pub struct Amount {
    text: String,
    hundredths: i64,
}

impl Amount {
    /// Makes an amount from an integer count of minor units: `from_minor(1050, 2)` is 10.50, `from_minor(10, 0)` is 10.
    ///
    /// # Errors
    /// `Argument` when `exponent` is above 2 or the amount is out of range.
    pub fn from_minor(minor: i64, exponent: u32) -> Result<Amount, Error> {
        let text = match exponent {
            _ if minor < 0 => return Err(not_decimal(&minor.to_string())),
            0 => minor.to_string(),
            1 => format!("{}.{}", minor / 10, minor % 10),
            2 => format!("{}.{:02}", minor / 100, minor % 100),
            _ => {
                return Err(Error::argument(format!(
                    "amount exponent {exponent} is not 0, 1 or 2: 1050 with exponent 2 is 10.50"
                )));
            }
        };
        text.parse()
    }

    /// The text this amount was made from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The amount in hundredths of a unit: 1050 for "10.5".
    pub fn hundredths(&self) -> i64 {
        self.hundredths
    }
}

impl FromStr for Amount {
    type Err = Error;

    /// Takes digits with at most two decimals behind a point, such as "10" or "10.50".
    fn from_str(text: &str) -> Result<Amount, Error> {
        if text.is_empty() {
            return Err(Error::argument("amount is empty: it is a decimal number such as 10 or 10.50"));
        }
        let (whole, decimals) = match text.split_once('.') {
            Some((_, "")) => return Err(not_decimal(text)),
            Some((whole, decimals)) => (whole, decimals),
            None => (text, ""),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(decimals) {
            return Err(not_decimal(text));
        }
        if whole.len() > 1 && whole.starts_with('0') {
            return Err(Error::argument(format!(
                "amount {} begins with a zero that means nothing: write it such as 10 or 0.50",
                shown(text)
            )));
        }
        if decimals.len() > 2 {
            return Err(Error::argument(format!(
                "amount {} has more than two decimals: write it such as 10 or 10.50",
                shown(text)
            )));
        }
        match hundredths(whole, decimals) {
            Some(hundredths @ 1..=MAX_HUNDREDTHS) => Ok(Amount { text: text.to_owned(), hundredths }),
            _ => Err(Error::argument(format!(
                "amount {} is not between 0.01 and 99999999.99, such as 10 or 10.50",
                shown(text)
            ))),
        }
    }
}

fn hundredths(whole: &str, decimals: &str) -> Option<i64> {
    let whole: i64 = whole.parse().ok()?;
    let part: i64 = match decimals.len() {
        0 => 0,
        1 => decimals.parse::<i64>().ok()? * 10,
        _ => decimals.parse().ok()?,
    };
    whole.checked_mul(100)?.checked_add(part)
}

fn not_decimal(text: &str) -> Error {
    Error::argument(format!("amount {} is not a decimal number such as 10 or 10.50", shown(text)))
}

/// An amount of the gateway's in ten-thousandths, the finest that has been seen. What was given back is written as a
/// negative number.
pub(crate) fn exact(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole, 12) || !digits(part, 4) {
        return None;
    }
    Some(whole.parse::<i64>().ok()? * 10_000 + format!("{part:0<4}").parse::<i64>().ok()?)
}

/// Whether an amount that the gateway names is that of so many hundredths. One that it does not name, or writes in a way that is
/// not known, may be; one below zero is what was given back.
pub(crate) fn may_be_amount(hundredths: i64, named: Option<&str>) -> bool {
    let Some(named) = named else { return true };
    let is_given_back = named.trim_start().starts_with('-');
    !is_given_back && exact(named).is_none_or(|named| hundredths.checked_mul(100) == Some(named))
}

/// The same of a currency; the shop's own has no name.
pub(crate) fn may_be_currency(own: Option<&str>, named: Option<&str>) -> bool {
    match (own, named.map(str::trim)) {
        (Some(own), Some(named)) => named.is_empty() || named.eq_ignore_ascii_case(own),
        _ => true,
    }
}

impl PartialEq for Amount {
    fn eq(&self, other: &Amount) -> bool {
        self.hundredths == other.hundredths
    }
}

impl Eq for Amount {}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Amount({})", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_right_amount_goes_through_to_the_letter() {
        for (text, hundredths) in [
            ("10", 1000),
            ("10.5", 1050),
            ("10.50", 1050),
            ("0.01", 1),
            ("0.1", 10),
            ("99999999", 9_999_999_900),
            ("99999999.99", 9_999_999_999),
        ] {
            let amount: Amount = text.parse().unwrap();
            assert_eq!((amount.as_str(), amount.hundredths()), (text, hundredths));
        }
    }

    #[test]
    fn a_wrong_amount_is_refused_with_a_right_example() {
        for text in [
            "",
            "-1",
            "0",
            "0.0",
            "0.00",
            "1,5",
            "1e5",
            " 10",
            "10 ",
            "NaN",
            "inf",
            "+1",
            "1.234",
            "100000000",
            "99999999.999",
            "1.",
            ".5",
            ".",
            "1.2.3",
            "١٠",
            "10тг",
            "0x10",
            "1_000",
            "007",
            "00.5",
            "99999999999999999999999999",
            "1\n",
        ] {
            let error = text.parse::<Amount>().unwrap_err();
            assert!(error.message().starts_with("amount"), "{text:?}: {}", error.message());
            assert!(error.message().contains(" 10 or "), "{text:?}: {}", error.message());
        }
    }

    #[test]
    fn minor_units_become_the_decimal_text_a_person_would_write() {
        for (minor, exponent, text) in [(1050, 2, "10.50"), (5, 2, "0.05"), (105, 1, "10.5"), (10, 0, "10")] {
            assert_eq!(Amount::from_minor(minor, exponent).unwrap().as_str(), text);
        }
        for (minor, exponent) in [(0, 2), (-1, 2), (i64::MIN, 0), (i64::MAX, 0), (1, 3), (1, u32::MAX)] {
            assert!(Amount::from_minor(minor, exponent).is_err(), "{minor} {exponent}");
        }
    }

    #[test]
    fn amounts_are_exact_and_never_guessed() {
        for (text, exactly) in [
            ("-10", Some(100_000)),
            ("10.5", Some(105_000)),
            (" -9.9900 ", Some(99_900)),
            ("0", Some(0)),
            ("-", None),
            ("1,5", None),
            ("1.00000", None),
            ("1e2", None),
            ("--1", None),
            ("--1.5", None),
            ("", None),
        ] {
            assert_eq!(exact(text), exactly, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_amount_in_range_keeps_its_text(hundredths in 1i64..=MAX_HUNDREDTHS) {
            let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
            let amount: Amount = text.parse().unwrap();
            prop_assert_eq!(amount.as_str(), &text);
            prop_assert_eq!(amount.hundredths(), hundredths);
            prop_assert_eq!(&Amount::from_minor(hundredths, 2).unwrap().text, &text);
        }

        #[test]
        fn any_text_is_taken_or_refused_and_never_changed(text in "\\PC{0,14}") {
            if let Ok(amount) = text.parse::<Amount>() {
                prop_assert_eq!(amount.as_str(), &text);
                prop_assert!(text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            }
        }
    }
}

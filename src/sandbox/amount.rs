//! Money in whole hundredths, so that what was paid, cleared and refunded adds up exactly.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount in hundredths of its currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hundredths(pub u64);

impl Hundredths {
    /// Digits with at most two decimals behind a point, no sign, no zero before them.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, decimals) = match text.split_once('.') {
            Some((whole, decimals)) => (whole, Some(decimals)),
            None => (text, None),
        };
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
            return None;
        }
        let rest: u64 = match decimals {
            None => 0,
            Some(decimals) if !digits(decimals) || decimals.len() > 2 => return None,
            Some(decimals) => format!("{decimals:0<2}").parse().ok()?,
        };
        // More digits than fit are a number above the greatest, not a malformed one.
        let whole: u64 = whole.parse().unwrap_or(u64::MAX);
        Some(Hundredths(whole.saturating_mul(100).saturating_add(rest)))
    }

    /// Nothing where there is not that much.
    pub(super) fn minus(self, other: Self) -> Self {
        Hundredths(self.0.saturating_sub(other.0))
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Hundredths(self.0.saturating_add(other.0))
    }

    /// `1 250 000.50`, with blanks at which no line breaks.
    pub(super) fn grouped(self) -> String {
        let whole = (self.0 / 100).to_string();
        let mut out = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                out.push('\u{a0}');
            }
            out.push(digit);
        }
        format!("{out}.{:02}", self.0 % 100)
    }

    /// `-10.50`; what is given back is written so.
    pub(super) fn negative(self) -> String {
        format!("-{self}")
    }
}

/// `10.50`: always two decimals.
impl fmt::Display for Hundredths {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Hundredths {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hundredths {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Hundredths::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no amount")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped_for_people() {
        for (hundredths, text) in [
            (0, "0.00"),
            (99_999, "999.99"),
            (100_000, "1\u{a0}000.00"),
            (125_000_050, "1\u{a0}250\u{a0}000.50"),
        ] {
            assert_eq!(Hundredths(hundredths).grouped(), text);
        }
    }

    #[test]
    fn amounts_are_read_and_written_exactly() {
        for (text, hundredths, written) in [
            ("0", 0, "0.00"),
            ("0.01", 1, "0.01"),
            ("0.1", 10, "0.10"),
            ("10", 1000, "10.00"),
            ("10.5", 1050, "10.50"),
            ("99999999.99", 9_999_999_999, "99999999.99"),
        ] {
            let amount = Hundredths::parse(text).unwrap();
            assert_eq!((amount.0, amount.to_string().as_str()), (hundredths, written));
        }
        for text in ["", "-1", "+1", "1.", ".5", "1.005", "01", "1,5", "1e2", " 1"] {
            assert_eq!(Hundredths::parse(text), None, "{text:?}");
        }
        assert_eq!(Hundredths(5).minus(Hundredths(7)), Hundredths(0));
        assert_eq!(Hundredths(5).negative(), "-0.05");
    }
}

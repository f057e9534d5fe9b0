//! What the single fields of a request may say.

use url::Url;

use super::amount::Hundredths;
use super::request::Problem;

/// Every currency that the gateway's own payment SDK names.
const CURRENCIES: [&str; 24] = [
    "KZT", "RUB", "USD", "UZS", "KGS", "EUR", "HKD", "GBP", "AED", "CNY", "KRW", "INR", "THB", "UAH", "AMD",
    "BYN", "PLN", "CZK", "AZN", "GEL", "TJS", "CAD", "MDL", "TRY",
];

/// 99999999.99 in hundredths.
const GREATEST_AMOUNT: u64 = 9_999_999_999;

const LONGEST_URL: usize = 255;

/// A decimal number with at most two decimals, 0.01 to 99999999.99.
pub(super) fn check_amount(name: &str, text: &str) -> Result<Hundredths, Problem> {
    let amount = Hundredths::parse(text).ok_or_else(|| {
        Problem::field(format!("{name} {text:?} is not a decimal number such as 10 or 10.50"))
    })?;
    if (1..=GREATEST_AMOUNT).contains(&amount.0) {
        Ok(amount)
    } else {
        Err(Problem::field(format!("{name} {text:?} is not within 0.01 and 99999999.99")))
    }
}

/// At most so many characters.
pub(super) fn check_length(name: &str, text: &str, most: usize) -> Result<(), Problem> {
    let length = text.chars().count();
    if length <= most {
        return Ok(());
    }
    Err(Problem::field(format!("{name} is {length} characters long, {most} are allowed")))
}

/// The merchant's own name for a payer.
pub(super) fn check_user_id(name: &str, text: &str) -> Result<(), Problem> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if text.len() <= 50 && text.bytes().all(plain) {
        return Ok(());
    }
    Err(Problem::field(format!("{name} {text:?} is not at most 50 letters, digits, _ and -")))
}

pub(super) fn check_currency(name: &str, text: &str) -> Result<(), Problem> {
    if CURRENCIES.contains(&text) {
        Ok(())
    } else {
        Err(Problem::field(format!("{name} {text:?} is not one of the gateway's, such as KZT")))
    }
}

pub(super) fn check_method(text: &str) -> Result<(), Problem> {
    match text.split(',').find(|method| *method != "qr") {
        None => Ok(()),
        Some(method) => Err(Problem::field(format!("invoice_method {method:?} is not qr"))),
    }
}

pub(super) fn check_request_method(name: &str, text: &str) -> Result<(), Problem> {
    match text {
        "GET" | "POST" | "XML" => Ok(()),
        _ => Err(Problem::field(format!("{name} {text:?} is not GET, POST or XML"))),
    }
}

/// An absolute http or https address.
pub(super) fn check_url(name: &str, text: &str) -> Result<(), Problem> {
    check_length(name, text, LONGEST_URL)?;
    let start = text.to_ascii_lowercase();
    let spelled = (start.starts_with("http://") || start.starts_with("https://"))
        && !text.chars().any(|char| char.is_whitespace() || char.is_control() || char == '\\');
    let authority = text.split_once("://").map_or("", |(_, rest)| rest);
    let hosted = !authority.is_empty() && !authority.starts_with(['/', '?', '#']);
    if spelled && hosted && Url::parse(text).is_ok() {
        Ok(())
    } else {
        Err(Problem::field(format!("{name} is not an absolute http or https address")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_compared_as_whole_hundredths() {
        for text in ["0.01", "0.1", "1", "10", "10.5", "10.50", "99999999.99", "99999999"] {
            assert!(check_amount("amount", text).is_ok(), "{text}");
        }
        for text in [
            "0",
            "0.0",
            "0.00",
            "100000000",
            "99999999.991",
            "100000000.00",
            "-1",
            "+1",
            "1,5",
            "1.",
            ".5",
            "1.005",
            "01",
            "00.1",
            "1e2",
            "1 ",
            " 1",
            "",
            "NaN",
            "0x10",
            "1_000",
            "\u{661}",
            "184467440737095516160",
        ] {
            assert_eq!(check_amount("amount", text).unwrap_err().code, 200, "{text:?}");
        }
    }

    #[test]
    fn currencies_methods_and_request_methods_are_lists() {
        for text in ["KZT", "UZS", "TRY"] {
            assert!(check_currency("currency", text).is_ok(), "{text}");
        }
        for text in ["kzt", "XXX", "KZT ", "398"] {
            assert!(check_currency("currency", text).is_err(), "{text}");
        }
        for (text, right) in [
            ("qr", true),
            ("qr,qr", true),
            ("qr,sms", false),
            ("qr,", false),
            ("QR", false),
            ("qr, qr", false),
        ] {
            assert_eq!(check_method(text).is_ok(), right, "{text}");
        }
        for (text, right) in [("GET", true), ("POST", true), ("XML", true), ("get", false), ("PUT", false)] {
            assert_eq!(check_request_method("request_method", text).is_ok(), right, "{text}");
        }
    }

    #[test]
    fn urls_are_absolute_and_not_too_long() {
        let long = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
        for text in ["http://a", "https://example.com/a?b=c#d", "HTTPS://example.com", &long(255)] {
            assert!(check_url("check_url", text).is_ok(), "{text}");
        }
        for text in [
            "example.com",
            "/path",
            "//example.com",
            "ftp://example.com",
            "https:example.com",
            "https:///x",
            "https://",
            "https://exa mple.com",
            "https://example.com/\n",
            "javascript:alert(1)",
            "https://?x",
            "https:\\\\example.com",
            &long(256),
        ] {
            assert_eq!(check_url("check_url", text).unwrap_err().code, 200, "{text}");
        }
    }
}

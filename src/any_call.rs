//! A call of any path that the library has no function for: its own fields, signed as the path wants it.

use crate::answer::Answer;
use crate::call::{self, Account, Call, Field, Scheme, Shape, Value};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::outcome::{Error, shown};

/// How a call of any path is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CallScheme {
    /// By its path: `/v5/` is `Jws`, `/api/` is `PgSigPayout`, everything else `PgSig`.
    #[default]
    Auto,
    /// A signature in `X-JWS-Signature` over a JSON body, or over the JSON object of a multipart body's fields.
    Jws,
    /// `pg_sig` with the secret key.
    PgSig,
    /// `pg_sig` with the payout key.
    PgSigPayout,
}

/// A request to any path of the gateway. It is taken for an order: it is sent once and never repeated by itself.
#[derive(Clone, Debug)]
pub struct AnyCall {
    path: String,
    scheme: CallScheme,
    fields: Vec<Field>,
}

impl AnyCall {
    /// A call of a path, such as `/revoke.php`.
    ///
    /// # Errors
    /// `Argument` when the path does not begin with `/`, or has a query or a character that no path has.
    pub fn new(path: &str) -> Result<AnyCall, Error> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-~".contains(&byte);
        let fits = path.starts_with('/') && path.len() <= 255 && path.bytes().all(allowed);
        if !fits || path.contains("//") || path.split('/').any(|segment| matches!(segment, "." | "..")) {
            return Err(Error::argument(format!("path {} is not a path such as /revoke.php", shown(path))));
        }
        Ok(AnyCall { path: path.to_owned(), scheme: CallScheme::Auto, fields: Vec::new() })
    }

    /// Adds a field. `a[0][b]` nests; the same name again repeats the field. Under `pg_sig` the library
    /// adds `pg_merchant_id` where it is not set, `pg_salt` and `pg_sig`.
    ///
    /// # Errors
    /// `Argument` naming the field whose name is malformed or the library's own, or whose value is empty: no source says
    /// how an empty value is signed.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        self.add(name, Value::Text(value.to_owned()))
    }

    /// Adds a field that JSON writes as a number: decimal digits as they are to be sent, never through a float.
    ///
    /// # Errors
    /// As for `set`, and when it is not a decimal number.
    pub fn set_number(&mut self, name: &str, digits: &str) -> Result<(), Error> {
        if !is_decimal(digits) {
            let what = format!(
                "field {}: {} is not a decimal number such as 10 or 10.50",
                shown(name),
                shown(digits)
            );
            return Err(Error::argument(what));
        }
        self.add(name, Value::Number(digits.to_owned()))
    }

    /// How it is signed.
    pub fn set_scheme(&mut self, scheme: CallScheme) {
        self.scheme = scheme;
    }

    fn add(&mut self, name: &str, value: Value) -> Result<(), Error> {
        let wrong = |what: &str| Err(Error::argument(format!("field {} {what}", shown(name))));
        let plain = |text: &str| text.chars().all(|c| !c.is_control() && c != '"');
        match call::way(name) {
            Some(way) if plain(name) && name.len() <= 128 && way.len() <= call::DEEPEST => {}
            _ => return wrong("is not a name such as pg_param1 or a[0][b]"),
        }
        if matches!(name, "pg_sig" | "pg_salt") {
            return wrong("is the library's own");
        }
        let text = value.as_str();
        if text.is_empty() {
            return wrong("is empty: leave it out, no source says how an empty value is signed");
        }
        if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r')) {
            return wrong("has control characters in it");
        }
        self.fields.push(Field { name: name.to_owned().into(), value });
        Ok(())
    }

    fn scheme(&self) -> Scheme {
        match self.scheme {
            CallScheme::Jws => Scheme::Jws,
            CallScheme::PgSig => Scheme::PgSig(Account::Payments),
            CallScheme::PgSigPayout => Scheme::PgSig(Account::Payouts),
            CallScheme::Auto if self.path.starts_with("/v5/") => Scheme::Jws,
            CallScheme::Auto if self.path.starts_with("/api/") => Scheme::PgSig(Account::Payouts),
            CallScheme::Auto => Scheme::PgSig(Account::Payments),
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(decimals) && (whole == "0" || !whole.starts_with('0'))
}

impl Client {
    /// Sends a call of any path, once. `Ok` is an answer that is no refusal and, for the classic schemes, is rightly
    /// signed; what its fields mean is for the caller to read.
    ///
    /// # Errors
    /// `Unknown` or `Answer` after which it may have been done.
    pub fn call(&self, call: &AnyCall) -> Result<Answer, Error> {
        let fields = call.fields.clone();
        let order =
            Call { scheme: call.scheme(), fields, ..Call::order(call.path.clone()).answered(Shape::Any) };
        self.send(&order, self.until(&Cancel::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_a_path_alone() {
        for path in ["/revoke.php", "/v1/merchant/7/card/init", "/", "/a_b-c~d/"] {
            assert!(AnyCall::new(path).is_ok(), "{path}");
        }
        for path in ["", "revoke.php", "/a?b", "/a#b", "/a b", "/%2e", "//host/x", "/../x", "/ж", "/a\n"] {
            let error = AnyCall::new(path).unwrap_err();
            assert!(error.message().starts_with("path "), "{path}: {error}");
        }
    }

    #[test]
    fn a_refused_field_is_named() {
        let mut call = AnyCall::new("/x").unwrap();
        for (name, value) in [
            ("", "1"),
            ("a[", "1"),
            ("a\"b", "1"),
            ("pg_sig", "1"),
            ("pg_salt", "1"),
            ("pg_amount", ""),
            ("pg_description", "a\0b"),
        ] {
            let error = call.set(name, value).unwrap_err();
            assert!(error.message().starts_with("field "), "{name}: {error}");
        }
        for digits in ["", "1,5", "1e5", ".5", "1.", "01", "--1", "NaN"] {
            assert!(call.set_number("amount", digits).is_err(), "{digits}");
        }
        for digits in ["0", "10", "10.50", "-1.5", "99999999999999999999.000000000001"] {
            call.set_number("amount", digits).unwrap();
        }
    }

    #[test]
    fn the_path_tells_the_scheme_unless_it_is_set() {
        for (path, scheme) in [
            ("/v5/merchant/invoice/info", Scheme::Jws),
            ("/api/reg2reg", Scheme::PgSig(Account::Payouts)),
            ("/revoke.php", Scheme::PgSig(Account::Payments)),
        ] {
            let mut call = AnyCall::new(path).unwrap();
            assert_eq!(call.scheme(), scheme, "{path}");
            call.set_scheme(CallScheme::PgSig);
            assert_eq!(call.scheme(), Scheme::PgSig(Account::Payments));
        }
    }
}

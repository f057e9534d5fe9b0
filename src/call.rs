//! One request to the gateway: where it goes, what it carries, in order, and what it is.

use std::borrow::Cow;

use crate::config::Config;
use crate::outcome::{Error, Nature};
use crate::secret::Secret;

/// A field's value, and whether JSON writes it as a text or as a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value {
    Text(String),
    /// Decimal digits as they are to be written; never a float.
    Number(String),
}

impl Value {
    /// The characters of the value, as a form carries them.
    pub fn as_str(&self) -> &str {
        let (Value::Text(text) | Value::Number(text)) = self;
        text
    }
}

/// A named value of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: Cow<'static, str>,
    pub value: Value,
}

/// How a request is signed and written, and how its answer is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// v5: a signature in the header, JSON or multipart; answers are not signed.
    Jws,
    /// Classic: `pg_sig` among the fields, of the request and of its answer.
    PgSig(Account),
}

/// Whose key signs a classic request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Account {
    /// The shop that takes payments.
    Payments,
    /// The shop's account that pays out.
    Payouts,
}

impl Account {
    /// The key; the error names the setting that is missing.
    pub fn key(self, config: &Config) -> Result<&Secret, Error> {
        let (key, name) = match self {
            Account::Payments => (&config.secret_key, "secret_key"),
            Account::Payouts => (&config.payout_key, "payout_key"),
        };
        key.as_ref()
            .ok_or_else(|| Error::config(format!("{name} is not set, and this call is signed with it")))
    }
}

/// What an answer that is no refusal looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Fields whose status is `ok`, or one of these words.
    Fields(&'static [&'static str]),
    /// Fields that may have no status of their own, as a list of cards has.
    List,
    /// Fields with whatever status, or none; only an error is a refusal.
    Any,
    /// A page for the payer's browser.
    Page,
}

/// A request before it is written and signed.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub path: Cow<'static, str>,
    pub nature: Nature,
    pub scheme: Scheme,
    pub shape: Shape,
    pub fields: Vec<Field>,
}

impl Call {
    /// A call that only asks.
    pub fn question(path: impl Into<Cow<'static, str>>) -> Call {
        Call::new(path.into(), Nature::Question)
    }

    /// A call that makes something to be paid, and takes no money by itself.
    pub fn opening(path: impl Into<Cow<'static, str>>) -> Call {
        Call::new(path.into(), Nature::Opening)
    }

    /// A call that changes something about money.
    pub fn order(path: impl Into<Cow<'static, str>>) -> Call {
        Call::new(path.into(), Nature::Order)
    }

    fn new(path: Cow<'static, str>, nature: Nature) -> Call {
        Call { path, nature, scheme: Scheme::Jws, shape: Shape::Fields(&[]), fields: Vec::with_capacity(12) }
    }

    /// Signed with `pg_sig`.
    pub fn classic(self, account: Account) -> Call {
        Call { scheme: Scheme::PgSig(account), ..self }
    }

    /// Answered in another shape than fields whose status is `ok`.
    pub fn answered(self, shape: Shape) -> Call {
        Call { shape, ..self }
    }

    pub fn text(mut self, name: impl Into<Cow<'static, str>>, value: &str) -> Call {
        self.fields.push(Field { name: name.into(), value: Value::Text(value.to_owned()) });
        self
    }

    /// A text that is left out when there is none.
    pub fn optional_text(self, name: &'static str, value: Option<&str>) -> Call {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub fn number(mut self, name: &'static str, digits: impl ToString) -> Call {
        self.fields.push(Field { name: name.into(), value: Value::Number(digits.to_string()) });
        self
    }
}

/// The most names that a nested name is made of.
pub(crate) const DEEPEST: usize = 16;

/// The names that a form's nested name is made of: `a[0][b]` is `a`, `0`, `b`. None when it is not written so.
pub(crate) fn way(name: &str) -> Option<Vec<&str>> {
    let Some((first, rest)) = name.split_once('[') else {
        return (!name.is_empty() && !name.contains(']')).then(|| vec![name]);
    };
    let inside = rest.strip_suffix(']')?;
    let mut way = vec![first];
    way.extend(inside.split("]["));
    let is_name = |name: &&str| !name.is_empty() && !name.contains(['[', ']']);
    way.iter().all(is_name).then_some(way)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nested_name_is_a_way() {
        for (name, names) in [
            ("a", Some(&["a"][..])),
            ("a[0]", Some(&["a", "0"])),
            ("a[0][b]", Some(&["a", "0", "b"])),
            ("", None),
            ("[0]", None),
            ("a[]", None),
            ("a[0", None),
            ("a]", None),
            ("a[0]b", None),
            ("a[0]]", None),
            ("a[[0]]", None),
            ("a[0][][b]", None),
        ] {
            assert_eq!(way(name).as_deref(), names, "{name}");
        }
    }
}

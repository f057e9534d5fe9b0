//! The optional fields of a request, by the gateway's names: what a caller sets (this file), what each call takes of
//! it (`endpoint`), and what is known of a value (`rule`).

mod endpoint;
mod rule;

use std::fmt;

use crate::call;
use crate::outcome::{Error, shown};

pub(crate) use endpoint::Endpoint;
pub(crate) use rule::is_key;

/// The most fields of one request; the longest call that a source describes has some fifty.
const MOST: usize = 1_000;

/// Optional fields of a request, in the order in which they were set.
///
/// Names are the gateway's, `pg_success_url`, and nested ones are written as a form writes them:
/// `pg_receipt_positions[0][count]`. Names without `pg_` are the merchant's own, where a call takes those.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

/// Shows no value: it may be a payer's phone or a card's token.
impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

impl Fields {
    /// No fields.
    pub fn new() -> Fields {
        Fields::default()
    }

    /// Sets a field; the same name again replaces its value.
    ///
    /// # Errors
    /// `Argument` that names the field, when the name is malformed or the value is empty or has control characters. Whether
    /// a call takes it is said by that call.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        let way = check_name(name)?;
        check_value(name, value.as_bytes())?;
        if value.chars().any(char::is_control) {
            return Err(has_controls(name));
        }
        for (other, old) in &mut self.0 {
            if *other == name {
                value.clone_into(old);
                return Ok(());
            }
            let other_way = call::way(other).unwrap_or_default();
            if other_way.starts_with(&way) || way.starts_with(&other_way) {
                let other = shown(other);
                return Err(wrong(
                    name,
                    &format!("cannot stand beside {other}: one is a value, the other a list"),
                ));
            }
        }
        if self.0.len() == MOST {
            return Err(wrong(name, &format!("is one too many: a request has {MOST} fields at most")));
        }
        self.0.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// Each name with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

/// Whether a name is one that a form, its signature and an XML callback all carry unchanged; the names that it is made
/// of. Latin letters, digits, `_` and `-`, because servers rewrite a form's names that have other characters in them, and
/// the order of the signature with it.
pub(crate) fn check_name(name: &str) -> Result<Vec<&str>, Error> {
    let is_plain =
        |part: &&str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let way = call::way(name).filter(|way| {
        let begins = way[0].starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        begins && name.len() <= 128 && way.len() <= call::DEEPEST && way.iter().all(is_plain)
    });
    way.ok_or_else(|| wrong(name, "is not a name such as pg_param1 or pg_receipt_positions[0][count]"))
}

/// What may not stand in a value, whichever text its bytes are.
pub(crate) fn check_value(name: &str, value: &[u8]) -> Result<(), Error> {
    if value.is_empty() {
        return Err(wrong(name, "is empty: leave it out, no source says how an empty value is signed"));
    }
    if value.iter().any(u8::is_ascii_control) {
        return Err(has_controls(name));
    }
    Ok(())
}

fn has_controls(name: &str) -> Error {
    wrong(name, "has control characters in it")
}

/// The error about a field.
fn wrong(name: &str, what: &str) -> Error {
    Error::argument(format!("field {} {what}", shown(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_field_is_named_and_changes_nothing() {
        let mut fields = Fields::new();
        fields.set("a[0][b]", "1").unwrap();
        fields.set("c", "1").unwrap();
        let long = "x".repeat(129);
        let deep = format!("x{}", "[0]".repeat(16));
        for (name, value, reason) in [
            ("", "1", "is not a name"),
            ("[0]", "1", "is not a name"),
            ("a[", "1", "is not a name"),
            ("a[]", "1", "is not a name"),
            ("a[0]b", "1", "is not a name"),
            ("a b", "1", "is not a name"),
            ("a.b", "1", "is not a name"),
            ("a\"b", "1", "is not a name"),
            ("a&b", "1", "is not a name"),
            ("поле", "1", "is not a name"),
            ("1a", "1", "is not a name"),
            (&long, "1", "is not a name"),
            (&deep, "1", "is not a name"),
            ("x", "", "is empty"),
            ("x", "a\nb", "control characters"),
            ("x", "\0", "control characters"),
            ("x", "a\u{85}b", "control characters"),
            ("a", "1", "cannot stand beside"),
            ("a[0]", "1", "cannot stand beside"),
            ("a[0][b][c]", "1", "cannot stand beside"),
            ("c[0]", "1", "cannot stand beside"),
        ] {
            let error = fields.set(name, value).unwrap_err();
            assert!(error.message().starts_with("field \""), "{name}: {error}");
            assert!(error.message().contains(reason), "{name}: {error}");
        }
        assert_eq!(fields.iter().collect::<Vec<_>>(), [("a[0][b]", "1"), ("c", "1")]);
    }

    #[test]
    fn the_last_value_of_a_name_counts_and_keeps_its_place() {
        let mut fields = Fields::new();
        for (name, value) in [("b", "1"), ("a-1[x]", "Чай"), ("_c", "3"), ("b", "4")] {
            fields.set(name, value).unwrap();
        }
        assert_eq!(fields.iter().collect::<Vec<_>>(), [("b", "4"), ("a-1[x]", "Чай"), ("_c", "3")]);
        assert_eq!(format!("{fields:?}"), r#"{"b", "a-1[x]", "_c"}"#, "values are not shown");
    }

    #[test]
    fn there_is_an_end_to_fields() {
        let mut fields = Fields::new();
        for number in 0..MOST {
            fields.set(&format!("x{number}"), "1").unwrap();
        }
        assert!(fields.set("y", "1").unwrap_err().message().contains("one too many"));
        fields.set("x0", "2").unwrap();
    }
}

//! One request to the gateway: where it goes, what it carries, in order, and what it is.

use std::borrow::Cow;

use crate::outcome::Nature;

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

/// A request before it is written and signed.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub path: &'static str,
    pub nature: Nature,
    pub fields: Vec<Field>,
}

impl Call {
    /// A call that only asks.
    pub fn question(path: &'static str) -> Call {
        Call { path, nature: Nature::Question, fields: Vec::new() }
    }

    /// A call that changes something about money.
    pub fn order(path: &'static str) -> Call {
        Call { path, nature: Nature::Order, fields: Vec::new() }
    }

    pub fn text(mut self, name: &'static str, value: &str) -> Call {
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

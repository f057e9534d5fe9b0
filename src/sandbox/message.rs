//! A classic message, as it comes in a form, in `pg_xml` or in an answer: named values in their order, some
//! of them messages again. Nothing is converted, so that what is checked and signed is what was sent.

use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::request::Problem;

/// Deeper than anything the documents show.
const DEEPEST: usize = 16;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Message(Vec<(String, Value)>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(String),
    Nested(Message),
}

impl Message {
    pub fn text(mut self, name: &str, value: impl Into<String>) -> Self {
        self.push(name, Value::Text(value.into()));
        self
    }

    /// Nothing is written where there is no value.
    pub fn maybe(self, name: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub fn nested(mut self, name: &str, value: Message) -> Self {
        self.push(name, Value::Nested(value));
        self
    }

    pub fn push(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    /// A field of a form, whose name may be nested as in `a[0][b]`.
    pub fn insert(&mut self, name: &str, value: String) -> Result<(), Problem> {
        let path = path(name).ok_or_else(|| {
            Problem::field(format!("field name {name:?} is neither plain nor nested such as a[0][b]"))
        })?;
        self.insert_at(&path, value);
        Ok(())
    }

    fn insert_at(&mut self, path: &[&str], value: String) {
        match path {
            [] => {}
            [name] => self.push(name, Value::Text(value)),
            [name, rest @ ..] => {
                let there = self.0.iter().rposition(|(at, value)| at == name && value.is_nested());
                let index = there.unwrap_or_else(|| {
                    self.push(name, Value::Nested(Message::default()));
                    self.0.len() - 1
                });
                if let Some((_, Value::Nested(inner))) = self.0.get_mut(index) {
                    inner.insert_at(rest, value);
                }
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.all(name).next()
    }

    pub fn all(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.iter().filter(move |(at, _)| *at == name).map(|(_, value)| value)
    }

    /// The first text of this name.
    pub fn peek(&self, name: &str) -> Option<&str> {
        self.all(name).find_map(|value| match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Nested(_) => None,
        })
    }

    /// The same message with those fields only whose name and value are kept.
    pub fn filtered(&self, keep: impl Fn(&str, &Value) -> bool) -> Message {
        Message(self.0.iter().filter(|(name, value)| keep(name, value)).cloned().collect())
    }

    /// Every text with its name as a form writes it, in message order.
    pub fn flat(&self) -> Vec<(String, &str)> {
        let mut out = Vec::new();
        for (name, value) in self.iter() {
            match value {
                Value::Text(text) => out.push((name.to_owned(), text.as_str())),
                Value::Nested(inner) => {
                    for (inner, text) in inner.flat() {
                        let (first, rest) = inner.split_at(inner.find('[').unwrap_or(inner.len()));
                        out.push((format!("{name}[{first}]{rest}"), text));
                    }
                }
            }
        }
        out
    }
}

/// One object, with the names as a form writes them.
impl Serialize for Message {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_map(self.flat())
    }
}

/// Such an object, in its order.
impl<'de> Deserialize<'de> for Message {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Flat)
    }
}

struct Flat;

impl<'de> Visitor<'de> for Flat {
    type Value = Message;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the fields of a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Message, A::Error> {
        let mut message = Message::default();
        while let Some((name, value)) = fields.next_entry::<String, String>()? {
            message.insert(&name, value).map_err(|problem| A::Error::custom(problem.text))?;
        }
        Ok(message)
    }
}

impl Value {
    pub fn is_nested(&self) -> bool {
        matches!(self, Value::Nested(_))
    }
}

/// `a[0][b]` is a, 0, b. None is a name that is neither plain nor nested so.
fn path(name: &str) -> Option<Vec<&str>> {
    let (first, mut rest) = name.split_at(name.find('[').unwrap_or(name.len()));
    let mut path = vec![first];
    while !rest.is_empty() {
        let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
        path.push(inner);
        rest = after;
    }
    let plain = |part: &&str| !part.is_empty() && !part.contains(['[', ']']);
    (path.len() <= DEEPEST && path.iter().all(plain)).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_names_become_nested_messages_and_names_again() {
        let fields = [
            ("b", "1"),
            ("a[0][count]", "2"),
            ("c", "3"),
            ("a[1][count]", "4"),
            ("a[0][name]", "5"),
            ("b", "6"),
            ("a", "7"),
        ];
        let mut message = Message::default();
        for (name, value) in fields {
            message.insert(name, value.to_owned()).unwrap();
        }
        let first = Message::default().text("count", "2").text("name", "5");
        let positions =
            Message::default().nested("0", first).nested("1", Message::default().text("count", "4"));
        let expected = Message::default()
            .text("b", "1")
            .nested("a", positions)
            .text("c", "3")
            .text("b", "6")
            .text("a", "7");
        assert_eq!(message, expected);
        let names: Vec<String> = message.flat().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b", "a[0][count]", "a[0][name]", "a[1][count]", "c", "b", "a"]);
        assert_eq!((message.peek("b"), message.peek("a"), message.peek("d")), (Some("1"), Some("7"), None));
    }

    #[test]
    fn names_that_are_neither_plain_nor_nested_are_refused() {
        let deep = format!("a{}", "[0]".repeat(DEEPEST));
        for name in ["", "[0]", "a[", "a]", "a[]", "a[0", "a[0]b", "a[0]]", "a[[0]]", "a]0[", &deep] {
            let problem = Message::default().insert(name, String::new()).unwrap_err();
            assert_eq!(problem.code, 200, "{name:?}");
        }
    }
}

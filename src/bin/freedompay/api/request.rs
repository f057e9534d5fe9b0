//! The request: `{"call":"invoice_init","config":{…},"arguments":{…},"log":true}`.
//!
//! `config` has the setters of `fp_config` without `fp_config_set_`, in the order in which they are called; `arguments` are
//! the parameters of the C function by their names. No message shows what stands in a request: the key does.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::speech::Speech;
use crate::exit::Purpose;

/// One call.
#[derive(Default)]
pub struct Request {
    pub call: String,
    pub config: Pairs,
    pub log: bool,
    pub speech: Speech,
    arguments: Map<String, Value>,
}

/// The members of an object in the order in which they stand.
#[derive(Default)]
pub struct Pairs(pub Vec<(String, Value)>);

impl Request {
    /// Reads a line; the error says what is wrong with it.
    pub fn read(line: &[u8]) -> Result<Request, String> {
        let request: Request = serde_json::from_slice(line).map_err(|error| {
            // The reason may quote the request.
            let what =
                "the request is no JSON object with call, config, arguments and log as they have to be";
            format!("{what}: see column {}", error.column())
        })?;
        if request.call.is_empty() {
            return Err("call is missing".to_owned());
        }
        Ok(request)
    }

    /// Reads the texts in the encoding that the configuration names. The error names the field.
    pub fn hear(&mut self) -> Result<(), String> {
        self.speech = Speech::asked_for(&self.config)?;
        let arguments = self.arguments.iter_mut().map(|(name, value)| (name.as_str(), value));
        let config = self.config.0.iter_mut().map(|(name, value)| (name.as_str(), value));
        config.chain(arguments).try_for_each(|(name, value)| self.speech.hear(name, value))
    }

    /// What the call is there for.
    pub fn purpose(&self) -> Purpose {
        let asks = self.call.contains("status")
            || matches!(self.call.as_str(), "invoice_wait" | "invoice_recover" | "invoice_info");
        if asks { Purpose::Ask } else { Purpose::Create }
    }

    /// A text that has to be there.
    pub fn text(&self, name: &str) -> Result<&str, String> {
        self.optional_text(name)?.ok_or_else(|| format!("{name} is missing"))
    }

    /// A text, or null.
    pub fn optional_text(&self, name: &str) -> Result<Option<&str>, String> {
        match self.arguments.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(format!("{name} is not a text")),
        }
    }

    /// A whole number that has to be there.
    pub fn number(&self, name: &str) -> Result<i64, String> {
        let value = self.arguments.get(name).ok_or_else(|| format!("{name} is missing"))?;
        value.as_i64().ok_or_else(|| format!("{name} is not a whole number of 64 bits"))
    }

    /// A size, which has to be there.
    pub fn size(&self, name: &str) -> Result<u32, String> {
        u32::try_from(self.number(name)?).map_err(|_| format!("{name} is not a whole number of 32 bits"))
    }

    /// Whether something is wanted; absent is no.
    pub fn flag(&self, name: &str) -> Result<bool, String> {
        match self.arguments.get(name) {
            None | Some(Value::Null) => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(format!("{name} is neither true nor false")),
        }
    }

    /// A list of lists; absent is empty.
    pub fn rows(&self, name: &str) -> Result<Vec<&[Value]>, String> {
        let wrong = || format!("{name} is not a list of lists");
        match self.arguments.get(name) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(rows)) => {
                rows.iter().map(|row| row.as_array().map(Vec::as_slice).ok_or_else(wrong)).collect()
            }
            Some(_) => Err(wrong()),
        }
    }
}

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Request, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Request;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Request, A::Error> {
                let mut request = Request::default();
                while let Some(name) = map.next_key::<String>()? {
                    match name.as_str() {
                        "call" => request.call = map.next_value()?,
                        "config" => request.config = map.next_value()?,
                        "arguments" => request.arguments = map.next_value::<Pairs>()?.0.into_iter().collect(),
                        "log" => request.log = map.next_value()?,
                        _ => return Err(A::Error::custom("another member")),
                    }
                }
                Ok(request)
            }
        }

        deserializer.deserialize_map(Members)
    }
}

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }

            /// PHP writes an empty object as an empty list.
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Pairs, A::Error> {
                match list.next_element::<Value>()? {
                    None => Ok(Pairs::default()),
                    Some(_) => Err(A::Error::custom("a list")),
                }
            }
        }

        deserializer.deserialize_any(Members)
    }
}

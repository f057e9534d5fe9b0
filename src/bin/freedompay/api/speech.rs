//! How the program that asks writes its texts: `text_encoding` and `language` of the request's `config`.
//!
//! JSON is Unicode, and another encoding's texts are bytes: each byte stands in it as the character of its number, both ways
//! (`"\u00d7\u00e0\u00e9"` is "Чай" in windows-1251). What is ASCII, such as names and base64, is the same in all of them.

use freedompay::{Language, TextEncoding};
use serde_json::Value;

use super::request::Pairs;

/// The encoding of texts and the language of messages.
#[derive(Clone, Copy, Default)]
pub struct Speech {
    encoding: TextEncoding,
    language: Language,
}

impl Speech {
    /// What a request's configuration asks for.
    pub fn asked_for(config: &Pairs) -> Result<Speech, String> {
        let named =
            |name: &str| config.0.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value);
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let mut speech = Speech::default();
        if let Some(name) = named("text_encoding") {
            speech.encoding = TextEncoding::named(&text(name)).map_err(|error| error.message().to_owned())?;
        }
        if let Some(code) = named("language") {
            speech.language = Language::named(&text(code)).map_err(|error| error.message().to_owned())?;
        }
        Ok(speech)
    }

    /// Turns the texts of a value of the request into Unicode. `field` is what it is called; a row's first text names the
    /// others. The error names the field and the byte that is no text.
    pub fn hear(self, field: &str, value: &mut Value) -> Result<(), String> {
        if self.encoding == TextEncoding::Utf8 {
            return Ok(());
        }
        match value {
            Value::String(text) => *text = self.heard(field, text)?,
            Value::Array(values) => {
                let mut field = field.to_owned();
                for value in values {
                    self.hear(&field, value)?;
                    if let Value::String(name) = value {
                        field.clone_from(name);
                    }
                }
            }
            Value::Object(members) => {
                members.iter_mut().try_for_each(|(name, value)| self.hear(name, value))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn heard(self, field: &str, text: &str) -> Result<String, String> {
        let wrong = |position| {
            format!("{field} is not {}: the byte at position {position} does not fit", self.encoding.name())
        };
        let byte =
            |(position, character): (usize, char)| u8::try_from(character).map_err(|_| wrong(position));
        let bytes = text.chars().enumerate().map(byte).collect::<Result<Vec<u8>, String>>()?;
        Ok(self.encoding.decode(&bytes).map_err(wrong)?.into_owned())
    }

    /// A line of the answer as the program reads it, with its messages in the program's language. What the log has to say of
    /// it, if anything, is answered.
    pub fn tell(self, value: &mut Value) -> Option<String> {
        let mut missing = Vec::new();
        self.tell_all(value, &mut missing);
        self.encoding.complaint(&missing)
    }

    fn tell_all(self, value: &mut Value, missing: &mut Vec<char>) {
        match value {
            Value::String(text) => *text = self.told(text, missing),
            Value::Array(values) => values.iter_mut().for_each(|value| self.tell_all(value, missing)),
            Value::Object(members) => {
                for (name, value) in members {
                    if let ("message", Value::String(sentence)) = (name.as_str(), &mut *value) {
                        *sentence = self.language.say(sentence).into_owned();
                    }
                    self.tell_all(value, missing);
                }
            }
            _ => {}
        }
    }

    fn told(self, text: &str, missing: &mut Vec<char>) -> String {
        if self.encoding == TextEncoding::Utf8 {
            return text.to_owned();
        }
        let mut bytes = Vec::new();
        self.encoding.encode(text, &mut bytes, missing);
        bytes.into_iter().map(char::from).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn windows() -> Speech {
        let config = [("text_encoding", "cp1251"), ("language", "ru")];
        let pairs = config.map(|(name, value)| (name.to_owned(), json!(value)));
        Speech::asked_for(&Pairs(pairs.into())).unwrap()
    }

    #[test]
    fn texts_are_bytes_in_json_both_ways() {
        let mut value = json!({"more": [["table", "\u{d7}\u{e0}\u{e9}"]], "size": 4});
        windows().hear("arguments", &mut value).unwrap();
        assert_eq!(value, json!({"more": [["table", "Чай"]], "size": 4}));
        let mut told = json!({"order_id": "Чай", "message": "no journal is set", "body": "PHI+"});
        windows().tell(&mut told);
        let message: String =
            b"\xe6\xf3\xf0\xed\xe0\xeb \xed\xe5 \xe7\xe0\xe4\xe0\xed".map(char::from).iter().collect();
        assert_eq!(told, json!({"order_id": "\u{d7}\u{e0}\u{e9}", "message": message, "body": "PHI+"}));
    }

    #[test]
    fn a_byte_that_is_no_text_is_named_with_its_field() {
        let mut value = json!({"more": [["table", "\u{d7}\u{98}"]]});
        let said = windows().hear("arguments", &mut value).unwrap_err();
        assert_eq!(said, "table is not windows-1251: the byte at position 1 does not fit");
        let mut value = json!({"order_id": "Ч"});
        let said = windows().hear("arguments", &mut value).unwrap_err();
        assert_eq!(said, "order_id is not windows-1251: the byte at position 0 does not fit");
    }
}

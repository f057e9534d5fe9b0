//! JSON answers. Numbers keep the characters the gateway wrote; nothing becomes a float.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::{Document, MAX_DEPTH};
use crate::outcome::{shown, spoken};

/// Reads an object.
pub(super) fn read(text: &str) -> Result<Document, String> {
    let mut document = Document::of_len(text.len());
    read_object(text, 0, &mut document)?;
    Ok(document)
}

fn read_object(text: &str, depth: u8, document: &mut Document) -> Result<(), String> {
    if depth >= MAX_DEPTH {
        return Err(format!("it is nested deeper than {MAX_DEPTH}"));
    }
    for (name, value) in members(text)? {
        read_value(&name, value.get(), depth, document)?;
    }
    Ok(())
}

fn read_value(name: &str, raw: &str, depth: u8, document: &mut Document) -> Result<(), String> {
    match raw.as_bytes().first() {
        Some(b'[') => {
            for (place, element) in elements(raw)?.into_iter().enumerate() {
                if element.get().starts_with('[') {
                    return Err(format!("{}[{place}] is a list inside a list", shown(name)));
                }
                read_value(name, element.get(), depth, document)?;
            }
        }
        Some(b'{') => {
            document.push(depth, name)?;
            read_object(raw, depth + 1, document)?;
        }
        Some(b'"') => {
            let index = document.push(depth, name)?;
            let value: String = serde_json::from_str(raw).map_err(malformed)?;
            document.set_value(index, &value);
        }
        _ if raw == "null" => {
            document.push(depth, name)?;
        }
        _ => {
            let index = document.push(depth, name)?;
            document.set_value(index, raw);
        }
    }
    Ok(())
}

fn malformed(error: serde_json::Error) -> String {
    format!("it is not well-formed JSON ({})", spoken(&error.to_string()))
}

/// The members of an object, in order, repeated names kept.
fn members(text: &str) -> Result<Vec<(String, &RawValue)>, String> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let members = deserializer.deserialize_map(Members).map_err(malformed)?;
    deserializer.end().map_err(malformed)?;
    Ok(members)
}

fn elements(text: &str) -> Result<Vec<&RawValue>, String> {
    serde_json::Deserializer::from_str(text).deserialize_seq(Elements).map_err(malformed)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

struct Elements;

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            elements.push(element);
        }
        Ok(elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_characters() {
        let document =
            read(r#"{"amount":10.50,"big":123456789012345678901234567890,"e":1e5,"b":true}"#).unwrap();
        for (name, value) in
            [("amount", "10.50"), ("big", "123456789012345678901234567890"), ("e", "1e5"), ("b", "true")]
        {
            assert_eq!(document.get(name), Some(value));
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
        assert!(read(&nested(16)).is_ok());
        assert!(read(&nested(17)).unwrap_err().contains("deeper than 16"));
        assert!(read(&nested(100_000)).is_err());
        let lists = format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(read(&lists).is_err());
    }
}

//! XML answers, through quick-xml's deserializer: entities, CDATA, comments and attributes are its business.

use std::fmt;

use quick_xml::de::{Deserializer, EntityResolver, XmlRead};
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::BytesText;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, Visitor};

use super::{Document, MAX_DEPTH};

/// Reads a document; the fields are what stands inside its root element.
pub(super) fn read(text: &str) -> Result<Document, String> {
    let mut document = Document::default();
    let mut deserializer = Deserializer::from_str_with_resolver(text, NoDoctype);
    let root = Element { document: &mut document, place: None, depth: 0 };
    root.deserialize(&mut deserializer).map_err(explained)?;
    at_end(&mut deserializer)?;
    Ok(document)
}

fn at_end<'de, R: XmlRead<'de>>(deserializer: &mut Deserializer<'de, R, NoDoctype>) -> Result<(), String> {
    if deserializer.is_empty() {
        Ok(())
    } else {
        Err("it is not well-formed XML (text behind its root)".into())
    }
}

fn explained(error: quick_xml::DeError) -> String {
    match error {
        // The deserializer hands a resolver's refusal on as a custom error, as it does ours.
        quick_xml::DeError::Custom(reason) => reason,
        error => format!("it is not well-formed XML ({error})"),
    }
}

/// Knows the five predefined entities and refuses a document type, where all attacks by entity begin.
struct NoDoctype;

#[derive(Debug)]
struct HasDoctype;

impl fmt::Display for HasDoctype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it declares a document type")
    }
}

impl std::error::Error for HasDoctype {}

impl EntityResolver for NoDoctype {
    type Error = HasDoctype;

    fn capture(&mut self, _doctype: BytesText<'_>) -> Result<(), HasDoctype> {
        Err(HasDoctype)
    }

    fn resolve(&self, entity: &str) -> Option<&str> {
        resolve_predefined_entity(entity)
    }
}

/// Reads one element's inside into the document; `place` is where the element itself stands, none for the root.
struct Element<'a> {
    document: &'a mut Document,
    place: Option<usize>,
    depth: u8,
}

impl<'de> DeserializeSeed<'de> for Element<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Element<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an element")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let Element { document, place, depth } = self;
        let mut has_children = false;
        let mut text = None;
        while let Some(key) = map.next_key::<String>()? {
            if key == "$text" {
                text = Some(map.next_value::<String>()?);
            } else if key.starts_with('@') {
                map.next_value::<IgnoredAny>()?;
            } else if depth >= MAX_DEPTH {
                return Err(A::Error::custom(format_args!("it is nested deeper than {MAX_DEPTH}")));
            } else {
                has_children = true;
                let place = document.push(depth, key).map_err(A::Error::custom)?;
                map.next_value_seed(Element { document, place: Some(place), depth: depth + 1 })?;
            }
        }
        if let Some(place) = place
            && (text.is_some() || !has_children)
        {
            document.set_value(place, text.unwrap_or_default());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_reader_of_xml_sees() {
        let document = read(
            "<r><a>&lt;&amp;&#1078;&#x416;&quot;&apos;&gt;</a><b>1<!-- no -->2<![CDATA[<3>]]>4</b><c x='1'/>\
             <d> two  words </d></r>",
        )
        .unwrap();
        for (name, value) in [("a", "<&жЖ\"'>"), ("b", "12<3>4"), ("c", ""), ("d", " two  words ")] {
            assert_eq!(document.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(read(&nested(17)).is_ok());
        assert!(read(&nested(18)).unwrap_err().contains("deeper than 16"));
        assert!(read(&nested(100_000)).is_err());
    }
}

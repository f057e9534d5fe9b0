//! XML answers and messages, event by event: every text is kept as it was written, white space alone included, because
//! signatures cover it.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Document, MAX_DEPTH};
use crate::outcome::spoken;

/// Reads a document; the fields are what stands inside its root element.
pub(super) fn read(text: &str) -> Result<Document, String> {
    let mut reader = Reader::from_str(text);
    let mut tree =
        Tree { document: Document::of_len(text.len()), open: Vec::with_capacity(4), has_root: false };
    loop {
        match reader.read_event().map_err(malformed)? {
            Event::Start(tag) => tree.open(&tag)?,
            Event::Empty(tag) => {
                tree.open(&tag)?;
                tree.close();
            }
            Event::End(_) => tree.close(),
            Event::Text(text) => tree.text(text.xml10_content())?,
            Event::CData(text) => tree.text(text.xml10_content())?,
            Event::GeneralRef(entity) => tree.text(Cow::Owned(character(&entity)?))?,
            Event::DocType(_) => return Err("it declares a document type".to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return tree.end(),
        }
    }
}

/// The parser's reasons repeat what they found, to any length.
fn malformed(reason: impl std::fmt::Display) -> String {
    format!("it is not well-formed XML ({})", spoken(&reason.to_string()))
}

/// The five predefined entities and numbered characters; others would come from a document type.
fn character(entity: &BytesRef<'_>) -> Result<String, String> {
    match entity.resolve_char_ref().map_err(malformed)? {
        Some(character) => Ok(character.to_string()),
        None => resolve_predefined_entity(entity)
            .map(str::to_owned)
            .ok_or_else(|| malformed("an entity that is not declared")),
    }
}

/// The document as far as it has been read.
struct Tree<'a> {
    document: Document,
    /// The elements that are open, the root first.
    open: Vec<Element<'a>>,
    has_root: bool,
}

struct Element<'a> {
    /// None for the root, which is no field.
    place: Option<usize>,
    text: Cow<'a, str>,
    has_children: bool,
}

impl<'a> Tree<'a> {
    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let place = match self.open.len() {
            0 if self.has_root => return Err(malformed("a second root")),
            0 => None,
            above => {
                let depth = u8::try_from(above - 1).ok().filter(|&depth| depth < MAX_DEPTH);
                let depth = depth.ok_or_else(|| format!("it is nested deeper than {MAX_DEPTH}"))?;
                Some(self.document.push(depth, tag.local_name().into_inner())?)
            }
        };
        self.has_root = true;
        if let Some(parent) = self.open.last_mut() {
            parent.has_children = true;
        }
        self.open.push(Element { place, text: Cow::default(), has_children: false });
        Ok(())
    }

    /// The end of an element: the reader has seen that the names fit. White space between fields is nobody's value.
    fn close(&mut self) {
        let Some(Element { place: Some(place), text, has_children }) = self.open.pop() else { return };
        if !has_children || !text.trim_ascii().is_empty() {
            self.document.set_value(place, &text);
        }
    }

    fn text(&mut self, text: Cow<'a, str>) -> Result<(), String> {
        match self.open.last_mut() {
            // The root is no field: what stands in it beside its fields is no value.
            Some(Element { place: None, .. }) => {}
            // A value mostly comes in one piece.
            Some(element) if element.text.is_empty() => element.text = text,
            Some(element) => element.text.to_mut().push_str(&text),
            None if text.trim_ascii().is_empty() => {}
            None => return Err(malformed("text outside its root")),
        }
        Ok(())
    }

    fn end(self) -> Result<Document, String> {
        if self.open.is_empty() && self.has_root {
            Ok(self.document)
        } else {
            Err(malformed("it ends before its root does"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_reader_of_xml_sees() {
        let document = read(
            "<r><a>&lt;&amp;&#1078;&#x416;&quot;&apos;&gt;</a><b>1<!-- no -->2<![CDATA[<3>]]>4</b><c x='1'/>\
             <d> two  words </d><e> </e><f>&#13;\r\n</f><g> <h/>\n</g></r>",
        )
        .unwrap();
        for (name, value) in
            [("a", "<&жЖ\"'>"), ("b", "12<3>4"), ("c", ""), ("d", " two  words "), ("e", " "), ("f", "\r\n")]
        {
            assert_eq!(document.get(name), Some(value), "{name}");
        }
        assert_eq!(document.get("g"), None);
    }

    #[test]
    fn depth_is_limited() {
        let nested = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(read(&nested(17)).is_ok());
        assert!(read(&nested(18)).unwrap_err().contains("deeper than 16"));
        assert!(read(&nested(100_000)).is_err());
    }
}

//! The XML of classic messages: elements with text or with elements, nothing else. What the gateway's
//! documents never show (attributes, comments, a DOCTYPE) is refused.

use crate::sandbox::answer::{escape_markup, unwritable};
use crate::sandbox::message::{Message, Value};

/// Deeper than anything the documents show.
const DEEPEST: usize = 16;

pub(in crate::sandbox) fn write(root: &str, message: &Message) -> String {
    let mut out = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><{root}>");
    write_fields(&mut out, message);
    out.push_str(&format!("</{root}>"));
    out
}

fn write_fields(out: &mut String, message: &Message) {
    for (name, value) in message.iter() {
        out.push_str(&format!("<{name}>"));
        match value {
            Value::Text(text) => escape_markup(out, text),
            Value::Nested(inner) => write_fields(out, inner),
        }
        out.push_str(&format!("</{name}>"));
    }
}

/// The fields of a document whose root has this name; the error says what is wrong with it.
pub(in crate::sandbox) fn read(root: &str, document: &str) -> Result<Message, String> {
    let mut reader = Reader { rest: document.trim_start_matches('\u{feff}').trim_start() };
    if let Some(declared) = reader.rest.strip_prefix("<?xml") {
        let (_, after) = declared.split_once("?>").ok_or("its XML declaration has no end")?;
        reader.rest = after;
    }
    reader.skip_blanks();
    let name = reader.open()?;
    if name != root {
        return Err(format!("its root is {name:?} and not {root:?}"));
    }
    match reader.content(&name, DEEPEST)? {
        _ if !reader.rest.trim().is_empty() => Err("something follows its root".to_owned()),
        Value::Nested(message) => Ok(message),
        Value::Text(text) if text.trim().is_empty() => Ok(Message::default()),
        Value::Text(_) => Err("its root holds text and no fields".to_owned()),
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// The name of the element that begins here; `<a/>` is left as `</a>`.
    fn open(&mut self) -> Result<String, String> {
        let after =
            self.rest.strip_prefix('<').ok_or_else(|| format!("no element at {:?}", self.glimpse()))?;
        let (tag, rest) = after.split_once('>').ok_or("a tag has no end")?;
        let name = tag.strip_suffix('/').unwrap_or(tag).trim_end();
        if !is_name(name) {
            return Err(format!("<{tag}> is not a plain tag, which is all that it may hold"));
        }
        // The slash stays for the content to find.
        self.rest = if tag.ends_with('/') { &self.rest[tag.len()..] } else { rest };
        Ok(name.to_owned())
    }

    /// What stands before the end of this element, and its end.
    fn content(&mut self, name: &str, depth: usize) -> Result<Value, String> {
        if let Some(rest) = self.rest.strip_prefix("/>") {
            self.rest = rest;
            return Ok(Value::Text(String::new()));
        }
        let (mut text, mut fields) = (String::new(), Message::default());
        loop {
            text.push_str(&self.text()?);
            if let Some(closing) = self.rest.strip_prefix("</") {
                let (closed, rest) = closing.split_once('>').ok_or("a tag has no end")?;
                if closed.trim_end() != name {
                    return Err(format!("<{name}> is closed by </{closed}>"));
                }
                self.rest = rest;
                return match fields.len() {
                    0 => Ok(Value::Text(text)),
                    _ if text.trim().is_empty() => Ok(Value::Nested(fields)),
                    _ => Err(format!("<{name}> holds both text and fields")),
                };
            }
            let inner = self.open()?;
            let depth = depth.checked_sub(1).ok_or("it is nested too deeply")?;
            let value = self.content(&inner, depth)?;
            fields.push(&inner, value);
        }
    }

    /// Text and CDATA up to the next tag.
    fn text(&mut self) -> Result<String, String> {
        let mut out = String::new();
        loop {
            let (text, rest) = self.rest.split_at(self.rest.find('<').unwrap_or(self.rest.len()));
            unescape(&mut out, text)?;
            self.rest = rest;
            let Some(cdata) = rest.strip_prefix("<![CDATA[") else {
                break;
            };
            let (text, rest) = cdata.split_once("]]>").ok_or("a CDATA section has no end")?;
            out.push_str(&line_feeds(text));
            self.rest = rest;
        }
        match out.chars().find(|char| unwritable(*char)) {
            Some(char) => Err(format!("it holds the character {}", char.escape_default())),
            None => Ok(out),
        }
    }

    fn glimpse(&self) -> String {
        self.rest.chars().take(20).collect()
    }
}

/// Whether a message can be written: not every name of a form is the name of an element.
pub(super) fn unwritable_name(message: &Message) -> Option<&str> {
    message.iter().find_map(|(name, value)| match value {
        _ if !is_name(name) => Some(name),
        Value::Nested(inner) => unwritable_name(inner),
        Value::Text(_) => None,
    })
}

fn is_name(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    name.bytes().next().is_some_and(letter)
        && name.bytes().all(|byte| letter(byte) || byte.is_ascii_digit() || matches!(byte, b'-' | b'.'))
}

/// A carriage return that is written as such is a line end, and read as a line feed.
fn line_feeds(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn unescape(out: &mut String, text: &str) -> Result<(), String> {
    let text = line_feeds(text);
    if text.contains("]]>") {
        return Err("a CDATA section ends that has not begun".to_owned());
    }
    let mut parts = text.split('&');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let (reference, after) = part.split_once(';').ok_or("an & is not the beginning of a reference")?;
        let char = refers_to(reference).ok_or_else(|| format!("&{reference}; is no reference"))?;
        out.push(char);
        out.push_str(after);
    }
    Ok(())
}

fn refers_to(reference: &str) -> Option<char> {
    let number = |digits: &str, radix| {
        let plain = !digits.is_empty() && digits.chars().all(|char| char.is_digit(radix));
        plain.then(|| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32))?
    };
    match reference {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => match reference.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(reference.strip_prefix('#')?, 10),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let inner = Message::default().text("a", "<x> & \"y\" 'z'\r\n\t ]]> Чай").text("a", "");
        let message = Message::default()
            .text("pg_status", "ok")
            .nested("list", Message::default().nested("item", inner.clone()).nested("item", inner));
        assert_eq!(read("response", &write("response", &message)), Ok(message));
        assert_eq!(read("response", &write("response", &Message::default())), Ok(Message::default()));
    }

    #[test]
    fn text_is_read_as_xml_says() {
        let document = "\u{feff} <?xml version='1.0'?>\r\n<request >\n  <a> 1 &#65;&#x42;&lt;<![CDATA[<&\r\n]]> </a>\n\
                        <b/><c /><d></d><e>\n<f>x\r\ny&#13;</f>\n</e></request>\n";
        let expected = Message::default()
            .text("a", " 1 AB<<&\n ")
            .text("b", "")
            .text("c", "")
            .text("d", "")
            .nested("e", Message::default().text("f", "x\ny\r"));
        assert_eq!(read("request", document), Ok(expected));
    }

    #[test]
    fn everything_else_is_refused() {
        let deep = format!("<r>{}{}</r>", "<a>".repeat(20), "</a>".repeat(20));
        for (document, problem) in [
            ("", "no element at \"\""),
            ("x", "no element at \"x\""),
            ("<?xml <r></r>", "its XML declaration has no end"),
            ("<x></x>", "its root is \"x\""),
            ("<r>text</r>", "its root holds text"),
            ("<r></r><r></r>", "something follows its root"),
            ("<r a=\"1\"></r>", "is not a plain tag"),
            ("<r><!-- x --></r>", "is not a plain tag"),
            ("<!DOCTYPE r><r></r>", "is not a plain tag"),
            ("<r><?php ?></r>", "is not a plain tag"),
            ("<r><1></1></r>", "is not a plain tag"),
            ("<r><></></r>", "is not a plain tag"),
            ("<r><a></b></r>", "<a> is closed by </b>"),
            ("<r><a>x<b></b></a></r>", "<a> holds both text and fields"),
            ("<r><a>", "no element at"),
            ("<r><a", "a tag has no end"),
            ("<r><a></a", "a tag has no end"),
            ("<r><a>&nbsp;</a></r>", "&nbsp; is no reference"),
            ("<r><a>&#xd800;</a></r>", "&#xd800; is no reference"),
            ("<r><a>&#+65;</a></r>", "&#+65; is no reference"),
            ("<r><a>Tom & Ann</a></r>", "an & is not the beginning"),
            ("<r><a>&#0;</a></r>", "it holds the character \\u{0}"),
            ("<r><a>]]></a></r>", "a CDATA section ends"),
            ("<r><a><![CDATA[x</a></r>", "a CDATA section has no end"),
            (&deep, "it is nested too deeply"),
        ] {
            let error = read("r", document).unwrap_err();
            assert!(error.contains(problem), "{document}: {error}");
        }
    }
}

//! The gateway's answers, written as XML or as JSON.

use std::fmt::Write;

/// Fields in the order in which they are written.
#[derive(Debug, Default)]
pub(super) struct Answer(Vec<(&'static str, Value)>);

#[derive(Debug)]
enum Value {
    Text(String),
    /// A decimal number in its own characters.
    Number(String),
    Fields(Answer),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Xml,
    Json,
}

impl Language {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Xml => "application/xml; charset=UTF-8",
            Self::Json => "application/json",
        }
    }
}

impl Answer {
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.push((name, Value::Text(value.into())));
        self
    }

    pub fn number(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.push((name, Value::Number(value.to_string())));
        self
    }

    pub fn fields(mut self, name: &'static str, value: Answer) -> Self {
        self.0.push((name, Value::Fields(value)));
        self
    }

    /// Nothing is written where there is no value.
    pub fn maybe(self, name: &'static str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub fn write(&self, language: Language) -> String {
        let mut out = String::new();
        match language {
            Language::Xml => {
                out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?><root>");
                self.write_xml(&mut out);
                out.push_str("</root>");
            }
            Language::Json => self.write_json(&mut out),
        }
        out
    }

    fn write_xml(&self, out: &mut String) {
        for (name, value) in &self.0 {
            let _ = write!(out, "<{name}>");
            match value {
                Value::Text(text) | Value::Number(text) => escape_markup(out, text),
                Value::Fields(fields) => fields.write_xml(out),
            }
            let _ = write!(out, "</{name}>");
        }
    }

    fn write_json(&self, out: &mut String) {
        out.push('{');
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            let _ = write!(out, "\"{name}\":");
            match value {
                Value::Text(text) => write_json_text(out, text),
                Value::Number(text) => out.push_str(text),
                Value::Fields(fields) => fields.write_json(out),
            }
        }
        out.push('}');
    }
}

/// Escapes for XML and HTML alike, in text and in quoted attributes. A carriage return is written as a
/// reference, because a reader would make a line feed of it.
pub(super) fn escape_markup(out: &mut String, text: &str) {
    for char in text.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\r' => out.push_str("&#13;"),
            _ => out.push(char),
        }
    }
}

/// XML can write every character but these, and the line breaks among the control characters.
pub(super) fn unwritable(char: char) -> bool {
    let allowed = matches!(char, '\t' | '\n' | '\r');
    (char.is_control() && !allowed) || matches!(char, '\u{fffe}' | '\u{ffff}')
}

/// One line that a terminal, a log and XML can all show, whatever a request brought along.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_control() || unwritable(char) {
            out.extend(char.escape_default());
        } else {
            out.push(char);
        }
    }
    out
}

pub(super) fn write_json_text(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            char if char < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Answer {
        Answer::default()
            .text("status", "ok")
            .number("amount", "10.50")
            .fields("invoice_methods", Answer::default().text("qr", "aGk="))
            .maybe("card_pan", None)
            .text("description", "<a href=\"x\">Tom & 'Ann'</a>\r\n\\")
    }

    #[test]
    fn xml_is_escaped_and_keeps_the_order() {
        assert_eq!(
            sample().write(Language::Xml),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><root><status>ok</status><amount>10.50</amount>\
             <invoice_methods><qr>aGk=</qr></invoice_methods><description>&lt;a href=&quot;x&quot;&gt;Tom &amp; \
             &#39;Ann&#39;&lt;/a&gt;&#13;\n\\</description></root>"
        );
    }

    #[test]
    fn json_numbers_keep_their_characters() {
        assert_eq!(
            sample().write(Language::Json),
            r#"{"status":"ok","amount":10.50,"invoice_methods":{"qr":"aGk="},"description":"<a href=\"x\">Tom & 'Ann'</a>\r\n\\"}"#
        );
    }

    #[test]
    fn json_text_reads_back_as_it_was() {
        let text: String = ('\0'..'\u{80}').chain("Счёт 漢 \u{2028}".chars()).collect();
        let mut out = String::new();
        write_json_text(&mut out, &text);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}

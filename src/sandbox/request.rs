//! The fields of a request, out of multipart/form-data or JSON, in their order and their own characters:
//! nothing is converted here, so that what is checked and signed later is what was really sent.

use std::fmt;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use serde::Deserializer;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use super::answer::{unwritable, write_json_text};

/// The fields that are numbers in JSON.
const NUMBERS: [&str; 3] = ["merchant_id", "invoice_id", "amount"];

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    /// The gateway's error code.
    pub code: u32,
    /// For the answer.
    pub text: String,
    /// More of it, for the log and the record only.
    pub detail: Option<String>,
}

impl Problem {
    pub fn new(code: u32, text: impl Into<String>) -> Self {
        Problem { code, text: text.into(), detail: None }
    }

    /// A field is missing, malformed or does not belong there.
    pub fn field(text: impl Into<String>) -> Self {
        Problem::new(200, text)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Multipart,
    Json,
}

impl Format {
    /// None is a Content-Type that the gateway does not read.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(CONTENT_TYPE).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let essence = value.to_str().ok()?.split(';').next()?.trim().to_ascii_lowercase();
        match essence.as_str() {
            "multipart/form-data" => Some(Self::Multipart),
            "application/json" => Some(Self::Json),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    /// A JSON number in its own characters.
    Number(String),
    /// Some other JSON value, named for the message.
    Other(&'static str),
}

#[derive(Clone, Debug)]
pub(super) struct Fields {
    format: Format,
    list: Vec<(String, Value)>,
}

impl Fields {
    pub async fn decode(format: Format, content_type: &HeaderValue, body: &Bytes) -> Result<Self, Problem> {
        let list = match format {
            Format::Json => decode_json(body),
            Format::Multipart => decode_multipart(content_type, body)
                .await
                .map(|parts| parts.into_iter().map(|(name, text)| (name, Value::Text(text))).collect()),
        }?;
        Ok(Fields { format, list })
    }

    pub fn format(&self) -> Format {
        self.format
    }

    /// Refuses names that are not in the list, and names that come twice.
    pub fn only(&self, known: &[&str]) -> Result<(), Problem> {
        for (index, (name, _)) in self.list.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Problem::field(format!("field {name:?} is unknown here")));
            }
            if self.list.iter().take(index).any(|(earlier, _)| earlier == name) {
                return Err(Problem::field(format!("field {name} comes twice")));
            }
        }
        Ok(())
    }

    fn value(&self, name: &str) -> Option<&Value> {
        self.list.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// The field whatever its type, for the record.
    pub fn peek(&self, name: &str) -> Option<&str> {
        match self.value(name)? {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Other(_) => None,
        }
    }

    /// A text field. An empty one counts as absent, as in the published sample.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        let text = match self.value(name) {
            None => return Ok(None),
            Some(Value::Text(text)) => text.as_str(),
            Some(Value::Number(_)) => return Err(wrong_type(name, "a number", "a string")),
            Some(Value::Other(what)) => return Err(wrong_type(name, what, "a string")),
        };
        // An answer in XML could not repeat them.
        if text.chars().any(unwritable) {
            return Err(Problem::field(format!("{name} holds a character that XML cannot write")));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    pub fn required_text(&self, name: &str) -> Result<&str, Problem> {
        self.text(name)?.ok_or_else(|| missing(name))
    }

    /// A field that is a number in JSON, in its own characters; what it says is for the caller to check.
    pub fn number(&self, name: &str) -> Result<Option<&str>, Problem> {
        let text = match (self.value(name), self.format) {
            (None, _) => return Ok(None),
            (Some(Value::Number(text)), _) | (Some(Value::Text(text)), Format::Multipart) => text.as_str(),
            (Some(Value::Text(_)), Format::Json) => {
                return Err(wrong_type(name, "a string", "a number"));
            }
            (Some(Value::Other(what)), _) => return Err(wrong_type(name, what, "a number")),
        };
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    pub fn required_number(&self, name: &str) -> Result<&str, Problem> {
        self.number(name)?.ok_or_else(|| missing(name))
    }

    /// The compact JSON object of these fields: what a signature of a multipart request covers.
    pub fn compact_json(&self) -> String {
        let mut out = String::from("{");
        for (index, (name, value)) in self.list.iter().enumerate() {
            if index > 0 {
                out.push(',');
            }
            write_json_text(&mut out, name);
            out.push(':');
            match value {
                Value::Text(text) if NUMBERS.contains(&name.as_str()) && is_json_number(text) => {
                    out.push_str(text)
                }
                Value::Text(text) => write_json_text(&mut out, text),
                Value::Number(text) => out.push_str(text),
                Value::Other(what) => out.push_str(what),
            }
        }
        out.push('}');
        out
    }
}

fn missing(name: &str) -> Problem {
    Problem::field(format!("{name} is missing"))
}

fn wrong_type(name: &str, is: &str, wanted: &str) -> Problem {
    Problem::field(format!("{name} is {is} in JSON and has to be {wanted}"))
}

fn is_json_number(text: &str) -> bool {
    serde_json::from_str::<serde_json::Number>(text).is_ok()
}

fn decode_json(body: &[u8]) -> Result<Vec<(String, Value)>, Problem> {
    let wrong = |error: serde_json::Error| Problem::field(format!("the body is not a JSON object: {error}"));
    let mut reader = serde_json::Deserializer::from_slice(body);
    let list = reader.deserialize_map(ObjectVisitor).map_err(wrong)?;
    reader.end().map_err(wrong)?;
    Ok(list)
}

/// Keeps what a map would lose: the order, the fields that come twice, the characters of numbers.
struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some((name, raw)) = map.next_entry::<String, Box<RawValue>>()? {
            let text = raw.get();
            let value = match text.as_bytes().first() {
                Some(b'"') => Value::Text(serde_json::from_str(text).map_err(serde::de::Error::custom)?),
                Some(b'-' | b'0'..=b'9') => Value::Number(text.to_owned()),
                Some(b'{') => Value::Other("an object"),
                Some(b'[') => Value::Other("an array"),
                Some(b'n') => Value::Other("null"),
                _ => Value::Other("a boolean"),
            };
            list.push((name, value));
        }
        Ok(list)
    }
}

/// The names and texts of a form's parts, in their order.
pub(super) async fn decode_multipart(
    content_type: &HeaderValue,
    body: &Bytes,
) -> Result<Vec<(String, String)>, Problem> {
    let wrong =
        |what: &dyn fmt::Display| Problem::field(format!("the body is not multipart/form-data: {what}"));
    let mut request = Request::new(Body::from(body.clone()));
    request.headers_mut().insert(CONTENT_TYPE, content_type.clone());
    let mut parts = Multipart::from_request(request, &()).await.map_err(|error| wrong(&error.body_text()))?;
    let mut list = Vec::new();
    while let Some(part) = parts.next_field().await.map_err(|error| wrong(&error.body_text()))? {
        let Some(name) = part.name().map(str::to_owned) else {
            return Err(wrong(&"a part has no name"));
        };
        if part.file_name().is_some() {
            return Err(Problem::field(format!("{name} is a file")));
        }
        let bytes = part.bytes().await.map_err(|error| wrong(&error.body_text()))?;
        let text =
            String::from_utf8(bytes.to_vec()).map_err(|_| Problem::field(format!("{name} is not UTF-8")))?;
        list.push((name, text));
    }
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(body: &str) -> Result<Fields, Problem> {
        let list = decode_json(body.as_bytes())?;
        Ok(Fields { format: Format::Json, list })
    }

    fn multipart(body: &str) -> Result<Fields, Problem> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(Fields::decode(
            Format::Multipart,
            &HeaderValue::from_static("multipart/form-data; boundary=b"),
            &Bytes::copy_from_slice(body.as_bytes()),
        ))
    }

    #[test]
    fn json_keeps_order_duplicates_and_the_characters_of_numbers() {
        let fields =
            json(r#" {"b":"x\n\u0041","amount":10.50,"b":1e2,"c":null,"d":[1],"e":{},"f":true} "#).unwrap();
        let names: Vec<_> = fields.list.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "amount", "b", "c", "d", "e", "f"]);
        assert_eq!(fields.text("b"), Ok(Some("x\nA")));
        assert_eq!(fields.number("amount"), Ok(Some("10.50")));
        assert_eq!(
            fields.text("amount").unwrap_err().text,
            "amount is a number in JSON and has to be a string"
        );
        assert_eq!(fields.number("c").unwrap_err().text, "c is null in JSON and has to be a number");
        assert_eq!(fields.only(&["a", "b", "amount"]).unwrap_err().text, "field b comes twice");
        assert_eq!(fields.only(&["b"]).unwrap_err().text, "field \"amount\" is unknown here");
    }

    #[test]
    fn what_is_not_one_json_object_is_refused() {
        for body in
            ["", "[]", "10", "\"x\"", "{", "{\"a\":1,}", "{\"a\":01}", "{\"a\":1} {}", "{\"a\":\"\u{1}\"}"]
        {
            let problem = json(body).unwrap_err();
            assert_eq!(problem.code, 200, "{body}");
        }
        assert!(decode_json(b"{\"a\":\"\xff\"}").is_err());
    }

    #[test]
    fn multipart_becomes_the_same_fields_and_their_compact_json() {
        let fields = multipart(concat!(
            "--b\r\nContent-Disposition: form-data; name=\"order_id\"\r\n\r\n00102\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"merchant_id\"\r\n\r\n123456\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"amount\"\r\n\r\n10.50\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"description\"\r\n\r\n\"a\"\r\n/\u{431}\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"check_url\"\r\n\r\n\r\n",
            "--b--\r\n",
        ))
        .unwrap();
        assert_eq!(fields.number("amount"), Ok(Some("10.50")));
        assert_eq!(fields.text("check_url"), Ok(None));
        assert_eq!(
            fields.compact_json(),
            "{\"order_id\":\"00102\",\"merchant_id\":123456,\"amount\":10.50,\
             \"description\":\"\\\"a\\\"\\r\\n/\u{431}\",\"check_url\":\"\"}"
        );
    }

    #[test]
    fn broken_multipart_is_refused() {
        for body in [
            "",
            "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx",
            "--c\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--c--\r\n",
            "--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"f\"\r\n\r\nx\r\n--b--\r\n",
        ] {
            assert_eq!(multipart(body).unwrap_err().code, 200, "{body:?}");
        }
    }

    #[test]
    fn the_body_is_recognised_by_its_content_type() {
        for (value, format) in [
            ("application/json", Some(Format::Json)),
            ("Application/JSON; charset=utf-8", Some(Format::Json)),
            ("multipart/form-data; boundary=x", Some(Format::Multipart)),
            ("application/x-www-form-urlencoded", None),
            ("text/plain", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
            assert_eq!(Format::of(&headers), format, "{value}");
        }
        assert_eq!(Format::of(&HeaderMap::new()), None);
    }

    #[test]
    fn control_characters_are_refused() {
        let fields = json(r#"{"a":"x\u0000","b":"x\r\n\ty"}"#).unwrap();
        assert_eq!(fields.text("a").unwrap_err().text, "a holds a character that XML cannot write");
        assert_eq!(fields.text("b"), Ok(Some("x\r\n\ty")));
    }
}

//! How a classic message comes in a request: in the address of a GET, or as a form of either kind in a POST,
//! and in both perhaps whole in the one field `pg_xml`.

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use url::form_urlencoded;

use super::rule::Written;
use super::xml;
use crate::sandbox::message::Message;
use crate::sandbox::pg_sig;
use crate::sandbox::request::{Problem, decode_multipart};

/// The field that holds a whole message.
pub(super) const XML: &str = "pg_xml";

/// Why there is no message.
pub(super) enum Unread {
    /// It is not even a request of this API.
    Http(StatusCode, &'static str),
    Problem(Problem),
}

impl From<Problem> for Unread {
    fn from(problem: Problem) -> Self {
        Unread::Problem(problem)
    }
}

pub(super) async fn read(parts: &Parts, body: &Bytes) -> Result<(Message, Written), Unread> {
    let pairs = match (&parts.method, parts.uri.query()) {
        (&Method::GET, query) => read_urlencoded(query.unwrap_or_default())?,
        (&Method::POST, None) => read_body(parts, body).await?,
        (&Method::POST, Some(_)) => {
            return Err(Problem::field("the address has a query, and the fields stand in the body").into());
        }
        _ => {
            return Err(Unread::Http(StatusCode::METHOD_NOT_ALLOWED, "this address takes GET and POST"));
        }
    };
    Ok(assemble(pairs)?)
}

/// The message, whatever is wrong with the way in which it comes. None where there is none.
pub(in crate::sandbox) async fn read_message(parts: &Parts, body: &Bytes) -> Option<Message> {
    read(parts, body).await.ok().map(|(message, _)| message)
}

async fn read_body(parts: &Parts, body: &Bytes) -> Result<Vec<(String, String)>, Unread> {
    let content_type = parts.headers.get(CONTENT_TYPE);
    let essence = content_type
        .and_then(|value| value.to_str().ok()?.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase());
    match (essence.as_deref(), content_type) {
        (Some("application/x-www-form-urlencoded"), _) => {
            let text = std::str::from_utf8(body).map_err(|_| Problem::field("the body is not text"))?;
            Ok(read_urlencoded(text)?)
        }
        (Some("multipart/form-data"), Some(content_type)) => Ok(decode_multipart(content_type, body).await?),
        _ => Err(Unread::Http(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "the Content-Type is neither application/x-www-form-urlencoded nor multipart/form-data",
        )),
    }
}

fn assemble(pairs: Vec<(String, String)>) -> Result<(Message, Written), Problem> {
    if let [(name, document)] = pairs.as_slice()
        && name == XML
    {
        let message = xml::read("request", document)
            .map_err(|problem| Problem::field(format!("{XML} is not such a document: {problem}")))?;
        return Ok((message, Written::Xml));
    }
    let mut message = Message::default();
    for (name, value) in pairs {
        if name == XML {
            return Err(Problem::field(format!("{XML} does not stand alone")));
        }
        message.insert(&name, value)?;
    }
    Ok((message, Written::Form))
}

/// The address with these fields in its query, signed. Whoever reads them finds them among those that the
/// address has already, so the signature covers these too.
pub(super) fn signed_query(url: &str, fields: Message, salt: &str, key: &str) -> String {
    let salted = fields.text("pg_salt", salt);
    let mut covered = query_of(url);
    for (name, value) in salted.iter() {
        covered.push(name, value.clone());
    }
    let signature = pg_sig::sign(pg_sig::script(url), &covered, key);
    with_query(url, &salted.text(pg_sig::NAME, signature))
}

/// The address with these fields in its query, behind those that it has.
fn with_query(url: &str, message: &Message) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let joint = match url.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    format!("{url}{joint}{}", write_urlencoded(message))
}

pub(super) fn write_urlencoded(message: &Message) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pairs: Vec<String> =
        message.flat().iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}

pub(super) fn write_multipart(message: &Message, boundary: &str) -> String {
    let quote = |name: &str| name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A");
    let part = |(name, value): &(String, &str)| {
        let name = quote(name);
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let parts: String = message.flat().iter().map(part).collect();
    format!("{parts}--{boundary}--\r\n")
}

/// The fields that an address brings along in its query; none where that is not such a query.
pub(super) fn query_of(url: &str) -> Message {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    let mut message = Message::default();
    for (name, value) in read_urlencoded(query).unwrap_or_default() {
        let _ = message.insert(&name, value);
    }
    message
}

/// `a=1&b=2`, taking nothing but what an encoder may write.
pub(super) fn read_urlencoded(text: &str) -> Result<Vec<(String, String)>, Problem> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=')?;
        Some((decode(name)?, decode(value)?))
    };
    text.split('&')
        .map(|text| pair(text).ok_or_else(|| Problem::field(format!("{text:?} is not urlencoded UTF-8"))))
        .collect()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
                let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
                u8::try_from(high * 16 + low).ok()?
            }
            byte if byte.is_ascii_graphic() => byte,
            _ => return None,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urlencoded_is_read_strictly() {
        let pairs = read_urlencoded("a=1&b%5B0%5D=x+%2B%20y&c=&%D0%B0=%d0%b1=").unwrap();
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("b[0]", "x + y"), ("c", ""), ("а", "б=")]);
        assert_eq!(read_urlencoded(""), Ok(Vec::new()));
        for text in
            ["a", "a=1&", "&a=1", "a=%", "a=%4", "a=%gg", "a=%+1", "a=%ff", "a=\u{431}", "a=1 2", "a=1\n"]
        {
            assert_eq!(read_urlencoded(text).unwrap_err().code, 200, "{text:?}");
        }
    }

    #[test]
    fn fields_are_added_to_an_address() {
        let fields = Message::default().text("b", "x y&").nested("c", Message::default().text("0", "ю"));
        for (url, with) in [
            ("https://a/b", "https://a/b?b=x+y%26&c%5B0%5D=%D1%8E"),
            ("https://a/b?", "https://a/b?b=x+y%26&c%5B0%5D=%D1%8E"),
            ("https://a/b?a=1#top", "https://a/b?a=1&b=x+y%26&c%5B0%5D=%D1%8E"),
        ] {
            assert_eq!(with_query(url, &fields), with);
        }
        let read = query_of("https://a/b?a=1&b=x+y%26&c%5B0%5D=%D1%8E#top");
        assert_eq!(read.flat(), [("a".to_owned(), "1"), ("b".to_owned(), "x y&"), ("c[0]".to_owned(), "ю")]);
        assert_eq!(query_of("https://a/b?flag").flat(), []);
    }

    #[test]
    fn a_whole_message_may_stand_in_one_field() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let document = "<request><a>1</a><p><b>2</b></p><p><b>3</b></p></request>";
        let nested = |text: &str| Message::default().text("b", text);
        let expected = Message::default().text("a", "1").nested("p", nested("2")).nested("p", nested("3"));
        assert_eq!(assemble(vec![pair(XML, document)]), Ok((expected, Written::Xml)));
        let both = assemble(vec![pair(XML, document), pair("pg_salt", "s")]).unwrap_err();
        assert_eq!(both.text, "pg_xml does not stand alone");
        let wrong = assemble(vec![pair(XML, "<response></response>")]).unwrap_err();
        assert!(wrong.text.contains("its root is \"response\" and not \"request\""));
    }
}

//! A request to the merchant's own URL, as its web server has it, turned into the fields of a message.

use super::{form, multipart};
use crate::answer::{Document, Step};
use crate::call::way;
use crate::outcome::{Error, shown};
use crate::sign::pg_sig;
use crate::wire;

/// The longest body that is read. The longest known callback has two thousand bytes.
pub(crate) const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The longest URL that is read; web servers stop much earlier.
const MAX_URL_BYTES: usize = 64 * 1024;

/// The most fields of one callback.
const MAX_FIELDS: usize = 1000;

/// So many ways to part the URL's own fields from signed ones are tried.
const MAX_OWN: usize = 16;

/// The field that holds a whole message as XML.
const XML_FIELD: &str = "pg_xml";

/// A field of a form as it was received, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    pub name: String,
    pub value: String,
}

/// What was received.
pub(super) struct Message {
    /// The last segment of the URL, which the signature begins with.
    pub script: String,
    content: Content,
}

enum Content {
    Xml(Document),
    Form {
        pairs: Vec<Pair>,
        /// So many of the first are the query's, and not the protocol's.
        own: usize,
    },
}

impl Message {
    /// Reads what a web server has received. `url` is the merchant's own with its query, absolute or from its path on.
    ///
    /// # Errors
    /// `Argument`: what cannot be read is said, and where.
    pub fn read(url: &str, content_type: Option<&str>, body: &[u8]) -> Result<Message, Error> {
        let (script, query) = address(url)?;
        let query = form::read(query.as_bytes()).map_err(|reason| wrong("the URL's query", &reason))?;
        Ok(Message { script, content: content(query, content_type, body)? })
    }

    /// The messages that may have been signed, the likely ones first.
    ///
    /// The gateway signs what it sends. What stands in the URL's own query is sent back to it in any case, and no source
    /// tells whether it is signed then: shops that sign all they receive exist as well as shops that leave their own
    /// fields out. What comes first in the query may thus be the URL's own; it is then not a part of the message.
    pub fn readings(&self) -> Vec<Result<Document, Error>> {
        match &self.content {
            Content::Xml(document) => vec![sound(document.clone())],
            Content::Form { pairs, own } => {
                let all_or_none = [*own].into_iter().chain((*own > 0).then_some(0));
                let some = 1..(*own).min(MAX_OWN);
                all_or_none.chain(some).map(|skipped| document(&pairs[skipped..])).collect()
            }
        }
    }
}

fn wrong(what: &str, reason: &str) -> Error {
    Error::argument(format!("{what} cannot be read: {reason}"))
}

/// The script's name and the query of the merchant's URL.
fn address(url: &str) -> Result<(String, &str), Error> {
    if url.len() > MAX_URL_BYTES {
        return Err(Error::argument(format!("url is longer than {MAX_URL_BYTES} bytes")));
    }
    let url = url.split('#').next().unwrap_or_default();
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let path = match address.split_once("://") {
        Some((scheme, rest))
            if scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http") =>
        {
            rest.find('/').map_or("/", |path| &rest[path..])
        }
        _ if address.starts_with('/') => address,
        _ => {
            return Err(Error::argument(format!(
                "url {} is neither absolute nor a path such as /pay/result?x=1",
                shown(url)
            )));
        }
    };
    let script = pg_sig::script(path);
    // Whoever calls can write this name as he likes on many servers; with a semicolon it could hold a whole message, which
    // the signature of a reply would vouch for.
    if script.contains(';') {
        return Err(Error::argument(format!(
            "url ends in {}: a semicolon cannot stand there",
            shown(script)
        )));
    }
    Ok((script.to_owned(), query))
}

pub(crate) fn too_long() -> Error {
    Error::argument(format!("the body is longer than {MAX_BODY_BYTES} bytes"))
}

fn content(query: Vec<Pair>, content_type: Option<&str>, body: &[u8]) -> Result<Content, Error> {
    if body.len() > MAX_BODY_BYTES {
        return Err(too_long());
    }
    let of_query = query.len();
    let mut pairs = query;
    match BodyKind::of(content_type, body)? {
        BodyKind::Xml => {
            let document = wire::decode(body).map_err(|reason| wrong("the body", &reason))?;
            return Ok(Content::Xml(document));
        }
        BodyKind::Form => {
            pairs.extend(form::read(body).map_err(|reason| wrong("the body", &reason))?);
        }
        BodyKind::Multipart(boundary) => {
            let parts = multipart::read(body, &boundary).map_err(|reason| wrong("the body", &reason))?;
            pairs.extend(parts);
        }
        BodyKind::None => {}
    }
    if pairs.len() > MAX_FIELDS {
        return Err(Error::argument(format!("the callback has more than {MAX_FIELDS} fields")));
    }
    let mut xml = pairs.iter().filter(|pair| pair.name == XML_FIELD);
    match (xml.next(), xml.next()) {
        (None, _) => {
            let own = pairs[..of_query].iter().take_while(|pair| !pair.name.starts_with("pg_")).count();
            Ok(Content::Form { pairs, own })
        }
        (Some(pair), None) if pair.value.trim_ascii_start().starts_with('<') => {
            let document = wire::decode(pair.value.as_bytes()).map_err(|reason| wrong(XML_FIELD, &reason))?;
            Ok(Content::Xml(document))
        }
        (Some(_), None) => Err(wrong(XML_FIELD, "it is not XML")),
        (Some(_), Some(_)) => Err(Error::argument(format!("the callback has {XML_FIELD} more than once"))),
    }
}

/// What a body is.
enum BodyKind {
    None,
    Form,
    Multipart(String),
    Xml,
}

impl BodyKind {
    fn of(content_type: Option<&str>, body: &[u8]) -> Result<BodyKind, Error> {
        if body.is_empty() {
            return Ok(BodyKind::None);
        }
        let is_xml = body.trim_ascii_start().first() == Some(&b'<');
        let content_type = content_type.unwrap_or_default();
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match media_type.as_str() {
            "application/xml" | "text/xml" if !is_xml => Err(wrong("the body", "it is not XML")),
            "application/xml" | "text/xml" => Ok(BodyKind::Xml),
            "" if is_xml => Ok(BodyKind::Xml),
            "application/x-www-form-urlencoded" | "" => Ok(BodyKind::Form),
            "multipart/form-data" => match multipart::boundary(content_type) {
                Some(boundary) if (1..=200).contains(&boundary.len()) => Ok(BodyKind::Multipart(boundary)),
                _ => Err(Error::argument("content_type multipart/form-data names no boundary")),
            },
            other => Err(Error::argument(format!(
                "content_type {} is none that callbacks come in: a form of either kind, or XML",
                shown(other)
            ))),
        }
    }
}

/// The fields of a form as a tree.
fn document(pairs: &[Pair]) -> Result<Document, Error> {
    let mut document = Document::default();
    for pair in pairs {
        let way = way(&pair.name).ok_or_else(|| {
            Error::argument(format!("field {} is not a name such as a or a[0][b]", shown(&pair.name)))
        })?;
        document.insert(&way, &pair.value).map_err(|reason| {
            Error::argument(format!("field {} cannot be read: {reason}", shown(&pair.name)))
        })?;
    }
    sound(document)
}

/// A document in which every text stands in a field of its own: a signature covers no text beside fields.
fn sound(document: Document) -> Result<Document, Error> {
    let fields = document.leaves().count();
    if fields > MAX_FIELDS {
        return Err(Error::argument(format!("the callback has more than {MAX_FIELDS} fields")));
    }
    if !document.is_signable() {
        return Err(Error::argument("the callback has a field that has a value as well as fields inside"));
    }
    let has_nul = |(way, value): (Vec<Step<'_>>, &str)| {
        value.contains('\0') || way.iter().any(|step| step.name.contains('\0'))
    };
    if document.leaves().any(has_nul) {
        return Err(Error::argument("the callback has a NUL in a field"));
    }
    Ok(document)
}

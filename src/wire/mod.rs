//! Between fields and bytes: `body` writes requests, `xml` and `json` read answers into one `Document`.

mod body;
mod json;
mod xml;

pub(crate) use body::{Format, encode, json_object};

use crate::answer::{Document, MAX_DEPTH, room_for};
use crate::call::Shape;
use crate::memory::has_room;
use crate::outcome::{Refusal, comes_unsigned, is_in_doubt, is_passing, is_repeat};

/// The longest answer that is read.
pub(crate) const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// For a longer answer it is asked whether there is memory. Real ones are far below.
const LONG_ANSWER_BYTES: usize = 64 * 1024;

/// What the answer as a whole says.
#[derive(Debug)]
pub(crate) enum Said {
    Ok,
    Refused(Refusal),
}

/// Reads an answer's bytes: XML or JSON, told apart by the first byte and not by the Content-Type.
///
/// The error is a phrase that says why the bytes are not the protocol.
pub(crate) fn decode(bytes: &[u8]) -> Result<Document, String> {
    if bytes.len() > LONG_ANSWER_BYTES && !has_room(room_for(bytes.len())) {
        return Err(format!("there is no memory to read its {} bytes", bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_ascii();
    match text.as_bytes().first() {
        Some(b'<') => xml::read(text),
        Some(b'{') => json::read(text),
        Some(_) => Err("it is neither XML nor JSON".to_owned()),
        None => Err("it is empty".to_owned()),
    }
}

/// The names by which the answers of one API decide.
pub(crate) struct Dialect {
    status: &'static str,
    /// An answer that has one of them twice is no answer.
    critical: &'static [&'static str],
}

/// The invoice API.
pub(crate) const V5: Dialect = Dialect {
    status: "status",
    critical: &["status", "invoice_status", "invoice_id", "order_id", "amount", "currency", "error_code"],
};

/// Everything older.
pub(crate) const CLASSIC: Dialect = Dialect {
    status: "pg_status",
    critical: &[
        "pg_status",
        "pg_payment_status",
        "pg_transaction_status",
        "pg_payment_id",
        "pg_order_id",
        "pg_amount",
        "pg_currency",
        "pg_captured",
        "pg_clearing_amount",
        "pg_payment_amount",
        "pg_refund_amount",
        "pg_revoke_amount",
        "pg_revoked_amount",
        "pg_refund_payments",
        "pg_revoked_payments",
        "pg_revoke_payment_id",
        "pg_balance",
        "pg_redirect_url",
        "pg_error_code",
        "pg_salt",
    ],
};

/// Reads the answer's status. The error is a phrase that says why it is not the protocol.
pub(crate) fn said(document: &Document, dialect: &Dialect, shape: Shape) -> Result<Said, String> {
    if let Some(name) = document.repeated(dialect.critical) {
        return Err(format!("it has {name} more than once"));
    }
    let status = dialect.status;
    match (document.get(status).map(str::trim), shape) {
        (Some("ok"), _) => Ok(Said::Ok),
        (Some("error"), _) => Ok(Said::Refused(refusal(document))),
        (Some(word), Shape::Fields(others)) if others.contains(&word) => Ok(Said::Ok),
        (Some(word), Shape::Any) if !word.is_empty() => Ok(Said::Ok),
        (Some(word), _) => Err(format!("its {status} is {}", crate::outcome::shown(word))),
        (None, Shape::List | Shape::Any | Shape::Page) if document.count(status) == 0 => Ok(Said::Ok),
        (None, _) => Err(format!("it has no {status}")),
    }
}

/// A positive number in decimal digits alone.
pub(crate) fn positive(text: &str) -> Option<i64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|&number| digits && number > 0)
}

fn refusal(document: &Document) -> Refusal {
    let first = |names: [&str; 3]| names.into_iter().find_map(|name| document.get(name));
    let code = first(["error_code", "pg_error_code", "pg_failure_code"]);
    let description = first(["error_description", "pg_error_description", "pg_failure_description"]);
    Refusal {
        code: code.and_then(|code| code.trim().parse().ok()).unwrap_or(0),
        description: description.map(str::to_owned),
    }
}

impl Refusal {
    pub(crate) fn is_passing(&self) -> bool {
        is_passing(self.code)
    }

    pub(crate) fn is_repeat(&self) -> bool {
        is_repeat(self.code)
    }

    /// Whether it leaves open that an order was done.
    pub(crate) fn is_in_doubt(&self) -> bool {
        is_in_doubt(self.code)
    }

    /// Whether the gateway is known to give this one without a signature.
    pub(crate) fn comes_unsigned(&self) -> bool {
        comes_unsigned(self.code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(document: &Document) -> Result<Said, String> {
        super::said(document, &V5, Shape::Fields(&[]))
    }

    #[test]
    fn nothing_that_decides_about_money_is_said_twice() {
        for name in CLASSIC.critical.iter().filter(|name| **name != "pg_status") {
            let twice = format!("<r><pg_status>ok</pg_status><{name}>1</{name}><{name}>2</{name}></r>");
            let said = super::said(&decode(twice.as_bytes()).unwrap(), &CLASSIC, Shape::Any);
            assert_eq!(said.unwrap_err(), format!("it has {name} more than once"));
        }
        // What refunds and payouts are told by, under each of its names.
        for name in ["pg_transaction_status", "pg_payment_amount", "pg_revoke_amount", "pg_revoked_amount"] {
            assert!(CLASSIC.critical.contains(&name), "{name}");
        }
    }

    #[test]
    fn a_classic_answer_says_ok_in_its_own_words() {
        for (text, shape, is_ok) in [
            ("<r><pg_status>ok</pg_status></r>", Shape::Fields(&[]), true),
            ("<r><status>ok</status></r>", Shape::Fields(&[]), false),
            ("<r><pg_status>process</pg_status></r>", Shape::Fields(&[]), false),
            ("<r><pg_status>process</pg_status></r>", Shape::Fields(&["process"]), true),
            ("<r><pg_status>paid</pg_status></r>", Shape::Fields(&["process"]), false),
            ("<r><pg_status>ok</pg_status><pg_salt>1</pg_salt><pg_salt>2</pg_salt></r>", Shape::List, false),
            ("<r><card><pg_status>ok</pg_status></card></r>", Shape::Fields(&[]), false),
            ("<r><card><pg_status>ok</pg_status></card></r>", Shape::List, true),
            ("<r><pg_status/></r>", Shape::List, false),
            ("<r><pg_status/></r>", Shape::Any, false),
            ("<r><pg_status>paid</pg_status></r>", Shape::Any, true),
            ("<r><pg_status>error</pg_status></r>", Shape::Any, false),
            ("<r><x/></r>", Shape::Any, true),
        ] {
            let said = super::said(&decode(text.as_bytes()).unwrap(), &CLASSIC, shape);
            assert_eq!(matches!(said, Ok(Said::Ok)), is_ok, "{text} {shape:?}");
        }
    }

    #[test]
    fn the_first_byte_decides_and_not_the_name_of_the_root() {
        for text in [
            "<root><status>ok</status></root>",
            "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<response x='1'>\n <status>ok</status>\n</response>\n",
            "<r><status>\n ok </status></r>",
            "<r><!-- c --><status a='b'><![CDATA[ok]]></status><new><er>1</er></new></r>",
            " \n{\"status\":\"ok\"}",
            "\u{feff}{\"x\":null,\"status\":\"\\u006fk\",\"y\":[1,{\"z\":true}]}",
        ] {
            let document = decode(text.as_bytes()).unwrap();
            assert!(matches!(said(&document), Ok(Said::Ok)), "{text}");
        }
    }

    #[test]
    fn what_is_not_the_protocol_is_said_with_its_reason() {
        for (bytes, reason) in [
            (&b""[..], "empty"),
            (b"  \r\n", "empty"),
            (b"OK", "neither XML nor JSON"),
            (b"[1]", "neither XML nor JSON"),
            (b"\xff\xfe<", "not UTF-8"),
            (b"<root><status>ok</status>", "not well-formed XML"),
            (b"<root><status>ok</root></status>", "not well-formed XML"),
            (b"<root/><root/>", "not well-formed XML"),
            (b"<root><status>&nbsp;</status></root>", "not well-formed XML"),
            (b"{\"status\":\"ok\"", "not well-formed JSON"),
            (b"{\"status\":\"ok\"}}", "not well-formed JSON"),
            (b"<!DOCTYPE r [<!ENTITY e 'v'>]><r><status>ok</status></r>", "document type"),
        ] {
            let error = decode(bytes).unwrap_err();
            assert!(error.contains(reason), "{:?}: {error}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_reason_is_one_short_line_whatever_the_answer_has() {
        let long = "x".repeat(500_000);
        for text in [
            "<r><a\u{7}\u{1b}[2J\n></b></r>".to_owned(),
            format!("<{long}></r>"),
            format!("{{\"{long}\":[[1]]}}"),
            r#"{"a\u0007":[[1]]}"#.to_owned(),
            format!("<r><{long}/></r>"),
        ] {
            let reason = decode(text.as_bytes()).unwrap_err();
            assert!(reason.len() < 400 && !reason.chars().any(char::is_control), "{reason:?}");
        }
    }

    #[test]
    fn a_long_name_is_not_copied_for_each_element_of_a_list() {
        let list = |name: usize| format!("{{\"{}\":[{}1]}}", "x".repeat(name), "1,".repeat(10_000));
        assert!(decode(list(255).as_bytes()).is_ok());
        assert!(decode(list(500_000).as_bytes()).unwrap_err().contains("more than 255 bytes"));
    }

    #[test]
    fn a_status_that_is_not_ok_or_error_is_no_answer() {
        for (text, reason) in [
            ("<r/>", "no status"),
            ("<r><status/></r>", "its status is \"\""),
            ("<r><status>OK</status></r>", "its status is \"OK\""),
            ("<r><status>ok</status><status>ok</status></r>", "status more than once"),
            (
                "<r><status>ok</status><invoice_id>1</invoice_id><invoice_id>2</invoice_id></r>",
                "invoice_id more",
            ),
            ("{\"status\":\"error\",\"status\":\"ok\"}", "status more than once"),
        ] {
            let error = said(&decode(text.as_bytes()).unwrap()).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn a_refusal_carries_its_code_and_description() {
        for text in [
            "<r><status>error</status><error_code>9998</error_code><error_description>Bad</error_description></r>",
            "{\"status\":\"error\",\"error_code\":9998,\"error_description\":\"Bad\"}",
            "{\"status\":\"error\",\"pg_error_code\":\"9998\",\"pg_error_description\":\"Bad\"}",
        ] {
            let Ok(Said::Refused(refusal)) = said(&decode(text.as_bytes()).unwrap()) else {
                panic!("{text}")
            };
            assert_eq!((refusal.code, refusal.description.as_deref()), (9998, Some("Bad")));
        }
        let Ok(Said::Refused(refusal)) = said(&decode(b"{\"status\":\"error\"}").unwrap()) else { panic!() };
        assert_eq!((refusal.code, refusal.description), (0, None));
    }
}

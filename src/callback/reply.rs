//! What the merchant answers to a callback: signed XML, and the same for the same callback again.
//!
//! Source: facts 3.1 and 3.2: the fields of the answer, that `rejected` counts only where `pg_can_reject` is 1, and that
//! repetitions must get the answer of the first.

use quick_xml::escape::escape;

use super::{Callback, CallbackKind};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::outcome::{Error, shown};
use crate::random;
use crate::sign::pg_sig;
use crate::wire::Document;

/// The answer to a callback. The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Reply {
    /// A check: the order may be paid. A result: it is taken note of.
    Ok = 0,
    /// The payment is not wanted; the payer reads why.
    Rejected = 1,
    /// The merchant's own fault.
    Error = 2,
}

impl Reply {
    fn word(self) -> &'static str {
        match self {
            Reply::Ok => "ok",
            Reply::Rejected => "rejected",
            Reply::Error => "error",
        }
    }
}

/// The longest description.
const MAX_DESCRIPTION: usize = 1024;

impl Client {
    /// The bytes to answer a callback with, as `text/xml` under HTTP 200. With a journal, the same callback again gets the
    /// answer that it got first, whatever is asked for now. `description` is what a payer reads of a rejection; its semicolons become commas.
    ///
    /// # Errors
    /// `Argument` when the callback takes no such answer, `Journal` when the answer cannot be kept: then answer with
    /// another HTTP status than 200, so that the gateway comes again.
    pub fn callback_reply(
        &self,
        callback: &Callback,
        reply: Reply,
        description: Option<&str>,
    ) -> Result<Vec<u8>, Error> {
        self.log().flush();
        let cancel = Cancel::default();
        let journal = self.journal(self.until(&cancel));
        let name = callback.name();
        if let Some(kept) =
            journal.map(|journal| journal.kept_reply(&self.shop(), &name)).transpose()?.flatten()
        {
            return Ok(kept);
        }
        callback.may_get(reply)?;
        let description = description.filter(|text| !text.is_empty());
        if let Some(text) = description {
            check_description(text)?;
        }
        // The signature could not tell a semicolon inside from the one behind.
        let description = description.map(|text| text.replace(';', ","));
        let salt = format!("{:032x}", u128::from_ne_bytes(random::bytes()?));
        let mut fields = vec![("pg_status", reply.word()), ("pg_salt", &salt)];
        fields.extend(description.as_deref().map(|text| ("pg_description", text)));
        let mut message = Document::default();
        for (name, value) in &fields {
            message.insert(&[name], value).map_err(Error::argument)?;
        }
        let signature = pg_sig::sign(&callback.script, &message, self.callback_key(callback.kind)?);
        fields.push((pg_sig::FIELD, &signature));
        let bytes = xml(&fields).into_bytes();
        match journal {
            Some(journal) => journal.keep_reply(&self.shop(), &name, &bytes),
            None => Ok(bytes),
        }
    }
}

impl Callback {
    /// Whether the gateway takes such an answer.
    fn may_get(&self, reply: Reply) -> Result<(), Error> {
        match self.kind {
            CallbackKind::Unknown | CallbackKind::Redirect => {
                Err(Error::argument("reply: this callback takes no answer"))
            }
            CallbackKind::Result if reply == Reply::Rejected && self.field("pg_can_reject") != Some("1") => {
                Err(Error::argument(
                    "reply: the payment stands and cannot be rejected: pg_can_reject is not 1; give it back instead",
                ))
            }
            CallbackKind::Payout if reply == Reply::Rejected => {
                Err(Error::argument("reply: a payout that was made cannot be rejected"))
            }
            _ => Ok(()),
        }
    }

    /// What tells this callback from others: a repetition has another salt and signature, and nothing else is other.
    fn name(&self) -> String {
        let kind = self.kind as i32;
        let fields = ["pg_payment_id", "pg_order_id", "pg_result", "pg_captured", "pg_status"];
        let fields = fields.map(|name| self.field(name).unwrap_or_default());
        format!("{kind};{}", fields.join(";"))
    }
}

fn check_description(text: &str) -> Result<(), Error> {
    if text.chars().count() > MAX_DESCRIPTION {
        return Err(Error::argument(format!(
            "description {} is longer than {MAX_DESCRIPTION} characters",
            shown(text)
        )));
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) {
        return Err(Error::argument(format!("description {} has control characters in it", shown(text))));
    }
    Ok(())
}

fn xml(fields: &[(&str, &str)]) -> String {
    let inside: String =
        fields.iter().map(|(name, value)| format!("<{name}>{}</{name}>", escape(*value))).collect();
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?><response>{inside}</response>")
}

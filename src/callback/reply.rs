//! What the merchant answers to a callback: signed XML, and the same for the same result again.
//!
//! Source: facts 3.1 and 3.2: the fields of the answer, that `rejected` counts only where `pg_can_reject` is 1, and that
//! repetitions of a result must get the answer of the first.

use quick_xml::escape::escape;

use super::{Callback, CallbackKind};
use crate::answer::Document;
use crate::cancel::Cancel;
use crate::client::Client;
use crate::outcome::{Error, shown};
use crate::random;
use crate::sign::pg_sig;

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
    /// The answer of a number that the journal has.
    fn of(number: i64) -> Reply {
        match number {
            0 => Reply::Ok,
            1 => Reply::Rejected,
            _ => Reply::Error,
        }
    }

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
    /// The bytes to answer a callback with, as `text/xml` under HTTP 200. With a journal, the same result again gets the
    /// answer that it got first, signed anew, whatever is asked for now. A check asks anew each time, because the order may
    /// have been cancelled meanwhile; and `Error` is an answer of the moment and not kept. `description` is what a payer reads of a rejection; its semicolons become commas.
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
        let (shop, name, cancel) = (self.shop(), callback.name(), Cancel::default());
        let journal = match callback.kind {
            CallbackKind::Check => None,
            _ => self.journal(self.until(&cancel)),
        };
        let kept = journal.map(|journal| journal.kept_reply(&shop, &name)).transpose()?.flatten();
        let (reply, description) = match kept {
            Some((status, description)) => (Reply::of(status), description),
            None => {
                callback.may_get(reply)?;
                let description = description.filter(|text| !text.is_empty());
                description.map_or(Ok(()), check_description)?;
                // The signature could not tell a semicolon inside from the one behind.
                let description = description.map(|text| text.replace(';', ","));
                match journal {
                    // A fault of the moment is no answer to stay with.
                    Some(journal) if reply != Reply::Error => {
                        let (status, description) =
                            journal.keep_reply(&shop, &name, (reply as i64, description))?;
                        (Reply::of(status), description)
                    }
                    _ => (reply, description),
                }
            }
        };
        self.signed_reply(callback, reply, description.as_deref())
    }

    fn signed_reply(
        &self,
        callback: &Callback,
        reply: Reply,
        description: Option<&str>,
    ) -> Result<Vec<u8>, Error> {
        let salt = random::hex()?;
        let mut fields = vec![("pg_status", reply.word()), ("pg_salt", &salt)];
        fields.extend(description.map(|text| ("pg_description", text)));
        let mut message = Document::default();
        for (name, value) in &fields {
            message.insert(&[name], value).map_err(Error::argument)?;
        }
        let signature = pg_sig::sign(&callback.script, &message, self.callback_key(callback.kind)?);
        fields.push((pg_sig::FIELD, &signature));
        Ok(xml(&fields).into_bytes())
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
        // A check about another amount is another question; a result's amount belongs to its payment.
        let fields = match self.kind {
            CallbackKind::Check => {
                ["pg_payment_id", "pg_order_id", "pg_amount", "pg_currency", "pg_ps_amount"]
            }
            _ => ["pg_payment_id", "pg_order_id", "pg_result", "pg_captured", "pg_status"],
        };
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

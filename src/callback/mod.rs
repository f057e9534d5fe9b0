//! What the gateway sends to the merchant: the question before a payment, its result, a payout's result, and the payer's
//! browser on its way back. `message` turns a request into fields, `reading` says whether its signature proves what it
//! says, `reply` answers it and `confirm` asks the gateway.
//!
//! A callback is a hint that something has happened. The proof is the gateway's own word: `Client::callback_confirm`.

mod confirm;
mod field;
mod form;
mod message;
mod multipart;
mod reading;
mod reply;

#[cfg(test)]
mod examples;
#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod tests;

use crate::answer::Document;
use crate::client::Client;
use crate::log::Level;
use crate::outcome::Error;
use crate::secret::Secret;
use crate::sign::pg_sig;

use message::Message;
pub(crate) use message::{MAX_BODY_BYTES, too_long};

pub use reply::Reply;

/// What a callback is about. The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum CallbackKind {
    /// None of those below.
    Unknown = 0,
    /// The question whether an order may be paid.
    Check = 1,
    /// How a payment ended.
    Result = 2,
    /// How a payout ended.
    Payout = 3,
    /// The payer's browser comes back; it proves nothing.
    Redirect = 4,
}

/// A callback whose signature is right, and which can mean only what it says.
#[derive(Clone, Debug)]
pub struct Callback {
    kind: CallbackKind,
    script: String,
    fields: Document,
}

impl Callback {
    /// What it is about.
    pub fn kind(&self) -> CallbackKind {
        self.kind
    }

    /// Whether it says that a payment was made: a result whose `pg_result` is 1. A payment that is only held
    /// (`pg_captured` 0) is made, too. It is a hint: `Client::callback_confirm` asks the gateway.
    pub fn is_paid(&self) -> bool {
        self.kind == CallbackKind::Result && self.fields.get("pg_result") == Some("1")
    }

    /// A field by its path, as it was received: `pg_order_id`, or `a[0][b]` as forms write it, or `a/0/b`.
    pub fn field(&self, path: &str) -> Option<&str> {
        self.fields.get(path).or_else(|| self.fields.get(&form_path(path)?))
    }

    /// The place of a field among `fields`.
    pub(crate) fn place(&self, path: &str) -> Option<usize> {
        self.fields.find(path).or_else(|| self.fields.find(&form_path(path)?))
    }

    /// Every field that the gateway has signed. Fields that the merchant's own URL has in its query are among them only
    /// if the gateway signs them.
    pub fn fields(&self) -> &Document {
        &self.fields
    }
}

/// A message's script and the fields that are looked at first.
#[cfg(feature = "fuzzing")]
pub(crate) fn first_reading(
    url: &str,
    content_type: Option<&str>,
    body: &[u8],
) -> Option<(String, Document)> {
    let message = Message::read(url, content_type, body).ok()?;
    let fields = message.readings().into_iter().next()?.ok()?;
    Some((message.script, fields))
}

/// `a[0][b]` as a path.
pub(crate) fn form_path(name: &str) -> Option<String> {
    Some(crate::call::way(name)?.join("/"))
}

impl Client {
    /// Reads and verifies what the merchant's web server has received.
    ///
    /// `url` is the merchant's own as the gateway was told it, with the query that was received: absolute, or from its
    /// path on. Fields may come in the query, in the body (`application/x-www-form-urlencoded`,
    /// `multipart/form-data`) or as XML, in the body or in a field `pg_xml`. A body has at most 1 MiB.
    ///
    /// # Errors
    /// `Signature` when the signature is missing, wrong, or fits another message as well; `Argument` when the request
    /// cannot be read; `Config` without a key.
    pub fn callback(&self, url: &str, content_type: Option<&str>, body: &[u8]) -> Result<Callback, Error> {
        self.log().flush();
        let callback = Message::read(url, content_type, body).and_then(|message| self.verify(message));
        match &callback {
            Ok(callback) => self.log().write(Level::Info, format_args!("callback: {:?}", callback.kind)),
            Err(error) => {
                self.log().write(Level::Error, format_args!("callback: {:?}: {error}", error.code()));
            }
        }
        callback
    }

    fn verify(&self, message: Message) -> Result<Callback, Error> {
        let mut unreadable = None;
        for reading in message.readings() {
            let fields = match reading {
                Ok(fields) => fields,
                Err(error) => {
                    unreadable.get_or_insert(error);
                    continue;
                }
            };
            let kind = kind(&fields);
            if pg_sig::verify(&message.script, &fields, self.callback_key(kind)?) {
                reading::check(kind, &fields, &self.config.callback_fields).map_err(|reason| {
                    Error::signature(format!(
                        "the callback's signature is right, but does not prove what it says: {reason}"
                    ))
                })?;
                return Ok(Callback { kind, script: message.script, fields });
            }
        }
        Err(unreadable.unwrap_or_else(|| {
            Error::signature(
                "the callback's signature is missing or wrong: it was made with another key or for another address, or the \
                 callback was changed on the way",
            )
        }))
    }

    /// The key that callbacks of a kind are signed with.
    fn callback_key(&self, kind: CallbackKind) -> Result<&Secret, Error> {
        let payout_key = match kind {
            CallbackKind::Payout => self.config.payout_key.as_ref(),
            _ => None,
        };
        payout_key
            .or(self.config.secret_key.as_ref())
            .ok_or_else(|| Error::config("secret_key is not set, and callbacks are signed with it"))
    }
}

/// What a message is about, by the fields that it has.
fn kind(fields: &Document) -> CallbackKind {
    let has = |name| fields.count(name) > 0;
    if has("pg_result") {
        CallbackKind::Result
    } else if ["pg_to_pay", "pg_balance", "pg_payment_amount"].into_iter().any(has) {
        CallbackKind::Payout
    } else if has("pg_amount") {
        CallbackKind::Check
    } else if has("pg_merchant_id") && has("pg_payment_id") {
        CallbackKind::Payout
    } else if has("pg_payment_id") || has("pg_order_id") {
        CallbackKind::Redirect
    } else {
        CallbackKind::Unknown
    }
}

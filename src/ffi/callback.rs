//! `fp_callback`: what the gateway sends to the merchant's web server.

use std::ffi::CStr;
use std::ptr;
use std::sync::Arc;

use libc::c_char;

use super::client::{ready, shared};
use super::result::{Asked, answer};
use super::speech::{Speech, speech};
use super::texts::{Place, Texts};
use super::{
    FP_CALLBACK_UNKNOWN, FP_ERR_ARGUMENT, FP_OK, FP_REPLY_ERROR, FP_REPLY_OK, FP_REPLY_REJECTED, Handle,
    borrow, fp_buffer, fp_client, fp_result, guard, guard_or, pointer, received, take_back,
};
use crate::callback::{Callback, MAX_BODY_BYTES, Reply, too_long};
use crate::client::Client;
use crate::outcome::Error;

/// A callback as it was received. One thread at a time; it may move between threads. Its texts are valid until it is freed.
///
/// It is a hint that something has happened: pg_sig covers the values and not their names, so that the library refuses every
/// message that could mean two things, and the proof is still the gateway's own word, fp_callback_confirm.
pub struct fp_callback {
    callback: Result<Callback, Error>,
    /// Answers are signed with its keys, and kept in its journal.
    client: Option<Arc<Client>>,
    speech: Speech,
    texts: Texts,
    /// Where the value of each field stands in `texts`.
    fields: Vec<Option<Place>>,
    message: Place,
}

impl Handle for fp_callback {}

impl fp_callback {
    fn of(client: Option<Arc<Client>>, speech: Speech, callback: Result<Callback, Error>) -> fp_callback {
        let mut texts = Texts::new(speech.encoding);
        let message = callback.as_ref().err().map(|error| error.message_in(speech.language));
        let message = texts.add(&message.unwrap_or_default());
        let fields = callback.as_ref().map(|callback| {
            let values = callback.fields().values();
            values.map(|value| value.map(|value| texts.add(value))).collect()
        });
        let fields = fields.unwrap_or_default();
        if let Some(client) = &client {
            speech.warn(client.log(), &texts.missing);
        }
        fp_callback { callback, client, speech, texts, fields, message }
    }

    fn field(&self, name: &str) -> Option<&CStr> {
        let place = self.callback.as_ref().ok()?.place(name)?;
        self.texts.get((*self.fields.get(place)?)?)
    }

    fn reply(&self, reply: i32, description: Option<&str>) -> Result<Vec<u8>, Error> {
        let reply = match reply {
            FP_REPLY_OK => Reply::Ok,
            FP_REPLY_REJECTED => Reply::Rejected,
            FP_REPLY_ERROR => Reply::Error,
            _ => return Err(Error::argument(format!("reply {reply} is not an FP_REPLY_ number"))),
        };
        let callback = self.callback.as_ref().map_err(Clone::clone)?;
        let client = self.client.as_ref().ok_or_else(|| Error::argument("client is NULL"))?;
        client.callback_reply(callback, reply, description)
    }
}

/// Reads and verifies what the merchant's web server has received. Never NULL; free it with fp_callback_free.
///
/// url: the merchant's own, as the gateway was told it, with the query that was received; absolute, or from its path on (in
/// CGI's words, REQUEST_URI). content_type: the request's, or NULL. body, len: the body's bytes, at most 1 MiB; NULL with 0.
/// Fields are read from the query, from urlencoded and multipart bodies, and from XML. All three are what was received, in
/// UTF-8 whatever the client's text encoding is; fp_callback_field gives the values in that.
///
/// fp_callback_code is FP_ERR_SIGNATURE when the signature is missing, wrong, or fits another message as well, FP_ERR_ARGUMENT
/// when the request cannot be read, FP_ERR_CONFIG without a key, FP_ERR_INTERNAL for a defect. Answer such a request
/// with an HTTP error and nothing else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_parse(
    client: *const fp_client,
    url: *const c_char,
    content_type: *const c_char,
    body: *const u8,
    len: usize,
) -> *mut fp_callback {
    let (client, speech) = unsafe { (shared(client), speech(client)) };
    let parse = || {
        let client = client.as_ref().map_err(Clone::clone)?;
        let url = unsafe { received("url", url) }?;
        let content_type = match content_type.is_null() {
            true => None,
            false => Some(unsafe { received("content_type", content_type) }?),
        };
        let body = match (body.is_null(), len) {
            (_, 0) => &[],
            (true, _) => return Err(Error::argument("body is NULL")),
            // Such as that of a read that failed, -1: there are no such bytes.
            (false, len) if len > MAX_BODY_BYTES => return Err(too_long()),
            (false, _) => unsafe { std::slice::from_raw_parts(body, len) },
        };
        client.callback(&url, content_type.as_deref(), body)
    };
    let callback = guard_or(|| Err(Error::internal()), parse);
    guard_or(ptr::null_mut, || fp_callback::of(client.ok(), speech, callback).give())
}

/// FP_OK, FP_ERR_SIGNATURE, FP_ERR_ARGUMENT, FP_ERR_CONFIG or FP_ERR_INTERNAL; NULL: FP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_code(callback: *const fp_callback) -> i32 {
    let code =
        |handle: &fp_callback| handle.callback.as_ref().err().map_or(FP_OK, |error| error.code() as i32);
    guard(FP_ERR_ARGUMENT, || unsafe { borrow(callback) }.map_or(FP_ERR_ARGUMENT, code))
}

/// One sentence for a person, "" when the code is FP_OK. A missing and a wrong signature are told in the same words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_message(callback: *const fp_callback) -> *const c_char {
    guard(ptr::null(), || {
        pointer(unsafe { borrow(callback) }.and_then(|handle| handle.texts.get(handle.message)))
    })
}

/// What it is about: an FP_CALLBACK_ number; FP_CALLBACK_UNKNOWN also where the code is not FP_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_kind(callback: *const fp_callback) -> i32 {
    let kind = |handle: &fp_callback| {
        handle.callback.as_ref().map_or(FP_CALLBACK_UNKNOWN, |known| known.kind() as i32)
    };
    guard(FP_CALLBACK_UNKNOWN, || unsafe { borrow(callback) }.map_or(FP_CALLBACK_UNKNOWN, kind))
}

/// 1: it says that the payment was made (pg_result 1), if only held (pg_captured 0); else 0. A hint: the proof is
/// fp_callback_confirm.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_paid(callback: *const fp_callback) -> i32 {
    let paid = |handle: &fp_callback| handle.callback.as_ref().is_ok_and(Callback::is_paid);
    guard(0, || i32::from(unsafe { borrow(callback) }.is_some_and(paid)))
}

/// A field as it was received: "pg_order_id", "a[0][b]". NULL when there is none, or the code is not FP_OK.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_field(
    callback: *const fp_callback,
    name: *const c_char,
) -> *const c_char {
    guard(ptr::null(), || {
        let field =
            |handle: &'static fp_callback| handle.field(&unsafe { handle.speech.text("name", name) }.ok()?);
        pointer(unsafe { borrow(callback) }.and_then(field))
    })
}

/// Asks the gateway about what a callback speaks of: the proof that the callback is not. As fp_payment_status, or for a
/// payout as fp_payout_status; FP_ERR_CONFLICT, with FP_SENT_YES, when order, amount or currency differ from the
/// callback's, or from those of the journal's sale.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_confirm(
    client: *const fp_client,
    callback: *const fp_callback,
) -> *mut fp_result {
    let confirm = || {
        let handle = unsafe { borrow(callback) }.ok_or_else(|| Error::argument("callback is NULL"))?;
        let callback = handle.callback.as_ref().map_err(Clone::clone)?;
        unsafe { ready(client) }?.callback_confirm(callback)
    };
    unsafe { answer(client, Asked::default(), confirm) }
}

/// The answer to echo, as text/xml under HTTP 200: reply is an FP_REPLY_ number, description what a payer reads of a
/// rejection (1024 characters at most, its semicolons become commas; NULL: none). Signed XML in UTF-8. With a journal,
/// the same result again gets the answer that it got first, signed anew; a check asks anew each time, and FP_REPLY_ERROR is
/// an answer of the moment: neither is kept.
///
/// The buffer is empty, and fp_buffer_code and fp_buffer_message say why: FP_REPLY_REJECTED to a result whose pg_can_reject
/// is not 1, an answer to a redirect, a callback whose code is not FP_OK, a journal that cannot be written. Answer with an
/// HTTP error then. Free the buffer with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_reply(
    callback: *const fp_callback,
    reply: i32,
    description: *const c_char,
) -> *mut fp_buffer {
    let read = || {
        let handle = unsafe { borrow(callback) }.ok_or_else(|| Error::argument("callback is NULL"))?;
        handle.reply(reply, unsafe { handle.speech.optional_text("description", description) }?.as_deref())
    };
    let bytes = guard_or(|| Err(Error::internal()), read);
    let speech = || unsafe { borrow(callback) }.map_or(Speech::default(), |handle| handle.speech);
    guard_or(ptr::null_mut, || fp_buffer::from(bytes, speech()).give())
}

/// Frees a callback. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_callback_free(callback: *mut fp_callback) {
    unsafe { take_back(callback) }
}

#[cfg(test)]
mod tests {
    use super::super::*;

    #[test]
    fn a_length_that_no_body_has_is_refused_and_not_read() {
        let mut config = crate::config::Config::new();
        config.set_merchant_id(1).unwrap();
        let client = fp_client::of(crate::client::Client::new(&config).unwrap()).give();
        for len in [usize::MAX, isize::MAX as usize, 1024 * 1024 + 1] {
            let url = c"https://shop.example/result".as_ptr();
            let callback = unsafe { fp_callback_parse(client, url, std::ptr::null(), b"a".as_ptr(), len) };
            let message = unsafe { CStr::from_ptr(fp_callback_message(callback)) };
            assert_eq!(unsafe { fp_callback_code(callback) }, FP_ERR_ARGUMENT);
            assert_eq!(message, c"the body is longer than 1048576 bytes");
            unsafe { fp_callback_free(callback) };
        }
        unsafe { fp_client_free(client) };
    }
}

//! `fp_call`: any path of the gateway that has no function of its own.

use libc::c_char;

use super::client::ready;
use super::result::{Asked, answer};
use super::speech::{Speech, speech};
use super::{
    FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_SCHEME_AUTO, FP_SCHEME_JWS, FP_SCHEME_PG_SIG,
    FP_SCHEME_PG_SIG_PAYOUT, Handle, borrow, borrow_mut, bytes, fp_client, fp_result, guard, guard_or, plain,
    remember, take_back,
};
use crate::any_call::{AnyCall, CallScheme};
use crate::outcome::Error;

/// A call of any path. One thread at a time; it may be sent several times, and each time is one more order.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The call remembers its
/// first refusal, and fp_call_send reports that and sends nothing. Names and values are read in the encoding of the client
/// that sends the call: what is not text in it is that call's refusal.
pub struct fp_call {
    call: Result<AnyCall, Error>,
    /// As the caller wrote them: which text the bytes are is known when a client sends them.
    fields: Vec<Field>,
    refused: Option<Error>,
}

struct Field {
    name: Vec<u8>,
    value: Vec<u8>,
    set: fn(&mut AnyCall, &str, &str) -> Result<(), Error>,
}

impl Handle for fp_call {}

impl fp_call {
    /// The call in the words of the core, or the first thing that is wrong with it, for a client whose host speaks so.
    fn complete(&self, speech: Speech) -> Result<AnyCall, Error> {
        let mut call = self.call.clone()?;
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        for Field { name, value, set } in &self.fields {
            let name = speech.read("name", name)?;
            set(&mut call, &name, &speech.read(&name, value)?)?;
        }
        Ok(call)
    }

    /// Keeps a field; the error is what is wrong with it in every encoding.
    fn add(&mut self, field: Field) -> Result<(), Error> {
        let mut call = self.call.clone()?;
        if field.name.is_ascii() && field.value.is_ascii() {
            let text = |bytes| String::from_utf8_lossy(bytes);
            (field.set)(&mut call, &text(&field.name), &text(&field.value))?;
        }
        self.fields.push(field);
        Ok(())
    }
}

/// A call of a path, such as "/revoke.php" or "/v1/merchant/7/card/init": beginning with "/", without a query. Never NULL.
/// Free it with fp_call_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_new(path: *const c_char) -> *mut fp_call {
    let call = guard_or(|| Err(Error::internal()), || AnyCall::new(&unsafe { plain("path", path) }?));
    fp_call { call, fields: Vec::new(), refused: None }.give()
}

/// Frees a call. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_free(call: *mut fp_call) {
    unsafe { take_back(call) }
}

unsafe fn set(call: *mut fp_call, apply: impl FnOnce(&mut fp_call) -> Result<(), Error>) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(call) } {
        Some(handle) => {
            let result = apply(handle);
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// Adds a field; "pg_receipt_positions[0][count]" nests, the same name again repeats it. Under
/// pg_sig the library adds pg_merchant_id where the call does not set it, pg_salt and pg_sig. An empty value is
/// refused: no source says how it is signed. A list has ten positions at most: the sources disagree on the order in
/// which more are signed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_set(call: *mut fp_call, name: *const c_char, value: *const c_char) -> i32 {
    unsafe {
        set(call, |call| {
            let (name, value) = (bytes("name", name)?.to_vec(), bytes("value", value)?.to_vec());
            call.add(Field { name, value, set: AnyCall::set })
        })
    }
}

/// Adds a field that a JSON body writes as a number: decimal digits such as "10.50", sent as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_set_number(
    call: *mut fp_call,
    name: *const c_char,
    digits: *const c_char,
) -> i32 {
    unsafe {
        set(call, |call| {
            let (name, value) = (bytes("name", name)?.to_vec(), bytes("digits", digits)?.to_vec());
            call.add(Field { name, value, set: AnyCall::set_number })
        })
    }
}

/// How the call is signed: an FP_SCHEME_ number. FP_SCHEME_AUTO is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_set_scheme(call: *mut fp_call, scheme: i32) -> i32 {
    let scheme = match scheme {
        FP_SCHEME_AUTO => Ok(CallScheme::Auto),
        FP_SCHEME_JWS => Ok(CallScheme::Jws),
        FP_SCHEME_PG_SIG => Ok(CallScheme::PgSig),
        FP_SCHEME_PG_SIG_PAYOUT => Ok(CallScheme::PgSigPayout),
        _ => Err(Error::argument(format!("scheme {scheme} is not an FP_SCHEME_ number"))),
    };
    unsafe {
        set(call, |handle| {
            let call = handle.call.as_mut().map_err(|error| error.clone())?;
            scheme.map(|scheme| call.set_scheme(scheme))
        })
    }
}

/// Sends a call, once: FP_OK when the answer is no refusal and, under pg_sig, is rightly signed. What it means is read with
/// fp_result_field. After FP_ERR_UNKNOWN or FP_ERR_ANSWER it may have been done. It does not go through the journal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_send(client: *const fp_client, call: *const fp_call) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            let call = borrow(call).ok_or_else(|| Error::argument("call is NULL"))?;
            let call = call.complete(speech(client))?;
            ready(client)?.call(&call)
        })
    }
}

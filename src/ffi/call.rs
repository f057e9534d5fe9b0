//! `fp_call`: any path of the gateway that has no function of its own.

use libc::c_char;

use super::client::ready;
use super::result::{Asked, answer};
use super::{
    FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_SCHEME_AUTO, FP_SCHEME_JWS, FP_SCHEME_PG_SIG,
    FP_SCHEME_PG_SIG_PAYOUT, Handle, borrow, borrow_mut, fp_client, fp_result, guard, remember, take_back,
    text,
};
use crate::any_call::{AnyCall, CallScheme};
use crate::outcome::Error;

/// A call of any path. One thread at a time; it may be sent several times, and each time is one more order.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The call remembers its
/// first refusal, and fp_call_send reports that and sends nothing.
pub struct fp_call {
    call: Result<AnyCall, Error>,
    refused: Option<Error>,
}

impl Handle for fp_call {}

/// A call of a path, such as "/revoke.php" or "/v1/merchant/7/card/init": beginning with "/", without a query. Never NULL.
/// Free it with fp_call_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_new(path: *const c_char) -> *mut fp_call {
    let path = unsafe { text("path", path) };
    let call = guard(Err(Error::internal()), || AnyCall::new(path?));
    fp_call { call, refused: None }.give()
}

/// Frees a call. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_free(call: *mut fp_call) {
    unsafe { take_back(call) }
}

unsafe fn set(call: *mut fp_call, apply: impl FnOnce(&mut AnyCall) -> Result<(), Error>) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(call) } {
        Some(fp_call { call, refused }) => {
            let result = call.as_mut().map_err(|error| error.clone()).and_then(apply);
            remember(refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// Adds a field; "pg_receipt_positions[0][count]" nests, the same name again repeats it. Under
/// pg_sig the library adds pg_merchant_id where the call does not set it, pg_salt and pg_sig. An empty value is refused: no source says how it is signed. A
/// list has ten positions at most: the sources disagree on the order in which more are signed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_set(call: *mut fp_call, name: *const c_char, value: *const c_char) -> i32 {
    unsafe { set(call, |call| call.set(text("name", name)?, text("value", value)?)) }
}

/// Adds a field that a JSON body writes as a number: decimal digits such as "10.50", sent as they are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_set_number(
    call: *mut fp_call,
    name: *const c_char,
    digits: *const c_char,
) -> i32 {
    unsafe { set(call, |call| call.set_number(text("name", name)?, text("digits", digits)?)) }
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
    unsafe { set(call, |call| scheme.map(|scheme| call.set_scheme(scheme))) }
}

/// Sends a call, once: FP_OK when the answer is no refusal and, under pg_sig, is rightly signed. What it means is read with
/// fp_result_field. After FP_ERR_UNKNOWN or FP_ERR_ANSWER it may have been done. It does not go through the journal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_call_send(client: *const fp_client, call: *const fp_call) -> *mut fp_result {
    answer(Asked::default(), || {
        let handle = unsafe { borrow(call) }.ok_or_else(|| Error::argument("call is NULL"))?;
        let call = handle.call.as_ref().map_err(|error| error.clone())?;
        match &handle.refused {
            Some(error) => Err(error.clone()),
            None => unsafe { ready(client) }?.call(call),
        }
    })
}

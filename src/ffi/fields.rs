//! `fp_fields`: optional fields of a request, by the gateway's names.

use std::ptr;

use libc::c_char;

use super::speech::Speech;
use super::{
    FP_ERR_ARGUMENT, FP_ERR_INTERNAL, Handle, borrow, borrow_mut, bytes, guard, plain, remember, take_back,
};
use crate::fields::{Fields, check_name, check_value};
use crate::outcome::Error;

/// Optional fields of a request. One thread at a time; it may be used for several calls.
///
/// A setter answers FP_OK, or FP_ERR_ARGUMENT when the field is refused or a pointer is NULL. The fields remember their
/// first refusal, and a call that would have used them reports that and sends nothing.
///
/// Each call knows which fields it takes, and refuses a pg_ name that is none of them: fp_call_send sends any field. Names
/// without pg_ are your own, where the call takes those; they come back in its callbacks. What the call's own arguments say
/// (order, amount, description) and what the library adds (pg_merchant_id, pg_salt, pg_sig) is refused.
pub struct fp_fields {
    /// Values as the caller wrote them: which text the bytes are is known when a client uses them.
    fields: Vec<(String, Vec<u8>)>,
    refused: Option<Error>,
}

impl Handle for fp_fields {}

impl fp_fields {
    /// The fields in the words of the core, or the first thing that is wrong with them.
    fn complete(&self, speech: Speech) -> Result<Fields, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let mut fields = Fields::new();
        for (name, value) in &self.fields {
            fields.set(name, &speech.read(name, value)?)?;
        }
        Ok(fields)
    }

    fn set(&mut self, name: &str, value: &[u8]) -> Result<(), Error> {
        check_name(name)?;
        check_value(name, value)?;
        self.fields.push((name.to_owned(), value.to_owned()));
        Ok(())
    }
}

/// What a call is given besides its arguments, for a client whose host speaks so; NULL is nothing.
///
/// # Safety
/// As for `borrow`.
pub(super) unsafe fn more(fields: *const fp_fields, speech: Speech) -> Result<Fields, Error> {
    unsafe { borrow(fields) }.map_or(Ok(Fields::new()), |fields| fields.complete(speech))
}

/// No fields yet. Never NULL; free it with fp_fields_free.
#[unsafe(no_mangle)]
pub extern "C" fn fp_fields_new() -> *mut fp_fields {
    guard(ptr::null_mut(), || fp_fields { fields: Vec::new(), refused: None }.give())
}

/// Frees fields. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_fields_free(fields: *mut fp_fields) {
    unsafe { take_back(fields) }
}

/// Sets a field; the same name again replaces its value.
///
/// name: the gateway's, such as "pg_success_url"; nested as a form writes it, "pg_receipt_positions[0][count]"; or one of
/// your own. Latin letters, digits, "_" and "-". value: text in the encoding of the client that uses the fields, without
/// control characters, never empty: leave the field out instead, because no source says how an empty value is signed.
///
/// The call that takes the fields checks the values with a known rule: addresses are http or https with at most 255
/// characters; pg_request_method is GET, POST or XML; pg_success_url_method and its like GET, POST, AUTOGET or AUTOPOST;
/// pg_lifetime 300 to 604800 seconds; pg_recurring_lifetime 1 to 156 months; pg_user_id 1 to 50 of Latin letters, digits, "_"
/// and "-"; pg_order_time_limit as in "2026-03-01 18:00:00"; pg_currency three capital letters; pg_idempotency_key 1 to
/// 64 visible characters; of pg_receipt_positions at most ten, from 0 to 9, each with count, name, tax_type (0 to 99)
/// and price, perhaps UnitCode, GTIN and NTIN.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_fields_set(
    fields: *mut fp_fields,
    name: *const c_char,
    value: *const c_char,
) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(fields) } {
        Some(handle) => {
            let read = || unsafe { Ok((plain("name", name)?, bytes("value", value)?)) };
            let result = read().and_then(|(name, value)| handle.set(&name, value));
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

//! What an `fp_result` says of an invoice, and every field of its answer.

use std::borrow::Cow;
use std::ptr;

use libc::c_char;

use super::result::{number, text_of};
use super::{FP_INVOICE_NONE, borrow, fp_result, guard};

/// The gateway's id of the invoice, the one asked about when no answer came; 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_invoice_id(result: *const fp_result) -> i64 {
    unsafe { number(result, 0, |result| result.invoice_id) }
}

/// Where the invoice stands: an FP_INVOICE_ number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_invoice_status(result: *const fp_result) -> i32 {
    unsafe { number(result, FP_INVOICE_NONE, |result| result.invoice_status) }
}

/// The merchant's order id: the one asked about, also when the answer does not repeat it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_order_id(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.text(result.order_id?)) }
}

/// The amount in decimal digits, as the gateway wrote it. Of a payout that was asked for it is pg_payment_amount, where the
/// answer has it. Of a refund that was found by asking it is the payment's own: the refund's stands in the list, at
/// fp_result_refund_amount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_amount(result: *const fp_result) -> *const c_char {
    unsafe {
        text_of(result, |result| {
            result.said("amount", "pg_amount").or_else(|| result.trusted_field("pg_payment_amount"))
        })
    }
}

/// The currency, such as KZT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_currency(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.said("currency", "pg_currency")) }
}

/// The description that the payer sees.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_description(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.said("description", "pg_description")) }
}

/// The payer's card number, masked by the gateway.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_card_pan(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.said("card_pan", "pg_card_pan")) }
}

/// The payer's card as a token.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_card_token(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.said("card_token", "pg_card_token")) }
}

/// The moment of the answer (dt), or of the payment (pg_payment_date, in a zone that no source names), as the gateway
/// wrote it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_date_time(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.field("dt").or_else(|| result.field("pg_payment_date"))) }
}

/// The moment of the answer in seconds since 1970; 0: none, or it cannot be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_unix_time(result: *const fp_result) -> i64 {
    unsafe { number(result, 0, |result| result.unix_time) }
}

/// The link that the payer's phone opens, read out of the picture where the gateway sent one; NULL when the answer has
/// none that can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_qr_url(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.text(result.qr_url?)) }
}

/// Any field of the answer by its path: "invoice_methods/qr", "dt", "items/item[1]/name" ([n] counts from 0). NULL
/// when there is none, or when it has no text of its own. It answers also for FP_ERR_REFUSED and FP_ERR_ANSWER.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_field(result: *const fp_result, path: *const c_char) -> *const c_char {
    unsafe { text_of(result, |known| known.field(&path_of(result, path)?)) }
}

/// How many fields of the answer stand at a path: "pg_refund_payments/pg_refund_payment", "card". 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_field_count(result: *const fp_result, path: *const c_char) -> usize {
    unsafe { number(result, 0, |known| path_of(result, path).map_or(0, |path| known.count(&path))) }
}

/// The answer's bytes as they came, and their number in len (which may be NULL); NULL and 0 when no answer came. A sale
/// that was found by asking and is answered from the journal has a body of the library's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_body(result: *const fp_result, len: *mut usize) -> *const u8 {
    guard(ptr::null(), || {
        let body = unsafe { borrow(result) }.map_or(&[][..], |result| &result.answer.body);
        if let Some(len) = unsafe { len.as_mut() } {
            *len = body.len();
        }
        if body.is_empty() { ptr::null() } else { body.as_ptr() }
    })
}

/// The path of a field, as a result's host writes it.
unsafe fn path_of<'a>(result: *const fp_result, path: *const c_char) -> Option<Cow<'a, str>> {
    let speech = unsafe { borrow(result) }?.speech();
    unsafe { speech.text("path", path) }.ok()
}

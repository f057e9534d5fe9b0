//! What an `fp_result` says of a payment, a payout or an account.

use libc::c_char;

use super::result::{Refund, number, text_of};
use super::{FP_INVOICE_OK, FP_PAYMENT_NONE, fp_result};
use crate::payment;

/// The gateway's id of the payment (pg_payment_id), the one asked about when no answer came; 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_payment_id(result: *const fp_result) -> i64 {
    unsafe { number(result, 0, |result| result.payment_id) }
}

/// Where the payment stands: an FP_PAYMENT_ number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_payment_status(result: *const fp_result) -> i32 {
    let status = |result: &fp_result| payment::status(result.trusted_answer()?).map(|status| status as i32);
    unsafe { number(result, FP_PAYMENT_NONE, |result| status(result).unwrap_or(FP_PAYMENT_NONE)) }
}

/// 1: the gateway says that the money was paid and taken, of a payment (fp_payment_status) or of an invoice
/// (FP_INVOICE_OK); 0: it does not, or the money is only held. A later refund leaves it 1: fp_result_refund_len.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_paid(result: *const fp_result) -> i32 {
    let is_paid = |result: &fp_result| {
        let invoice = result.is_fine() && result.invoice_status == FP_INVOICE_OK;
        invoice || result.trusted_answer().is_some_and(payment::is_paid)
    };
    unsafe { number(result, 0, |result| i32::from(is_paid(result))) }
}

/// 1: the money was taken; 0: it is only held; -1: the answer does not say (pg_captured).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_captured(result: *const fp_result) -> i32 {
    let captured = |result: &fp_result| payment::captured(result.trusted_answer()?).map(i32::from);
    unsafe { number(result, -1, |result| captured(result).unwrap_or(-1)) }
}

/// Where to send the payer's browser (pg_redirect_url).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_redirect_url(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.trusted_field("pg_redirect_url")) }
}

/// What is left to pay out (pg_balance), decimal text as the gateway wrote it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_balance(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.trusted_field("pg_balance")) }
}

/// What was taken of a hold (pg_clearing_amount), decimal text as the gateway wrote it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_clearing_amount(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.trusted_field("pg_clearing_amount")) }
}

/// What was given back in all, decimal text as the gateway wrote it: negative where it is pg_refund_amount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refunded_amount(result: *const fp_result) -> *const c_char {
    const NAMES: [&str; 3] = ["pg_refund_amount", "pg_revoke_amount", "pg_revoked_amount"];
    unsafe { text_of(result, |result| NAMES.into_iter().find_map(|name| result.trusted_field(name))) }
}

/// The gateway's id of the refund that was made (pg_revoke_payment_id), or found in the payment's list; 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_id(result: *const fp_result) -> i64 {
    unsafe { number(result, 0, |result| result.refund_id) }
}

/// How many refunds the payment has, those that failed included.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_len(result: *const fp_result) -> usize {
    unsafe { number(result, 0, |result| result.refunds.len()) }
}

/// The gateway's id of refund number index, counted from 0; 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_payment_id(result: *const fp_result, index: usize) -> i64 {
    unsafe { number(result, 0, |result| result.refunds.get(index).map_or(0, |refund| refund.payment_id)) }
}

/// What refund number index gave back: decimal text as the gateway wrote it, negative.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_amount(result: *const fp_result, index: usize) -> *const c_char {
    unsafe { text_of(result, |result| result.text(result.refunds.get(index)?.amount?)) }
}

/// Where refund number index stands: an FP_PAYMENT_ number. A refund that failed stays in the list as
/// FP_PAYMENT_ERROR.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_status(result: *const fp_result, index: usize) -> i32 {
    let status = |refund: &Refund| refund.status;
    unsafe {
        number(result, FP_PAYMENT_NONE, |result| result.refunds.get(index).map_or(FP_PAYMENT_NONE, status))
    }
}

/// When refund number index was made: YYYY-MM-DD HH:MM:SS, in a zone that no source names.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_refund_date_time(result: *const fp_result, index: usize) -> *const c_char {
    unsafe { text_of(result, |result| result.text(result.refunds.get(index)?.date_time?)) }
}

//! The numbers of the C ABI, which are never renumbered, and what the gateway's own numbers mean.

use std::ffi::CString;
use std::ptr;

use libc::c_char;
use once_cell::race::OnceBox;

use super::guard;
use crate::gateway_code::MEANINGS;

/// It went well. Of a result: the question was answered.
pub const FP_OK: i32 = 0;
/// The caller's input is wrong; nothing was sent.
pub const FP_ERR_ARGUMENT: i32 = 1;
/// The client's configuration is not complete; nothing was sent.
pub const FP_ERR_CONFIG: i32 = 2;
/// Name, connection, proxy or TLS failed; the gateway has not seen the request.
pub const FP_ERR_NOT_SENT: i32 = 3;
/// The gateway may have seen the request; never repeat it blindly.
pub const FP_ERR_UNKNOWN: i32 = 4;
/// The gateway answered error.
pub const FP_ERR_REFUSED: i32 = 5;
/// The gateway answered something that is not the protocol.
pub const FP_ERR_ANSWER: i32 = 6;
/// Waiting ended and the invoice is still open.
pub const FP_ERR_TIMEOUT: i32 = 7;
/// The caller gave up.
pub const FP_ERR_CANCELLED: i32 = 8;
/// A callback's signature is missing or wrong, or does not prove what it says.
pub const FP_ERR_SIGNATURE: i32 = 9;
/// The order id, refund key or callback is known with another amount, currency or recipient. With FP_SENT_NO nothing was
/// sent; else the gateway has something else under it, and a person looks there before it is sold again.
pub const FP_ERR_CONFLICT: i32 = 10;
/// The journal cannot be read or written; nothing was sent.
pub const FP_ERR_JOURNAL: i32 = 11;
/// A defect of the library.
pub const FP_ERR_INTERNAL: i32 = 12;

/// The request did certainly not reach the gateway.
pub const FP_SENT_NO: i32 = 0;
/// The request may have reached the gateway.
pub const FP_SENT_MAYBE: i32 = 1;
/// The request reached the gateway.
pub const FP_SENT_YES: i32 = 2;

/// Nothing to do.
pub const FP_ADVICE_NONE: i32 = 0;
/// Do the same again.
pub const FP_ADVICE_RETRY: i32 = 1;
/// Ask for the status before anything else.
pub const FP_ADVICE_ASK_STATUS: i32 = 2;
/// Correct the input or the configuration; the same again fails again.
pub const FP_ADVICE_FIX: i32 = 3;
/// Ask for the status again a little later.
pub const FP_ADVICE_WAIT: i32 = 4;

/// The result is about no invoice, or its state is not known.
pub const FP_INVOICE_NONE: i32 = 0;
/// Nobody has looked at the invoice yet.
pub const FP_INVOICE_NEW: i32 = 1;
/// The payer or the payment system is at work.
pub const FP_INVOICE_PROCESS: i32 = 2;
/// Paid.
pub const FP_INVOICE_OK: i32 = 3;
/// The payment failed.
pub const FP_INVOICE_FAILED: i32 = 4;
/// The invoice expired unpaid.
pub const FP_INVOICE_INCOMPLETE: i32 = 5;
/// A word that this version does not know: fp_result_field(result, "invoice_status").
pub const FP_INVOICE_OTHER: i32 = 6;

/// The answer does not say where a payment stands.
pub const FP_PAYMENT_NONE: i32 = 0;
/// Nobody has paid yet.
pub const FP_PAYMENT_NEW: i32 = 1;
/// The payment system is at work.
pub const FP_PAYMENT_PROCESS: i32 = 2;
/// Waiting for the payer or the payment system.
pub const FP_PAYMENT_PENDING: i32 = 3;
/// Paid in part.
pub const FP_PAYMENT_PARTIAL: i32 = 4;
/// Paid; with fp_result_captured 0 the money is only held.
pub const FP_PAYMENT_SUCCESS: i32 = 5;
/// The payment failed.
pub const FP_PAYMENT_ERROR: i32 = 6;
/// The payment failed.
pub const FP_PAYMENT_FAILED: i32 = 7;
/// It expired unpaid.
pub const FP_PAYMENT_INCOMPLETE: i32 = 8;
/// Given back.
pub const FP_PAYMENT_REVOKED: i32 = 9;
/// Given back.
pub const FP_PAYMENT_REFUNDED: i32 = 10;
/// A hold that was let go.
pub const FP_PAYMENT_CANCELED: i32 = 11;
/// The merchant refused it.
pub const FP_PAYMENT_REJECTED: i32 = 12;
/// It expired unpaid.
pub const FP_PAYMENT_EXPIRED: i32 = 13;
/// A word that this version does not know: fp_result_field(result, "pg_payment_status").
pub const FP_PAYMENT_OTHER: i32 = 14;

/// /api/payment_status2.
pub const FP_PAYOUT_STATUS_V2: i32 = 0;
/// /api/payment_status, older.
pub const FP_PAYOUT_STATUS_V1: i32 = 1;
/// /get_status2.php, by the order as for payments.
pub const FP_PAYOUT_STATUS_BY_ORDER: i32 = 2;

/// multipart/form-data without a secret key, JSON with one.
pub const FP_BODY_AUTO: i32 = 0;
/// multipart/form-data.
pub const FP_BODY_MULTIPART: i32 = 1;
/// application/json.
pub const FP_BODY_JSON: i32 = 2;

/// The signature's header has uri and the merchant id as text.
pub const FP_JWS_URI: i32 = 0;
/// The signature's header has path and the merchant id as a number.
pub const FP_JWS_PATH: i32 = 1;

/// A callback of no known kind.
pub const FP_CALLBACK_UNKNOWN: i32 = 0;
/// The question whether an order may be paid (check_url).
pub const FP_CALLBACK_CHECK: i32 = 1;
/// How a payment ended (result_url).
pub const FP_CALLBACK_RESULT: i32 = 2;
/// How a payout ended (post_link).
pub const FP_CALLBACK_PAYOUT: i32 = 3;
/// The payer's browser comes back; it proves nothing.
pub const FP_CALLBACK_REDIRECT: i32 = 4;

/// A check: the order may be paid. A result: it is taken note of.
pub const FP_REPLY_OK: i32 = 0;
/// The payment is not wanted; the payer reads why.
pub const FP_REPLY_REJECTED: i32 = 1;
/// The merchant's own fault.
pub const FP_REPLY_ERROR: i32 = 2;

/// By the path of the call: /v5/ is FP_SCHEME_JWS, /api/ is FP_SCHEME_PG_SIG_PAYOUT, everything else FP_SCHEME_PG_SIG.
pub const FP_SCHEME_AUTO: i32 = 0;
/// A signature in the X-JWS-Signature header.
pub const FP_SCHEME_JWS: i32 = 1;
/// pg_sig with the secret key.
pub const FP_SCHEME_PG_SIG: i32 = 2;
/// pg_sig with the payout key.
pub const FP_SCHEME_PG_SIG_PAYOUT: i32 = 3;

/// A call ended in a failure.
pub const FP_LOG_ERROR: i32 = 1;
/// Something is off, and the call goes on.
pub const FP_LOG_WARN: i32 = 2;
/// One line for each call.
pub const FP_LOG_INFO: i32 = 3;
/// Each attempt and pause.
pub const FP_LOG_DEBUG: i32 = 4;

/// The name of FP_OK or of an FP_ERR_ code, such as "FP_ERR_NOT_SENT"; "unknown code" for every other number.
///
/// The text is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn fp_code_name(code: i32) -> *const c_char {
    let name = match code {
        FP_OK => c"FP_OK",
        FP_ERR_ARGUMENT => c"FP_ERR_ARGUMENT",
        FP_ERR_CONFIG => c"FP_ERR_CONFIG",
        FP_ERR_NOT_SENT => c"FP_ERR_NOT_SENT",
        FP_ERR_UNKNOWN => c"FP_ERR_UNKNOWN",
        FP_ERR_REFUSED => c"FP_ERR_REFUSED",
        FP_ERR_ANSWER => c"FP_ERR_ANSWER",
        FP_ERR_TIMEOUT => c"FP_ERR_TIMEOUT",
        FP_ERR_CANCELLED => c"FP_ERR_CANCELLED",
        FP_ERR_SIGNATURE => c"FP_ERR_SIGNATURE",
        FP_ERR_CONFLICT => c"FP_ERR_CONFLICT",
        FP_ERR_JOURNAL => c"FP_ERR_JOURNAL",
        FP_ERR_INTERNAL => c"FP_ERR_INTERNAL",
        _ => c"unknown code",
    };
    name.as_ptr()
}

/// What an error code of the gateway means (fp_result_gateway_code), in a few English words; NULL for a code that this version
/// does not know, which is no error: the gateway's codes are an open set, and fp_result_gateway_message has its own words.
///
/// The text is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn fp_gateway_code_meaning(code: i32) -> *const c_char {
    /// The core's table with a NUL behind each text, made at the first question.
    static TEXTS: OnceBox<Vec<CString>> = OnceBox::new();
    guard(ptr::null(), || {
        let Ok(place) = MEANINGS.binary_search_by_key(&code, |(known, _)| *known) else { return ptr::null() };
        let with_nul = |(_, meaning): &(i32, &str)| CString::new(*meaning).unwrap_or_default();
        let texts = TEXTS.get_or_init(|| Box::new(MEANINGS.iter().map(with_nul).collect()));
        texts.get(place).map_or(ptr::null(), |text| text.as_ptr())
    })
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    use super::*;
    use crate::{Advice, Code, InvoiceStatus, Level, PaymentStatus, PayoutQuestion, Sent};

    #[test]
    fn the_numbers_of_the_core_are_those_of_the_abi() {
        for (core, abi) in [
            (Code::Argument as i32, FP_ERR_ARGUMENT),
            (Code::Config as i32, FP_ERR_CONFIG),
            (Code::NotSent as i32, FP_ERR_NOT_SENT),
            (Code::Unknown as i32, FP_ERR_UNKNOWN),
            (Code::Refused as i32, FP_ERR_REFUSED),
            (Code::Answer as i32, FP_ERR_ANSWER),
            (Code::Timeout as i32, FP_ERR_TIMEOUT),
            (Code::Cancelled as i32, FP_ERR_CANCELLED),
            (Code::Signature as i32, FP_ERR_SIGNATURE),
            (Code::Conflict as i32, FP_ERR_CONFLICT),
            (Code::Journal as i32, FP_ERR_JOURNAL),
            (Code::Internal as i32, FP_ERR_INTERNAL),
            (Sent::No as i32, FP_SENT_NO),
            (Sent::Maybe as i32, FP_SENT_MAYBE),
            (Sent::Yes as i32, FP_SENT_YES),
            (Advice::None as i32, FP_ADVICE_NONE),
            (Advice::Retry as i32, FP_ADVICE_RETRY),
            (Advice::AskStatus as i32, FP_ADVICE_ASK_STATUS),
            (Advice::Fix as i32, FP_ADVICE_FIX),
            (Advice::Wait as i32, FP_ADVICE_WAIT),
            (InvoiceStatus::New as i32, FP_INVOICE_NEW),
            (InvoiceStatus::Process as i32, FP_INVOICE_PROCESS),
            (InvoiceStatus::Ok as i32, FP_INVOICE_OK),
            (InvoiceStatus::Failed as i32, FP_INVOICE_FAILED),
            (InvoiceStatus::Incomplete as i32, FP_INVOICE_INCOMPLETE),
            (InvoiceStatus::Other as i32, FP_INVOICE_OTHER),
            (PaymentStatus::New as i32, FP_PAYMENT_NEW),
            (PaymentStatus::Process as i32, FP_PAYMENT_PROCESS),
            (PaymentStatus::Pending as i32, FP_PAYMENT_PENDING),
            (PaymentStatus::Partial as i32, FP_PAYMENT_PARTIAL),
            (PaymentStatus::Success as i32, FP_PAYMENT_SUCCESS),
            (PaymentStatus::Error as i32, FP_PAYMENT_ERROR),
            (PaymentStatus::Failed as i32, FP_PAYMENT_FAILED),
            (PaymentStatus::Incomplete as i32, FP_PAYMENT_INCOMPLETE),
            (PaymentStatus::Revoked as i32, FP_PAYMENT_REVOKED),
            (PaymentStatus::Refunded as i32, FP_PAYMENT_REFUNDED),
            (PaymentStatus::Canceled as i32, FP_PAYMENT_CANCELED),
            (PaymentStatus::Rejected as i32, FP_PAYMENT_REJECTED),
            (PaymentStatus::Expired as i32, FP_PAYMENT_EXPIRED),
            (PaymentStatus::Other as i32, FP_PAYMENT_OTHER),
            (PayoutQuestion::V2 as i32, FP_PAYOUT_STATUS_V2),
            (PayoutQuestion::V1 as i32, FP_PAYOUT_STATUS_V1),
            (PayoutQuestion::ByOrder as i32, FP_PAYOUT_STATUS_BY_ORDER),
            (Level::Error as i32, FP_LOG_ERROR),
            (Level::Warn as i32, FP_LOG_WARN),
            (Level::Info as i32, FP_LOG_INFO),
            (Level::Debug as i32, FP_LOG_DEBUG),
        ] {
            assert_eq!(core, abi);
        }
    }

    #[test]
    fn a_gateway_code_has_its_meaning_for_ever() {
        for (code, meaning) in MEANINGS {
            let text = fp_gateway_code_meaning(code);
            assert_eq!(unsafe { CStr::from_ptr(text) }.to_str(), Ok(meaning));
            assert_eq!(text, fp_gateway_code_meaning(code));
        }
        for code in [i32::MIN, 0, 7, i32::MAX] {
            assert!(fp_gateway_code_meaning(code).is_null());
        }
    }
}

//! The calls about payments of the classic API, invoices included: an invoice's id is its payment's.

use libc::c_char;

use super::client::ready;
use super::result::{Asked, answer};
use super::speech::{known, speech};
use super::{flag, fp_client, fp_result};

/// Asks where a payment stands, with its refunds (/get_status3.php). The proof of a payment: FP_OK, fp_result_paid 1 and
/// the order, amount and currency that were asked for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payment_status(client: *const fp_client, payment_id: i64) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.payment_status(payment_id)) }
}

/// Asks where the newest payment of an order stands. After a refund that is the refund itself, with a negative amount.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payment_status_by_order(
    client: *const fp_client,
    order_id: *const c_char,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.payment_status_by_order(known(&order_id)?)) }
}

/// Lets a hold go: the payer's money was never taken (/cancel.php). A payment that was taken is FP_ERR_REFUSED: it needs
/// fp_payment_refund. Sent once; after FP_ERR_UNKNOWN ask with fp_payment_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payment_cancel(client: *const fp_client, payment_id: i64) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.payment_cancel(payment_id)) }
}

/// Takes a hold, or a part of it (clearing, /do_capture.php): amount in decimal text, NULL for all. The rest is let go.
/// The gateway takes a hold by itself after five days. Sent once; after FP_ERR_UNKNOWN ask with fp_payment_status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payment_capture(
    client: *const fp_client,
    payment_id: i64,
    amount: *const c_char,
) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let amount = speech(client).optional_amount(amount)?;
            ready(client)?.payment_capture(payment_id, amount.as_ref())
        })
    }
}

/// Gives a payment back, or a part of it (/revoke.php): amount in decimal text, NULL for all that is left.
///
/// refund_key is the caller's own name for this refund, 1 to 64 characters; NULL: none. It goes to the gateway as
/// pg_idempotency_key, and with a journal the same key again gives the same refund again, FP_ERR_CONFLICT when it is
/// asked for with another amount.
///
/// Sent once. After FP_ERR_UNKNOWN or FP_ERR_ANSWER the refund may have happened: with a journal, the same call again asks
/// the gateway first, finds the refund in the payment's list (FP_OK, fp_result_refund_id) or says FP_ERR_UNKNOWN with
/// FP_ADVICE_WAIT while "not there" proves nothing yet (60 seconds), and only then sends it anew. Without a journal, look at
/// the list of fp_payment_status before repeating it. FP_ERR_UNKNOWN with FP_ADVICE_FIX is what no question can find out: see
/// fp_refund_settle.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payment_refund(
    client: *const fp_client,
    payment_id: i64,
    amount: *const c_char,
    refund_key: *const c_char,
) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let amount = speech(client).optional_amount(amount)?;
            let refund_key = speech(client).optional_text("refund_key", refund_key)?;
            ready(client)?.payment_refund(payment_id, amount.as_ref(), refund_key.as_deref())
        })
    }
}

/// Writes into the journal how a refund ended, as a person has seen it in the merchant's account: was_made 1, it was made; 0, it
/// was not. For a refund that ends with FP_ERR_UNKNOWN and FP_ADVICE_FIX, and holds up every later one of its payment: more was
/// given back than the gateway lists. Asks the gateway nothing.
///
/// refund_key is the one that it was asked for with, NULL when it had none; a payment has one refund at most whose end is not
/// known (fp_client_pending_refunds). After 1 the same key gives FP_OK out of the journal, with fp_result_refund_id 0;
/// after 0 the refund may be tried anew, under its key too.
///
/// FP_OK: it is written. FP_ERR_CONFIG without a journal; FP_ERR_ARGUMENT when the journal has no such refund whose end is not
/// known, or was_made is another number; FP_ERR_UNKNOWN with FP_ADVICE_WAIT while the refund may still arrive, so that nobody can
/// know its end: 60 seconds after the attempt, and the client's timeout more when its process ended in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_refund_settle(
    client: *const fp_client,
    payment_id: i64,
    refund_key: *const c_char,
    was_made: i32,
) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let refund_key = speech(client).optional_text("refund_key", refund_key)?;
            ready(client)?.refund_settle(payment_id, refund_key.as_deref(), flag("was_made", was_made)?)
        })
    }
}

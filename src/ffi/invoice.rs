//! The calls about invoices. Each answers with an `fp_result` that is never NULL.

use std::ops::ControlFlow;

use libc::{c_char, c_void};

use super::client::ready;
use super::result::{Asked, answer};
use super::speech::{known, speech};
use super::{borrow, fp_client, fp_invoice_request, fp_result};
use crate::answer::Invoice;
use crate::outcome::Error;

/// Creates an invoice; the one call that makes a sale.
///
/// It is sent once. After FP_ERR_NOT_SENT it may be made again; after FP_ERR_UNKNOWN or FP_ERR_ANSWER the invoice may
/// exist: ask with fp_invoice_status_by_order first. With a journal, the same order id gives the same invoice again, an
/// attempt of unknown outcome is asked about before there is another, FP_ERR_CONFLICT says that the order id is taken by
/// another amount or currency, and FP_ERR_JOURNAL that the sale could not be written; nothing was sent then. Blocks at
/// most as long as fp_config_set_timeout_ms says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_init(
    client: *const fp_client,
    request: *const fp_invoice_request,
) -> *mut fp_result {
    let (request, speech) = unsafe { (borrow(request), speech(client)) };
    let order_id = request.and_then(|request| request.order_id(speech));
    let asked = request.map(|request| request.asked(order_id.as_deref())).unwrap_or_default();
    unsafe {
        answer(client, asked, || {
            let request = request.ok_or_else(|| Error::argument("request is NULL"))?;
            let client = ready(client)?;
            client.invoice_init(&request.complete(speech)?)
        })
    }
}

/// Asks the gateway about a sale in the journal until it knows, within the time of fp_config_set_timeout_ms.
///
/// FP_OK with its state; FP_ERR_REFUSED with the gateway's "not found" when the sale certainly does not exist and a new
/// attempt is safe; FP_ERR_UNKNOWN while that is not certain, also of an invoice that the gateway has made and does not
/// show; FP_ERR_CONFLICT when the gateway has it with another amount or currency; FP_ERR_ARGUMENT when the journal does not
/// have the order; FP_ERR_CONFIG without a journal.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_recover(
    client: *const fp_client,
    order_id: *const c_char,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.invoice_recover(known(&order_id)?)) }
}

/// Asks where an invoice stands. invoice_id: positive, from fp_result_invoice_id. A passing fault is met by asking
/// again within the call's time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_status(client: *const fp_client, invoice_id: i64) -> *mut fp_result {
    let asked = Asked { invoice_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.invoice_status(invoice_id)) }
}

/// Asks where the newest invoice of an order stands: the way to find a sale whose answer was lost. FP_ERR_REFUSED with the
/// gateway's "not found" (code 11068 or 340) proves nothing within a minute of the last attempt, which may still arrive:
/// with a journal fp_invoice_recover knows when it counts.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_status_by_order(
    client: *const fp_client,
    order_id: *const c_char,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.invoice_status_by_order(known(&order_id)?)) }
}

/// What a payer's app shows of an invoice. customer: the value in the payer's link, or the whole link.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_info(
    client: *const fp_client,
    customer: *const c_char,
) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            ready(client)?.invoice_info(&speech(client).text("customer", customer)?)
        })
    }
}

/// Pays an invoice with a card that was stored for user_id before, as a payer's app does. It is sent once; after
/// FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_invoice_info before anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_pay(
    client: *const fp_client,
    customer: *const c_char,
    user_id: *const c_char,
    card_token: *const c_char,
) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            let speech = speech(client);
            let (customer, user_id) = (speech.text("customer", customer)?, speech.text("user_id", user_id)?);
            ready(client)?.invoice_pay(&customer, &user_id, &speech.text("card_token", card_token)?)
        })
    }
}

/// Lets go of the money that an invoice holds, before it was taken (/cancel.php; a payment's id is its invoice's). A
/// payment that was taken is FP_ERR_REFUSED: it needs fp_invoice_refund. Signed with the secret key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_cancel(client: *const fp_client, invoice_id: i64) -> *mut fp_result {
    let asked = Asked { invoice_id, payment_id: invoice_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.invoice_cancel(invoice_id)) }
}

/// Gives a paid invoice back: amount in decimal text, NULL for all that is left of it. It is fp_payment_refund without a
/// key of the caller's, with the same care: after FP_ERR_UNKNOWN or FP_ERR_ANSWER the refund may have happened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_refund(
    client: *const fp_client,
    invoice_id: i64,
    amount: *const c_char,
) -> *mut fp_result {
    let asked = Asked { invoice_id, payment_id: invoice_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let amount = speech(client).optional_amount(amount)?;
            ready(client)?.invoice_refund(invoice_id, amount.as_ref())
        })
    }
}

/// Sees the end of each poll of fp_invoice_wait, also of one that failed; latest is valid during the call only. A
/// non-zero answer gives up. It must return normally: no exception, no longjmp and no pthread_exit through the library.
pub type fp_progress_fn =
    Option<unsafe extern "C" fn(userdata: *mut c_void, latest: *const fp_result) -> i32>;

/// Polls until the invoice is paid, failed or expired: then FP_OK with that state.
///
/// FP_ERR_TIMEOUT with the last known state when its end is not known after timeout_ms (1 to 86400000);
/// FP_ERR_CANCELLED when progress gave up, and FP_ERR_REFUSED when the gateway refused a question, with that state, too.
/// Passing faults do not end the wait. "Not found" does only after 60 seconds, because the gateway's own copies may lag
/// behind a fresh invoice, and never once the invoice was seen; fp_result_gateway_code tells it from an unpaid one.
/// progress may be NULL; it is called on this thread after every poll.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_wait(
    client: *const fp_client,
    invoice_id: i64,
    timeout_ms: i64,
    progress: fp_progress_fn,
    userdata: *mut c_void,
) -> *mut fp_result {
    let asked = Asked { invoice_id, ..Asked::default() };
    let speech = unsafe { speech(client) };
    let mut report = |latest: &Result<Invoice, Error>| {
        let Some(progress) = progress else { return ControlFlow::Continue(()) };
        let latest = fp_result::of(latest.clone(), asked, speech);
        match unsafe { progress(userdata, &latest) } {
            0 => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    };
    unsafe { answer(client, asked, || ready(client)?.invoice_wait(invoice_id, timeout_ms, &mut report)) }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;
    use crate::cancel::Until;
    use crate::client::Client;
    use crate::config::Config;
    use crate::transport::{Fault, Reply, Request, Transport};

    struct Panicking;

    impl Transport for Panicking {
        fn exchange(&self, _: &Request, _: Until<'_>) -> Result<Reply, Fault> {
            panic!("a defect inside a call");
        }
    }

    #[test]
    fn a_panic_inside_a_call_is_a_code() {
        let mut config = Config::new();
        config.set_merchant_id(1).unwrap();
        let client = fp_client::of(Client::over(&config, Box::new(Panicking)).unwrap()).give();
        unsafe {
            let request = fp_invoice_request_new(c"1".as_ptr(), c"10".as_ptr(), c"Tea".as_ptr());
            for result in [fp_invoice_init(client, request), fp_invoice_status(client, 7)] {
                assert_eq!(fp_result_code(result), FP_ERR_INTERNAL);
                assert_eq!(fp_result_sent(result), FP_SENT_MAYBE);
                assert_eq!(fp_result_advice(result), FP_ADVICE_ASK_STATUS);
                fp_result_free(result);
            }
            fp_invoice_request_free(request);
            fp_client_free(client);
        }
    }
}

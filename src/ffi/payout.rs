//! Paying out, all of it signed with the payout key.

use libc::c_char;

use super::client::ready;
use super::order::begin;
use super::result::{Asked, answer};
use super::speech::{known, speech};
use super::{FP_PAYOUT_STATUS_BY_ORDER, FP_PAYOUT_STATUS_V1, FP_PAYOUT_STATUS_V2};
use super::{fp_client, fp_fields, fp_result};
use crate::outcome::Error;
use crate::payment::PayoutQuestion;

/// Begins a payout to a card that its owner gives on the gateway's page (/api/reg2nonreg): fp_result_redirect_url.
///
/// order_id, amount and description as for fp_page_init. more must have pg_back_link, pg_post_link and pg_order_time_limit; it
/// also takes pg_user_id, pg_payment_route and pg_user_email. Needs fp_config_set_payout_key.
///
/// Sent once. With a journal it is kept from happening twice as fp_payout_iban is: the same order id gives the same page
/// again. A payout that was found by asking has no link (NULL): the gateway gives that only in the answer that was lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payout_page(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        begin(client, order_id, amount, description, more_fields, |client, order| {
            client.payout_page(order.id, &order.amount, order.description, &order.more)
        })
    }
}

/// Pays out to a bank account (/api/to_iban).
///
/// order_id, amount and description as for fp_page_init. more must have pg_recipient_iban, pg_recipient_iin, pg_recipient_name,
/// pg_recipient_kbe, pg_knp, pg_bank_bik and pg_post_link. Needs fp_config_set_payout_key.
///
/// FP_OK means that the gateway took it on; fp_payout_status tells its end. It is sent once, and money must never leave
/// twice. With a journal the order id is the payout's name for ever: the same again is answered from the journal
/// (fp_result_from_journal); after an unknown outcome the gateway is asked first, "not there" counts 60 seconds after the
/// attempt was over, before that FP_ERR_UNKNOWN with FP_ADVICE_WAIT; FP_ERR_CONFLICT says that the order id was used for another
/// amount or recipient. A payout that the gateway has as failed is FP_ERR_REFUSED, and another needs an order id of its own.
/// Without a journal, ask with fp_payout_status before anything is repeated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payout_iban(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        begin(client, order_id, amount, description, more_fields, |client, order| {
            client.payout_iban(order.id, &order.amount, order.description, &order.more)
        })
    }
}

/// Pays out to a card that was stored for payouts by fp_card_add_for_payout (/api/reg2reg).
///
/// user_id: whose card it is, 1 to 50 Latin letters, digits, "_" and "-". card_token: the card. more must have
/// pg_order_time_limit and pg_post_link; it also takes pg_back_link and pg_idempotency_key. Everything else is as with
/// fp_payout_iban, the journal too.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payout_token(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    user_id: *const c_char,
    card_token: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        let speech = speech(client);
        begin(client, order_id, amount, description, more_fields, |client, order| {
            let (user, card) = (speech.text("user_id", user_id)?, speech.text("card_token", card_token)?);
            client.payout_token(order.id, &order.amount, order.description, &user, &card, &order.more)
        })
    }
}

/// Asks what is left to pay out (/api/balance_status): fp_result_balance. Needs fp_config_set_payout_key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payout_balance(client: *const fp_client) -> *mut fp_result {
    unsafe { answer(client, Asked::default(), || ready(client)?.payout_balance()) }
}

/// Asks where a payout stands: fp_result_payment_status is FP_PAYMENT_SUCCESS, FP_PAYMENT_PROCESS or FP_PAYMENT_ERROR, and
/// fp_result_payment_id its number, 0 while it has none. question: which of the three that the gateway knows, an FP_PAYOUT_STATUS_
/// number. Needs fp_config_set_payout_key.
///
/// FP_ERR_UNKNOWN with FP_ADVICE_WAIT when the gateway knows of none (pg_payment_id 0): within a minute of the payout that
/// proves nothing, after that there is none. FP_ERR_REFUSED when the gateway says so with a code (340, 11068).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_payout_status(
    client: *const fp_client,
    order_id: *const c_char,
    question: i32,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    let question = match question {
        FP_PAYOUT_STATUS_V2 => Ok(PayoutQuestion::V2),
        FP_PAYOUT_STATUS_V1 => Ok(PayoutQuestion::V1),
        FP_PAYOUT_STATUS_BY_ORDER => Ok(PayoutQuestion::ByOrder),
        _ => Err(Error::argument(format!("question {question} is not an FP_PAYOUT_STATUS_ number"))),
    };
    unsafe { answer(client, asked, || ready(client)?.payout_status(known(&order_id)?, question?)) }
}

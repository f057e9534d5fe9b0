//! Paying with a stored card.

use libc::c_char;

use super::client::ready;
use super::order::begin;
use super::result::{Asked, answer};
use super::speech::speech;
use super::{fp_client, fp_fields, fp_result};

/// Begins a payment with a stored card (/v1/merchant/ID/card/init): fp_result_payment_id is what fp_token_pay or
/// fp_token_direct then charges. Nothing is charged yet.
///
/// order_id, amount and description as for fp_page_init; user_id and card_token as in fp_card_list. more may be NULL; it takes
/// the addresses and methods of fp_page_init, pg_currency, pg_param1 to 3, pg_idempotency_key and pg_receipt_positions. Sent
/// once; after FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status_by_order.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_token_init(
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
            client.token_init(order.id, &order.amount, order.description, &user, &card, &order.more)
        })
    }
}

/// The page on which the payer gives the card's CVC (/v1/merchant/ID/card/pay): fp_result_body is HTML for a browser, which
/// nobody signs. Where the payment stands is asked with fp_payment_status. Sent once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_token_pay(client: *const fp_client, payment_id: i64) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.token_pay(payment_id)) }
}

/// Charges a stored card without the payer, as was agreed with them (/v1/merchant/ID/card/direct). FP_OK means that the gateway
/// took it on: fp_payment_status is the proof. Sent once; after FP_ERR_UNKNOWN or FP_ERR_ANSWER ask that before anything else.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_token_direct(client: *const fp_client, payment_id: i64) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe { answer(client, asked, || ready(client)?.token_direct(payment_id)) }
}

//! Paying from the balance of a mobile phone.

use libc::c_char;

use super::client::ready;
use super::order::begin;
use super::result::{Asked, answer};
use super::speech::speech;
use super::{fp_client, fp_fields, fp_result};

/// Begins a payment from the balance of a phone (/init_payment.php): fp_result_payment_id is what the next steps name.
///
/// order_id, amount, description and more as for fp_page_init. Nothing is charged yet. Sent once; after FP_ERR_UNKNOWN or
/// FP_ERR_ANSWER ask with fp_payment_status_by_order. That it is this path is the word of one reader of the documentation.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_mobile_init(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        begin(client, order_id, amount, description, more_fields, |client, order| {
            client.mobile_init(order.id, &order.amount, order.description, &order.more)
        })
    }
}

/// Asks the operator of a phone for a payment that was begun (/mfs/pay).
///
/// phone: 7 to 15 digits with the country's code, perhaps behind a "+". system_code: the operator in the gateway's word
/// (TELE2KZT, ALTELKZT, BEELINEKZT, KCELLKZT, ACTIVKZT), NULL lets the gateway find out. FP_OK; fp_result_field(result,
/// "pg_status") is "need_approve" when the payer gets a code by SMS that fp_mobile_approve wants. Sent once; after
/// FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status. No source that could be read names the path that sends the code
/// again; fp_call_new reaches it for those who have it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_mobile_pay(
    client: *const fp_client,
    payment_id: i64,
    phone: *const c_char,
    system_code: *const c_char,
) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let speech = speech(client);
            let phone = speech.text("phone", phone)?;
            let system_code = speech.optional_text("system_code", system_code)?;
            ready(client)?.mobile_pay(payment_id, &phone, system_code.as_deref())
        })
    }
}

/// Gives the code that the payer got (/mfs/approve): 1 to 16 digits or Latin letters. FP_OK; while fp_result_field(result,
/// "pg_status") is "process" (fp_result_payment_status: FP_PAYMENT_PROCESS) the operator is at work, and fp_payment_status
/// tells the end. Sent once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_mobile_approve(
    client: *const fp_client,
    payment_id: i64,
    code: *const c_char,
) -> *mut fp_result {
    let asked = Asked { payment_id, ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            ready(client)?.mobile_approve(payment_id, &speech(client).text("code", code)?)
        })
    }
}

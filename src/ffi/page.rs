//! A payment on the gateway's page.

use libc::c_char;

use super::client::ready;
use super::fields::more;
use super::result::{Asked, answer};
use super::speech::{known, speech};
use super::{fp_client, fp_fields, fp_result};

/// Begins a payment on the gateway's page (/init_payment.php): send the payer's browser to fp_result_redirect_url, and ask
/// about fp_result_payment_id with fp_payment_status. An answer without either is FP_ERR_ANSWER.
///
/// order_id: 1 to 50 characters. amount: decimal text such as "10.50", in units of the currency. description: 1 to 1024
/// characters; the payer sees it. more may be NULL; it takes what the page's documentation lists (pg_currency, pg_result_url,
/// pg_success_url, pg_failure_url, pg_lifetime, pg_auto_clearing "0" where the money is only to be held,
/// pg_receipt_positions, and pg_payment_route "frame" for a page inside yours), and names of your own.
///
/// Sent once, and not journalled: a second page for an order takes no money unless the payer pays on it, too. After
/// FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status_by_order. The page with amount control is left out, because no
/// source that could be read names its path; fp_call_new reaches it for those who have it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_page_init(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let (amount, description) = (speech.amount(amount)?, speech.text("description", description)?);
            ready(client)?.page_init(known(&order_id)?, &amount, &description, &more(more_fields, speech)?)
        })
    }
}

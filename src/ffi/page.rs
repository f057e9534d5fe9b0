//! A payment on the gateway's page.

use libc::c_char;

use super::order::begin;
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
    unsafe {
        begin(client, order_id, amount, description, more_fields, |client, order| {
            client.page_init(order.id, &order.amount, order.description, &order.more)
        })
    }
}

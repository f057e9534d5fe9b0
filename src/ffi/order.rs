//! What the calls have in common that begin a payment or a payout for an order of the merchant's.

use libc::c_char;

use super::client::ready;
use super::fields::more;
use super::result::{Asked, Said, answer};
use super::speech::{known, speech};
use super::{fp_client, fp_fields, fp_result};
use crate::client::Client;
use crate::fields::Fields;
use crate::money::Amount;
use crate::outcome::Error;

/// An order as a host has named it.
pub(super) struct Order<'a> {
    pub id: &'a str,
    pub amount: Amount,
    pub description: &'a str,
    pub more: Fields,
}

/// Reads an order and begins something for it. The result names the order, also where no answer does.
///
/// # Safety
/// As for `borrow`; the texts end with a NUL or are NULL.
pub(super) unsafe fn begin<T: Said>(
    client: *const fp_client,
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
    more_fields: *const fp_fields,
    call: impl FnOnce(&Client, &Order) -> Result<T, Error>,
) -> *mut fp_result {
    let speech = unsafe { speech(client) };
    let order_id = unsafe { speech.text("order_id", order_id) };
    let asked = Asked { order_id: order_id.as_deref().ok(), ..Asked::default() };
    unsafe {
        answer(client, asked, || {
            let (amount, description) = (speech.amount(amount)?, speech.text("description", description)?);
            let client = ready(client)?;
            let id = known(&order_id)?;
            call(client, &Order { id, amount, description: &description, more: more(more_fields, speech)? })
        })
    }
}

//! `fp_pending`: the sales in the journal whose end is not known.

use std::ffi::CString;
use std::ptr;

use libc::c_char;

use super::client::ready;
use super::{FP_ERR_ARGUMENT, FP_OK, Handle, borrow, fp_client, guard, pointer, take_back};
use crate::invoice::PendingSale;
use crate::outcome::Error;

/// A list of sales, as it was when it was asked for. One thread at a time; it may move between threads.
pub struct fp_pending {
    code: i32,
    message: CString,
    sales: Vec<Entry>,
}

impl Handle for fp_pending {}

struct Entry {
    order_id: CString,
    invoice_id: i64,
    amount: CString,
}

impl fp_pending {
    fn of(answer: Result<Vec<PendingSale>, Error>) -> fp_pending {
        match answer {
            Ok(sales) => {
                let entry = |sale: PendingSale| Entry {
                    order_id: text(&sale.order_id),
                    invoice_id: sale.invoice_id.unwrap_or(0),
                    amount: text(&sale.amount),
                };
                fp_pending {
                    code: FP_OK,
                    message: CString::default(),
                    sales: sales.into_iter().map(entry).collect(),
                }
            }
            Err(error) => {
                fp_pending { code: error.code() as i32, message: text(error.message()), sales: Vec::new() }
            }
        }
    }
}

/// What was checked to have no control characters when it went in has none now.
fn text(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// Every sale whose end is not known, the oldest first: in flight when the power failed, lost in the network, or still
/// open when the till gave up waiting. Asks the gateway nothing. Never NULL; free it with fp_pending_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_pending(client: *const fp_client) -> *mut fp_pending {
    let answer = guard(Err(Error::internal()), || unsafe { ready(client) }?.pending());
    guard(ptr::null_mut(), || fp_pending::of(answer).give())
}

/// FP_OK, FP_ERR_CONFIG without a journal, FP_ERR_JOURNAL when it cannot be read; the list is empty then. NULL:
/// FP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_code(pending: *const fp_pending) -> i32 {
    guard(FP_ERR_ARGUMENT, || unsafe { borrow(pending) }.map_or(FP_ERR_ARGUMENT, |pending| pending.code))
}

/// One sentence for a person, "" when the code is FP_OK. Valid until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_message(pending: *const fp_pending) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { borrow(pending) }.map(|pending| pending.message.as_c_str())))
}

/// How many sales there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_len(pending: *const fp_pending) -> usize {
    guard(0, || unsafe { borrow(pending) }.map_or(0, |pending| pending.sales.len()))
}

/// Reads a sale of a list.
unsafe fn entry<'a>(pending: *const fp_pending, index: usize) -> Option<&'a Entry> {
    unsafe { borrow(pending) }?.sales.get(index)
}

/// The merchant's order id of a sale; index from 0. NULL beyond the end. Valid until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_order_id(pending: *const fp_pending, index: usize) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { entry(pending, index) }.map(|entry| entry.order_id.as_c_str())))
}

/// The gateway's id of a sale; 0: the answer was lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_invoice_id(pending: *const fp_pending, index: usize) -> i64 {
    guard(0, || unsafe { entry(pending, index) }.map_or(0, |entry| entry.invoice_id))
}

/// The amount of a sale, as it was asked for. NULL beyond the end. Valid until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_amount(pending: *const fp_pending, index: usize) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { entry(pending, index) }.map(|entry| entry.amount.as_c_str())))
}

/// Frees a list. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_free(pending: *mut fp_pending) {
    unsafe { take_back(pending) }
}

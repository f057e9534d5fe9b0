//! `fp_pending`: the sales, refunds and payouts in the journal whose end is not known.

use std::ffi::CString;
use std::ptr;

use libc::c_char;

use super::client::ready;
use super::speech::speech;
use super::{FP_ERR_ARGUMENT, FP_OK, Handle, borrow, fp_client, guard, guard_or, pointer, take_back};
use crate::client::Client;
use crate::invoice::PendingSale;
use crate::outcome::Error;
use crate::payment::{PendingPayout, PendingRefund};

/// A list of sales, of refunds or of payouts, as it was when it was asked for. One thread at a time; it may move between
/// threads.
pub struct fp_pending {
    code: i32,
    message: CString,
    entries: Vec<Entry>,
}

impl Handle for fp_pending {}

struct Entry {
    /// Of a refund, the caller's key.
    order_id: Option<CString>,
    invoice_id: i64,
    amount: Option<CString>,
}

/// What becomes an entry in the words of a client's host.
trait Heard {
    fn heard(self, write: &mut dyn FnMut(&str) -> CString) -> Entry;
}

impl Heard for PendingSale {
    fn heard(self, write: &mut dyn FnMut(&str) -> CString) -> Entry {
        Entry {
            order_id: Some(write(&self.order_id)),
            invoice_id: self.invoice_id.unwrap_or(0),
            amount: Some(write(&self.amount)),
        }
    }
}

impl Heard for PendingRefund {
    fn heard(self, write: &mut dyn FnMut(&str) -> CString) -> Entry {
        Entry {
            order_id: self.refund_key.map(|key| write(&key)),
            invoice_id: self.payment_id,
            amount: self.amount.map(|amount| write(&amount)),
        }
    }
}

impl Heard for PendingPayout {
    fn heard(self, write: &mut dyn FnMut(&str) -> CString) -> Entry {
        Entry {
            order_id: Some(write(&self.order_id)),
            invoice_id: 0,
            amount: self.amount.map(|amount| write(&amount)),
        }
    }
}

/// The list that a question to the journal gives.
unsafe fn list<T: Heard>(
    client: *const fp_client,
    ask: impl FnOnce(&Client) -> Result<Vec<T>, Error>,
) -> *mut fp_pending {
    let answer = guard_or(|| Err(Error::internal()), || ask(unsafe { ready(client) }?));
    let speech = unsafe { speech(client) };
    let give = || match answer {
        Ok(entries) => fp_pending {
            code: FP_OK,
            message: CString::default(),
            entries: unsafe { heard(client, entries) },
        }
        .give(),
        Err(error) => {
            fp_pending { code: error.code() as i32, message: speech.sentence(&error), entries: Vec::new() }
                .give()
        }
    };
    guard_or(ptr::null_mut, give)
}

/// A list as a client's host hears it; the log tells what its encoding has no letter for.
unsafe fn heard<T: Heard>(client: *const fp_client, entries: Vec<T>) -> Vec<Entry> {
    let (speech, mut missing) = (unsafe { speech(client) }, Vec::new());
    let mut write = |text: &str| speech.write(text, &mut missing);
    let entries = entries.into_iter().map(|entry| entry.heard(&mut write)).collect();
    if let Some(client) = unsafe { borrow(client) } {
        speech.warn(client.log(), &missing);
    }
    entries
}

/// Every sale whose end is not known, the oldest first: in flight when the power failed, lost in the network, or still
/// open when the till gave up waiting. Asks the gateway nothing. Never NULL; free it with fp_pending_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_pending(client: *const fp_client) -> *mut fp_pending {
    unsafe { list(client, Client::pending) }
}

/// Every refund whose end is not known, the oldest first: fp_pending_invoice_id is the payment, fp_pending_amount what was
/// asked for (NULL: all that was left), fp_pending_order_id the caller's refund_key (NULL: none). Asks the gateway nothing:
/// the same refund again finds out. Never NULL; free it with fp_pending_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_pending_refunds(client: *const fp_client) -> *mut fp_pending {
    unsafe { list(client, Client::pending_refunds) }
}

/// Every payout whose end is not known, the oldest first: fp_pending_order_id and fp_pending_amount; fp_pending_invoice_id
/// is 0. Asks the gateway nothing: the same payout again finds out. Never NULL; free it with fp_pending_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_pending_payouts(client: *const fp_client) -> *mut fp_pending {
    unsafe { list(client, Client::pending_payouts) }
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

/// How many there are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_len(pending: *const fp_pending) -> usize {
    guard(0, || unsafe { borrow(pending) }.map_or(0, |pending| pending.entries.len()))
}

/// Reads one of a list.
unsafe fn entry<'a>(pending: *const fp_pending, index: usize) -> Option<&'a Entry> {
    unsafe { borrow(pending) }?.entries.get(index)
}

/// The merchant's order id of a sale; index from 0. NULL beyond the end. Valid until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_order_id(pending: *const fp_pending, index: usize) -> *const c_char {
    guard(ptr::null(), || {
        pointer(unsafe { entry(pending, index) }.and_then(|entry| entry.order_id.as_deref()))
    })
}

/// The gateway's id of a sale; 0: the answer was lost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_invoice_id(pending: *const fp_pending, index: usize) -> i64 {
    guard(0, || unsafe { entry(pending, index) }.map_or(0, |entry| entry.invoice_id))
}

/// The amount, as it was asked for; NULL for a refund of all that was left. NULL beyond the end. Valid until the list is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_amount(pending: *const fp_pending, index: usize) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { entry(pending, index) }.and_then(|entry| entry.amount.as_deref())))
}

/// Frees a list. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_pending_free(pending: *mut fp_pending) {
    unsafe { take_back(pending) }
}

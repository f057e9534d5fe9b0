//! `fp_receipt`: how a merchant's slips look.

use std::ptr;

use libc::c_char;

use super::{FP_ERR_ARGUMENT, FP_ERR_INTERNAL, Handle, borrow_mut, guard, remember, take_back, text};
use crate::outcome::Error;
use crate::qr::{CodePage, Receipt};

/// How a merchant's slips look; made once, used by fp_qr_receipt for every sale. One thread at a time; it may move
/// between threads.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The receipt remembers
/// its first refusal, and fp_qr_receipt reports that. Texts are in UTF-8 and are copied; their control characters are
/// printed as spaces and never reach the printer.
pub struct fp_receipt {
    receipt: Receipt,
    refused: Option<Error>,
}

impl Handle for fp_receipt {}

impl fp_receipt {
    /// The receipt in the words of the core, or the first thing that is wrong with it.
    pub(super) fn complete(&self) -> Result<&Receipt, Error> {
        self.refused.clone().map_or(Ok(&self.receipt), Err)
    }
}

/// Sets one value of a receipt.
unsafe fn set(receipt: *mut fp_receipt, apply: impl FnOnce(&mut Receipt) -> Result<(), Error>) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(receipt) } {
        Some(handle) => {
            let result = apply(&mut handle.receipt);
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// A slip for 58 mm paper in code page cp866, with the amount, the code and the order id, not cut. Never NULL; free it
/// with fp_receipt_free.
#[unsafe(no_mangle)]
pub extern "C" fn fp_receipt_new() -> *mut fp_receipt {
    guard(ptr::null_mut(), || fp_receipt { receipt: Receipt::new(), refused: None }.give())
}

/// Frees a receipt. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_free(receipt: *mut fp_receipt) {
    unsafe { take_back(receipt) }
}

/// The printer's paper in dots: 384 for 58 mm, 576 for 80 mm; any multiple of 8 from 256 to 1024.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_paper_dots(receipt: *mut fp_receipt, paper_dots: u32) -> i32 {
    unsafe { set(receipt, |receipt| receipt.set_paper_dots(paper_dots)) }
}

/// The alphabet of the texts, "cp866", "windows-1251" or "kz-1048", and the printer's own number for it (ESC t), from 0
/// to 255, which its manual or its self-test tells: often 17 for cp866 and 46 for windows-1251. A character that the
/// code page has not is printed as the nearest it has, else as a question mark.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_code_page(
    receipt: *mut fp_receipt,
    code_page: *const c_char,
    selector: u32,
) -> i32 {
    unsafe {
        set(receipt, |receipt| {
            receipt.set_code_page(CodePage::named(text("code_page", code_page)?)?, selector)
        })
    }
}

/// One more line above the amount, such as the shop's name: centred, wrapped between words. At most 100 lines of at
/// most 500 characters; "" is an empty line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_add_line(receipt: *mut fp_receipt, line: *const c_char) -> i32 {
    unsafe { set(receipt, |receipt| receipt.add_line(text("line", line)?)) }
}

/// What stands above the amount and before the order id, in the payer's language; "" for nothing, as in a new receipt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_labels(
    receipt: *mut fp_receipt,
    amount: *const c_char,
    order_id: *const c_char,
) -> i32 {
    unsafe {
        set(receipt, |receipt| {
            receipt.set_labels(text("amount_label", amount)?, text("order_label", order_id)?)
        })
    }
}

/// 1: the printer draws the code itself, as with fp_qr_escpos_native; 0: it is sent as dots, as in a new receipt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_native_code(receipt: *mut fp_receipt, native: i32) -> i32 {
    unsafe {
        set(receipt, |receipt| {
            receipt.set_native_code(flag("native", native)?);
            Ok(())
        })
    }
}

/// 1: the paper is fed to the knife and cut; 0: it is fed by four lines, as in a new receipt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_cut(receipt: *mut fp_receipt, cut: i32) -> i32 {
    unsafe {
        set(receipt, |receipt| {
            receipt.set_cut(flag("cut", cut)?);
            Ok(())
        })
    }
}

/// An unknown number from the caller is refused and means nothing.
fn flag(field: &str, value: i32) -> Result<bool, Error> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::argument(format!("{field} {value} is neither 0 nor 1"))),
    }
}

//! `fp_receipt`: how a merchant's slips look.

use std::ptr;

use libc::c_char;

use super::speech::Speech;
use super::{
    FP_ERR_ARGUMENT, FP_ERR_INTERNAL, Handle, borrow_mut, bytes, flag, guard, plain, remember, take_back,
};
use crate::outcome::Error;
use crate::qr::{Receipt, check_count, check_length};
use crate::text::CodePage;

/// How a merchant's slips look; made once, used by fp_qr_receipt for every sale. One thread at a time; it may move
/// between threads.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The receipt remembers
/// its first refusal, and fp_qr_receipt reports that. Texts are copied, and read in the encoding of the client whose result is
/// printed; their control characters never reach the printer: in UTF-8 they are printed as spaces, elsewhere they are refused.
pub struct fp_receipt {
    receipt: Receipt,
    /// As the caller wrote them: which text the bytes are is known when a result is printed.
    lines: Vec<Vec<u8>>,
    labels: Option<(Vec<u8>, Vec<u8>)>,
    refused: Option<Error>,
}

impl Handle for fp_receipt {}

impl fp_receipt {
    /// The receipt in the words of the core, or the first thing that is wrong with it.
    pub(super) fn complete(&self, speech: Speech) -> Result<Receipt, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let mut receipt = self.receipt.clone();
        for line in &self.lines {
            receipt.add_line(&speech.read("line", line)?)?;
        }
        if let Some((amount, order_id)) = &self.labels {
            receipt
                .set_labels(&speech.read("amount_label", amount)?, &speech.read("order_label", order_id)?)?;
        }
        Ok(receipt)
    }

    fn add_line(&mut self, line: &[u8]) -> Result<(), Error> {
        check_count(self.lines.len())?;
        check_length("line", shortest(line))?;
        self.lines.push(line.to_vec());
        Ok(())
    }

    fn set_labels(&mut self, amount: &[u8], order_id: &[u8]) -> Result<(), Error> {
        check_length("amount_label", shortest(amount))?;
        check_length("order_label", shortest(order_id))?;
        self.labels = Some((amount.to_vec(), order_id.to_vec()));
        Ok(())
    }
}

/// How many characters bytes are at least, whichever encoding they are in.
fn shortest(text: &[u8]) -> usize {
    std::str::from_utf8(text).map_or(text.len(), |text| text.chars().count())
}

/// Sets one value of a receipt.
unsafe fn set(receipt: *mut fp_receipt, apply: impl FnOnce(&mut Receipt) -> Result<(), Error>) -> i32 {
    unsafe { set_texts(receipt, |handle| apply(&mut handle.receipt)) }
}

/// Sets texts of a receipt.
unsafe fn set_texts(
    receipt: *mut fp_receipt,
    apply: impl FnOnce(&mut fp_receipt) -> Result<(), Error>,
) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(receipt) } {
        Some(handle) => {
            let result = apply(handle);
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// A slip for 58 mm paper in code page cp866, with the amount, the code and the order id, not cut. Never NULL; free it
/// with fp_receipt_free.
#[unsafe(no_mangle)]
pub extern "C" fn fp_receipt_new() -> *mut fp_receipt {
    guard(ptr::null_mut(), || {
        fp_receipt { receipt: Receipt::new(), lines: Vec::new(), labels: None, refused: None }.give()
    })
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

/// The alphabet that is printed, "cp866", "windows-1251" or "kz-1048", and the printer's own number for it (ESC t), from 0
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
            receipt.set_code_page(CodePage::named(&plain("code_page", code_page)?)?, selector)
        })
    }
}

/// One more line above the amount, such as the shop's name: centred, wrapped between words. At most 100 lines of at
/// most 500 characters; "" is an empty line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_add_line(receipt: *mut fp_receipt, line: *const c_char) -> i32 {
    unsafe { set_texts(receipt, |receipt| receipt.add_line(bytes("line", line)?)) }
}

/// What stands above the amount and before the order id, in the payer's language; "" for nothing, as in a new receipt.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_receipt_set_labels(
    receipt: *mut fp_receipt,
    amount: *const c_char,
    order_id: *const c_char,
) -> i32 {
    unsafe {
        set_texts(receipt, |receipt| {
            receipt.set_labels(bytes("amount_label", amount)?, bytes("order_label", order_id)?)
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

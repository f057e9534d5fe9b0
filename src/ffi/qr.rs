//! The forms of a result's QR code. A NULL result, or one without a link, gives an empty buffer.

use super::{Handle, borrow, fp_buffer, fp_result, guard};
use crate::qr::Matrix;

/// Draws a form of the code of a result.
unsafe fn draw(result: *const fp_result, form: impl FnOnce(&Matrix) -> Vec<u8>) -> *mut fp_buffer {
    let drawn = guard(None, || {
        let link = unsafe { borrow(result) }?.link()?;
        Some(form(&Matrix::of(link)?))
    });
    fp_buffer::of(drawn.unwrap_or_default()).give()
}

/// The code for a terminal, in UTF-8: Unicode half blocks with the quiet zone, black on white by the terminal's own
/// codes. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_text(result: *const fp_result) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| matrix.to_text().into_bytes()) }
}

//! The forms of a result's QR code. A NULL result, one without a link, or a size out of range gives an empty buffer,
//! and fp_buffer_message says why.

use std::ptr;

use libc::c_char;

use super::result::text_of;
use super::speech::Speech;
use super::{Handle, borrow, fp_buffer, fp_receipt, fp_result, guard, guard_or};
use crate::outcome::Error;
use crate::qr::Matrix;

/// Makes a buffer of a result, or an empty one with the reason.
unsafe fn buffer(
    result: *const fp_result,
    content: impl FnOnce(&fp_result) -> Result<Vec<u8>, Error>,
) -> *mut fp_buffer {
    guard(ptr::null_mut(), || {
        let result = unsafe { borrow(result) };
        let made = guard_or(
            || Err(Error::internal()),
            || content(result.ok_or_else(|| Error::argument("result is NULL"))?),
        );
        fp_buffer::from(made, result.map_or(Speech::default(), fp_result::speech)).give()
    })
}

/// Draws a form of the code of a result.
unsafe fn draw(
    result: *const fp_result,
    form: impl FnOnce(&Matrix) -> Result<Vec<u8>, Error>,
) -> *mut fp_buffer {
    unsafe { buffer(result, |result| form(&matrix(result)?)) }
}

fn matrix(result: &fp_result) -> Result<Matrix, Error> {
    let Some(link) = result.link() else { return Err(Error::argument(no_link(result))) };
    let too_long =
        || Error::argument(format!("the link has {} bytes, and no QR code holds so much", link.len()));
    Matrix::of(link).ok_or_else(too_long)
}

fn no_link(result: &fp_result) -> &'static str {
    if !result.is_fine() {
        "the call did not go well, so that there is no QR: fp_result_message says why"
    } else if result.picture().is_some() {
        "no link can be read from the picture that the gateway sent; fp_qr_picture has the picture"
    } else {
        "the gateway's answer has no QR that can be read"
    }
}

/// A PNG of one bit a pixel with the quiet zone, black on white. pixels_per_module: from 1 to 64. Never NULL; free it
/// with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_png(result: *const fp_result, pixels_per_module: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| matrix.to_png(pixels_per_module)) }
}

/// A Windows bitmap of one bit a pixel with the quiet zone, black on white, which a till on Windows shows without any
/// library. pixels_per_module: from 1 to 64. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_bmp(result: *const fp_result, pixels_per_module: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| matrix.to_bmp(pixels_per_module)) }
}

/// An SVG drawing with the quiet zone, in UTF-8: one black path on a white square, 4 pixels a module unless the page
/// says otherwise; it scales to any size. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_svg(result: *const fp_result) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| Ok(matrix.to_svg().into_bytes())) }
}

/// The code for a terminal, in UTF-8: Unicode half blocks with the quiet zone, black on white by the terminal's own
/// codes. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_text(result: *const fp_result) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| Ok(matrix.to_text().into_bytes())) }
}

/// The code for a receipt printer as dots: one ESC/POS raster (GS v 0) of the paper's whole width, the code in its
/// middle with the quiet zone, a module as large as fits and at least 3 dots. To be sent at the start of a line; it
/// changes no setting of the printer and neither feeds nor cuts. paper_dots: 384 for 58 mm paper, 576 for 80 mm; any
/// multiple of 8 from 256 to 1024. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_escpos(result: *const fp_result, paper_dots: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| matrix.to_escpos(paper_dots)) }
}

/// The code drawn by the receipt printer itself (GS ( k): a few hundred bytes, for printers that know the command; the
/// others print nothing or rubbish. It is centred, with paper fed for the quiet zone, a module as large as fits, from 3
/// to 16 dots; the alignment is left at the left. paper_dots: as for fp_qr_escpos. Never NULL; free it with
/// fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_escpos_native(result: *const fp_result, paper_dots: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| matrix.to_escpos_native(paper_dots)) }
}

/// A whole label for a printer that speaks ZPL, in ASCII: the code with its quiet zone as a graphic (^GFA) in the upper
/// left corner. For a label of one's own take the part from ^GFA to ^FS. dots_per_module: from 1 to 64; most printers
/// have 203 dots to the inch, where 4 to 8 are usual. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_zpl(result: *const fp_result, dots_per_module: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| Ok(matrix.to_zpl(dots_per_module)?.into_bytes())) }
}

/// The modules for a program that draws by itself: one byte each, row by row, 1 is dark, 0 is light. The side is the
/// square root of the length. There is no quiet zone: leave four light modules on every side. Never NULL; free it with
/// fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_matrix(result: *const fp_result) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| Ok(matrix.to_modules())) }
}

/// The PNG of fp_qr_png as a data: URI in ASCII, for the src of an <img>. pixels_per_module: from 1 to 64. Never NULL;
/// free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_data_uri(result: *const fp_result, pixels_per_module: u32) -> *mut fp_buffer {
    unsafe { draw(result, |matrix| Ok(matrix.to_data_uri(pixels_per_module)?.into_bytes())) }
}

/// A slip for the payer as one ESC/POS block: the receipt's lines, the amount, the code and the order id. The amount is
/// the gateway's, else the one that was asked for. The receipt's texts are read in the encoding of the result's client.
/// A receipt that has refused a value gives an empty buffer and that refusal. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_receipt(
    result: *const fp_result,
    receipt: *const fp_receipt,
) -> *mut fp_buffer {
    unsafe {
        buffer(result, |result| {
            let receipt = borrow(receipt).ok_or_else(|| Error::argument("receipt is NULL"))?;
            receipt.complete(result.speech())?.to_escpos(&result.sale(), &matrix(result)?)
        })
    }
}

/// The picture that the gateway sent instead of the link, as it came; it is here also when no link can be read from it.
/// An empty buffer when it sent none. Never NULL; free it with fp_buffer_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_picture(result: *const fp_result) -> *mut fp_buffer {
    unsafe {
        buffer(result, |result| match result.picture() {
            Some(picture) => Ok(picture.bytes().to_vec()),
            None if result.link().is_some() => Err(Error::argument("the gateway sent a link and no picture")),
            None => Err(Error::argument(no_link(result))),
        })
    }
}

/// The kind of that picture: "image/png" or "image/jpeg"; NULL when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_qr_picture_type(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, fp_result::picture_type) }
}

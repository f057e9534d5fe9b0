//! What the fuzz targets share: parting the input, and asking a result everything.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use freedompay::ffi::*;
use freedompay::fuzz;
use libfuzzer_sys as _;

/// The input's bytes, taken from the front.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next byte; 0 behind the end.
    pub fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    /// A number of two bytes.
    pub fn pair(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    /// A number of eight bytes.
    pub fn number(&mut self) -> i64 {
        i64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// What stands before the next `end`, which is skipped.
    pub fn until(&mut self, end: u8) -> &'a [u8] {
        let mut parts = self.0.splitn(2, |&byte| byte == end);
        let part = parts.next().unwrap_or_default();
        self.0 = parts.next().unwrap_or_default();
        part
    }

    /// A text for a C function, ended by a NUL or the end of the input.
    pub fn c_string(&mut self) -> CString {
        CString::new(self.until(0)).expect("it has no NUL")
    }
}

/// To be called once, before the first input: from then on a panic ends the process, also where the C ABI would have
/// caught it.
pub fn begin() {
    // The first guarded call sets the hook that silences panics; this one is to stand behind it.
    unsafe { fp_config_free(fp_config_new()) };
    std::panic::set_hook(Box::new(|panic| {
        eprintln!("{panic}");
        std::process::abort();
    }));
}

/// A client whose gateway answers so, as a handle to be freed.
pub fn client(http_status: u16, answer: &[u8]) -> *mut fp_client {
    Box::into_raw(Box::new(fuzz::client(http_status, answer, None)))
}

type Text = unsafe extern "C" fn(*const fp_result) -> *const c_char;
type Number = unsafe extern "C" fn(*const fp_result) -> i32;

const TEXTS: [Text; 15] = [
    fp_result_message,
    fp_result_gateway_message,
    fp_result_order_id,
    fp_result_amount,
    fp_result_currency,
    fp_result_description,
    fp_result_card_pan,
    fp_result_card_token,
    fp_result_date_time,
    fp_result_qr_url,
    fp_result_redirect_url,
    fp_result_balance,
    fp_result_clearing_amount,
    fp_result_refunded_amount,
    fp_qr_picture_type,
];

const NUMBERS: [Number; 9] = [
    fp_result_sent,
    fp_result_advice,
    fp_result_from_journal,
    fp_result_http_status,
    fp_result_gateway_code,
    fp_result_invoice_status,
    fp_result_payment_status,
    fp_result_paid,
    fp_result_captured,
];

const PATHS: [&CStr; 6] = [
    c"status",
    c"invoice_methods/qr",
    c"pg_sig",
    c"card[1]/pg_card_token",
    c"a/b[2]/c",
    c"x[99999999999999999999]",
];

/// Asks a result everything, checks what must hold of each, and frees it.
///
/// # Safety
/// The result came from the library and was not freed.
pub unsafe fn read(result: *mut fp_result) {
    unsafe {
        assert!(!result.is_null());
        let code = fp_result_code(result);
        assert!((FP_OK..FP_ERR_INTERNAL).contains(&code), "code {code}");
        let message = CStr::from_ptr(fp_result_message(result)).to_str().expect("messages are UTF-8");
        assert_eq!(code == FP_OK, message.is_empty(), "code {code}, message {message:?}");
        assert!(!message.chars().any(char::is_control) && message.chars().count() < 700, "{message:?}");
        for text in TEXTS {
            length(text(result));
        }
        for number in NUMBERS {
            assert!(number(result) >= -1);
        }
        for path in PATHS {
            length(fp_result_field(result, path.as_ptr()));
            fp_result_field_count(result, path.as_ptr());
        }
        assert!(fp_result_invoice_id(result) >= 0 && fp_result_payment_id(result) >= 0);
        fp_result_unix_time(result);
        fp_result_refund_id(result);
        let refunds = fp_result_refund_len(result);
        for index in [0, 1, refunds, usize::MAX] {
            fp_result_refund_payment_id(result, index);
            fp_result_refund_status(result, index);
            length(fp_result_refund_amount(result, index));
            length(fp_result_refund_date_time(result, index));
        }
        let mut len = 0;
        let body = fp_result_body(result, &mut len);
        assert!(!body.is_null() || len == 0);
        form(result, len);
        fp_result_free(result);
    }
}

/// One form of the code, chosen by a number: all of them would take nearly all the time.
unsafe fn form(result: *const fp_result, which: usize) {
    unsafe {
        let has_link = !fp_result_qr_url(result).is_null();
        let receipt = fp_receipt_new();
        let buffer = match which % 11 {
            0 => fp_qr_png(result, 2),
            1 => fp_qr_bmp(result, 1),
            2 => fp_qr_svg(result),
            3 => fp_qr_text(result),
            4 => fp_qr_escpos(result, 384),
            5 => fp_qr_escpos_native(result, 384),
            6 => fp_qr_zpl(result, 1),
            7 => fp_qr_matrix(result),
            8 => fp_qr_receipt(result, receipt),
            9 => fp_qr_data_uri(result, 1),
            _ => fp_qr_picture(result),
        };
        assert!(!buffer.is_null());
        assert!(has_link || fp_buffer_len(buffer) == 0 || !fp_qr_picture_type(result).is_null());
        assert_ne!(fp_buffer_code(buffer), FP_ERR_INTERNAL);
        touch(fp_buffer_data(buffer), fp_buffer_len(buffer));
        length(fp_buffer_message(buffer));
        fp_buffer_free(buffer);
        fp_receipt_free(receipt);
    }
}

/// Reads a borrowed text to its end; NULL is none.
///
/// # Safety
/// The text is NULL or NUL-terminated.
pub unsafe fn length(text: *const c_char) -> usize {
    if text.is_null() { 0 } else { unsafe { CStr::from_ptr(text) }.count_bytes() }
}

/// Reads bytes and the NUL behind them.
///
/// # Safety
/// There are `len` bytes, and one more.
pub unsafe fn touch(bytes: *const u8, len: usize) {
    if bytes != ptr::null() {
        let bytes = unsafe { std::slice::from_raw_parts(bytes, len + 1) };
        assert_eq!(bytes.iter().rev().next(), Some(&0));
    }
}

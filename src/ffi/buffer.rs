//! `fp_buffer`: bytes that the caller owns.

use std::ffi::CString;
use std::ptr;

use libc::c_char;

use super::speech::Speech;
use super::{FP_ERR_ARGUMENT, FP_OK, Handle, borrow, guard, pointer, take_back};
use crate::outcome::Error;

/// Bytes. One thread at a time; it may move between threads.
pub struct fp_buffer {
    /// The bytes and one NUL behind them, so that a text may be used as one.
    bytes: Vec<u8>,
    code: i32,
    /// Why there are none.
    message: CString,
}

impl Handle for fp_buffer {}

impl fp_buffer {
    pub(super) fn of(mut bytes: Vec<u8>) -> fp_buffer {
        bytes.push(0);
        fp_buffer { bytes, code: FP_OK, message: CString::default() }
    }

    /// What was asked for, or nothing and the reason.
    pub(super) fn from(content: Result<Vec<u8>, Error>, speech: Speech) -> fp_buffer {
        match content {
            Ok(bytes) => fp_buffer::of(bytes),
            Err(error) => {
                fp_buffer { bytes: vec![0], code: error.code() as i32, message: speech.sentence(&error) }
            }
        }
    }

    fn content(&self) -> &[u8] {
        self.bytes.split_last().map_or(&[], |(_, content)| content)
    }
}

/// FP_OK, or the FP_ERR_ number that says why a buffer is empty; fp_buffer_message says it in words. NULL: FP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_code(buffer: *const fp_buffer) -> i32 {
    guard(FP_ERR_ARGUMENT, || unsafe { borrow(buffer) }.map_or(FP_ERR_ARGUMENT, |buffer| buffer.code))
}

/// The bytes, valid until the buffer is freed. A NUL stands behind the last one. NULL for a NULL buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_data(buffer: *const fp_buffer) -> *const u8 {
    guard(ptr::null(), || unsafe { borrow(buffer) }.map_or(ptr::null(), |buffer| buffer.content().as_ptr()))
}

/// How many bytes there are, without the NUL behind them. 0 for a NULL buffer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_len(buffer: *const fp_buffer) -> usize {
    guard(0, || unsafe { borrow(buffer) }.map_or(0, |buffer| buffer.content().len()))
}

/// Why a buffer is empty, in one sentence for a person; "" when it has what was asked for, NULL for a NULL buffer. Valid
/// until the buffer is freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_message(buffer: *const fp_buffer) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { borrow(buffer) }.map(|buffer| buffer.message.as_c_str())))
}

/// Frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_free(buffer: *mut fp_buffer) {
    unsafe { take_back(buffer) }
}

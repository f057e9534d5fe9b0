//! `fp_buffer`: bytes that the caller owns.

use std::ptr;

use super::{Handle, borrow, guard, take_back};

/// Bytes. One thread at a time; it may move between threads.
pub struct fp_buffer {
    /// The bytes and one NUL behind them, so that a text may be used as one.
    bytes: Vec<u8>,
}

impl Handle for fp_buffer {}

impl fp_buffer {
    pub(super) fn of(mut bytes: Vec<u8>) -> fp_buffer {
        bytes.push(0);
        fp_buffer { bytes }
    }

    fn content(&self) -> &[u8] {
        self.bytes.split_last().map_or(&[], |(_, content)| content)
    }
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

/// Frees a buffer. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_buffer_free(buffer: *mut fp_buffer) {
    unsafe { take_back(buffer) }
}

//! The C ABI: every exported function, one file for each handle, and the only place with `unsafe`.
//!
//! An exported function reads its arguments, calls the core and wraps the answer, inside `guard`. What the functions
//! share stands here. The rules that hold for all of them are in `include/README.md`.

#![allow(non_camel_case_types, clippy::missing_safety_doc)]
// The descriptions are written for the header, where a bracket is a bracket.
#![allow(rustdoc::bare_urls, rustdoc::broken_intra_doc_links)]

mod answer;
mod buffer;
mod call;
mod callback;
mod card;
mod client;
mod codes;
mod config;
mod fields;
mod fork;
mod invoice;
mod library;
mod mobile;
mod order;
mod page;
mod payment;
mod payout;
mod pending;
mod qr;
mod receipt;
mod request;
mod result;
mod said;
mod speech;
mod stay;
mod task;
mod texts;
mod token;
mod uncancelled;
mod unread;

use std::borrow::Cow;
use std::ffi::CStr;
use std::panic::{self, AssertUnwindSafe};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use libc::c_char;

use crate::outcome::Error;

use speech::Speech;
use uncancelled::Uncancelled;

pub use answer::*;
pub use buffer::*;
pub use call::*;
pub use callback::*;
pub use card::*;
pub use client::*;
pub use codes::*;
pub use config::*;
pub use fields::*;
pub use invoice::*;
pub use library::*;
pub use mobile::*;
pub use page::*;
pub use payment::*;
pub use payout::*;
pub use pending::*;
pub use qr::*;
pub use receipt::*;
pub use request::*;
pub use result::*;
pub use said::*;
pub use task::*;
pub use token::*;

/// A type that crosses the border as an opaque pointer: made by `give`, borrowed by `borrow`, freed by `take_back`.
trait Handle: Sized {
    /// Hands a value to the caller.
    fn give(self) -> *mut Self {
        Box::into_raw(Box::new(self))
    }
}

/// Runs `body`; a panic inside becomes `fallback` and goes no further. For what neither waits nor calls the host.
fn guard<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    silence_panics();
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or(fallback)
}

/// As `guard`, for everything else: the thread is not cancelled in it. The fallback is made only when it is needed.
fn guard_or<T>(fallback: impl FnOnce() -> T, body: impl FnOnce() -> T) -> T {
    silence_panics();
    let _uncancelled = Uncancelled::now();
    panic::catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| fallback())
}

/// A panic must not write on the host's stderr. This library's copy of the panic machinery is its own, so that the
/// host's is left as it is.
fn silence_panics() {
    static SILENT: AtomicBool = AtomicBool::new(cfg!(test));
    if !SILENT.load(Ordering::Relaxed) && !SILENT.swap(true, Ordering::Relaxed) {
        panic::set_hook(Box::new(|_| {}));
    }
}

/// What a handle points to; none for NULL.
///
/// # Safety
/// `handle` is NULL or came from `give` and has not been freed; nobody writes to it meanwhile.
unsafe fn borrow<'a, T: Handle>(handle: *const T) -> Option<&'a T> {
    unsafe { handle.as_ref() }
}

/// What a handle points to, to be changed; none for NULL.
///
/// # Safety
/// `handle` is NULL or came from `give` and has not been freed; nobody else uses it meanwhile.
unsafe fn borrow_mut<'a, T: Handle>(handle: *mut T) -> Option<&'a mut T> {
    unsafe { handle.as_mut() }
}

/// Frees a handle; NULL is fine.
///
/// # Safety
/// `handle` is NULL or came from `give` and has not been freed.
unsafe fn take_back<T: Handle>(handle: *mut T) {
    if !handle.is_null() {
        guard_or(|| (), || drop(unsafe { Box::from_raw(handle) }));
    }
}

/// The bytes of a NUL-terminated text, without the NUL.
///
/// # Safety
/// `text` is NULL or NUL-terminated and stays as it is during the call.
unsafe fn bytes<'a>(field: &str, text: *const c_char) -> Result<&'a [u8], Error> {
    if text.is_null() {
        return Err(Error::argument(format!("{field} is NULL")));
    }
    Ok(unsafe { CStr::from_ptr(text) }.to_bytes())
}

/// A text that is ASCII wherever it can be used: what is not becomes the replacement character, and is refused as that.
///
/// # Safety
/// As for `bytes`.
unsafe fn plain<'a>(field: &str, text: *const c_char) -> Result<Cow<'a, str>, Error> {
    Ok(String::from_utf8_lossy(unsafe { bytes(field, text) }?))
}

/// What a web server has received, which is in UTF-8 or ASCII whatever the host writes.
///
/// # Safety
/// As for `bytes`.
unsafe fn received<'a>(field: &str, text: *const c_char) -> Result<Cow<'a, str>, Error> {
    unsafe { Speech::default().text(field, text) }
}

/// An unknown number from the caller is refused and means nothing.
fn flag(field: &str, value: i32) -> Result<bool, Error> {
    match value {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(Error::argument(format!("{field} {value} is neither 0 nor 1"))),
    }
}

/// The answer of a setter, and the memory of its handle: the first refusal is kept.
fn remember(refused: &mut Option<Error>, result: Result<(), Error>) -> i32 {
    match result {
        Ok(()) => FP_OK,
        Err(error) => {
            let code = error.code() as i32;
            refused.get_or_insert(error);
            code
        }
    }
}

/// A pointer to a text of a handle; NULL when there is none.
fn pointer(text: Option<&CStr>) -> *const c_char {
    text.map_or(ptr::null(), CStr::as_ptr)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_the_fallback() {
        assert_eq!(guard(7, || panic!("inside")), 7);
        assert_eq!(guard(7, || 8), 8);
    }

    #[test]
    fn text_that_is_none_is_refused_with_its_position() {
        let error = Speech::default().read("description", b"\xd7\xe0\xe9").unwrap_err();
        assert_eq!(error.message(), "description is not UTF-8: the byte at position 0 does not fit");
        let windows = Speech { encoding: crate::text::TextEncoding::Windows1251, ..Speech::default() };
        let error = windows.read("description", b"\xd7\xe0\x98").unwrap_err();
        assert_eq!(error.message(), "description is not windows-1251: the byte at position 2 does not fit");
        let missing = unsafe { windows.text("order_id", ptr::null()) }.unwrap_err();
        assert!(missing.message().contains("order_id is NULL"));
    }
}

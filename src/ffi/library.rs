//! The library itself.

use std::ffi::CStr;

use libc::c_char;

const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => panic!("a version has no NUL in it"),
};

/// The library's version, such as "0.1.0". The text is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn fp_version() -> *const c_char {
    VERSION.as_ptr()
}

/// The number of the ABI, 1: it grows when a program that was built before could no longer run.
#[unsafe(no_mangle)]
pub extern "C" fn fp_abi_version() -> u32 {
    1
}

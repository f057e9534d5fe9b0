//! Threads of the library's own, beside those of the host that are inside a call.

use std::thread::Builder;

/// What the longest call needs, many times over. Without a word on it the environment would decide (RUST_MIN_STACK), and that is
/// the host's: too little would end it.
const STACK_BYTES: usize = 2 * 1024 * 1024;

/// How a thread of the library's is started. Names are what the system shows of it.
pub(crate) fn own(name: &str) -> Builder {
    Builder::new().name(name.to_owned()).stack_size(STACK_BYTES)
}

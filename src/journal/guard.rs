//! Whether SQLite may be used in this process.
//!
//! SQLite has locks of its own for the whole process. A child that was forked while another thread held one must never
//! ask for it. So each piece of work is counted here, and a child can see that one was under way at the fork.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

/// The process id in the upper half, the pieces of work under way in the lower.
static UNDER_WAY: AtomicU64 = AtomicU64::new(0);

/// A piece of work under way.
pub(super) struct Inside;

/// Begins a piece of work; none in a child that was forked in the middle of another thread's.
pub(super) fn enter() -> Option<Inside> {
    let own = u64::from(process::id()) << 32;
    let mut seen = UNDER_WAY.load(Ordering::Acquire);
    loop {
        let count = seen & u64::from(u32::MAX);
        let inherited = seen >> 32 != own >> 32;
        if inherited && count > 0 {
            return None;
        }
        let next = own | if inherited { 1 } else { count + 1 };
        match UNDER_WAY.compare_exchange_weak(seen, next, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => return Some(Inside),
            Err(now) => seen = now,
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        UNDER_WAY.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A place where a power cut can be tried: with the feature `fault`, the process dies at the n-th of them, n being
/// the number in `FREEDOMPAY_FAULT_AT`.
#[cfg(feature = "fault")]
pub(crate) fn fault_point() {
    use std::sync::atomic::AtomicU32;
    static PASSED: AtomicU32 = AtomicU32::new(0);
    let wanted: Option<u32> = std::env::var("FREEDOMPAY_FAULT_AT").ok().and_then(|text| text.parse().ok());
    if wanted == Some(PASSED.fetch_add(1, Ordering::SeqCst) + 1) {
        process::abort();
    }
}

#[cfg(not(feature = "fault"))]
pub(crate) fn fault_point() {}

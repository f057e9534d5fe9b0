//! Whether SQLite may be used in this process.
//!
//! SQLite has locks of its own for the whole process. A child that was forked while another thread held one must never
//! ask for it. So each piece of work is counted here: a fork waits a moment until none is under way (the C ABI sees to
//! that), and a child that was forked in the middle of one all the same can see it.

use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// From the top: 32 bits for the process that counts, 16 for its threads that are about to fork, 16 for the pieces of
/// work under way. One number, so that no work can begin between a look at it and a fork.
static STATE: AtomicU64 = AtomicU64::new(0);

const ONE_FORK: u64 = 1 << 16;
const WORKS: u64 = ONE_FORK - 1;
const FORKS: u64 = WORKS << 16;

/// How long a fork waits for the work under way. A journal that another program holds locked must not hold it up.
const FORK_WAITS: Duration = Duration::from_secs(1);

/// This process, where `STATE` has it.
fn own() -> u64 {
    u64::from(process::id()) << 32
}

fn is_own(state: u64) -> bool {
    state & !(FORKS | WORKS) == own()
}

/// A piece of work under way.
pub(super) struct Inside;

/// Begins a piece of work; none in a child that was forked in the middle of another thread's.
pub(super) fn enter() -> Option<Inside> {
    loop {
        let seen = STATE.load(Ordering::SeqCst);
        let next = match (is_own(seen), seen & FORKS, seen & WORKS) {
            (true, 0, _) => seen + 1,
            (true, _, _) => {
                thread::sleep(Duration::from_micros(100));
                continue;
            }
            (false, _, 0) => own() + 1,
            (false, _, _) => return None,
        };
        if STATE.compare_exchange(seen, next, Ordering::SeqCst, Ordering::SeqCst).is_ok() {
            return Some(Inside);
        }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        STATE.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Before a fork: keeps new work from beginning until `after_fork`, and lets the work under way end.
pub(crate) fn before_fork() {
    let next = |seen: u64| {
        let is_clean_inheritance = !is_own(seen) && seen & WORKS == 0;
        Some(if is_clean_inheritance { own() + ONE_FORK } else { seen + ONE_FORK })
    };
    let _ = STATE.fetch_update(Ordering::SeqCst, Ordering::SeqCst, next);
    let end = Instant::now() + FORK_WAITS;
    let is_busy = |state: u64| is_own(state) && state & WORKS > 0;
    while is_busy(STATE.load(Ordering::SeqCst)) && Instant::now() < end {
        thread::sleep(Duration::from_micros(100));
    }
}

/// After a fork, in the parent. The child sees that the count is not its own, and begins anew.
pub(crate) fn after_fork() {
    STATE.fetch_sub(ONE_FORK, Ordering::SeqCst);
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

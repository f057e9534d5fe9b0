//! What happens around a fork: the journal's work under way is let end first, so that the child can use a journal.

/// Has the system call the journal around every fork of this process, from now on; once is enough.
#[cfg(unix)]
pub(super) fn watch() {
    use std::sync::atomic::{AtomicBool, Ordering};

    use crate::journal::guard;

    extern "C" fn before() {
        super::guard((), guard::before_fork);
    }
    extern "C" fn after() {
        super::guard((), guard::after_fork);
    }

    static WATCHED: AtomicBool = AtomicBool::new(false);
    if !WATCHED.swap(true, Ordering::Relaxed) {
        // Should the system have no memory for it, a child sees for itself that work was under way.
        // The library is never unmapped (build.rs), so the functions stay where they are.
        unsafe { libc::pthread_atfork(Some(before), Some(after), None) };
    }
}

#[cfg(not(unix))]
pub(super) fn watch() {}

//! What the invented histories of sales, refunds and payouts share: a world that many look at, a power cut, a journal's place.

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard};

use crate::outcome::Error;

/// The world of a history, for as long as it is looked at.
pub(crate) fn look<W>(world: &Mutex<W>) -> MutexGuard<'_, W> {
    world.lock().expect("no test fails with the world in its hands")
}

/// A power cut in the middle of a request.
pub(crate) struct PowerCut;

impl PowerCut {
    pub fn now() -> ! {
        panic::resume_unwind(Box::new(PowerCut))
    }
}

/// Runs a call that a power cut may end; none if it did.
pub(crate) fn survive<T>(call: impl FnOnce() -> Result<T, Error>) -> Option<Result<T, Error>> {
    match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(end) => Some(end),
        Err(cause) if cause.is::<PowerCut>() => None,
        Err(cause) => panic::resume_unwind(cause),
    }
}

/// A journal for all histories of a kind, in memory where there is such a place.
pub(crate) fn place(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let root = if memory.is_dir() { memory } else { std::env::temp_dir() };
    root.join(format!("freedompay-{name}-{}", std::process::id()))
}

/// Takes a journal away also when the property fails.
pub(crate) struct Swept(pub PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut file = self.0.clone().into_os_string();
            file.push(suffix);
            let _ = std::fs::remove_file(file);
        }
    }
}

//! The wall clock, as something that a test can set.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970.
pub(crate) trait Clock: Send + Sync {
    fn now_ms(&self) -> i64;
}

/// The machine's own clock, which a dead battery or its owner may set wrong.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

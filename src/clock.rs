//! Time as the journal needs it, and as a test can set it.

use std::time::{SystemTime, UNIX_EPOCH};

/// What time it is.
pub(crate) trait Clock: Send + Sync {
    /// Milliseconds since 1970, by the machine's clock, which a dead battery or its owner may set wrong.
    fn now_ms(&self) -> i64;

    /// How long the machine has been running, sleep included, which nobody can set; none where it does not tell.
    fn uptime(&self) -> Option<Uptime> {
        None
    }
}

/// A moment since the machine was started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uptime {
    /// Which start it was.
    pub boot: String,
    pub ms: i64,
}

impl Uptime {
    /// The moment so much later.
    pub fn plus(self, ms: i64) -> Uptime {
        Uptime { ms: self.ms.saturating_add(ms), ..self }
    }
}

/// The machine's own clocks.
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    #[cfg(target_os = "linux")]
    fn uptime(&self) -> Option<Uptime> {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
        let (seconds, hundredths) = uptime.split_whitespace().next()?.split_once('.')?;
        let ms = seconds.parse::<i64>().ok()? * 1000 + hundredths.parse::<i64>().ok()? * 10;
        Some(Uptime { boot: boot.trim().to_owned(), ms })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn uptime_goes_on_within_one_boot() {
        let first = SystemClock.uptime().unwrap();
        let second = SystemClock.uptime().unwrap();
        assert!(first.boot == second.boot && first.ms > 0 && first.ms <= second.ms);
    }
}

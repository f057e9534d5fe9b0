//! Time as the journal needs it, and as a test can set it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

/// The last moment at which what must not happen twice may leave, by clocks that go on while the machine sleeps. A deadline
/// stands still with it, and what another process has read in the journal meanwhile does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LastMoment {
    at_ms: i64,
    uptime_ms: Option<i64>,
}

impl LastMoment {
    /// The clocks are coarser than a deadline, which is to end a call that nothing has held up.
    const GRACE_MS: i64 = 1_000;

    /// What is begun now with so much time.
    pub fn within(time: Duration, clock: &dyn Clock) -> LastMoment {
        let ms = i64::try_from(time.as_millis()).unwrap_or(i64::MAX).saturating_add(Self::GRACE_MS);
        LastMoment {
            at_ms: clock.now_ms().saturating_add(ms),
            uptime_ms: clock.uptime().map(|uptime| uptime.plus(ms).ms),
        }
    }

    /// Whether it is over: by the uptime, which nobody can set, and where there is none by the clock.
    pub fn is_past(self, clock: &dyn Clock) -> bool {
        match (self.uptime_ms, clock.uptime()) {
            (Some(last), Some(now)) => now.ms > last,
            _ => clock.now_ms() > self.at_ms,
        }
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

    struct At(i64, Option<i64>);

    impl Clock for At {
        fn now_ms(&self) -> i64 {
            self.0
        }

        fn uptime(&self) -> Option<Uptime> {
            self.1.map(|ms| Uptime { boot: "a".to_owned(), ms })
        }
    }

    #[test]
    fn the_last_moment_comes_by_the_uptime_and_without_one_by_the_clock() {
        let begun = |clock: At| LastMoment::within(Duration::from_secs(30), &clock);
        for (begun, now, is_past) in [
            (begun(At(0, Some(500))), At(9_999_999, Some(31_500)), false),
            (begun(At(0, Some(500))), At(0, Some(31_501)), true),
            (begun(At(500, None)), At(31_500, None), false),
            (begun(At(500, None)), At(31_501, None), true),
            (begun(At(500, Some(0))), At(31_501, None), true),
        ] {
            assert_eq!(begun.is_past(&now), is_past, "{begun:?} {} {:?}", now.0, now.1);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn uptime_goes_on_within_one_boot() {
        let first = SystemClock.uptime().unwrap();
        let second = SystemClock.uptime().unwrap();
        assert!(first.boot == second.boot && first.ms > 0 && first.ms <= second.ms);
    }
}

//! An attempt at something that must not happen twice: what a sale and an operation have in common.

use rusqlite::Row;

use crate::clock::Uptime;
use crate::outcome::NOT_FOUND_COUNTS_AFTER_MS;

/// What is known of an attempt. The numbers are those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is about to be sent, or was when the process ended.
    Sending = 1,
    /// It may have arrived.
    Unknown = 2,
    /// It certainly did not arrive.
    NotSent = 3,
    /// The gateway refused it.
    Refused = 4,
    /// It is done: the invoice exists, the money has gone.
    Known = 5,
}

impl State {
    /// Whether the gateway may have done what this journal does not know of.
    pub fn may_have_arrived(self) -> bool {
        matches!(self, State::Sending | State::Unknown)
    }

    /// Whether the gateway certainly did nothing: a new attempt is allowed.
    pub fn certainly_failed(self) -> bool {
        matches!(self, State::NotSent | State::Refused)
    }

    /// The state in a row.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<State> {
        Ok(match row.get("state")? {
            1 => State::Sending,
            3 => State::NotSent,
            4 => State::Refused,
            5 => State::Known,
            // A number that nobody wrote is read in the way that asks before it acts.
            _ => State::Unknown,
        })
    }
}

/// How an attempt ended; `D` is what is kept of one that is done.
pub(crate) enum Ended<D> {
    NotSent,
    Refused,
    Unknown { counts: Counts },
    Known(D),
}

impl<D> Ended<D> {
    pub(super) fn state(&self) -> State {
        match self {
            Ended::NotSent => State::NotSent,
            Ended::Refused => State::Refused,
            Ended::Unknown { .. } => State::Unknown,
            Ended::Known(_) => State::Known,
        }
    }

    pub(super) fn counts(&self) -> Option<&Counts> {
        match self {
            Ended::Unknown { counts } => Some(counts),
            _ => None,
        }
    }

    pub(super) fn known(&self) -> Option<&D> {
        match self {
            Ended::Known(done) => Some(done),
            _ => None,
        }
    }
}

/// From when on "not found" proves that an attempt did not arrive: by the clock, and by the machine's uptime where it
/// tells that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub at_ms: i64,
    pub uptime: Option<Uptime>,
}

impl Counts {
    /// Whether that moment has come: by the clock, and by the uptime as well. A clock can be set forward, where its battery is
    /// dead at every start; and of two containers with one journal each may be told an uptime of its own under the machine's boot.
    pub fn has_come(&self, now_ms: i64, uptime: Option<&Uptime>) -> bool {
        let by_uptime = match (&self.uptime, uptime) {
            (Some(then), Some(now)) if then.boot == now.boot => now.ms >= then.ms,
            // The start ended whatever was under way.
            (Some(_), Some(now)) => now.ms >= NOT_FOUND_COUNTS_AFTER_MS,
            _ => true,
        };
        by_uptime && now_ms >= self.at_ms
    }

    /// The moment in a row.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Counts> {
        let (boot, ms): (Option<String>, Option<i64>) = (row.get("boot")?, row.get("counts_uptime_ms")?);
        Ok(Counts {
            at_ms: row.get("counts_at_ms")?,
            uptime: boot.zip(ms).map(|(boot, ms)| Uptime { boot, ms }),
        })
    }

    pub(super) fn boot(&self) -> Option<&str> {
        self.uptime.as_ref().map(|uptime| uptime.boot.as_str())
    }

    pub(super) fn uptime_ms(&self) -> Option<i64> {
        self.uptime.as_ref().map(|uptime| uptime.ms)
    }
}

/// What a statement sets where an attempt was lost, and its moment is `:counts`, `:boot`, `:uptime`; NULL leaves it. That it was
/// over then is the last that the clock is known of, which may have been set while it was under way.
pub(super) fn set_counts() -> String {
    format!(
        "counts_at_ms = coalesce(:counts, counts_at_ms), boot = coalesce(:boot, boot), \
         counts_uptime_ms = coalesce(:uptime, counts_uptime_ms), \
         tried_at_ms = coalesce(:counts - {NOT_FOUND_COUNTS_AFTER_MS}, tried_at_ms)"
    )
}

/// What a statement sets where the clock was set back to `:now`, which would keep "not found" from ever counting: the time
/// that an attempt has left begins anew. It goes with `tried_at_ms > :now`.
pub(super) fn set_back() -> String {
    format!(
        "counts_at_ms = :now + max(counts_at_ms - tried_at_ms, {NOT_FOUND_COUNTS_AFTER_MS}), tried_at_ms = :now"
    )
}

/// The HTTP status in a row; 0 where there is none.
pub(super) fn http_status(row: &Row<'_>) -> rusqlite::Result<u16> {
    let status: Option<i64> = row.get("http_status")?;
    Ok(status.and_then(|status| u16::try_from(status).ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_a_clock_that_is_set_forward_nor_anothers_uptime_makes_not_found_count() {
        let up = |boot: &str, ms| Uptime { boot: boot.to_owned(), ms };
        let counts = Counts { at_ms: 60_000, uptime: Some(up("a", 70_000)) };
        for (now_ms, uptime, has_come) in [
            (59_999, None, false),
            (60_000, None, true),
            (10_000_000, Some(up("a", 69_999)), false),
            (59_999, Some(up("a", 9_999_999)), false),
            (60_000, Some(up("a", 70_000)), true),
            (59_999, Some(up("b", 9_999_999)), false),
            (10_000_000, Some(up("b", 59_999)), false),
            (60_000, Some(up("b", 60_000)), true),
        ] {
            assert_eq!(counts.has_come(now_ms, uptime.as_ref()), has_come, "{now_ms} {uptime:?}");
        }
        let clock_alone = Counts { at_ms: 60_000, uptime: None };
        assert!(clock_alone.has_come(60_000, Some(&up("a", 1))));
    }
}

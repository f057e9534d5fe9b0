//! The sandbox's clock. It only moves forward, as fast as it is told, can be moved ahead by a test, and writes the
//! gateway's `dt`.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// The gateway writes its times five hours ahead of UTC.
const OFFSET_SECONDS: u64 = 5 * 3600;

#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    /// What the clock showed then.
    began: Duration,
    /// When it showed nothing, in the time of the world.
    origin: Duration,
    /// How many times faster than the world's it runs.
    speed: u32,
    /// Whether it was moved since this was last asked.
    moved: bool,
}

/// A clock as it stood at one moment of the world, from which it goes on.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct KeptClock {
    origin: Duration,
    at: Duration,
    unix: Duration,
}

impl Clock {
    pub fn new(speed: u32) -> Self {
        Clock {
            started: Instant::now(),
            began: Duration::ZERO,
            origin: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            speed: speed.max(1),
            moved: false,
        }
    }

    /// Time since the sandbox started, as it sees it.
    pub fn now(&self) -> Duration {
        self.began.saturating_add(self.started.elapsed().saturating_mul(self.speed))
    }

    pub fn advance(&mut self, by: Duration) {
        self.began = self.began.saturating_add(by);
        self.moved = true;
    }

    /// How long the world takes for so long on this clock.
    pub fn in_the_world(&self, time: Duration) -> Duration {
        time / self.speed
    }

    pub fn keep(&self, unix_now: Duration) -> KeptClock {
        KeptClock { origin: self.origin, at: self.now(), unix: unix_now }
    }

    /// Goes on as if it had run in the meantime.
    pub fn restore(&mut self, kept: KeptClock, unix_now: Duration) {
        let meanwhile = unix_now.saturating_sub(kept.unix).saturating_mul(self.speed);
        self.origin = kept.origin;
        self.began = kept.at.saturating_add(meanwhile);
        self.started = Instant::now();
    }

    pub fn take_moved(&mut self) -> bool {
        std::mem::take(&mut self.moved)
    }

    /// The gateway's `dt`, so many seconds off.
    pub fn date_time_off(&self, by: i64) -> String {
        date_time(self.unix_seconds().saturating_add_signed(by))
    }

    /// The same as HTTP writes it.
    pub fn http_date_off(&self, by: i64) -> String {
        http_date(self.unix_seconds().saturating_add_signed(by))
    }

    pub fn moment(&self) -> Moment {
        let at = self.now();
        Moment { at, text: self.text_at(at) }
    }

    /// How classic messages write this time since the sandbox started.
    pub fn text_at(&self, at: Duration) -> String {
        let date_time = date_time(self.origin.saturating_add(at).as_secs());
        date_time.split('+').next().unwrap_or_default().replace('T', " ")
    }

    fn unix_seconds(&self) -> u64 {
        self.origin.saturating_add(self.now()).as_secs()
    }
}

/// An instant, as it is reckoned with and as it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Moment {
    /// Since the sandbox started.
    pub at: Duration,
    /// `YYYY-MM-DD HH:MM:SS`, which is how classic messages write it.
    pub text: String,
}

/// `YYYY-MM-DDThh:mm:ss+05:00`.
fn date_time(unix_seconds: u64) -> String {
    let local = unix_seconds.saturating_add(OFFSET_SECONDS);
    let (days, second) = (local / 86_400, local % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}+05:00")
}

/// What a server writes in its header Date: the machine's time, whatever the sandbox's clock was moved to.
pub(super) fn http_now() -> String {
    http_date(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs())
}

/// `Thu, 01 Jan 1970 00:00:00 GMT`.
fn http_date(unix_seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (unix_seconds / 86_400, unix_seconds % 86_400);
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let week_day = DAYS.iter().cycle().nth((days % 7) as usize).unwrap_or(&"");
    let month = MONTHS.get(month.saturating_sub(1) as usize).unwrap_or(&"");
    format!("{week_day}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}

/// The Gregorian date of a day counted from 1970-01-01. Years are counted from March, so that the leap day
/// is the last of its year, in eras of 400 years, which all have the same number of days.
fn date(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        for (unix, text) in [
            (0, "1970-01-01T05:00:00+05:00"),
            (951_782_399, "2000-02-29T04:59:59+05:00"),
            (951_850_800, "2000-03-01T00:00:00+05:00"),
            (1_704_049_199, "2023-12-31T23:59:59+05:00"),
            (1_704_049_200, "2024-01-01T00:00:00+05:00"),
            (4_107_481_200, "2100-02-28T12:00:00+05:00"),
            (4_107_524_400, "2100-03-01T00:00:00+05:00"),
        ] {
            assert_eq!(date_time(unix), text);
        }
    }

    #[test]
    fn dates_of_http_have_their_day_of_the_week() {
        for (unix, text) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_709_164_800, "Thu, 29 Feb 2024 00:00:00 GMT"),
        ] {
            assert_eq!(http_date(unix), text);
        }
    }

    #[test]
    fn moving_the_clock_ahead_moves_the_date() {
        let mut clock = Clock::new(1);
        let before = clock.date_time_off(0);
        clock.advance(Duration::from_secs(86_400 * 366));
        assert!(clock.date_time_off(0) > before);
        assert!(clock.now() >= Duration::from_secs(86_400 * 366));
        let moment = clock.moment();
        assert!(moment.at >= Duration::from_secs(86_400 * 366));
        assert_eq!((moment.text.len(), &moment.text[10..11]), (19, " "));
    }

    #[test]
    fn a_fast_clock_goes_on_where_it_was_kept() {
        let seconds = Duration::from_secs;
        let mut clock = Clock::new(60);
        clock.advance(seconds(3600));
        assert!(clock.take_moved() && !clock.take_moved());
        let kept = clock.keep(seconds(1_000));
        let mut again = Clock::new(60);
        again.restore(kept, seconds(1_010));
        assert!(again.now() >= seconds(3600 + 600) && again.now() < seconds(3600 + 700));
        // A world whose clock was put back takes nothing away.
        again.restore(kept, seconds(10));
        assert!(again.now() >= seconds(3600));
        assert_eq!(again.in_the_world(seconds(60)), seconds(1));
    }
}

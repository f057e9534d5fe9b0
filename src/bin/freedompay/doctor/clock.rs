//! This machine's clock against the gateway's, which stands in the `Date` of every answer.

use std::time::{SystemTime, UNIX_EPOCH};

use time::{Date, Month, PrimitiveDateTime, Time};

use super::finding::Finding;
use crate::lang::Lang;

/// So far apart the clocks of two machines that are looked after are not.
const NOTABLE_S: i64 = 60;
/// Here certificates begin to seem expired, and times in a dispute do not fit.
const WRONG_S: i64 = 300;

/// Compares the clock with the head of an answer.
pub fn examine(head: &str, lang: Lang) -> Finding {
    let date = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then(|| value.trim())
    });
    let Some(gateway) = date.and_then(read) else {
        let message = lang.of("the gateway tells no time", "шлюз не сообщает время");
        return Finding::warning("clock", message, lang.of("look at this machine's clock", "сверьте часы"));
    };
    let ahead = now() - gateway;
    let apart = ahead.abs();
    let side = side(ahead, lang);
    let message = match lang {
        _ if apart < 2 => lang.of("as the gateway's", "как у шлюза").to_owned(),
        Lang::En => format!("this machine's clock is {apart} s {side} the gateway's"),
        Lang::Ru => format!("часы этой машины на {apart} с {side} часов шлюза"),
    };
    let remedy = lang.of(
        "set the clock, and let the system keep it: timedatectl set-ntp true",
        "поставьте часы и включите синхронизацию: timedatectl set-ntp true",
    );
    match apart {
        0..NOTABLE_S => Finding::ok("clock", message),
        NOTABLE_S..WRONG_S => Finding::warning("clock", message, remedy),
        _ => Finding::wrong("clock", message, remedy),
    }
}

/// What the time in the gateway's answers says of a clock that is right by their `Date`; nothing where they agree.
pub fn beside_answers(ahead: i64, lang: Lang) -> Option<Finding> {
    let apart = ahead.abs();
    let message = match lang {
        _ if apart < NOTABLE_S => return None,
        Lang::En => {
            format!("the time in the gateway's answers is {apart} s {} this machine's", side(-ahead, lang))
        }
        Lang::Ru => format!("время в ответах шлюза на {apart} с {} часов этой машины", side(-ahead, lang)),
    };
    let remedy = lang.of(
        "look at this machine's clock; where it is right, tell the gateway's support",
        "сверьте часы этой машины; если они верны, сообщите в поддержку шлюза",
    );
    Some(Finding::warning("clock", message, remedy))
}

fn side(ahead: i64, lang: Lang) -> &'static str {
    if ahead > 0 { lang.of("ahead of", "впереди") } else { lang.of("behind", "позади") }
}

/// This machine's time in seconds since 1970.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` in seconds since 1970.
fn read(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_whitespace().skip(1);
    let day: u8 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let year: i32 = words.next()?.parse().ok()?;
    let mut time = words.next()?.split(':').map(str::parse::<u8>);
    let mut part = || time.next()?.ok();
    let time = Time::from_hms(part()?, part()?, part()?).ok()?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, day).ok()?;
    Some(PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::State;

    #[test]
    fn the_date_of_an_answer_is_read() {
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for text in ["", "Sunday", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_answer_without_a_time_is_no_proof_of_a_right_clock() {
        assert_eq!(examine("HTTP/1.1 200 OK\r\nDate: soon", Lang::En).state, State::Warning);
        let long_ago = examine("HTTP/1.1 200 OK\r\ndate: Sun, 06 Nov 1994 08:49:37 GMT", Lang::En);
        assert_eq!(long_ago.state, State::Wrong);
        assert!(long_ago.message.contains("ahead"));
    }
}

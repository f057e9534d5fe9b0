//! What a sandbox does wrong when it is told to, so that its clients can show that they bear it. A rule says what goes
//! wrong, for which requests and how often (`rule`), and is refused where that could never happen (`place`); those that
//! stand are kept in order (`rules`); and one place through which every request passes does what they say (`layer`). They
//! are made and taken away over HTTP (`control`).

pub(super) mod control;
mod garbage;
pub(super) mod layer;
mod place;
mod rule;
mod rules;
mod target;

use std::fmt;
use std::time::Duration;

pub use garbage::Garbage;
pub use rule::FaultRule;
pub use rules::StandingRule;

pub(super) use rules::Rules;
pub(super) use target::Target;

use super::Error;
use super::options::parse_duration;

/// One way in which the gateway, or what stands before it, misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Everything is done, and the answer waits this long.
    Delay(Duration),
    /// Something before the gateway answers with this HTTP status, and nothing is done. 429 comes with Retry-After.
    Http(u16),
    /// Of more requests than this in a second the rest get 429, and nothing is done.
    RateLimit(u32),
    /// Everything is done, and the connection ends after so many bytes of the answer, its head counted.
    Cut(u64),
    /// The connection ends without an answer, after everything was done.
    LostAnswer,
    /// The connection ends without an answer, and nothing was done.
    LostRequest,
    /// Everything is done, and something else comes instead of the answer.
    Garbage(Garbage),
    /// The request is handled twice, as by a proxy that sends it again; the second answer is given.
    Duplicate,
    /// The classic answer's signature covers something else.
    WrongSignature,
    /// The classic answer has no signature.
    NoSignature,
    /// The gateway answers ok to a refund that then fails.
    FailedRefund,
    /// The answer about a payment counts its refunds and does not list them.
    UnlistedRefunds,
    /// The header Date and the field dt are so many seconds off.
    ClockSkew(i64),
    /// The connection is closed without a word once it has been idle for so long after the answer.
    IdleClose(Duration),
}

/// Every fault as it is written, with what stands behind its `=`.
const WORDS: &str = "delay=TIME, http=STATUS, rate-limit=N, cut=BYTES, lost-answer, lost-request, \
                     garbage=html|bytes|endless|long|short, duplicate, wrong-signature, no-signature, \
                     failed-refund, unlisted-refunds, clock-skew=+90s, idle-close=TIME";

impl Fault {
    /// Reads `word` or `word=value`.
    fn parse(text: &str) -> Result<Fault, Error> {
        let (word, value) = match text.split_once('=') {
            Some((word, value)) => (word, Some(value)),
            None => (text, None),
        };
        let number = |least: u64, most: u64| {
            let number = value.and_then(|value| value.parse().ok());
            number.filter(|number| (least..=most).contains(number)).ok_or_else(|| {
                Error::new(format!("{text:?}: {word} takes a whole number from {least} to {most}"))
            })
        };
        let time = || parse_duration(value.unwrap_or_default());
        Ok(match (word, value) {
            ("delay", _) => Fault::Delay(time()?),
            ("http", _) => Fault::Http(number(400, 599)? as u16),
            ("rate-limit", _) => Fault::RateLimit(number(1, 1_000_000)? as u32),
            ("cut", _) => Fault::Cut(number(0, 1 << 30)?),
            ("lost-answer", None) => Fault::LostAnswer,
            ("lost-request", None) => Fault::LostRequest,
            ("garbage", Some(value)) => Fault::Garbage(value.parse()?),
            ("duplicate", None) => Fault::Duplicate,
            ("wrong-signature", None) => Fault::WrongSignature,
            ("no-signature", None) => Fault::NoSignature,
            ("failed-refund", None) => Fault::FailedRefund,
            ("unlisted-refunds", None) => Fault::UnlistedRefunds,
            ("clock-skew", Some(value)) => Fault::ClockSkew(skew(value)?),
            ("idle-close", _) => Fault::IdleClose(time()?),
            _ => return Err(Error::new(format!("{text:?} is not one of {WORDS}"))),
        })
    }

    /// The word, and what stands behind its `=`.
    fn written(self) -> (&'static str, Option<String>) {
        let time = |time: Duration| match time.subsec_millis() {
            0 => format!("{}s", time.as_secs()),
            _ => format!("{}ms", time.as_millis()),
        };
        match self {
            Fault::Delay(by) => ("delay", Some(time(by))),
            Fault::Http(status) => ("http", Some(status.to_string())),
            Fault::RateLimit(most) => ("rate-limit", Some(most.to_string())),
            Fault::Cut(bytes) => ("cut", Some(bytes.to_string())),
            Fault::LostAnswer => ("lost-answer", None),
            Fault::LostRequest => ("lost-request", None),
            Fault::Garbage(garbage) => ("garbage", Some(garbage.word().to_owned())),
            Fault::Duplicate => ("duplicate", None),
            Fault::WrongSignature => ("wrong-signature", None),
            Fault::NoSignature => ("no-signature", None),
            Fault::FailedRefund => ("failed-refund", None),
            Fault::UnlistedRefunds => ("unlisted-refunds", None),
            Fault::ClockSkew(seconds) => ("clock-skew", Some(format!("{seconds:+}s"))),
            Fault::IdleClose(after) => ("idle-close", Some(time(after))),
        }
    }
}

/// `+90s`, `-5m`: whole seconds, ahead or behind.
fn skew(text: &str) -> Result<i64, Error> {
    let wrong = || Error::new(format!("{text:?} is not a skew of whole seconds such as +90s or -5m"));
    let time = text.strip_prefix(['+', '-']).ok_or_else(wrong)?;
    let time = parse_duration(time).map_err(|_| wrong())?;
    let seconds =
        i64::try_from(time.as_secs()).ok().filter(|_| time.subsec_nanos() == 0).ok_or_else(wrong)?;
    Ok(if text.starts_with('-') { -seconds } else { seconds })
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.written() {
            (word, Some(value)) => write!(out, "{word}={value}"),
            (word, None) => out.write_str(word),
        }
    }
}

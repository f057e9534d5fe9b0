//! What a sandbox does wrong when it is told to, so that its clients can show that they bear it.

use std::fmt;
use std::str::FromStr;

use super::Error;

/// One way in which the classic API misbehaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The answer's signature covers something else.
    WrongSignature,
    /// The answer has no signature.
    NoSignature,
    /// The connection ends without an answer, after everything was done.
    LostAnswer,
    /// The connection ends without an answer, and nothing was done.
    LostRequest,
    /// The gateway answers ok to a refund that then fails.
    FailedRefund,
}

impl Fault {
    const WORDS: [(&'static str, Fault); 5] = [
        ("wrong-signature", Fault::WrongSignature),
        ("no-signature", Fault::NoSignature),
        ("lost-answer", Fault::LostAnswer),
        ("lost-request", Fault::LostRequest),
        ("failed-refund", Fault::FailedRefund),
    ];
}

/// A fault, and where it strikes: `lost-answer`, or `lost-answer:revoke.php` for one script alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trap {
    /// What goes wrong.
    pub fault: Fault,
    /// The last segment of an address; None is every address.
    pub script: Option<String>,
}

impl FromStr for Trap {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (word, script) = match text.split_once(':') {
            Some((word, script)) => (word, Some(script.to_owned())),
            None => (text, None),
        };
        match Fault::WORDS.into_iter().find(|(known, _)| *known == word) {
            Some((_, fault)) if script.as_deref() != Some("") => Ok(Trap { fault, script }),
            _ => {
                let words: Vec<&str> = Fault::WORDS.iter().map(|(word, _)| *word).collect();
                let words = words.join(", ");
                Err(Error::new(format!(
                    "{text:?} is not one of {words}, alone or as in lost-answer:revoke.php"
                )))
            }
        }
    }
}

impl fmt::Display for Trap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Fault::WORDS.iter().find(|(_, fault)| *fault == self.fault).map_or("", |(word, _)| word);
        match &self.script {
            Some(script) => write!(out, "{word}:{script}"),
            None => out.write_str(word),
        }
    }
}

/// The traps that are set.
#[derive(Debug, Default)]
pub(super) struct Traps(Vec<(Trap, Option<u32>)>);

impl Traps {
    /// None is for ever.
    pub fn set(&mut self, trap: Trap, times: Option<u32>) {
        self.0.push((trap, times));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Whether this fault strikes now; of one that strikes so many times, one is used up.
    pub fn strikes(&mut self, fault: Fault, script: &str) -> bool {
        let fits =
            |trap: &Trap| trap.fault == fault && trap.script.as_deref().is_none_or(|wanted| wanted == script);
        let Some(index) = self.0.iter().position(|(trap, times)| fits(trap) && *times != Some(0)) else {
            return false;
        };
        if let Some((_, Some(times))) = self.0.get_mut(index) {
            *times -= 1;
        }
        self.0.retain(|(_, times)| *times != Some(0));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_strikes_where_and_as_often_as_it_was_set() {
        let mut traps = Traps::default();
        traps.set("lost-answer:revoke.php".parse().unwrap(), Some(2));
        traps.set("no-signature".parse().unwrap(), None);
        assert!(!traps.strikes(Fault::LostAnswer, "cancel.php"));
        assert!(!traps.strikes(Fault::WrongSignature, "revoke.php"));
        let lost: Vec<bool> = (0..3).map(|_| traps.strikes(Fault::LostAnswer, "revoke.php")).collect();
        assert_eq!(lost, [true, true, false]);
        assert!((0..9).all(|_| traps.strikes(Fault::NoSignature, "cancel.php")));
        traps.clear();
        assert!(!traps.strikes(Fault::NoSignature, "cancel.php"));
    }

    #[test]
    fn traps_are_written_as_they_are_read() {
        for (word, _) in Fault::WORDS {
            for text in [word.to_owned(), format!("{word}:revoke.php")] {
                assert_eq!(text.parse::<Trap>().unwrap().to_string(), text);
            }
        }
        for text in ["", "lost", "lost-answer:", ":revoke.php"] {
            assert!(text.parse::<Trap>().is_err(), "{text}");
        }
    }
}

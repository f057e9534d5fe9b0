//! Texts beyond ASCII that were given before it is known which encoding they are in: the client that uses them knows.

use zeroize::Zeroizing;

use super::speech::Speech;
use crate::outcome::Error;

/// How a text becomes a setting of `T`.
pub(super) type Apply<T> = fn(&mut T, &str) -> Result<(), Error>;

/// Settings of a `T` whose texts wait for the client. ASCII is the same in every encoding and never waits.
pub(super) struct Unread<T>(Vec<Waiting<T>>);

struct Waiting<T> {
    field: &'static str,
    /// It may be a key.
    bytes: Zeroizing<Vec<u8>>,
    apply: Apply<T>,
}

impl<T> Default for Unread<T> {
    fn default() -> Unread<T> {
        Unread(Vec::new())
    }
}

impl<T> Unread<T> {
    /// Keeps a text until a client reads it.
    pub fn keep(&mut self, field: &'static str, bytes: &[u8], apply: Apply<T>) {
        self.0.push(Waiting { field, bytes: Zeroizing::new(bytes.to_vec()), apply });
    }

    /// Whether a text of this field waits. What is given after it, ASCII or not, has to come after it.
    pub fn has(&self, field: &str) -> bool {
        self.0.iter().any(|waiting| waiting.field == field)
    }

    /// Makes the settings that waited, in the order in which they were given.
    pub fn read_into(&self, target: &mut T, speech: Speech) -> Result<(), Error> {
        self.0.iter().try_for_each(|waiting| {
            let text = Zeroizing::new(speech.read(waiting.field, &waiting.bytes)?.into_owned());
            (waiting.apply)(target, &text)
        })
    }
}

//! What the gateway said: an answer and its fields (`document`), and an invoice as an answer shows it (`invoice`).
//!
//! Nothing here knows how it came or decides what follows from it, so that an error can carry it as it is.

mod document;
mod invoice;

use std::fmt;

use time::OffsetDateTime;
use time::format_description::well_known::{Iso8601, Rfc3339};

pub use document::{Document, Field};
pub(crate) use document::{MAX_DEPTH, Step, room_for};
pub use invoice::{Invoice, InvoiceStatus};

/// What the gateway answered: its HTTP status, its bytes, and the fields found in them.
#[derive(Clone, Default)]
pub struct Answer {
    /// The HTTP status.
    pub http_status: u16,
    /// The bytes as they came.
    pub body: Vec<u8>,
    /// The fields; empty when the bytes are not the protocol.
    pub document: Document,
}

impl Answer {
    /// The moment of the answer (`dt`) in seconds since 1970; none when it is absent or cannot be read.
    pub fn unix_time(&self) -> Option<i64> {
        let text = self.document.get("dt")?.trim();
        let time =
            OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(text, &Iso8601::PARSING));
        Some(time.ok()?.unix_timestamp())
    }
}

/// Shows no field: an answer may hold a card's token.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer(HTTP {}, {} bytes, {:?})", self.http_status, self.body.len(), self.document)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::decode;

    #[test]
    fn dt_is_read_with_its_offset() {
        let at = |dt: &str| {
            let document = decode(format!("<r><dt>{dt}</dt></r>").as_bytes()).unwrap();
            Answer { document, ..Answer::default() }.unix_time()
        };
        for dt in ["2019-08-24T14:15:22Z", "2019-08-24T19:15:22+05:00", "2019-08-24T19:15:22+0500"] {
            assert_eq!(at(dt), Some(1_566_656_122), "{dt}");
        }
        for dt in ["", "yesterday", "2019-08-24", "2019-08-24 14:15:22", "2019-13-24T14:15:22Z"] {
            assert_eq!(at(dt), None, "{dt}");
        }
    }
}

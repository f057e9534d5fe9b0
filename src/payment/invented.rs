//! What the invented histories of refunds and of payouts share: a clock, and a gateway's signed answer.

use crate::clock::Clock;
use crate::secret::Secret;
use crate::sign::pg_sig;
use crate::transport::Request;
use crate::wire;

/// The time of a world, on a machine that does not tell its uptime.
pub(super) struct VirtualClock<T>(pub T);

impl<T: Fn() -> i64 + Send + Sync> Clock for VirtualClock<T> {
    fn now_ms(&self) -> i64 {
        (self.0)()
    }
}

/// A field of a classic request; empty when it has none.
pub(super) fn field(request: &Request, name: &str) -> String {
    let mut fields = url::form_urlencoded::parse(&request.body);
    fields.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// An answer with its signature, by the rule that the vectors prove.
pub(super) fn signed(request: &Request, inside: &str) -> String {
    let document = wire::decode(format!("<r>{inside}</r>").as_bytes()).unwrap();
    let signature = pg_sig::sign(pg_sig::script(request.url.path()), &document, &Secret::new("k"));
    format!("<response>{inside}<pg_sig>{signature}</pg_sig></response>")
}

//! What the invented histories of refunds and of payouts share: a clock, a power cut, a gateway's signed answer, a journal's place.

use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

use super::Payment;
use crate::clock::Clock;
use crate::outcome::Error;
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

/// A power cut in the middle of a request.
pub(super) struct PowerCut;

impl PowerCut {
    pub fn now() -> ! {
        panic::resume_unwind(Box::new(PowerCut))
    }
}

/// Runs a call that a power cut may end; none if it did.
pub(super) fn survive(call: impl FnOnce() -> Result<Payment, Error>) -> Option<Result<Payment, Error>> {
    match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(end) => Some(end),
        Err(cause) if cause.is::<PowerCut>() => None,
        Err(cause) => panic::resume_unwind(cause),
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

/// A journal for all histories of a kind, in memory where there is such a place.
pub(super) fn place(name: &str) -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let root = if memory.is_dir() { memory } else { std::env::temp_dir() };
    root.join(format!("freedompay-{name}-{}", std::process::id()))
}

/// Takes a journal away also when the property fails.
pub(super) struct Swept(pub PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut file = self.0.clone().into_os_string();
            file.push(suffix);
            let _ = std::fs::remove_file(file);
        }
    }
}

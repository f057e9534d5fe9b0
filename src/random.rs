//! Bytes that nobody can foretell, from the system.

use ring::rand::{SecureRandom, SystemRandom};

use crate::outcome::{Advice, Code, Error, Sent};

/// Sixteen random bytes.
///
/// # Errors
/// `Internal` when the system has none to give; nothing was sent.
pub(crate) fn bytes() -> Result<[u8; 16], Error> {
    let mut bytes = [0; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| {
        Error::new(Code::Internal, Sent::No, Advice::Retry, "the system gives no random bytes")
    })?;
    Ok(bytes)
}

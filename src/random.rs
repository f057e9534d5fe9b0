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

/// The same as 32 hexadecimal digits: a salt, a key.
pub(crate) fn hex() -> Result<String, Error> {
    Ok(format!("{:032x}", u128::from_ne_bytes(bytes()?)))
}

/// So much of a whole of 255, for a pause that is not to be everybody's; the whole where the system gives no random bytes.
pub(crate) fn chance() -> u8 {
    bytes().map_or(u8::MAX, |bytes| bytes[0])
}

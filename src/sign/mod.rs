//! Signatures that vouch for a message.

pub(crate) mod jws;
pub(crate) mod pg_sig;

//! Signatures that vouch for a request.

pub(crate) mod jws;

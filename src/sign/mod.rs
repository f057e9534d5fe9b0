//! Signatures that vouch for a message.

pub(crate) mod jws;
pub(crate) mod pg_sig;
mod self_test;

pub use self_test::signature_self_test;

//! The sandbox gateway and its command over real sockets.

mod client;
#[cfg(feature = "cli")]
mod command;
mod control;
mod init;
mod payer;
mod payment;
mod pg_sig;
mod signature;
mod signer;
mod status;

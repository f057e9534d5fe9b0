//! The sandbox gateway and its command over real sockets.

mod callback;
mod client;
#[cfg(feature = "cli")]
mod command;
mod control;
mod init;
mod payer;
mod payment;
mod pg_sig;
mod shop;
mod signature;
mod signer;
mod status;

//! The sandbox gateway and its command over real sockets.

mod callback;
mod card;
mod client;
#[cfg(feature = "cli")]
mod command;
mod control;
mod dashboard;
mod init;
mod mobile;
mod payer;
mod payment;
mod payout;
mod pg_sig;
mod record;
mod shop;
mod signature;
mod signer;
mod status;

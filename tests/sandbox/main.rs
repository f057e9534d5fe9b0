//! The sandbox gateway and its command over real sockets.

mod client;
#[cfg(feature = "cli")]
mod command;
mod control;
mod init;
mod payer;
mod signature;
mod status;

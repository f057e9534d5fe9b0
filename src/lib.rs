//! Freedom Pay QR payments for tills, shops and scripts.
//!
//! The modules stand in the order in which a payment travels: what the merchant sets (`config`), what the till asks
//! for (`money`, `invoice`), one request of it (`call`), signed (`sign`), as bytes (`wire`), to the gateway and back
//! (`transport`), what that means (`outcome`), and how the payer sees it (`qr`). `client` takes a call along this way;
//! `ffi` is the C ABI over all of it.

#![deny(unsafe_code)]
#![warn(missing_docs)]

mod call;
mod cancel;
mod client;
mod clock;
mod config;
mod invoice;
mod journal;
mod log;
mod money;
mod outcome;
mod process;
mod qr;
mod random;
mod secret;
mod sign;
mod task;
mod transport;
mod wire;

#[allow(unsafe_code)]
pub mod ffi;

#[cfg(feature = "sandbox")]
pub mod sandbox;

pub use client::Client;
pub use config::{BodyFormat, Config, JwsClaim};
pub use invoice::{Invoice, InvoiceOptions, InvoiceRequest, InvoiceStatus, PendingSale, Progress};
pub use log::{Level, Log};
pub use money::Amount;
pub use outcome::{Advice, Code, Error, Sent};
pub use qr::Matrix;
pub use task::Task;
pub use wire::{Answer, Document};

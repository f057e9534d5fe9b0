//! Freedom Pay QR payments for tills, shops and scripts.
//!
//! The modules stand in the order in which a payment travels: what the merchant sets (`config`), what the till asks for
//! (`money`, `invoice`), what follows a payment and everything else that pays (`payment`, with optional `fields`), what is
//! kept of it over a power cut (`journal`), one request of it (`call`, or any other: `any_call`), signed (`sign`), as bytes
//! (`wire`), to the gateway and back (`transport`), what came back (`answer`, with the payer's code in it: `scan`), what that
//! means (`outcome`, `gateway_code`), how the payer sees it (`qr`), and in which letters and which language a program is told
//! (`text`).
//! `client` takes a call along this way, `task` does so in the background, and `ffi` is the C ABI over all of it. What the
//! gateway sends to the merchant comes the other way (`callback`). No room uses one that uses it: `tests/rooms.sh`.

#![deny(unsafe_code)]
// No panic, and no money that is not exact; tests may.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::float_arithmetic))]
#![warn(missing_docs)]

mod config;
mod money;
mod invoice;
mod payment;
mod fields;
mod journal;
mod call;
mod any_call;
mod sign;
mod wire;
mod transport;
mod answer;
mod scan;
mod outcome;
mod callback;
mod gateway_code;
mod qr;
mod text;

mod client;
mod task;

// What several rooms share.
mod address;
mod cancel;
mod clock;
mod descriptor;
mod log;
mod memory;
mod process;
mod random;
mod secret;
mod system;
mod thread;
mod turns;

#[cfg(test)]
mod invented;

#[allow(unsafe_code)]
pub mod ffi;

#[cfg(feature = "sandbox")]
pub mod sandbox;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzz;

pub use answer::{Answer, Document, Field, Invoice, InvoiceStatus};
pub use any_call::{AnyCall, CallScheme};
pub use callback::{Callback, CallbackKind, Reply};
pub use cancel::Cancel;
pub use client::Client;
pub use config::{BodyFormat, Config, JwsClaim};
pub use fields::Fields;
pub use gateway_code::{gateway_code_meaning, gateway_codes};
pub use invoice::{InvoiceOptions, InvoiceRequest, PendingSale, Progress};
pub use log::{Level, Log};
pub use money::Amount;
pub use outcome::{Advice, Code, Error, Sent};
pub use payment::{
    Balance, Card, Cards, Payment, PaymentStatus, PayoutQuestion, PendingPayout, PendingRefund, Refund,
};
pub use qr::{Matrix, Receipt, Sale};
pub use scan::{Picture, QrSource};
pub use sign::signature_self_test;
pub use task::Task;
pub use text::{CodePage, Language, TextEncoding};

//! The sandbox's faults, memory, speed and TLS, as the library's own client meets them over real sockets.

#[path = "../support/mod.rs"]
mod support;

mod gateway;
mod load;
mod merchants;
mod rules;
mod state;
mod tls;

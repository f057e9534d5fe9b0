//! What an error of the HTTP client means: how far the request got, and why, in words.

use std::error::Error as StdError;
use std::io;

use super::{Fault, tls};
use crate::outcome::Event;
use crate::system;

/// Reads an error of an attempt whose body was or was not `taken` by a connection.
pub(super) fn read(error: &reqwest::Error, taken: bool, host: &str) -> Fault {
    let handshake = chain(error).find_map(|cause| cause.downcast_ref::<rustls::Error>());
    let event = match () {
        () if error.is_connect() => {
            Event::NotReached { lasting: matches!(handshake, Some(rustls::Error::InvalidCertificate(_))) }
        }
        () if !taken => Event::NotReached { lasting: false },
        () if is_no_http(error) => Event::Garbled { busy: false },
        () => Event::Lost { answering: false },
    };
    let reason = match handshake {
        Some(error) => tls::explain(error, host),
        None => reason(error, host),
    };
    Fault { event, reason, http_status: 0 }
}

/// The peer answered with bytes that are not HTTP.
fn is_no_http(error: &reqwest::Error) -> bool {
    is(error, hyper::Error::is_parse)
}

/// The peer went without an answer, or in the middle of its head.
fn is_unanswered(error: &reqwest::Error) -> bool {
    is(error, hyper::Error::is_incomplete_message)
}

fn is(error: &reqwest::Error, kind: fn(&hyper::Error) -> bool) -> bool {
    chain(error).any(|cause| cause.downcast_ref().is_some_and(kind))
}

fn reason(error: &reqwest::Error, host: &str) -> String {
    let system = chain(error).find_map(|cause| cause.downcast_ref::<io::Error>());
    match system.map(io::Error::kind) {
        Some(io::ErrorKind::ConnectionRefused) => format!("{host} refused the connection"),
        Some(io::ErrorKind::ConnectionReset) => format!("{host} broke the connection off"),
        Some(io::ErrorKind::TimedOut) => format!("{host} did not take the connection in time"),
        _ if error.is_timeout() => format!("{host} did not take the connection in time"),
        _ if is_no_http(error) => format!("{host} answered something that is not HTTP"),
        _ if is_unanswered(error) => format!("{host} closed the connection before it had answered"),
        _ => {
            let said = |cause: &(dyn StdError + 'static)| {
                cause.downcast_ref().map_or_else(|| cause.to_string(), system::words)
            };
            let cause = chain(error).last().map_or_else(|| error.to_string(), said);
            // Whose name could not be found is said by then.
            if cause.contains(host) { cause } else { format!("the connection with {host} failed ({cause})") }
        }
    }
}

/// The error's causes, outermost first. What an `io::Error` carries counts as its cause.
fn chain<'a>(error: &'a reqwest::Error) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next: Option<&'a (dyn StdError + 'static)> = error.source();
    std::iter::from_fn(move || {
        let current = next?;
        next = match current.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => current.source(),
        };
        Some(current)
    })
}

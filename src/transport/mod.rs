//! Bytes to the gateway and bytes back. It knows nothing of what they mean, and everything of how far they got.

mod engine;
mod fault;
mod http;
mod resolve;
mod tls;

use bytes::Bytes;
use url::Url;

use crate::cancel::Until;
use crate::outcome::Event;

pub(crate) use http::HttpTransport;

/// A POST, ready to be sent.
pub(crate) struct Request {
    pub url: Url,
    pub content_type: String,
    /// The value of `X-JWS-Signature`.
    pub signature: Option<String>,
    pub body: Bytes,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Reply {
    pub http_status: u16,
    pub body: Vec<u8>,
}

/// Why nothing usable came back, and how far the request got.
#[derive(Debug)]
pub(crate) struct Fault {
    pub event: Event,
    /// A phrase, such as "connection refused by 127.0.0.1".
    pub reason: String,
    /// The HTTP status, where an answer had begun; else 0.
    pub http_status: u16,
}

/// The one way to the gateway. One attempt, ended by `until` at the latest; it repeats nothing by itself.
pub(crate) trait Transport: Send + Sync {
    fn exchange(&self, request: &Request, until: Until<'_>) -> Result<Reply, Fault>;
}

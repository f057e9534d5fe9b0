//! What may come instead of an answer.

use std::convert::Infallible;
use std::str::FromStr;

use axum::body::{Body, Bytes};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::{self, Stream};
use ring::rand::{SecureRandom, SystemRandom};

use crate::sandbox::Error;

/// What comes instead of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbage {
    /// The page of a proxy that has lost patience, under HTTP 502.
    Html,
    /// Random bytes that call themselves the answer.
    Bytes,
    /// A body that never ends.
    Endless,
    /// The answer, with a Content-Length that says more; the rest never comes.
    Long,
    /// The answer, with a Content-Length that says half of it.
    Short,
}

const WORDS: [(&str, Garbage); 5] = [
    ("html", Garbage::Html),
    ("bytes", Garbage::Bytes),
    ("endless", Garbage::Endless),
    ("long", Garbage::Long),
    ("short", Garbage::Short),
];

impl Garbage {
    pub(super) fn word(self) -> &'static str {
        WORDS.iter().find(|(_, garbage)| *garbage == self).map_or("", |(word, _)| word)
    }

    /// The answer as it comes instead. Its head stays where only the body is wrong.
    pub(super) async fn instead_of(self, answer: Response) -> Response {
        let (mut parts, body) = answer.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
        let body = match self {
            Garbage::Html => {
                parts.status = StatusCode::BAD_GATEWAY;
                parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
                Body::from(
                    "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>\n",
                )
            }
            Garbage::Bytes => Body::from(noise(body.len().max(64))),
            Garbage::Endless => {
                Body::from_stream(stream::repeat_with(|| ok(Bytes::from_static(&[b' '; 4096]))))
            }
            Garbage::Long => {
                parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len() + 64));
                Body::from_stream(once(body).chain(stream::pending()))
            }
            Garbage::Short => {
                parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len() / 2));
                Body::from_stream(once(body))
            }
        };
        (parts, body).into_response()
    }
}

fn ok(bytes: Bytes) -> Result<Bytes, Infallible> {
    Ok(bytes)
}

fn once(bytes: Bytes) -> impl Stream<Item = Result<Bytes, Infallible>> {
    stream::iter([ok(bytes)])
}

fn noise(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    // Where the system has no random numbers left, zeros are garbage, too.
    let _ = SystemRandom::new().fill(&mut bytes);
    bytes
}

impl FromStr for Garbage {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = WORDS.iter().find(|(word, _)| *word == text).map(|(_, garbage)| *garbage);
        found.ok_or_else(|| Error::new(format!("{text:?} is not one of html, bytes, endless, long, short")))
    }
}

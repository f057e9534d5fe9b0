//! Doors for the fuzz targets (`tests/fuzz`): a client whose gateway answers what it is told, and right signatures, which no
//! fuzzer finds by itself. Never part of the shipped library.

use std::path::Path;

use crate::cancel::Until;
use crate::client::Client;
use crate::config::Config;
use crate::ffi::fp_client;
use crate::secret::Secret;
use crate::sign::pg_sig;
use crate::transport::{Fault, Reply, Request, Transport};
use crate::wire;

/// What stands for a signature in what a target is fed with: as long as one.
pub const SIGNATURE: &str = "SIGNATURE-SIGNATURE-SIGNATURE-32";

/// The key that everything is signed with.
const KEY: &str = "fuzz-key";

/// Shorter than the shortest pause before a question is repeated, so that none is.
const TIMEOUT_MS: i64 = 40;

/// A gateway that answers everything with the same bytes. `SIGNATURE` in them becomes the right one.
struct Canned {
    http_status: u16,
    answer: Vec<u8>,
}

impl Transport for Canned {
    fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
        Ok(Reply { http_status: self.http_status, body: signed_answer(request.url.path(), &self.answer) })
    }
}

fn signed_answer(path: &str, answer: &[u8]) -> Vec<u8> {
    match (std::str::from_utf8(answer), wire::decode(answer)) {
        (Ok(text), Ok(document)) if text.contains(SIGNATURE) => {
            let signature = pg_sig::sign(pg_sig::script(path), &document, &Secret::new(KEY));
            text.replacen(SIGNATURE, &signature, 1).into_bytes()
        }
        _ => answer.to_vec(),
    }
}

/// A client whose gateway answers everything with `answer`, as a handle of the C ABI.
///
/// # Panics
/// When the journal's path is refused; the rest of the configuration is right.
pub fn client(http_status: u16, answer: &[u8], journal: Option<&Path>) -> fp_client {
    let mut config = Config::new();
    let set = [
        config.set_merchant_id(7),
        config.set_secret_key(KEY),
        config.set_payout_key(KEY),
        config.set_timeout_ms(TIMEOUT_MS),
        journal.map_or(Ok(()), |path| config.set_journal(path)),
    ];
    assert!(set.iter().all(Result::is_ok), "{set:?}");
    let transport = Box::new(Canned { http_status, answer: answer.to_vec() });
    fp_client::of(Client::over(&config, transport).expect("it has a merchant"))
}

/// The right signature of a callback, read as the library reads it first; none for what cannot be read.
pub fn callback_signature(url: &str, content_type: Option<&str>, body: &[u8]) -> Option<String> {
    let (script, fields) = crate::callback::first_reading(url, content_type, body)?;
    Some(pg_sig::sign(&script, &fields, &Secret::new(KEY)))
}

//! X-JWS-Signature: a detached HS512 signature over the header and the body. Written apart from the
//! library's own, and taking nothing but the exact published spelling, because it is there to prove that
//! one wrong. When a signature does not fit it says in which part and what was expected instead.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha512;

use super::options::{JwsHeader, Merchant};

pub(super) const HEADER_NAME: &str = "x-jws-signature";

/// What a signature has to cover, and whose key makes it.
pub(super) struct Expected<'a> {
    pub path: &'a str,
    pub merchant: &'a Merchant,
    pub payload: &'a [u8],
    /// The bytes that came, where those are not the payload.
    pub body: &'a [u8],
    pub header: JwsHeader,
}

/// A signature that was refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mismatch {
    /// The part that differs, and how.
    pub difference: String,
    /// What should have been signed.
    pub expected: String,
}

impl Expected<'_> {
    pub fn verify(&self, token: &str) -> Result<(), Mismatch> {
        self.compare(token).map_err(|difference| Mismatch {
            difference,
            expected: format!(
                "expected header {} and payload {} signed with the key of merchant {}",
                self.headers().iter().map(|header| header.text.as_str()).collect::<Vec<_>>().join(" or "),
                String::from_utf8_lossy(self.payload),
                self.merchant.id
            ),
        })
    }

    fn compare(&self, token: &str) -> Result<(), String> {
        let parts: Vec<&str> = token.split('.').collect();
        let [header, payload, mac] = parts.as_slice() else {
            return Err("form: the token is not three parts parted by dots".to_owned());
        };
        if !payload.is_empty() {
            return Err("form: the middle part is not empty, the payload is not repeated in it".to_owned());
        }
        self.compare_header(&decode("header", header)?)?;
        self.compare_mac(header, &decode("mac", mac)?)
    }

    fn headers(&self) -> Vec<Header> {
        let (path, id) = (self.path, self.merchant.id);
        let uri = Header {
            claim: "uri",
            text: format!(
                r#"{{"uri":"{path}","merchant_id":"{id}","method":"POST","params":"","alg":"HS512"}}"#
            ),
        };
        let path = Header {
            claim: "path",
            text: format!(
                r#"{{"path":"{path}","merchant_id":{id},"method":"POST","params":"","alg":"HS512"}}"#
            ),
        };
        match self.header {
            JwsHeader::Both => vec![uri, path],
            JwsHeader::Uri => vec![uri],
            JwsHeader::Path => vec![path],
        }
    }

    fn compare_header(&self, bytes: &[u8]) -> Result<(), String> {
        let allowed = self.headers();
        if allowed.iter().any(|header| header.text.as_bytes() == bytes) {
            return Ok(());
        }
        let Ok(sent) = serde_json::from_slice::<Map<String, Value>>(bytes) else {
            return Err(format!("header: it is not a JSON object: {}", String::from_utf8_lossy(bytes)));
        };
        let nearest = allowed.iter().find(|header| sent.contains_key(header.claim)).or(allowed.first());
        let wanted: Map<String, Value> =
            nearest.and_then(|header| serde_json::from_str(&header.text).ok()).unwrap_or_default();
        // A missing claim explains more than the values beside it.
        if let Some(name) = wanted.keys().find(|name| !sent.contains_key(*name)) {
            return Err(format!("header: {name} is missing"));
        }
        for (name, wanted) in &wanted {
            match sent.get(name) {
                Some(sent) if sent != wanted => {
                    return Err(format!("header: {name} is {sent} and should be {wanted}"));
                }
                _ => {}
            }
        }
        match sent.keys().find(|name| !wanted.contains_key(*name)) {
            Some(name) => Err(format!("header: {name} does not belong there")),
            None => Err(format!(
                "header: order, spacing or escaping of its fields: {}",
                String::from_utf8_lossy(bytes)
            )),
        }
    }

    fn compare_mac(&self, header: &str, mac: &[u8]) -> Result<(), String> {
        if mac.len() != 64 {
            return Err(format!("mac: it has {} bytes, HS512 makes 64", mac.len()));
        }
        let covers = |payload: &[u8]| self.verify_mac(&[header.as_bytes(), b".", payload], mac);
        let encoded = URL_SAFE_NO_PAD.encode(self.payload);
        if covers(encoded.as_bytes()) {
            return Ok(());
        }
        // The mistakes that are made most often, recognised so that they can be named.
        let mistakes = [
            (String::new(), "no payload"),
            (STANDARD.encode(self.payload), "the payload in base64 instead of base64url"),
            (String::from_utf8_lossy(self.payload).into_owned(), "the payload without base64url"),
            (URL_SAFE_NO_PAD.encode(self.body), "the body as it was sent instead of its fields as JSON"),
        ];
        match mistakes.iter().find(|(payload, _)| covers(payload.as_bytes())) {
            Some((_, mistake)) => Err(format!("payload: the signature covers {mistake}")),
            None => Err("mac: made with another key or over another payload".to_owned()),
        }
    }

    fn verify_mac(&self, input: &[&[u8]], mac: &[u8]) -> bool {
        // HMAC takes a key of any length.
        let Ok(mut hmac) = Hmac::<Sha512>::new_from_slice(self.merchant.key.as_bytes()) else {
            return false;
        };
        for part in input {
            hmac.update(part);
        }
        hmac.verify_slice(mac).is_ok()
    }
}

struct Header {
    claim: &'static str,
    text: String,
}

fn decode(part: &str, text: &str) -> Result<Vec<u8>, String> {
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|error| format!("{part}: it is not base64url without padding: {error}"))
}

/// The merchant that a token says it is from; nothing is verified.
pub(super) fn claimed_merchant(token: &str) -> Option<u64> {
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next()?).ok()?;
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    match header.get("merchant_id")? {
        Value::String(text) => text.parse().ok(),
        value => value.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v5/merchant/invoice/init";

    /// The published token, and one made by the published rule in the other dialect.
    const VECTORS: [(JwsHeader, &str, &str); 2] = [
        (
            JwsHeader::Path,
            "eyJwYXRoIjoiL3Y1L21lcmNoYW50L2ludm9pY2UvaW5pdCIsIm1lcmNoYW50X2lkIjoxMjM0NTYsIm1ldGhvZCI6IlBPU1QiLCJwYXJhbXMiOiIiLCJhbGciOiJIUzUxMiJ9..wCwFCAmxN0nbTm6mad8GxowIjgkCwfF7IAy2ijO9thLjsZFXnS4K_I4NPnXjkTFTMnEzqjk8rtIVmtf7NbGyvg",
            "{\"order_id\":\"828cf71d-a447-4a67-a149-c1df8bc197ca\",\"merchant_id\":123456,\"amount\":100,\"description\":\"Счет за услуги\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}",
        ),
        (
            JwsHeader::Uri,
            "eyJ1cmkiOiIvdjUvbWVyY2hhbnQvaW52b2ljZS9pbml0IiwibWVyY2hhbnRfaWQiOiIxMjM0NTYiLCJtZXRob2QiOiJQT1NUIiwicGFyYW1zIjoiIiwiYWxnIjoiSFM1MTIifQ..mtWwegA1KW_lDtPMjny559jF1uEf1hqYxM2RfLcAsGzhctZ9utwe8kw5KwYDc-PT0q7_HMmhBTaRnMmqJYGU0w",
            "{\"order_id\":\"00102\",\"merchant_id\":123456,\"amount\":10,\"description\":\"Ticket\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}",
        ),
    ];

    fn merchant() -> Merchant {
        Merchant { id: 123_456, key: "secret_key".to_owned(), name: "Shop".to_owned(), payout_key: None }
    }

    fn verify(header: JwsHeader, token: &str, payload: &[u8]) -> Result<(), Mismatch> {
        Expected { path: PATH, merchant: &merchant(), payload, body: b"raw", header }.verify(token)
    }

    fn sign(header: &str, payload: &str) -> String {
        let mut hmac = Hmac::<Sha512>::new_from_slice(b"secret_key").unwrap();
        let header = URL_SAFE_NO_PAD.encode(header);
        hmac.update(format!("{header}.{payload}").as_bytes());
        format!("{header}..{}", URL_SAFE_NO_PAD.encode(hmac.finalize().into_bytes()))
    }

    #[test]
    fn the_vectors_are_accepted_and_each_changed_byte_is_refused() {
        for (dialect, token, payload) in VECTORS {
            assert_eq!(verify(JwsHeader::Both, token, payload.as_bytes()), Ok(()));
            assert_eq!(verify(dialect, token, payload.as_bytes()), Ok(()));
            for index in 0..token.len() {
                let mut changed = token.as_bytes().to_vec();
                changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
                let changed = String::from_utf8(changed).unwrap();
                assert!(verify(JwsHeader::Both, &changed, payload.as_bytes()).is_err(), "{index}");
            }
            for index in 0..payload.len() {
                let mut changed = payload.as_bytes().to_vec();
                changed[index] ^= 1;
                assert!(verify(JwsHeader::Both, token, &changed).is_err(), "{index}");
            }
        }
    }

    #[test]
    fn a_dialect_that_is_switched_off_is_refused() {
        for (dialect, token, payload) in VECTORS {
            let (other, missing) = match dialect {
                JwsHeader::Uri => (JwsHeader::Path, "header: path is missing"),
                _ => (JwsHeader::Uri, "header: uri is missing"),
            };
            let mismatch = verify(other, token, payload.as_bytes()).unwrap_err();
            assert_eq!(mismatch.difference, missing);
        }
    }

    #[test]
    fn a_refusal_names_the_part_that_differs() {
        let right = r#"{"uri":"/v5/merchant/invoice/init","merchant_id":"123456","method":"POST","params":"","alg":"HS512"}"#;
        let payload = r#"{"a":">>>???"}"#;
        let encoded = URL_SAFE_NO_PAD.encode(payload);
        assert_eq!(verify(JwsHeader::Both, &sign(right, &encoded), payload.as_bytes()), Ok(()));

        let header = |from: &str, to: &str| sign(&right.replace(from, to), &encoded);
        for (token, difference) in [
            (header("init", "pay"), "header: uri is \"/v5/merchant/invoice/pay\" and should be"),
            (header("\"123456\"", "123456"), "header: merchant_id is 123456 and should be \"123456\""),
            (header("\"123456\"", "\"7\""), "header: merchant_id is \"7\" and should be \"123456\""),
            (header("HS512", "none"), "header: alg is \"none\""),
            (header(",\"params\":\"\"", ""), "header: params is missing"),
            (header("{", "{\"kid\":1,"), "header: kid does not belong there"),
            (header(",", ", "), "header: order, spacing or escaping"),
            (header("/", "\\/"), "header: order, spacing or escaping"),
            (sign("[]", &encoded), "header: it is not a JSON object"),
            (sign(right, ""), "payload: the signature covers no payload"),
            (
                sign(right, &STANDARD.encode(payload)),
                "payload: the signature covers the payload in base64 instead",
            ),
            (sign(right, payload), "payload: the signature covers the payload without base64url"),
            (
                sign(right, &URL_SAFE_NO_PAD.encode("raw")),
                "payload: the signature covers the body as it was sent",
            ),
            (sign(right, "x"), "mac: made with another key or over another payload"),
            (
                sign(right, &encoded).replace("..", &format!(".{encoded}.")),
                "form: the middle part is not empty",
            ),
            (sign(right, &encoded).replace("..", "."), "form: the token is not three parts"),
            (format!("{}=", sign(right, &encoded)), "mac: it is not base64url without padding"),
            ("a.b.c.d".to_owned(), "form: the token is not three parts"),
            (String::new(), "form: the token is not three parts"),
            (format!("{}..AAAA", URL_SAFE_NO_PAD.encode(right)), "mac: it has 3 bytes"),
        ] {
            let mismatch = verify(JwsHeader::Both, &token, payload.as_bytes()).unwrap_err();
            assert!(mismatch.difference.starts_with(difference), "{}", mismatch.difference);
            assert!(mismatch.expected.contains(right) && mismatch.expected.contains(payload));
            assert!(mismatch.expected.contains("merchant 123456"));
            assert!(!mismatch.expected.contains("secret_key"));
        }
    }

    #[test]
    fn the_claimed_merchant_is_read_from_both_dialects() {
        for (_, token, _) in VECTORS {
            assert_eq!(claimed_merchant(token), Some(123_456));
        }
        for token in ["", "x", "..", "bnVsbA.."] {
            assert_eq!(claimed_merchant(token), None);
        }
    }
}

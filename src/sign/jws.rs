//! The v5 signature: a detached JWS over exactly the bytes that are sent, HMAC-SHA512, in `X-JWS-Signature`.
//!
//! Source: the page on authorization, and the published token that `jws-docs` reproduces byte for byte.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

use crate::config::JwsClaim;
use crate::secret::{Secret, on_cleared_stack};

/// A secret key made ready to sign with: half of a signature's work is done once. What signs as the secret does is not the
/// secret, and is overwritten on drop all the same.
pub(crate) struct Key(Box<hmac::Key>);

impl Key {
    pub fn of(secret: &Secret) -> Key {
        let ready = || Box::new(hmac::Key::new(hmac::HMAC_SHA512, secret.expose().as_bytes()));
        Key(on_cleared_stack(ready))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        *self.0 = hmac::Key::new(hmac::HMAC_SHA512, &[]);
        std::hint::black_box(&self.0);
    }
}

/// The value of `X-JWS-Signature` for a POST of `payload` to `path`.
pub(crate) fn sign(claim: JwsClaim, path: &str, merchant_id: i64, key: &Key, payload: &[u8]) -> String {
    let header = header(claim, path, merchant_id);
    let mut token = String::with_capacity(128 + (header.len() + payload.len()) * 4 / 3);
    URL_SAFE_NO_PAD.encode_string(header, &mut token);
    let header_len = token.len();
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut token);
    let mac = hmac::sign(&key.0, token.as_bytes());
    token.truncate(header_len);
    token.push_str("..");
    URL_SAFE_NO_PAD.encode_string(mac, &mut token);
    token
}

fn header(claim: JwsClaim, path: &str, merchant_id: i64) -> String {
    match claim {
        JwsClaim::Uri => format!(
            r#"{{"uri":"{path}","merchant_id":"{merchant_id}","method":"POST","params":"","alg":"HS512"}}"#
        ),
        JwsClaim::Path => format!(
            r#"{{"path":"{path}","merchant_id":{merchant_id},"method":"POST","params":"","alg":"HS512"}}"#
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/v5/merchant/invoice/init";

    #[test]
    fn the_published_token_is_reproduced_byte_for_byte() {
        let body = "{\"order_id\":\"828cf71d-a447-4a67-a149-c1df8bc197ca\",\"merchant_id\":123456,\"amount\":100,\
                    \"description\":\"Счет за услуги\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}";
        assert_eq!(
            sign(JwsClaim::Path, PATH, 123456, &Key::of(&Secret::new("secret_key")), body.as_bytes()),
            "eyJwYXRoIjoiL3Y1L21lcmNoYW50L2ludm9pY2UvaW5pdCIsIm1lcmNoYW50X2lkIjoxMjM0NTYsIm1ldGhvZCI6IlBPU1QiLCJwYXJh\
             bXMiOiIiLCJhbGciOiJIUzUxMiJ9..wCwFCAmxN0nbTm6mad8GxowIjgkCwfF7IAy2ijO9thLjsZFXnS4K_I4NPnXjkTFTMnEzqjk8rtI\
             Vmtf7NbGyvg"
        );
    }

    #[test]
    fn the_documented_header_gives_the_derived_token() {
        let body = r#"{"order_id":"00102","merchant_id":123456,"amount":10,"description":"Ticket","invoice_method":"qr","currency":"KZT"}"#;
        assert_eq!(
            sign(JwsClaim::Uri, PATH, 123456, &Key::of(&Secret::new("secret_key")), body.as_bytes()),
            "eyJ1cmkiOiIvdjUvbWVyY2hhbnQvaW52b2ljZS9pbml0IiwibWVyY2hhbnRfaWQiOiIxMjM0NTYiLCJtZXRob2QiOiJQT1NUIiwicGFy\
             YW1zIjoiIiwiYWxnIjoiSFM1MTIifQ..mtWwegA1KW_lDtPMjny559jF1uEf1hqYxM2RfLcAsGzhctZ9utwe8kw5KwYDc-PT0q7_HMmhBT\
             aRnMmqJYGU0w"
        );
    }

    #[test]
    fn one_changed_byte_changes_the_signature() {
        let key = Key::of(&Secret::new("secret_key"));
        let one = sign(JwsClaim::Uri, PATH, 123456, &key, b"{\"amount\":10}");
        assert_ne!(one, sign(JwsClaim::Uri, PATH, 123456, &key, b"{\"amount\":11}"));
        assert_ne!(one, sign(JwsClaim::Uri, PATH, 123457, &key, b"{\"amount\":10}"));
        assert_ne!(
            one,
            sign(JwsClaim::Uri, PATH, 123456, &Key::of(&Secret::new("secret_keY")), b"{\"amount\":10}")
        );
    }
}

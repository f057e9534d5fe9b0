//! Whether this machine computes signatures as the published examples have them: a till that a gateway refuses asks this
//! first.

use super::{jws, pg_sig};
use crate::answer::Document;
use crate::config::JwsClaim;
use crate::secret::Secret;

/// Computes the published examples of both signatures; the error names the one that came out otherwise.
///
/// Source: the sample token of the page on authorization, and an example of the documentation's page on `pg_sig`.
pub fn signature_self_test() -> Result<(), &'static str> {
    if token() != TOKEN {
        return Err("X-JWS-Signature");
    }
    match digest().as_deref() {
        Ok(DIGEST) => Ok(()),
        _ => Err("pg_sig"),
    }
}

const TOKEN: &str = "eyJwYXRoIjoiL3Y1L21lcmNoYW50L2ludm9pY2UvaW5pdCIsIm1lcmNoYW50X2lkIjoxMjM0NTYsIm1ldGhvZCI6Il\
    BPU1QiLCJwYXJhbXMiOiIiLCJhbGciOiJIUzUxMiJ9..wCwFCAmxN0nbTm6mad8GxowIjgkCwfF7IAy2ijO9thLjsZFXnS4K_I4NPnXjkTFTMnEzqj\
    k8rtIVmtf7NbGyvg";

fn token() -> String {
    let body = "{\"order_id\":\"828cf71d-a447-4a67-a149-c1df8bc197ca\",\"merchant_id\":123456,\"amount\":100,\
                \"description\":\"Счет за услуги\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}";
    let key = jws::Key::of(&Secret::new("secret_key"));
    jws::sign(JwsClaim::Path, "/v5/merchant/invoice/init", 123_456, &key, body.as_bytes())
}

const DIGEST: &str = "1d602ce1af2d04738e5840ff8562963f";

fn digest() -> Result<String, String> {
    let mut message = Document::default();
    for (name, value) in [
        ("pg_order_id", "23"),
        ("pg_merchant_id", "123456"),
        ("pg_amount", "25"),
        ("pg_description", "Order description"),
        ("pg_salt", "some_random_string"),
    ] {
        message.insert(&[name], value)?;
    }
    Ok(pg_sig::sign("init_payment.php", &message, &Secret::new("test_secret_key")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_published_examples_come_out_as_published() {
        assert_eq!(signature_self_test(), Ok(()));
    }
}

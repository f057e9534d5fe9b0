//! The clock around the calls, with the arguments and the line of JSON of `bench.c`, and the bytes of one invoice. Nothing
//! is signed, composed or parsed.

use std::sync::Arc;
use std::time::Instant;

use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, RootCertStore};

/// The body of every request.
pub const BODY: &str = r#"{"order_id":"bench-00000000","merchant_id":123456,"amount":10.50,"description":"Ticket","invoice_method":"qr","currency":"KZT"}"#;

/// What a client is started with.
pub struct Arguments {
    /// Where one invoice is made.
    pub url: String,
    /// The bench's own authority.
    pub tls: ClientConfig,
    /// As long as a real one.
    pub signature: String,
    warm_up: usize,
    calls: usize,
}

impl Arguments {
    /// PORT CA_FILE WARM_UP CALLS.
    pub fn read() -> Arguments {
        let arguments: Vec<String> = std::env::args().skip(1).collect();
        let [port, ca_file, warm_up, calls] = &arguments[..] else {
            panic!("usage: PORT CA_FILE WARM_UP CALLS");
        };
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_file_iter(ca_file).expect("a CA file") {
            roots.add(certificate.expect("PEM")).expect("a certificate");
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Arguments {
            url: format!("https://localhost:{port}/v5/merchant/invoice/init"),
            tls,
            signature: "a".repeat(225),
            warm_up: warm_up.parse().expect("a number"),
            calls: calls.parse().expect("a number"),
        }
    }

    /// Makes the calls and prints what they took. `call` answers how long the answer was.
    pub fn run(&self, mut call: impl FnMut() -> usize) {
        let mut times = Vec::with_capacity(self.calls);
        for number in 0..self.warm_up + self.calls {
            let start = Instant::now();
            assert!(call() > 0, "an empty answer");
            if number >= self.warm_up {
                times.push(start.elapsed().as_secs_f64() * 1e6);
            }
        }
        times.sort_by(f64::total_cmp);
        println!(
            "{{\"p50_us\": {:.1}, \"p99_us\": {:.1}}}",
            times[self.calls / 2],
            times[self.calls * 99 / 100]
        );
    }
}

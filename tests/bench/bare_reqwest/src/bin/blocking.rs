//! `reqwest::blocking`: its connections live on a thread of its own.

use bare_reqwest::{Arguments, BODY};

fn main() {
    let arguments = Arguments::read();
    let client = reqwest::blocking::Client::builder()
        .tls_backend_preconfigured(arguments.tls.clone())
        .http1_only()
        .no_proxy()
        .build()
        .expect("a client");
    arguments.run(|| {
        let request = client
            .post(&arguments.url)
            .header("Content-Type", "application/json")
            .header("X-JWS-Signature", &arguments.signature);
        request.body(BODY).send().expect("an answer").bytes().expect("a body").len()
    });
}

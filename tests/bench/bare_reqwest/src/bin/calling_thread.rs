//! reqwest driven by the calling thread, as the library does.

use bare_reqwest::{Arguments, BODY};

fn main() {
    let arguments = Arguments::read();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = {
        let _inside = runtime.enter();
        reqwest::Client::builder()
            .tls_backend_preconfigured(arguments.tls.clone())
            .http1_only()
            .no_proxy()
            .build()
            .expect("a client")
    };
    arguments.run(|| {
        runtime.block_on(async {
            let request = client
                .post(&arguments.url)
                .header("Content-Type", "application/json")
                .header("X-JWS-Signature", &arguments.signature);
            request.body(BODY).send().await.expect("an answer").bytes().await.expect("a body").len()
        })
    });
}

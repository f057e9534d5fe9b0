//! Brings callbacks to merchants, each when it is due, and sees to what their answers mean.

use std::future;
use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use rustls::{ClientConfig, RootCertStore};

use super::classic;
use super::gateway::random_token;
use super::pg_sig::Key;
use super::post::{Callback, CallbackKind, Errand};
use super::record::header_list;
use super::state::State;

/// A merchant that has not answered by then has not answered.
const PATIENCE: Duration = Duration::from_secs(10);

/// More than any answer that the documents show.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Goes on until it is dropped.
pub(super) async fn run(state: Arc<State>) {
    loop {
        let (errands, next) = state.errands();
        if let Err(error) = state.save() {
            state.log(&error.to_string());
        }
        for errand in errands {
            let state = state.clone();
            tokio::spawn(async move { deliver(&state, errand).await });
        }
        let due = async {
            match next {
                Some(after) => tokio::time::sleep(after).await,
                None => future::pending().await,
            }
        };
        tokio::select! {
            () = state.bell.notified() => {}
            () = due => {}
        }
    }
}

/// Tells it once, and sees to what the answer means. None is a merchant whom nobody knows.
pub(super) async fn deliver(state: &State, errand: Errand) -> Option<Callback> {
    let keys = keys(state, errand.merchant_id, errand.kind)?;
    let salt = random_token().ok()?;
    let letter = classic::write_letter(&errand, state.options.callback_form, &salt, keys.right.secret);
    let callback = Callback::new(&errand, letter);
    let callback = match state.options.callbacks.allow(&errand.url) {
        true => send(callback, keys).await,
        false => callback.unsent(),
    };
    Some(state.delivered(errand, callback))
}

/// The same bytes once more; whatever is answered changes nothing.
pub(super) async fn repeat(state: &State, earlier: &Callback) -> Option<Callback> {
    let keys = keys(state, earlier.merchant_id, earlier.kind)?;
    Some(state.keep_callback(send(earlier.again(), keys).await))
}

/// Which key signs a callback and its answer, and which one a merchant may take by mistake.
struct Keys<'a> {
    right: Key<'a>,
    other: Key<'a>,
}

fn keys(state: &State, merchant_id: u64, kind: CallbackKind) -> Option<Keys<'_>> {
    let merchant = state.merchant(merchant_id)?;
    let ordinary = Key { owner: format!("the key of merchant {merchant_id}"), secret: &merchant.key };
    let owner = format!("the payout key of merchant {merchant_id}");
    let payout = Key { owner, secret: state.payout_key(merchant) };
    Some(match kind {
        CallbackKind::Payout => Keys { right: payout, other: ordinary },
        CallbackKind::Check | CallbackKind::Result => Keys { right: ordinary, other: payout },
    })
}

/// The callback with what came back.
async fn send(mut callback: Callback, keys: Keys<'_>) -> Callback {
    let body = match exchange(&mut callback).await {
        Ok(body) => body,
        Err(error) => {
            callback.problem = Some(format!("nobody answered: {error}"));
            return callback;
        }
    };
    let wrong = callback.http_status.filter(|status| *status != 200);
    callback.problem = wrong.map(|status| format!("the HTTP status is {status} and not 200"));
    // Of the answer to a payout's callback nothing but the HTTP status is documented.
    if callback.kind != CallbackKind::Payout {
        let reply = classic::read_reply(&body, &callback.url, keys.right, vec![keys.other]);
        callback.problem = callback.problem.or(reply.problem);
        callback.reply_status = reply.status;
        callback.reply_description = reply.description;
        callback.reply_signed = reply.signed;
    }
    callback.reply = Some(body);
    callback
}

/// The body of what was answered; its status and headers stand in the callback, once there is a whole answer.
async fn exchange(callback: &mut Callback) -> Result<String, String> {
    let client = client()?;
    let mut request = match &callback.body {
        Some(body) => client.post(&callback.url).body(body.clone()),
        None => client.get(&callback.url),
    };
    // Named here, so that what is kept is what is sent.
    request = request.header(ACCEPT, "*/*").header(USER_AGENT, "freedompay-sandbox");
    if let Some(content_type) = &callback.content_type {
        request = request.header(CONTENT_TYPE, content_type);
    }
    let request = request.build().map_err(explain)?;
    callback.headers = header_list(request.headers());
    let mut response = client.execute(request).await.map_err(explain)?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(explain)? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(format!("the answer is longer than {LONGEST_ANSWER} bytes"));
        }
    }
    callback.http_status = Some(response.status().as_u16());
    callback.reply_headers = header_list(response.headers());
    Ok(String::from_utf8_lossy(&body).into_owned())
}

/// The innermost cause says most.
fn explain(error: reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = &error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

/// Callbacks are few: each has a client and a connection of its own.
fn client() -> Result<reqwest::Client, String> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .timeout(PATIENCE)
        .build()
        .map_err(explain)
}

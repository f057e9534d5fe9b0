//! The classic Merchant API: every request and every answer is signed with pg_sig. Each endpoint names its
//! addresses, its fields and what it does; the way of a request through them is one, in `endpoint`.

mod after;
mod callback;
mod card;
mod endpoint;
mod form;
mod init;
mod letter;
mod mobile;
mod payout;
mod redirect;
mod reply;
mod rule;
mod status;
mod token;
mod xml;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use super::state::State;
use endpoint::Endpoint;

pub(super) use callback::{check, payout_result, result};
pub(super) use form::read_message;
pub(super) use letter::{Letter, write as write_letter};
pub(super) use redirect::{Back, back};
pub(super) use reply::read as read_reply;

fn endpoints() -> impl Iterator<Item = &'static Endpoint> {
    [
        &init::ENDPOINTS[..],
        &after::ENDPOINTS,
        &status::ENDPOINTS,
        &payout::ENDPOINTS,
        &card::ENDPOINTS,
        &token::ENDPOINTS,
        &mobile::ENDPOINTS,
    ]
    .into_iter()
    .flatten()
}

/// Every address of the API.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    endpoints().flat_map(|endpoint| endpoint.paths).copied()
}

/// Adds the API's addresses; each of them takes GET and POST.
pub(super) fn add_routes(mut router: Router<Arc<State>>) -> Router<Arc<State>> {
    for endpoint in endpoints() {
        for path in endpoint.paths {
            let handler = move |state, request| endpoint::handle(endpoint, state, request);
            router = router.route(path, get(handler).post(handler));
        }
    }
    router
}

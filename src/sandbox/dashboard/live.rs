//! Server-sent events: a number whenever something has changed, for the dashboard and for programs that follow along.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, StreamExt};

use crate::sandbox::state::State;

/// How soon a browser comes back when the connection ends.
const RETRY: Duration = Duration::from_secs(1);

/// Shows that the line still stands, and lets the server notice that nobody listens any more.
const ALIVE: Duration = Duration::from_secs(15);

/// `change`, with a number that grows: one at once, then one after each change.
pub(super) async fn changes(Shared(state): Shared<Arc<State>>) -> Response {
    stream(state.news.follow().map(|number| Event::default().event("change").data(number.to_string())))
}

/// An answer that goes on until the sandbox ends.
pub(in crate::sandbox) fn stream(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let events = events.map(|event| Ok::<_, Infallible>(event.retry(RETRY)));
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
    ([(CACHE_CONTROL, "no-store"), (X_CONTENT_TYPE_OPTIONS, "nosniff")], stream).into_response()
}

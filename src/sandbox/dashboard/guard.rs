//! Who may look at the sandbox and move it. Any page in a browser on this machine can send it a request; only pages of its
//! own may. A program that is no browser says no origin and is let in.

use std::sync::Arc;

use axum::extract::{Request, State as Shared};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use url::{Host, Url};

use crate::sandbox::state::State;

pub(in crate::sandbox) async fn guard(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let refusal = match (own_host(request.headers(), &state.public_url), request.method().is_safe()) {
        (false, _) => "this name is not the sandbox's own; use its address, or name it with --public-url\n",
        (true, false) if !own_origin(request.headers(), &state.public_url) => {
            "a page of another origin may not change anything here\n"
        }
        _ => return next.run(request).await,
    };
    state.log(&format!("{} {} refused: {}", request.method(), request.uri().path(), refusal.trim_end()));
    (StatusCode::FORBIDDEN, refusal).into_response()
}

/// A name that somebody else has pointed at this machine is not its own: behind such a name a foreign page would be of
/// the same origin. An address is nobody's to point.
fn own_host(headers: &HeaderMap, public_url: &str) -> bool {
    let Some(host) = headers.get(HOST) else { return true };
    let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else { return false };
    match Host::parse(host.host()) {
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Ok(Host::Domain(name)) => name == "localhost" || public_host(public_url).as_deref() == Some(&name),
        Err(_) => false,
    }
}

fn public_host(public_url: &str) -> Option<String> {
    Some(Url::parse(public_url).ok()?.host_str()?.to_owned())
}

/// What a browser says about the page that sends the request.
fn own_origin(headers: &HeaderMap, public_url: &str) -> bool {
    let own_site = match headers.get("sec-fetch-site") {
        None => true,
        Some(site) => matches!(site.as_bytes(), b"same-origin" | b"none"),
    };
    let Some(origin) = headers.get(ORIGIN) else { return own_site };
    let Some(origin) = origin.to_str().ok().and_then(|origin| Url::parse(origin).ok()) else { return false };
    let public = Url::parse(public_url).is_ok_and(|public| public.origin() == origin.origin());
    // Whether it came by TLS is not known behind a proxy; the host and the port are.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let asked = host.and_then(|host| Url::parse(&format!("{}://{host}", origin.scheme())).ok());
    own_site && (public || asked.is_some_and(|asked| asked.origin() == origin.origin()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn an_address_is_its_own_and_a_name_only_when_it_was_named() {
        for (host, own) in [
            ("127.0.0.1:8080", true),
            ("192.168.1.5", true),
            ("[::1]:8080", true),
            ("localhost:8080", true),
            ("till.example:99", true),
            ("TILL.example", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
            ("a b", false),
        ] {
            let headers = headers(&[("host", host)]);
            assert_eq!(own_host(&headers, "https://till.example/pay"), own, "{host}");
        }
        assert!(own_host(&HeaderMap::new(), "http://127.0.0.1:1"));
    }

    #[test]
    fn only_the_own_origin_may_change_anything() {
        let public = "https://till.example";
        for (origin, site, own) in [
            (None, None, true),
            (Some("http://127.0.0.1:8080"), None, true),
            (Some("http://127.0.0.1:8080"), Some("same-origin"), true),
            (Some("https://till.example"), Some("same-origin"), true),
            (Some("http://127.0.0.1:8081"), None, false),
            (Some("http://127.0.0.1:8080"), Some("cross-site"), false),
            (Some("http://localhost:8080"), None, false),
            (Some("https://evil.example"), None, false),
            (Some("http://till.example"), None, false),
            (Some("null"), None, false),
            (Some("null"), Some("same-origin"), false),
            (None, Some("cross-site"), false),
            (None, Some("same-site"), false),
            (None, Some("none"), true),
        ] {
            let mut pairs = vec![("host", "127.0.0.1:8080")];
            pairs.extend(origin.map(|origin| ("origin", origin)));
            pairs.extend(site.map(|site| ("sec-fetch-site", site)));
            assert_eq!(own_origin(&headers(&pairs), public), own, "{origin:?} {site:?}");
        }
    }
}

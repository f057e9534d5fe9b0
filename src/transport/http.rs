//! The transport that ships: reqwest, driven on the calling thread.
//!
//! `reqwest::blocking` reads a request's body before it has a connection, so it cannot say whether any of it left;
//! driven here, the body is taken by a connection or it is not, and that is what `sent` stands on.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::Either;
use http_body::{Body, Frame, SizeHint};
use reqwest::header::CONTENT_TYPE;
use rustls::ClientConfig;
use rustls::client::Resumption;

use super::engine::{Engine, Idle, MAX_IDLE, where_it_can_be_driven};
use super::resolve::SystemResolver;
use super::{Fault, Reply, Request, Transport, fault, tls};
use crate::cancel::Until;
use crate::clock::{Clock, LastMoment, SystemClock};
use crate::config::Config;
use crate::outcome::{Error, Event, Sent};
use crate::process::PerProcess;
use crate::secret::Secret;
use crate::wire::MAX_ANSWER_BYTES;

/// HTTPS to the gateway. Connections are made on first use, kept alive, and belong to the process that made them.
pub(crate) struct HttpTransport {
    tls: ClientConfig,
    connect_timeout: Duration,
    user_agent: String,
    proxy: Option<Secret>,
    clock: Arc<dyn Clock>,
    own: PerProcess<Own>,
}

/// What a process has for itself.
struct Own {
    idle: Idle,
    /// TLS sessions to be resumed. They stand behind a lock, which another thread may hold at the moment of a fork.
    sessions: Resumption,
}

impl Own {
    fn new() -> Own {
        Own { idle: Idle::new(), sessions: Resumption::in_memory_sessions(8) }
    }
}

impl HttpTransport {
    /// Reads the CA file; connects nothing.
    pub fn new(config: &Config) -> Result<HttpTransport, Error> {
        Ok(HttpTransport {
            tls: tls::client_config(config.ca_file.as_deref())?,
            connect_timeout: config.connect_timeout,
            user_agent: user_agent(config),
            proxy: config.proxy.clone(),
            clock: Arc::new(SystemClock),
            own: PerProcess::new(),
        })
    }

    fn exchange_here(&self, request: &Request, until: Until<'_>) -> Result<Reply, Fault> {
        let Own { idle, sessions } = self.own.get(Own::new);
        let engine = match idle.take() {
            Some(engine) => engine,
            None => Engine::new(|| self.client(sessions)).map_err(not_begun)?,
        };
        let gate = Gate { last_moment: until.last_moment, clock: self.clock.clone() };
        let result = engine.runtime.block_on(exchange(&engine.client, request, gate, until));
        idle.put(engine);
        result.map_err(|fault| self.by_way_of_proxy(fault))
    }

    /// Who was not reached may be the proxy, and nobody looks there unless told.
    fn by_way_of_proxy(&self, fault: Fault) -> Fault {
        match &self.proxy {
            Some(proxy) if matches!(fault.event, Event::NotReached { .. }) => Fault {
                reason: format!("through the proxy {}: {}", address(proxy.expose()), fault.reason),
                ..fault
            },
            _ => fault,
        }
    }

    fn client(&self, sessions: &Resumption) -> reqwest::Result<reqwest::Client> {
        let mut tls = self.tls.clone();
        tls.resumption = sessions.clone();
        let builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .http1_only()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            .user_agent(&self.user_agent)
            .dns_resolver(Arc::new(SystemResolver))
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(MAX_IDLE)
            .pool_max_idle_per_host(1);
        match &self.proxy {
            Some(url) => builder.proxy(reqwest::Proxy::all(url.expose())?).build(),
            None => builder.build(),
        }
    }
}

/// A proxy's address, without the name and password that may stand before it.
fn address(proxy: &str) -> &str {
    let behind_scheme = proxy.split_once("://").map_or(proxy, |(_, rest)| rest);
    let authority = behind_scheme.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

fn user_agent(config: &Config) -> String {
    let library = concat!("freedompay/", env!("CARGO_PKG_VERSION"));
    match &config.app_info {
        Some(app) => format!("{library} {}/{}", app.name, app.version),
        None => library.to_owned(),
    }
}

impl Transport for HttpTransport {
    fn exchange(&self, request: &Request, until: Until<'_>) -> Result<Reply, Fault> {
        where_it_can_be_driven(|| self.exchange_here(request, until)).map_err(not_begun)?
    }
}

/// The machine has nothing to call with at the moment.
fn not_begun(reason: String) -> Fault {
    Fault { event: Event::NotReached { lasting: false }, reason, http_status: 0 }
}

async fn exchange(
    client: &reqwest::Client,
    request: &Request,
    gate: Gate,
    until: Until<'_>,
) -> Result<Reply, Fault> {
    notice_closed_connections().await;
    let progress = Progress::default();
    if until.cancel.is_asked() {
        return Err(given_up(&progress));
    }
    let host = request.url.host_str().unwrap_or_default();
    let attempt = attempt(client, request, host, gate, &progress);
    let ended = std::pin::pin!(tokio::time::timeout_at(until.deadline.into(), attempt));
    let asked = std::pin::pin!(until.cancel.asked());
    let (taken, http_status) = match futures_util::future::select(ended, asked).await {
        Either::Left((Ok(result), _)) => return result,
        Either::Left((Err(_), _)) => (progress.taken(), progress.http_status()),
        Either::Right(_) => return Err(given_up(&progress)),
    };
    Err(Fault {
        event: match taken {
            true => Event::Lost { answering: http_status != 0 },
            false => Event::NotReached { lasting: false },
        },
        reason: match taken {
            true => format!("{host} did not answer in time"),
            false => format!("{host} did not take the connection in time"),
        },
        http_status,
    })
}

fn given_up(progress: &Progress) -> Fault {
    let sent = match (progress.taken(), progress.http_status()) {
        (false, _) => Sent::No,
        (true, 0) => Sent::Maybe,
        (true, _) => Sent::Yes,
    };
    Fault {
        event: Event::GivenUp { sent },
        reason: "the call was given up".to_owned(),
        http_status: progress.http_status(),
    }
}

/// The same call has no time left; another has all of its own.
fn held_up() -> Fault {
    Fault { event: Event::NotReached { lasting: true }, reason: TooLate.to_string(), http_status: 0 }
}

/// Lets the runtime see what happened to an idle connection since the last call, so that one which the gateway has
/// closed is not given a request.
async fn notice_closed_connections() {
    // The first turn polls the system, the second runs the connection's task.
    tokio::task::yield_now().await;
    tokio::task::yield_now().await;
}

async fn attempt(
    client: &reqwest::Client,
    request: &Request,
    host: &str,
    gate: Gate,
    progress: &Progress,
) -> Result<Reply, Fault> {
    let mut builder = client.post(request.url.clone()).header(CONTENT_TYPE, &request.content_type);
    if let Some(signature) = &request.signature {
        builder = builder.header("X-JWS-Signature", signature);
    }
    let body = TrackedBody { bytes: Some(request.body.clone()), gate, progress: progress.clone() };
    let sent = builder.body(reqwest::Body::wrap(body)).send().await;
    let mut response = sent.map_err(|error| match progress.held_up() {
        true => held_up(),
        false => fault::read(&error, progress.taken(), host),
    })?;
    progress.set_http_status(response.status().as_u16());
    let broken = |event, reason| Fault { event, reason, http_status: progress.http_status() };
    let mut body = Vec::with_capacity(expected_len(&response));
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER_BYTES => {
                let reason = format!("the answer of {host} is longer than {MAX_ANSWER_BYTES} bytes");
                return Err(broken(Event::Garbled { busy: false }, reason));
            }
            Ok(Some(chunk)) => {
                if body.try_reserve(chunk.len()).is_err() {
                    let reason = format!("there is no memory for the answer of {host}");
                    return Err(broken(Event::Lost { answering: true }, reason));
                }
                body.extend_from_slice(&chunk);
            }
            Ok(None) => return Ok(Reply { http_status: progress.http_status(), body }),
            Err(_) => {
                let reason = format!("the answer of {host} was cut off");
                return Err(broken(Event::Lost { answering: true }, reason));
            }
        }
    }
}

/// How much to set aside for an answer: what it says of itself, within reason.
fn expected_len(response: &reqwest::Response) -> usize {
    let announced = response.content_length().unwrap_or(0);
    usize::try_from(announced).unwrap_or(0).min(16 * 1024)
}

/// How far an attempt got, seen from outside of it.
#[derive(Clone, Default)]
struct Progress(Arc<Reached>);

#[derive(Default)]
struct Reached {
    taken: AtomicBool,
    held_up: AtomicBool,
    http_status: std::sync::atomic::AtomicU16,
}

impl Progress {
    fn taken(&self) -> bool {
        self.0.taken.load(Ordering::Relaxed)
    }

    fn held_up(&self) -> bool {
        self.0.held_up.load(Ordering::Relaxed)
    }

    fn http_status(&self) -> u16 {
        self.0.http_status.load(Ordering::Relaxed)
    }

    fn set_http_status(&self, status: u16) {
        self.0.http_status.store(status, Ordering::Relaxed);
    }
}

/// What a body has to pass before it leaves.
struct Gate {
    last_moment: Option<LastMoment>,
    clock: Arc<dyn Clock>,
}

impl Gate {
    fn is_shut(&self) -> bool {
        self.last_moment.is_some_and(|last| last.is_past(&*self.clock))
    }
}

/// A request's body that knows whether a connection has taken it, and lets none take it that comes too late. Before that,
/// nothing a gateway could act on left.
struct TrackedBody {
    bytes: Option<Bytes>,
    gate: Gate,
    progress: Progress,
}

/// The body did not leave.
#[derive(Debug)]
struct TooLate;

impl fmt::Display for TooLate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the call was held up beyond its time, as by a machine that sleeps")
    }
}

impl std::error::Error for TooLate {}

impl Body for TrackedBody {
    type Data = Bytes;
    type Error = TooLate;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, TooLate>>> {
        if self.bytes.is_some() && self.gate.is_shut() {
            self.progress.0.held_up.store(true, Ordering::Relaxed);
            return Poll::Ready(Some(Err(TooLate)));
        }
        self.progress.0.taken.store(true, Ordering::Relaxed);
        Poll::Ready(self.bytes.take().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.bytes.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes.as_ref().map_or(0, |bytes| bytes.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;
    use std::io::Read;
    use std::net::TcpListener;
    use std::sync::atomic::AtomicI64;
    use std::time::Instant;

    /// A machine that sleeps for an hour between any two looks at its clock, while deadlines stand still.
    #[derive(Default)]
    struct Sleepy(AtomicI64);

    impl Clock for Sleepy {
        fn now_ms(&self) -> i64 {
            self.0.fetch_add(3_600_000, Ordering::Relaxed)
        }
    }

    #[test]
    fn an_order_does_not_leave_after_the_machine_has_slept_and_a_question_does() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/init", listener.local_addr().unwrap());
        let heard = std::thread::spawn(move || {
            let heard = || {
                let (mut stream, mut bytes) = (listener.accept().unwrap().0, [0; 1024]);
                let mut all = Vec::new();
                while !all.ends_with(b"body") {
                    match stream.read(&mut bytes).unwrap_or(0) {
                        0 => break,
                        length => all.extend_from_slice(&bytes[..length]),
                    }
                }
                all.ends_with(b"body")
            };
            [heard(), heard()]
        });
        let clock = Arc::new(Sleepy::default());
        let transport = HttpTransport { clock: clock.clone(), ..HttpTransport::new(&Config::new()).unwrap() };
        let request = Request {
            url: url.parse().unwrap(),
            content_type: "text/plain".to_owned(),
            signature: None,
            body: Bytes::from_static(b"body"),
        };
        let cancel = Cancel::default();
        let time = Duration::from_secs(30);
        let question = Until::within(time, &cancel);
        let order = Until { last_moment: Some(LastMoment::within(time, &*clock)), ..question };
        let start = Instant::now();
        let fault = transport.exchange(&request, order).unwrap_err();
        assert_eq!(fault.event, Event::NotReached { lasting: true }, "{}", fault.reason);
        assert!(fault.reason.contains("sleeps"), "{}", fault.reason);
        let fault = transport.exchange(&request, question).unwrap_err();
        assert!(matches!(fault.event, Event::Lost { .. }), "nobody answers: {}", fault.reason);
        assert!(start.elapsed() < time, "neither waited for its deadline");
        assert_eq!(heard.join().unwrap(), [false, true]);
    }
}

//! A merchant's way to the gateway: every call of every endpoint goes through `Client::send`.

use std::process;
use std::time::{Duration, Instant};

use bytes::Bytes;
use url::Url;

use crate::answer::{Answer, Document};
use crate::call::{self, Account, Call, Field, Scheme, Shape, Value};
use crate::cancel::{Cancel, Until};
use crate::clock::{Clock, LastMoment, SystemClock};
use crate::config::{BodyFormat, Config};
use crate::journal::{self, Journal};
use crate::log::{Level, Log};
use crate::outcome::{Error, Event, Nature, Refusal, Sent, Verdict, judge, shown, spoken};
use crate::random;
use crate::sign::{jws, pg_sig};
use crate::transport::{HttpTransport, Request, Transport};
use crate::turns::Turns;
use crate::wire::{self, Format, Said};

/// A merchant's client. It may be used by many threads at once, and after a fork in the child as well as in the
/// parent. Its calls block the calling thread, so they must not be made from inside an async runtime.
pub struct Client {
    pub(crate) config: Config,
    pub(crate) merchant_id: i64,
    /// The secret key, ready for v5's signatures.
    jws_key: Option<jws::Key>,
    transport: Box<dyn Transport>,
    pub(crate) clock: Box<dyn Clock>,
    /// Of the waits.
    pub(crate) turns: Turns,
}

impl Client {
    /// Makes a client from a copy of the configuration. Reads the CA file; connects nothing and starts no thread.
    ///
    /// # Errors
    /// `Config` when the merchant id is missing or the CA file cannot be used, `Journal` when that is on a network drive.
    pub fn new(config: &Config) -> Result<Client, Error> {
        Client::over(config, Box::new(HttpTransport::new(config)?))
    }

    /// A client over any transport.
    pub(crate) fn over(config: &Config, transport: Box<dyn Transport>) -> Result<Client, Error> {
        let merchant_id = config.merchant_id.ok_or_else(|| Error::config("merchant_id is not set"))?;
        config.journal.as_deref().map_or(Ok(()), journal::check_place)?;
        Ok(Client {
            config: config.clone(),
            merchant_id,
            jws_key: config.secret_key.as_ref().map(jws::Key::of),
            transport,
            clock: Box::new(SystemClock),
            turns: Turns::new(),
        })
    }

    /// Whether the journal, if there is one, can be used. A configuration that is not complete has no client.
    ///
    /// # Errors
    /// `Journal`.
    pub fn check(&self) -> Result<(), Error> {
        self.log().flush();
        match self.journal(self.until(&Cancel::default())) {
            Some(journal) => journal.check(),
            None => Ok(()),
        }
    }

    /// The journal, for a call that ends at `until`; none unless it is set.
    pub(crate) fn journal<'a>(&'a self, until: Until<'a>) -> Option<Journal<'a>> {
        self.config.journal.as_deref().map(|path| Journal::at(path, until))
    }

    /// The time that a call has. Without a journal nobody else makes up his mind about the same order meanwhile.
    pub(crate) fn until<'a>(&'a self, cancel: &'a Cancel) -> Until<'a> {
        let journal = self.config.journal.as_ref();
        let last_moment = journal.map(|_| LastMoment::within(self.config.timeout, &*self.clock));
        Until { last_moment, ..Until::within(self.config.timeout, self.who_gives_up(cancel)) }
    }

    /// Who may give a call up: the one who made it, else whoever may give up the whole client.
    pub(crate) fn who_gives_up<'a>(&'a self, cancel: &'a Cancel) -> &'a Cancel {
        cancel.or(&self.config.cancel)
    }

    /// Sends a call, and again where `judge` allows it, and reads whether the answer says ok.
    pub(crate) fn send(&self, call: &Call, until: Until<'_>) -> Result<Answer, Error> {
        let start = Instant::now();
        let until = if call.nature == Nature::Question { until.at_any_moment() } else { until };
        let process = process::id();
        self.log().flush();
        let request = self.write(call)?;
        let mut pauses = Pauses::default();
        loop {
            if call.nature != Nature::Question && process != process::id() {
                // The host forked in its log function: both processes are here, and one may send it.
                let verdict = judge(call.nature, Event::GivenUp { sent: Sent::Maybe });
                return Err(Error::judged(
                    verdict,
                    "the call goes on in the process that this one was forked from",
                ));
            }
            let (verdict, error) = match self.attempt(call, &request, until) {
                Ok(answer) => {
                    self.log_end(call, start, format_args!("ok"));
                    return Ok(answer);
                }
                Err(failed) => failed,
            };
            let pause = if verdict.again { pauses.next(until.deadline) } else { None };
            let Some(pause) = pause else {
                self.log_end(call, start, format_args!("{:?}: {error}", verdict.code));
                return Err(error);
            };
            let ms = pause.as_millis();
            self.log().write(Level::Debug, format_args!("{}: {error}; again in {ms} ms", call.path));
            if !until.cancel.sleep_until(Instant::now() + pause) {
                let verdict = judge(call.nature, Event::GivenUp { sent: verdict.sent });
                return Err(Error::judged(verdict, "the call was given up"));
            }
        }
    }

    pub(crate) fn log(&self) -> &Log {
        &self.config.log
    }

    fn log_end(&self, call: &Call, start: Instant, end: std::fmt::Arguments<'_>) {
        let ms = start.elapsed().as_millis();
        self.log().write(Level::Info, format_args!("{}: {end} ({ms} ms)", call.path));
    }

    /// The call's bytes, signed. They stay the same however often they are sent.
    fn write(&self, call: &Call) -> Result<Request, Error> {
        match call.scheme {
            Scheme::Jws => Ok(self.write_v5(call)),
            Scheme::PgSig(account) => self.write_classic(call, account),
        }
    }

    /// A request whose signature, where there is a key, stands in a header.
    fn write_v5(&self, call: &Call) -> Request {
        let key = self.jws_key.as_ref();
        let as_json = match self.config.body_format {
            BodyFormat::Auto => key.is_some(),
            BodyFormat::Multipart => false,
            BodyFormat::Json => true,
        };
        let body = wire::encode(&call.fields, if as_json { Format::Json } else { Format::Multipart });
        let signature = key.map(|key| {
            let sign =
                |payload: &[u8]| jws::sign(self.config.jws_claim, &call.path, self.merchant_id, key, payload);
            if as_json { sign(&body.bytes) } else { sign(&wire::json_object(&call.fields)) }
        });
        Request {
            url: endpoint(&self.config.base_url, &call.path),
            content_type: body.content_type,
            signature,
            body: Bytes::from(body.bytes),
        }
    }

    /// A form whose signature is its last field.
    fn write_classic(&self, call: &Call, account: Account) -> Result<Request, Error> {
        let key = account.key(&self.config)?;
        let mut fields = Vec::with_capacity(call.fields.len() + 3);
        let mut add = |name: &'static str, text: String| {
            fields.push(Field { name: name.into(), value: Value::Text(text) });
        };
        if !call.fields.iter().any(|field| field.name == "pg_merchant_id") {
            add("pg_merchant_id", self.merchant_id.to_string());
        }
        add("pg_salt", random::hex()?);
        fields.extend(call.fields.iter().cloned());
        let signature = pg_sig::sign(pg_sig::script(&call.path), &tree(&fields)?, key);
        fields.push(Field { name: pg_sig::FIELD.into(), value: Value::Text(signature) });
        let format = match self.config.body_format {
            BodyFormat::Multipart => Format::Multipart,
            BodyFormat::Auto | BodyFormat::Json => Format::UrlEncoded,
        };
        let body = wire::encode(&fields, format);
        Ok(Request {
            url: endpoint(&self.config.base_url, &call.path),
            content_type: body.content_type,
            signature: None,
            body: Bytes::from(body.bytes),
        })
    }

    fn attempt(&self, call: &Call, request: &Request, until: Until<'_>) -> Result<Answer, (Verdict, Error)> {
        let reply = self.transport.exchange(request, until).map_err(|fault| {
            let verdict = judge(call.nature, fault.event);
            let answer = Answer { http_status: fault.http_status, ..Answer::default() };
            (verdict, Error::judged(verdict, sentence(&fault.reason, verdict.sent)).with_answer(answer))
        })?;
        let mut answer = Answer { http_status: reply.http_status, body: reply.body, ..Answer::default() };
        let said = match wire::decode(&answer.body) {
            Ok(document) => {
                answer.document = document;
                match self.hear(call, &answer.document) {
                    // Nothing but the HTTP status vouches for an answer that has neither status word nor signature.
                    Ok(Said::Ok) if !is_vouched_for(call, &answer) => {
                        Err("it has no status, and its HTTP status is not that of a success".to_owned())
                    }
                    said => said,
                }
            }
            // What is to be shown to the payer is no document of fields, and nobody signs it.
            Err(_) if call.shape == Shape::Page && answer.http_status == 200 => Ok(Said::Ok),
            Err(reason) => Err(reason),
        };
        match said {
            Ok(Said::Ok) => Ok(answer),
            // What stands before a gateway may speak of an error in JSON, too; it cannot refuse a sale.
            Ok(Said::Refused(refusal)) if refusal.code == 0 && is_busy(answer.http_status) => {
                let verdict = judge(call.nature, Event::Garbled { busy: true });
                let reason = "it is an error without a code";
                Err((verdict, Error::judged(verdict, no_protocol(&answer, reason)).with_answer(answer)))
            }
            Ok(Said::Refused(refusal)) => {
                let passing = refusal.is_passing();
                let event = match () {
                    () if refusal.is_repeat() => Event::RefusedAsRepeat,
                    () if refusal.is_in_doubt() => Event::RefusedInDoubt { passing },
                    () => Event::Refused { passing },
                };
                let verdict = judge(call.nature, event);
                let message = refused(&refusal);
                Err((verdict, Error::judged(verdict, message).with_refusal(refusal).with_answer(answer)))
            }
            Err(reason) => {
                let verdict = judge(call.nature, Event::Garbled { busy: is_busy(answer.http_status) });
                Err((verdict, Error::judged(verdict, no_protocol(&answer, &reason)).with_answer(answer)))
            }
        }
    }

    /// What an answer says, and whether it may be believed. The error says why not.
    fn hear(&self, call: &Call, document: &Document) -> Result<Said, String> {
        let Scheme::PgSig(account) = call.scheme else { return wire::said(document, &wire::V5, call.shape) };
        let is_page = call.shape == Shape::Page && document.count("pg_status") == 0;
        if !is_page && !document.is_signable() {
            return Err("it has a text beside fields, which no signature covers".to_owned());
        }
        let said = wire::said(document, &wire::CLASSIC, call.shape)?;
        let key = account.key(&self.config).map_err(|error| error.message().to_owned())?;
        match said {
            said if pg_sig::verify(pg_sig::script(&call.path), document, key) => Ok(said),
            Said::Refused(refusal) if refusal.comes_unsigned() => Ok(Said::Refused(refusal)),
            Said::Ok if is_page => Ok(Said::Ok),
            _ if document.count(pg_sig::FIELD) == 0 => Err("it is not signed".to_owned()),
            _ => {
                Err("its signature is wrong: it was made with another key, or changed on the way".to_owned())
            }
        }
    }
}

/// What to say of a refusal.
fn refused(refusal: &Refusal) -> String {
    let description = refusal.description.as_deref().map(spoken);
    let description = description.as_deref().unwrap_or("it gives no description");
    match refusal.code {
        0 => format!("the gateway refused without a code: {description}"),
        code => format!("the gateway refused with code {code}: {description}"),
    }
}

/// Whether an HTTP status speaks of a passing fault: time that ran out, too many requests, a server that is not there.
fn is_busy(http_status: u16) -> bool {
    matches!(http_status, 408 | 429 | 500..)
}

/// Whether something in an answer that is no refusal says that it is a success.
fn is_vouched_for(call: &Call, answer: &Answer) -> bool {
    let document = &answer.document;
    let has_status = document.count("status") > 0 || document.count("pg_status") > 0;
    let is_signed = call.scheme != Scheme::Jws && document.count(pg_sig::FIELD) > 0;
    has_status || is_signed || answer.http_status == 200
}

/// Up to here the three rules in use for the order of positions agree (facts 2.2).
const LAST_POSITION: u32 = 9;

/// A request's fields as its signature sees them. The error names what cannot be signed.
fn tree(fields: &[Field]) -> Result<Document, Error> {
    let mut tree = Document::default();
    for Field { name, value } in fields {
        let way = call::way(name).ok_or_else(|| {
            Error::argument(format!("field {} is not a name such as pg_param1 or a[0][b]", shown(name)))
        })?;
        if way[1..]
            .iter()
            .filter_map(|name| name.parse::<u32>().ok())
            .any(|position| position > LAST_POSITION)
        {
            return Err(Error::argument(format!(
                "field {}: no source tells in which order the gateway signs more than ten positions",
                shown(name)
            )));
        }
        tree.insert(&way, value.as_str())
            .map_err(|reason| Error::argument(format!("field {}: {reason}", shown(name))))?;
    }
    if !tree.is_signable() {
        return Err(Error::argument(
            "a field has a value as well as fields inside, which no signature covers",
        ));
    }
    Ok(tree)
}

/// The error for an answer that said ok and cannot be read.
pub(crate) fn unreadable(nature: Nature, reason: &str, answer: Answer) -> Error {
    let verdict = judge(nature, Event::Garbled { busy: false });
    Error::judged(verdict, no_protocol(&answer, reason)).with_answer(answer)
}

/// What to say of an answer that is not the protocol.
fn no_protocol(answer: &Answer, reason: &str) -> String {
    format!("the gateway's answer (HTTP {}) is not the protocol: {reason}", answer.http_status)
}

fn sentence(reason: &str, sent: Sent) -> String {
    let meaning = match sent {
        Sent::No => "nothing was sent",
        Sent::Maybe => "the request may have arrived",
        Sent::Yes => "the request arrived",
    };
    format!("{reason}; {meaning}")
}

/// The base URL with the call's path behind its own.
fn endpoint(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let joined = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&joined);
    url
}

/// The pauses between attempts: they double, each shortened by chance so that a street of tills does not knock at
/// the same instant, and end when the deadline or their number is reached.
#[derive(Default)]
struct Pauses {
    count: u32,
}

impl Pauses {
    const FIRST: Duration = Duration::from_millis(100);
    const MOST: u32 = 5;

    fn next(&mut self, deadline: Instant) -> Option<Duration> {
        if self.count == Self::MOST {
            return None;
        }
        let longest = Self::FIRST * 2u32.pow(self.count);
        self.count += 1;
        let pause = longest / 2 + longest / 2 * u32::from(random::chance()) / u32::from(u8::MAX);
        (Instant::now() + pause < deadline).then_some(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_stands_behind_the_base_url() {
        for (base, url) in [
            ("https://api.freedompay.uz", "https://api.freedompay.uz/v5/x"),
            ("https://api.freedompay.uz/", "https://api.freedompay.uz/v5/x"),
            ("https://gateway.example:8443/fp/", "https://gateway.example:8443/fp/v5/x"),
        ] {
            assert_eq!(endpoint(&Url::parse(base).unwrap(), "/v5/x").as_str(), url);
        }
    }

    #[test]
    fn pauses_double_end_and_stay_inside_the_deadline() {
        let far = Instant::now() + Duration::from_secs(60);
        let mut pauses = Pauses::default();
        for longest in [100, 200, 400, 800, 1600] {
            let ms = pauses.next(far).unwrap().as_millis();
            assert!((longest / 2..=longest).contains(&ms), "{ms} of {longest}");
        }
        assert_eq!(pauses.next(far), None);
        assert_eq!(Pauses::default().next(Instant::now()), None);
    }
}

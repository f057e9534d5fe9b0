//! The way of a classic request: read, whose it is, whether its signature is right, what its fields say, and
//! the signed answer. Refusals are answers too, under HTTP 200.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Request, State as Shared};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::form::{self, Unread};
use super::rule::{self, Rule, Written};
use super::{paths, xml};
use crate::sandbox::amount::Hundredths;
use crate::sandbox::answer::printable;
use crate::sandbox::fault::{Fault, Target};
use crate::sandbox::gateway::random_token;
use crate::sandbox::ledger::Refusal;
use crate::sandbox::message::Message;
use crate::sandbox::options::{Merchant, parse_id};
use crate::sandbox::payment::{Payment, PaymentStatus};
use crate::sandbox::pg_sig::{self, Expected, Key};
use crate::sandbox::record::{Finding, Signed};
use crate::sandbox::request::Problem;
use crate::sandbox::state::State;

/// One thing that the API can do.
pub(super) struct Endpoint {
    /// All the addresses that it has.
    pub paths: &'static [&'static str],
    pub keys: Keys,
    pub rules: &'static [&'static [Rule]],
    /// Whether the merchant's own fields, without pg_, are taken.
    pub own_fields: bool,
    pub run: fn(&Call) -> Result<Outcome, Problem>,
}

impl Endpoint {
    /// One that takes no fields of the merchant's own.
    pub const fn new(
        paths: &'static [&'static str],
        keys: Keys,
        rules: &'static [&'static [Rule]],
        run: fn(&Call) -> Result<Outcome, Problem>,
    ) -> Self {
        Endpoint { paths, keys, rules, own_fields: false, run }
    }
}

/// Whose key signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Ordinary,
    Payout,
    /// Either; which of them it was says what is asked about.
    Either,
}

/// What an endpoint gives back.
pub(super) enum Outcome {
    Answer(Message),
    /// The payer's browser is sent there.
    Redirect(String),
    /// What the payer's browser shows.
    Page(Response),
    /// This payment is paid with the card that it names; the answer, where that goes well.
    Charge(u64, fn(&Payment) -> Message),
}

/// A request whose signature is right and whose fields are as the rules say.
pub(super) struct Call<'a> {
    pub state: &'a State,
    pub target: &'a Target,
    pub merchant: &'a Merchant,
    /// Which of the merchant's keys has signed.
    pub signed_by: Keys,
    pub message: &'a Message,
}

impl Call<'_> {
    /// An empty text counts as absent.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.message.peek(name).filter(|text| !text.is_empty())
    }

    pub fn owned(&self, name: &str) -> Option<String> {
        self.text(name).map(str::to_owned)
    }

    pub fn required(&self, name: &str) -> Result<&str, Problem> {
        self.text(name).ok_or_else(|| Problem::field(format!("{name} is missing")))
    }

    pub fn amount(&self, name: &str) -> Option<Hundredths> {
        self.text(name).and_then(Hundredths::parse)
    }

    pub fn is_set(&self, name: &str) -> bool {
        self.text(name) == Some("1")
    }

    /// The payment that the request names. One of another merchant is as unknown as one that never was.
    pub fn payment(&self) -> Result<Payment, Problem> {
        parse_id(self.required("pg_payment_id")?)
            .and_then(|id| self.state.payment(id))
            .filter(|payment| payment.merchant_id == self.merchant.id)
            .ok_or_else(|| Problem::new(340, "there is no such payment"))
    }

    pub fn unfinished(&self, payment: &Payment) -> Result<(), Problem> {
        match payment.now.status {
            status if status.ended() => Err(has_ended(status)),
            _ => Ok(()),
        }
    }

    pub fn strikes(&self, fault: Fault) -> bool {
        self.state.strikes(fault, self.target)
    }
}

pub(in crate::sandbox) async fn handle(
    endpoint: &'static Endpoint,
    Shared(state): Shared<Arc<State>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    // The size was limited where the request was recorded.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let script = pg_sig::script(parts.uri.path());
    let target = parts.extensions.get::<Target>().cloned().unwrap_or_default();
    let mut finding = Finding::default();
    let exchange = Exchange { endpoint, state: &state, script, target: &target };
    let response = match exchange.answer(&parts, &body, &mut finding).await {
        Ok(response) => response,
        Err((status, problem)) => {
            let finding = axum::Extension(Finding::problem(problem));
            return (status, finding, format!("{problem}\n")).into_response();
        }
    };
    (axum::Extension(finding), response).into_response()
}

fn has_ended(status: PaymentStatus) -> Problem {
    Problem::new(10015, format!("the payment has ended, it is {}", status.word()))
}

/// One request on its way to its answer.
struct Exchange<'a> {
    endpoint: &'static Endpoint,
    state: &'a State,
    script: &'a str,
    target: &'a Target,
}

/// Who asks, once that is certain.
struct Signer<'a> {
    merchant: &'a Merchant,
    which: Keys,
    key: &'a str,
}

impl Exchange<'_> {
    /// The error is one of HTTP alone.
    async fn answer(
        &self,
        parts: &Parts,
        body: &Bytes,
        finding: &mut Finding,
    ) -> Result<Response, (StatusCode, &'static str)> {
        let (message, written) = match form::read(parts, body).await {
            Ok(read) => read,
            Err(Unread::Http(status, problem)) => return Err((status, problem)),
            // Nobody has signed it, so nobody can be answered with a signature.
            Err(Unread::Problem(problem)) => {
                let problem = Problem { code: 9998, ..problem };
                return Ok(self.refuse(problem, None, finding));
            }
        };
        finding.order_id = message.peek("pg_order_id").map(str::to_owned);
        finding.invoice_id = message.peek("pg_payment_id").and_then(parse_id);
        let signer = match self.identify(&message, finding) {
            Ok(signer) => signer,
            Err(problem) => return Ok(self.refuse(problem, None, finding)),
        };
        finding.signed = Signed::Valid;
        let outcome = match self.run(parts, &message, written, &signer) {
            Ok(Outcome::Charge(id, answer)) => self.charge(id, answer).await.map(Outcome::Answer),
            outcome => outcome,
        };
        Ok(match outcome {
            Ok(Outcome::Answer(answer)) => {
                finding.invoice_id = answer.peek("pg_payment_id").and_then(parse_id).or(finding.invoice_id);
                self.write(answer, Some(signer.key))
            }
            Ok(Outcome::Page(page)) => page,
            // It was charged above.
            Ok(Outcome::Charge(..)) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            Ok(Outcome::Redirect(location)) => (StatusCode::FOUND, [(LOCATION, location)]).into_response(),
            Err(problem) => self.refuse(problem, Some(signer.key), finding),
        })
    }

    fn identify<'a>(&'a self, message: &Message, finding: &mut Finding) -> Result<Signer<'a>, Problem> {
        if message.get(pg_sig::NAME).is_some() {
            // Until it is shown to be right.
            finding.signed = Signed::Wrong;
        }
        let id = message.peek("pg_merchant_id").unwrap_or_default();
        let merchant = parse_id(id)
            .and_then(|id| self.state.merchant(id))
            .ok_or_else(|| Problem::new(9998, format!("pg_merchant_id {id:?} is not a merchant's")))?;
        let ordinary = Key { owner: format!("the key of merchant {id}"), secret: &merchant.key };
        let payout = Key {
            owner: format!("the payout key of merchant {id}"),
            secret: self.state.payout_key(merchant),
        };
        // Where there are two, the last is the one that a wrong signature is compared with.
        let (mut right, mut wrong) = match self.endpoint.keys {
            Keys::Ordinary => (vec![(Keys::Ordinary, ordinary)], vec![payout]),
            Keys::Payout => (vec![(Keys::Payout, payout)], vec![ordinary]),
            Keys::Either => (vec![(Keys::Payout, payout), (Keys::Ordinary, ordinary)], Vec::new()),
        };
        for other in self.state.options.merchants.iter().filter(|other| other.id != merchant.id) {
            wrong.push(Key { owner: format!("the key of merchant {}", other.id), secret: &other.key });
        }
        let (last, last_key) = right.pop().ok_or_else(|| Problem::new(9999, "no key was tried"))?;
        for (which, key) in right {
            if self.verify(message, &key, Vec::new()).is_ok() {
                return Ok(Signer { merchant, which, key: key.secret });
            }
        }
        self.verify(message, &last_key, wrong)?;
        Ok(Signer { merchant, which: last, key: last_key.secret })
    }

    fn verify<'a>(&self, message: &Message, key: &Key<'a>, other_keys: Vec<Key<'a>>) -> Result<(), Problem> {
        let expected = Expected {
            script: self.script,
            message,
            key: key.clone(),
            other_scripts: paths().collect(),
            other_keys,
        };
        expected.verify().map_err(|mismatch| Problem {
            code: 9998,
            text: format!("pg_sig is wrong: {}", mismatch.difference),
            detail: Some(mismatch.expected),
        })
    }

    fn run(
        &self,
        parts: &Parts,
        message: &Message,
        written: Written,
        signer: &Signer,
    ) -> Result<Outcome, Problem> {
        let merchant = signer.merchant;
        if let Some(rest) = parts.uri.path().strip_prefix("/v1/merchant/")
            && rest.split('/').next() != Some(merchant.id.to_string().as_str())
        {
            return Err(Problem::field("pg_merchant_id is not the merchant of the address"));
        }
        rule::check(message, written, self.endpoint.rules, self.endpoint.own_fields)?;
        let call =
            Call { state: self.state, target: self.target, merchant, signed_by: signer.which, message };
        let Some(key) = call.text("pg_idempotency_key") else {
            return (self.endpoint.run)(&call);
        };
        let request = message.filtered(|name, _| !matches!(name, "pg_salt" | "pg_sig"));
        let place = (merchant.id, self.script.to_owned(), key.to_owned());
        match self.state.answered(&place) {
            Some((earlier, answer)) if earlier == request => return Ok(Outcome::Answer(answer)),
            Some(_) => {
                return Err(Problem::field(format!(
                    "pg_idempotency_key {key:?} came with other fields before"
                )));
            }
            None => {}
        }
        let outcome = (self.endpoint.run)(&call)?;
        if let Outcome::Answer(answer) = &outcome {
            self.state.keep_answer(place, request, answer.clone());
        }
        Ok(outcome)
    }

    async fn charge(&self, id: u64, answer: fn(&Payment) -> Message) -> Result<Message, Problem> {
        let payment = self.state.charge(id).await.map_err(|refusal| match refusal {
            Refusal::Ended(status) => has_ended(status),
            Refusal::Asking => Problem::new(350, "the merchant is being asked about the payment"),
            Refusal::Unknown => Problem::new(340, "there is no such payment"),
        })?;
        match payment.now.failure.as_ref() {
            None => Ok(answer(&payment)),
            Some(failure) => Err(Problem::new(failure.code, failure.text.clone())),
        }
    }

    /// Without a key where nobody was identified.
    fn refuse(&self, problem: Problem, key: Option<&str>, finding: &mut Finding) -> Response {
        let detail = problem.detail.map(|detail| format!("; {detail}")).unwrap_or_default();
        finding.problem = Some(format!("{} {}{detail}", problem.code, problem.text));
        let answer = Message::default()
            .text("pg_status", "error")
            .text("pg_error_code", problem.code.to_string())
            .text("pg_error_description", printable(&problem.text));
        // These refusals were seen without a signature.
        let unsigned = matches!(problem.code, 9998 | 1100 | 11068);
        self.write(answer, key.filter(|_| !unsigned))
    }

    fn write(&self, answer: Message, key: Option<&str>) -> Response {
        let answer = match (key, random_token()) {
            (Some(key), Ok(salt)) => self.seal(answer, &salt, key),
            _ => answer,
        };
        let content_type = HeaderValue::from_static("application/xml; charset=UTF-8");
        ([(CONTENT_TYPE, content_type)], xml::write("response", &answer)).into_response()
    }

    fn seal(&self, answer: Message, salt: &str, key: &str) -> Message {
        if self.state.strikes(Fault::NoSignature, self.target) {
            return answer;
        }
        let wrong = self.state.strikes(Fault::WrongSignature, self.target);
        let key = if wrong { "another key" } else { key };
        pg_sig::seal(self.script, answer, salt, key)
    }
}

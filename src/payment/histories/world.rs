//! The gateway and the network of a history.

use std::sync::{Arc, Mutex};

use super::super::invented::{field, signed};
use super::step::{Fate, Step};
use super::{PAYMENT, TILLS, happen};
use crate::cancel::Until;
use crate::client::Client;
use crate::invented::PowerCut;
pub(super) use crate::invented::look;
use crate::money::Amount;
use crate::outcome::Event;
use crate::transport::{Fault, Reply, Request, Transport};

/// A refund at the gateway.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub id: i64,
    pub key: String,
    pub amount: String,
    pub failed: bool,
    pub listed: bool,
}

pub(super) struct World {
    pub now_ms: i64,
    pub fates: std::vec::IntoIter<Fate>,
    pub inside: usize,
    pub made: Vec<Made>,
    pub late: Vec<(i64, Made)>,
    pub tills: Vec<Arc<Client>>,
}

pub(super) type Shared = Arc<Mutex<World>>;

impl World {
    pub(super) fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        let now_ms = self.now_ms;
        let (come, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now_ms);
        self.late = late;
        let come: Vec<(i64, Made)> = come;
        for (_, made) in come {
            self.make(made);
        }
    }

    fn unlist(&mut self, request: &Request) {
        if let Some(newest) = self.made.last_mut().filter(|_| is_refund(request)) {
            newest.listed = false;
        }
    }

    fn make(&mut self, made: Made) -> i64 {
        let id = 100 + i64::try_from(self.made.len()).unwrap();
        self.made.push(Made { id, ..made });
        id
    }
}

fn is_refund(request: &Request) -> bool {
    request.url.path() == "/revoke.php"
}

pub(super) struct Network {
    pub world: Shared,
    pub till: usize,
}

impl Transport for Network {
    fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
        let fate = look(&self.world).fates.next().unwrap_or(Fate::Answered);
        self.meet(fate, request)
    }
}

impl Network {
    fn meet(&self, fate: Fate, request: &Request) -> Result<Reply, Fault> {
        let fault = |event| Err(Fault { event, reason: "a fault".to_owned(), http_status: 0 });
        let reply = |http_status, body: String| Ok(Reply { http_status, body: body.into() });
        let lost = Event::Lost { answering: false };
        match fate {
            Fate::Answered => reply(200, signed(request, &self.arrive(request, false))),
            Fate::NotReached => fault(Event::NotReached { lasting: true }),
            Fate::Lost => fault(lost),
            Fate::AnswerLost => {
                self.arrive(request, false);
                fault(lost)
            }
            Fate::FailsUnseen => {
                self.arrive(request, true);
                fault(lost)
            }
            Fate::Unlisted => {
                self.arrive(request, false);
                look(&self.world).unlist(request);
                fault(lost)
            }
            Fate::Late { by_ms } => {
                self.arrive_after(request, by_ms);
                fault(lost)
            }
            Fate::Refused { passing, done } => {
                if done {
                    self.arrive(request, false);
                }
                let code = if passing { 9999 } else { 10020 };
                let body = format!("<pg_status>error</pg_status><pg_error_code>{code}</pg_error_code>");
                reply(200, signed(request, &body))
            }
            Fate::ErrorPage { arrives } => {
                if arrives {
                    self.arrive(request, false);
                }
                reply(502, "<html>Bad Gateway</html>".to_owned())
            }
            Fate::Unsigned { arrives } => {
                let body = match arrives {
                    true => self.arrive(request, false),
                    false => {
                        "<pg_status>ok</pg_status><pg_revoke_payment_id>9</pg_revoke_payment_id>".to_owned()
                    }
                };
                reply(200, format!("<response>{body}</response>"))
            }
            Fate::Dies { arrives_after_ms } => {
                if let Some(ms) = arrives_after_ms {
                    self.arrive_after(request, ms);
                }
                PowerCut::now()
            }
            Fate::Meanwhile { step, then } => {
                if look(&self.world).inside == 0 {
                    self.meanwhile(*step);
                }
                self.meet(*then, request)
            }
        }
    }

    fn meanwhile(&self, step: Step) {
        let step = match step {
            Step::Refund { key, amount, .. } => Step::Refund { till: (self.till + 1) % TILLS, key, amount },
            Step::Settle { .. } => Step::Settle { till: (self.till + 1) % TILLS },
            Step::Pass { .. } => return,
        };
        look(&self.world).inside += 1;
        let end = happen(&self.world, &step);
        look(&self.world).inside -= 1;
        end.unwrap_or_else(|error| panic!("meanwhile {step:?}: {error}"));
    }

    fn refund(request: &Request, failed: bool) -> Option<Made> {
        let is_refund = is_refund(request);
        let (key, amount) = (field(request, "pg_idempotency_key"), field(request, "pg_refund_amount"));
        is_refund.then_some(Made { id: 0, key, amount, failed, listed: true })
    }

    fn arrive(&self, request: &Request, failed: bool) -> String {
        let mut world = look(&self.world);
        if let Some(made) = Self::refund(request, failed) {
            let id = world.make(made);
            return format!("<pg_status>ok</pg_status><pg_revoke_payment_id>{id}</pg_revoke_payment_id>");
        }
        let list: String = world.made.iter().filter(|made| made.listed).map(listed).collect();
        format!(
            "<pg_status>ok</pg_status><pg_payment_id>{PAYMENT}</pg_payment_id>\
             <pg_payment_status>success</pg_payment_status><pg_refund_amount>{}</pg_refund_amount>\
             <pg_refund_payments>{list}</pg_refund_payments>",
            given_back(&world.made)
        )
    }

    fn arrive_after(&self, request: &Request, ms: i64) {
        if let Some(made) = Self::refund(request, false) {
            let mut world = look(&self.world);
            let at = world.now_ms + ms;
            world.late.push((at, made));
        }
    }
}

/// What was given back in all, as the gateway writes it.
fn given_back(made: &[Made]) -> String {
    let hundredths = |made: &Made| made.amount.parse::<Amount>().unwrap().hundredths();
    let sum: i64 = made.iter().filter(|made| !made.failed).map(hundredths).sum();
    format!("-{}.{:02}", sum / 100, sum % 100)
}

fn listed(made: &Made) -> String {
    let status = if made.failed { "error" } else { "success" };
    format!(
        "<pg_refund_payment><pg_payment_id>{}</pg_payment_id><pg_amount>-{}</pg_amount>\
         <pg_payment_status>{status}</pg_payment_status></pg_refund_payment>",
        made.id, made.amount
    )
}

//! The gateway, the network and the time of a history of payouts.

use std::sync::{Arc, Mutex};

use super::super::super::invented::{field, signed};
use super::super::TOKEN;
use super::step::{Fate, Step};
use super::{ORDERS, TILLS, happen};
use crate::cancel::Until;
use crate::client::Client;
use crate::invented::PowerCut;
pub(super) use crate::invented::look;
use crate::outcome::Event;
use crate::transport::{Fault, Reply, Request, Transport};

/// A payout at the gateway.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub id: i64,
    pub order: String,
    pub amount: String,
    pub card: String,
    pub failed: bool,
    /// Which of all it is by its birth; it may be spoken of later. 0: not born.
    pub born: i64,
}

pub(super) struct World {
    pub now_ms: i64,
    pub births: i64,
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
        let (come, late): (Vec<_>, Vec<_>) = self.late.drain(..).partition(|(at, _)| *at <= now_ms);
        self.late = late;
        come.into_iter().for_each(|(_, made)| {
            self.make(made);
        });
    }

    fn birth(&mut self) -> i64 {
        self.births += 1;
        self.births
    }

    fn make(&mut self, mut made: Made) -> i64 {
        if made.born == 0 {
            made.born = self.birth();
        }
        let id = 100 + i64::try_from(self.made.len()).unwrap();
        self.made.push(Made { id, ..made });
        id
    }

    /// What the gateway says of an order; orders differ in how it says that there is none.
    fn status(&self, order: &str) -> String {
        let of_order = self.made.iter().filter(|made| made.order == order);
        match of_order.max_by_key(|made| made.born) {
            Some(Made { id, failed, amount, .. }) => format!(
                "<pg_status>ok</pg_status><pg_payment_id>{id}</pg_payment_id><pg_amount>{amount}</pg_amount>\
                 <pg_payment_status>{}</pg_payment_status>",
                if *failed { "error" } else { "success" }
            ),
            None if order == ORDERS[0] => {
                "<pg_status>ok</pg_status><pg_payment_id>0</pg_payment_id><pg_payment_status>error</pg_payment_status>"
                    .to_owned()
            }
            None => "<pg_status>error</pg_status><pg_error_code>340</pg_error_code>".to_owned(),
        }
    }
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

/// The payout that a request asks for.
fn asked_for(request: &Request, failed: bool) -> Option<Made> {
    let field = |name| field(request, name);
    let made = Made {
        id: 0,
        order: field("pg_order_id"),
        amount: field("pg_amount"),
        card: field("pg_card_token_to"),
        failed,
        born: 0,
    };
    (request.url.path() == TOKEN).then_some(made)
}

impl Network {
    fn meet(&self, fate: Fate, request: &Request) -> Result<Reply, Fault> {
        let fault = |event| Err(Fault { event, reason: "a fault".to_owned(), http_status: 0 });
        let reply = |http_status, body: String| Ok(Reply { http_status, body: body.into() });
        let lost = Event::Lost { answering: false };
        match fate {
            Fate::Answered => reply(200, signed(request, &self.arrive(request))),
            Fate::NotReached => fault(Event::NotReached { lasting: true }),
            Fate::Lost => fault(lost),
            Fate::AnswerLost => {
                self.arrive(request);
                fault(lost)
            }
            Fate::Late { by_ms, fails } => {
                self.arrive_after(request, by_ms, fails);
                fault(lost)
            }
            Fate::Refused { passing, done, recorded_after_ms } => {
                if done {
                    self.arrive(request);
                } else if let Some(ms) = recorded_after_ms {
                    let mut world = look(&self.world);
                    let (at, born) = (world.now_ms + ms, world.birth());
                    let recorded = asked_for(request, true).map(|made| (at, Made { born, ..made }));
                    world.late.extend(recorded);
                    world.pass(0);
                }
                let code = if passing { 10_000 } else { 8_888 };
                let body = format!("<pg_status>error</pg_status><pg_error_code>{code}</pg_error_code>");
                reply(200, signed(request, &body))
            }
            Fate::ErrorPage { arrives } => {
                if arrives {
                    self.arrive(request);
                }
                reply(502, "<html>Bad Gateway</html>".to_owned())
            }
            Fate::Unsigned { arrives } => {
                let forged = || "<pg_status>ok</pg_status><pg_payment_id>9</pg_payment_id>".to_owned();
                let body = if arrives { self.arrive(request) } else { forged() };
                reply(200, format!("<response>{body}</response>"))
            }
            Fate::Dies { arrives_after_ms } => {
                if let Some(ms) = arrives_after_ms {
                    self.arrive_after(request, ms, false);
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

    fn meanwhile(&self, mut step: Step) {
        match &mut step {
            Step::PayOut { till, .. } => *till = (self.till + 1) % TILLS,
            Step::Pass { .. } => return,
        }
        look(&self.world).inside += 1;
        let end = happen(&self.world, &step);
        look(&self.world).inside -= 1;
        end.unwrap_or_else(|error| panic!("meanwhile {step:?}: {error}"));
    }

    fn arrive(&self, request: &Request) -> String {
        let mut world = look(&self.world);
        match asked_for(request, false) {
            Some(made) => {
                let id = world.make(made);
                format!("<pg_status>ok</pg_status><pg_payment_id>{id}</pg_payment_id>")
            }
            None => world.status(&field(request, "pg_order_id")),
        }
    }

    fn arrive_after(&self, request: &Request, ms: i64, fails: bool) {
        if let Some(made) = asked_for(request, fails) {
            let mut world = look(&self.world);
            let at = world.now_ms + ms;
            world.late.push((at, made));
            world.pass(0);
        }
    }
}

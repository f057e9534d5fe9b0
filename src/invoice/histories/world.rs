//! The gateway, the network and the time of a history.

use std::collections::HashMap;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Arc, Mutex};

use super::step::{Fate, Step};
use super::{TILLS, happen};
use crate::answer::InvoiceStatus;
use crate::cancel::Until;
use crate::client::Client;
use crate::clock::{Clock, Uptime};
use crate::invented::PowerCut;
pub(super) use crate::invented::look;
use crate::invoice::INIT;
use crate::outcome::{Event, Sent};
use crate::transport::{Fault, Reply, Request, Transport};

pub(super) struct World {
    /// The true time.
    pub now_ms: i64,
    /// What the machine's clock says too little.
    pub behind_ms: i64,
    pub tells_uptime: bool,
    pub fates: std::vec::IntoIter<Fate>,
    /// How many requests are under way.
    pub depth: usize,
    pub invoices: Vec<Made>,
    /// Inits on their way: when they arrive, and what they ask for.
    pub late: Vec<(i64, String, String)>,
    /// How many inits of each till have left, whether they arrived yet or not.
    pub left: HashMap<usize, usize>,
    /// The last word of the gateway to a till's init was a refusal.
    pub refused: HashMap<usize, bool>,
    pub tills: Vec<Arc<Client>>,
    pub merchant_id: i64,
}

/// An invoice at the gateway.
pub(super) struct Made {
    pub id: i64,
    pub order_id: String,
    pub amount: String,
    pub status: InvoiceStatus,
}

pub(super) type Shared = Arc<Mutex<World>>;

impl World {
    pub(super) fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        let now_ms = self.now_ms;
        let (come, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= now_ms);
        self.late = late;
        let come: Vec<_> = come;
        for (_, order_id, amount) in come {
            self.make(&order_id, &amount);
        }
    }

    fn make(&mut self, order_id: &str, amount: &str) -> i64 {
        let id = self.merchant_id * 1_000 + i64::try_from(self.invoices.len()).unwrap();
        let made = Made { id, order_id: order_id.into(), amount: amount.into(), status: InvoiceStatus::New };
        self.invoices.push(made);
        id
    }

    pub(super) fn of_order(&self, order_id: &str) -> Option<&Made> {
        self.invoices.iter().find(|made| made.order_id == order_id)
    }

    /// The gateway's answer to a request that has arrived.
    fn answer(&mut self, asked: &Asked) -> String {
        let id = match asked {
            Asked::Init { order_id, amount } => Some(self.make(order_id, amount)),
            Asked::Order(order_id) => self.of_order(order_id).map(|made| made.id),
            Asked::Invoice(id) => Some(*id),
        };
        let made = self.invoices.iter().find(|made| Some(made.id) == id);
        match made {
            None => r#"{"status":"error","error_code":11068,"error_description":"none"}"#.to_owned(),
            Some(made) => format!(
                r#"{{"status":"ok","invoice_id":{},"invoice_status":"{}","amount":{},"card_token":"t"}}"#,
                made.id,
                made.status.word(),
                made.amount
            ),
        }
    }
}

pub(super) struct VirtualClock(pub Shared);

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        let world = look(&self.0);
        world.now_ms - world.behind_ms
    }

    fn uptime(&self) -> Option<Uptime> {
        let world = look(&self.0);
        world.tells_uptime.then(|| Uptime { boot: "the only one".to_owned(), ms: world.now_ms })
    }
}

/// What a request asks for.
#[derive(Debug)]
enum Asked {
    Init { order_id: String, amount: String },
    Order(String),
    Invoice(i64),
}

fn asked(request: &Request) -> Asked {
    let fields: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let text = |name: &str| fields[name].as_str().unwrap().to_owned();
    match request.url.path() {
        INIT => Asked::Init { order_id: text("order_id"), amount: fields["amount"].to_string() },
        _ if fields["invoice_id"].is_i64() => Asked::Invoice(fields["invoice_id"].as_i64().unwrap()),
        _ => Asked::Order(text("order_id")),
    }
}

pub(super) struct Network {
    pub world: Shared,
    pub till: usize,
}

impl Transport for Network {
    fn exchange(&self, request: &Request, until: Until<'_>) -> Result<Reply, Fault> {
        let fate = look(&self.world).fates.next().unwrap_or(Fate::Answered);
        let clock = VirtualClock(self.world.clone());
        self.meet(fate, &asked(request), &|| until.last_moment.is_some_and(|last| last.is_past(&clock)))
    }
}

impl Network {
    /// What becomes of a request, which does not leave where that is too late.
    fn meet(&self, fate: Fate, asked: &Asked, is_late: &dyn Fn() -> bool) -> Result<Reply, Fault> {
        let fault = |event| Err(Fault { event, reason: "a fault".to_owned(), http_status: 0 });
        let reply = |http_status, body: String| Ok(Reply { http_status, body: body.into() });
        match fate {
            Fate::Answered => reply(200, self.arrive(asked)),
            Fate::NotReached { lasting } => fault(Event::NotReached { lasting }),
            Fate::Lost => {
                self.leave(asked);
                fault(Event::Lost { answering: false })
            }
            Fate::AnswerLost { answering } => {
                self.arrive(asked);
                fault(Event::Lost { answering })
            }
            Fate::Late { by_ms } => {
                self.arrive_after(asked, by_ms);
                fault(Event::Lost { answering: false })
            }
            Fate::Refused { passing } => {
                self.leave(asked);
                look(&self.world).refused.insert(self.till, true);
                let code = if passing { 9999 } else { 9998 };
                reply(200, format!(r#"{{"status":"error","error_code":{code},"error_description":"no"}}"#))
            }
            Fate::ErrorPage { arrives } => {
                self.arrive_if(asked, arrives);
                reply(502, "<html>Bad Gateway</html>".to_owned())
            }
            Fate::GivenUp { sent, arrives } => {
                self.arrive_if(asked, arrives && sent != Sent::No);
                fault(Event::GivenUp { sent })
            }
            Fate::Dies { arrives_after_ms } => {
                if let Some(ms) = arrives_after_ms {
                    self.arrive_after(asked, ms);
                }
                PowerCut::now()
            }
            Fate::Meanwhile { step, first, then } => {
                if look(&self.world).depth > 0 {
                    return self.meet(*then, asked, is_late);
                }
                // The other till is never this one: a process makes one call at a time here.
                let others = |till: usize| if till == self.till { (till + 1) % TILLS } else { till };
                let meanwhile = || self.meanwhile(&step, others);
                if first {
                    meanwhile();
                    if is_late() {
                        return fault(Event::NotReached { lasting: true });
                    }
                    self.meet(*then, asked, is_late)
                } else {
                    let end = panic::catch_unwind(AssertUnwindSafe(|| self.meet(*then, asked, is_late)));
                    meanwhile();
                    end.unwrap_or_else(|cut| panic::resume_unwind(cut))
                }
            }
        }
    }

    fn meanwhile(&self, step: &Step, others: impl Fn(usize) -> usize) {
        let mut step = step.clone();
        match &mut step {
            Step::Init { till, .. }
            | Step::StatusByOrder { till, .. }
            | Step::Status { till, .. }
            | Step::Wait { till, .. }
            | Step::Recover { till, .. } => *till = others(*till),
            // Also longer than an attempt has time: the machine may sleep, and its deadline with it.
            Step::Pass { .. } | Step::Move { .. } | Step::SetBack { .. } | Step::SetForward { .. } => {}
        }
        look(&self.world).depth += 1;
        let end = happen(&self.world, &step);
        look(&self.world).depth -= 1;
        if let Err(error) = end {
            panic!("meanwhile {step:?}: {error}");
        }
    }

    fn leave(&self, asked: &Asked) {
        if let Asked::Init { .. } = asked {
            *look(&self.world).left.entry(self.till).or_default() += 1;
        }
    }

    fn arrive(&self, asked: &Asked) -> String {
        self.leave(asked);
        look(&self.world).answer(asked)
    }

    fn arrive_if(&self, asked: &Asked, arrives: bool) {
        if arrives {
            self.arrive(asked);
        }
    }

    fn arrive_after(&self, asked: &Asked, ms: i64) {
        self.leave(asked);
        if let Asked::Init { order_id, amount } = asked {
            let mut world = look(&self.world);
            let at = world.now_ms + ms;
            world.late.push((at, order_id.clone(), amount.clone()));
        }
    }
}

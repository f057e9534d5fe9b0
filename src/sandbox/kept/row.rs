//! One thing in the file, under its kind and its number, and the forms in which things stand there: what the sandbox
//! shows of them, and what it knows besides.

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::sandbox::Error;
use crate::sandbox::card::{Card, Pan};
use crate::sandbox::ledger::Ledger;
use crate::sandbox::message::Message;
use crate::sandbox::payment::Payment;
use crate::sandbox::payout::Payout;
use crate::sandbox::post::Errand;
use crate::sandbox::standing::{PayerCard, Standing};
use crate::sandbox::state::Place;

/// Kind, number and body; no body means that it is there no more.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::sandbox) struct Row(String, u64, Option<Box<RawValue>>);

impl Row {
    pub fn of(kind: &str, id: u64, body: &impl Serialize) -> Result<Row, Error> {
        let body = to_raw_value(body).map_err(|error| Error::new(format!("{kind} {id}: {error}")))?;
        Ok(Row(kind.to_owned(), id, Some(body)))
    }

    pub fn gone(kind: &str, id: u64) -> Row {
        Row(kind.to_owned(), id, None)
    }

    pub fn kind(&self) -> &str {
        &self.0
    }

    pub fn id(&self) -> u64 {
        self.1
    }

    pub fn place(&self) -> (String, u64) {
        (self.0.clone(), self.1)
    }

    pub fn is_gone(&self) -> bool {
        self.2.is_none()
    }

    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let text = self.2.as_ref().map_or("null", |body| body.get());
        serde_json::from_str(text).map_err(|error| Error::new(format!("{} {}: {error}", self.0, self.1)))
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptPayment {
    payment: Payment,
    created: Duration,
    held_since: Option<Duration>,
    past: Vec<Past>,
    /// The card of a payment about which its merchant is being asked.
    asking: Option<PayerCard>,
    /// How often the code for a payment from a phone was tried.
    code_tries: Option<u32>,
}

#[derive(Serialize, Deserialize)]
struct Past {
    since: Duration,
    standing: Standing,
    held_since: Option<Duration>,
}

impl KeptPayment {
    pub fn of(payment: &Payment, ledger: &Ledger) -> Self {
        let past = |(since, standing): &(Duration, Standing)| Past {
            since: *since,
            standing: standing.clone(),
            held_since: standing.held_since,
        };
        KeptPayment {
            payment: payment.clone(),
            created: payment.created,
            held_since: payment.now.held_since,
            past: payment.past.iter().map(past).collect(),
            asking: ledger.asking(payment.payment_id).cloned(),
            code_tries: ledger.code_tries(payment.payment_id),
        }
    }

    pub fn restore(self, ledger: &mut Ledger) {
        let mut payment = self.payment;
        payment.created = self.created;
        payment.now.held_since = self.held_since;
        payment.past = self
            .past
            .into_iter()
            .map(|Past { since, standing, held_since }| (since, Standing { held_since, ..standing }))
            .collect();
        ledger.restore(payment, self.asking, self.code_tries);
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptPayout {
    payout: Payout,
    started: bool,
    end: Option<(Duration, Option<u32>)>,
}

impl KeptPayout {
    pub fn of(payout: &Payout) -> Self {
        KeptPayout { payout: payout.clone(), started: payout.started, end: payout.end }
    }

    pub fn into_payout(self) -> Payout {
        Payout { started: self.started, end: self.end, ..self.payout }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct KeptCard {
    card: Card,
    digits: String,
}

impl KeptCard {
    pub fn of(card: &Card) -> Self {
        KeptCard { card: card.clone(), digits: card.pan.digits().to_owned() }
    }

    pub fn into_card(self) -> Card {
        let pan = Pan::parse(&self.digits).unwrap_or_default();
        Card { pan, ..self.card }
    }
}

/// Something that a merchant has yet to be told.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptErrand {
    pub due: Duration,
    pub errand: Errand,
}

/// What was answered under an idempotency key.
#[derive(Serialize, Deserialize)]
pub(super) struct KeptAnswer {
    pub place: Place,
    pub request: Message,
    pub answer: Message,
}

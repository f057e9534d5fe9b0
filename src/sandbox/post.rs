//! What the sandbox has to tell merchants, and what became of it when it was told.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use serde::{Deserialize, Serialize, Serializer};

use super::answer::printable;
use super::classic::Letter;
use super::message::Message;
use super::record::Signed;

/// Older ones make room for newer ones.
const MOST_CALLBACKS: usize = 10_000;

/// Attempts at a result: at once, and then four times within two hours.
pub(super) const ATTEMPTS: u32 = 5;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallbackKind {
    /// May this be paid?
    Check,
    /// How a payment has ended.
    Result,
    /// How a payout has ended.
    Payout,
}

/// One delivery, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// 1 for the first of this sandbox.
    pub number: u64,
    /// What was told.
    pub kind: CallbackKind,
    /// The payment or payout that it was about.
    pub payment_id: u64,
    /// Whom it was told.
    pub merchant_id: u64,
    /// The merchant's address, with the whole query that was sent.
    pub url: String,
    /// The HTTP method.
    pub method: String,
    /// None where there was no body.
    pub content_type: Option<String>,
    /// What the request was sent with; empty where it was not sent.
    pub headers: Vec<(String, String)>,
    /// None where everything stood in the address.
    pub body: Option<String>,
    /// What was sent and signed, in its order.
    #[serde(serialize_with = "as_map")]
    pub fields: Vec<(String, String)>,
    /// 1 for the first of the documented attempts.
    pub attempt: u32,
    /// The number of the delivery that this one repeats byte by byte.
    pub repeats: Option<u64>,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub date: String,
    /// None: nobody answered.
    pub http_status: Option<u16>,
    /// With names in small letters.
    pub reply_headers: Vec<(String, String)>,
    /// The answer as it came; bytes that are not UTF-8 are replaced.
    pub reply: Option<String>,
    /// `pg_status` of the answer.
    pub reply_status: Option<String>,
    /// `pg_description` of the answer.
    pub reply_description: Option<String>,
    /// What became of the answer's signature.
    pub reply_signed: Signed,
    /// What is wrong with the answer, or why there is none.
    pub problem: Option<String>,
}

impl Callback {
    pub(super) fn new(errand: &Errand, letter: Letter) -> Self {
        Callback {
            number: 0,
            kind: errand.kind,
            payment_id: errand.payment_id,
            merchant_id: errand.merchant_id,
            url: letter.url,
            method: letter.method.to_owned(),
            content_type: letter.content_type,
            headers: Vec::new(),
            body: letter.body,
            fields: letter.fields,
            attempt: errand.attempt,
            repeats: None,
            date: String::new(),
            http_status: None,
            reply_headers: Vec::new(),
            reply: None,
            reply_status: None,
            reply_description: None,
            reply_signed: Signed::No,
            problem: None,
        }
    }

    /// It was not even tried.
    pub(super) fn unsent(self) -> Self {
        let problem = Some("not sent: the sandbox may not call this address".to_owned());
        Callback { problem, ..self }
    }

    /// The same, before it was sent.
    pub(super) fn again(&self) -> Self {
        Callback {
            repeats: Some(self.number),
            headers: Vec::new(),
            http_status: None,
            reply_headers: Vec::new(),
            reply: None,
            reply_status: None,
            reply_description: None,
            reply_signed: Signed::No,
            problem: None,
            ..self.clone()
        }
    }

    /// Whether the merchant has it: anything but HTTP status 200 means that it is told again.
    pub(super) fn arrived(&self) -> bool {
        self.http_status == Some(200)
    }

    /// Only what is signed counts.
    pub(super) fn says(&self, status: &str) -> bool {
        self.arrived() && self.reply_signed == Signed::Valid && self.reply_status.as_deref() == Some(status)
    }
}

fn as_map<S: Serializer>(fields: &[(String, String)], out: S) -> Result<S::Ok, S::Error> {
    out.collect_map(fields.iter().map(|(name, value)| (name, value)))
}

/// Something that is to be told.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Errand {
    pub kind: CallbackKind,
    pub payment_id: u64,
    pub merchant_id: u64,
    /// The merchant's address.
    pub url: String,
    pub method: Method,
    /// Without salt and signature, which are new each time.
    pub fields: Message,
    pub attempt: u32,
    /// Whether a failed attempt is followed by another.
    pub persistent: bool,
    /// Whether the merchant may still not want the payment.
    pub can_reject: bool,
    /// What it waits under; 0 has never waited.
    #[serde(skip)]
    pub ticket: u64,
}

impl Errand {
    /// After a failed attempt nothing can be rejected any more.
    pub fn next_attempt(mut self) -> Option<Errand> {
        self.attempt += 1;
        self.can_reject = false;
        (self.persistent && self.attempt <= ATTEMPTS).then_some(self)
    }
}

/// How it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Method {
    Get,
    Post,
    Xml,
}

impl Method {
    /// The gateway's word; a merchant that says nothing gets a POST.
    pub fn read(word: Option<&str>) -> Self {
        match word {
            Some("GET") => Method::Get,
            Some("XML") => Method::Xml,
            _ => Method::Post,
        }
    }
}

/// One line for the log.
pub(super) fn line(callback: &Callback) -> String {
    let kind = match callback.kind {
        CallbackKind::Check => "check",
        CallbackKind::Result => "result",
        CallbackKind::Payout => "payout",
    };
    let Callback { number, payment_id, attempt, url, .. } = callback;
    let address = url.split('?').next().unwrap_or_default();
    let status = callback.http_status.map_or("no answer".to_owned(), |status| status.to_string());
    let mut line =
        format!("callback {number} {kind} payment={payment_id} attempt={attempt} {address} {status}");
    if let Some(status) = &callback.reply_status {
        line.push_str(&format!(" pg_status={status}"));
    }
    match &callback.problem {
        Some(problem) => line.push_str(&format!(" problem: {problem}")),
        None => line.push_str(" ok"),
    }
    printable(&line)
}

/// What waits to be told, and what was told.
#[derive(Debug, Default)]
pub(super) struct Post {
    /// By the time from which on it may be told, and in order.
    waiting: BTreeMap<(Duration, u64), Errand>,
    /// Those of them, and those under way, by their tickets: what was not told yet.
    untold: BTreeMap<u64, (Duration, Errand)>,
    /// Tickets that were given or ended since this was last asked.
    touched: BTreeSet<u64>,
    accepted: u64,
    delivered: VecDeque<Callback>,
    numbered: u64,
}

impl Post {
    pub fn accept(&mut self, due: Duration, mut errand: Errand) {
        self.accepted += 1;
        errand.ticket = self.accepted;
        self.touched.insert(self.accepted);
        self.untold.insert(self.accepted, (due, errand.clone()));
        self.waiting.insert((due, self.accepted), errand);
    }

    /// One that was kept under this ticket.
    pub fn restore(&mut self, ticket: u64, due: Duration, errand: Errand) {
        self.accepted = self.accepted.max(ticket);
        let errand = Errand { ticket, ..errand };
        self.untold.insert(ticket, (due, errand.clone()));
        self.waiting.insert((due, ticket), errand);
    }

    /// It was told, whatever came of it.
    pub fn told(&mut self, errand: &Errand) {
        self.untold.remove(&errand.ticket);
        self.touched.insert(errand.ticket);
    }

    pub fn untold(&self, ticket: u64) -> Option<(Duration, &Errand)> {
        self.untold.get(&ticket).map(|(due, errand)| (*due, errand))
    }

    pub fn take_touched(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.touched)
    }

    /// Everything that is due by now.
    pub fn due(&mut self, now: Duration) -> Vec<Errand> {
        let later = self.waiting.split_off(&(now, u64::MAX));
        std::mem::replace(&mut self.waiting, later).into_values().collect()
    }

    pub fn next_due(&self) -> Option<Duration> {
        self.waiting.keys().next().map(|(due, _)| *due)
    }

    /// Numbers the delivery and keeps it.
    pub fn keep(&mut self, mut callback: Callback) -> Callback {
        self.numbered += 1;
        callback.number = self.numbered;
        if self.delivered.len() == MOST_CALLBACKS {
            self.delivered.pop_front();
        }
        self.delivered.push_back(callback.clone());
        callback
    }

    pub fn find(&self, number: u64) -> Option<&Callback> {
        self.delivered.iter().find(|callback| callback.number == number)
    }

    pub fn delivered(&self) -> impl DoubleEndedIterator<Item = &Callback> {
        self.delivered.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errand(payment_id: u64) -> Errand {
        Errand {
            kind: CallbackKind::Result,
            payment_id,
            merchant_id: 1,
            url: "http://127.0.0.1/result".to_owned(),
            method: Method::Post,
            fields: Message::default(),
            attempt: 1,
            persistent: true,
            can_reject: false,
            ticket: 0,
        }
    }

    #[test]
    fn what_is_due_is_told_once_and_in_order() {
        let mut post = Post::default();
        let seconds = Duration::from_secs;
        for (due, id) in [(5, 1), (2, 2), (2, 3), (9, 4)] {
            post.accept(seconds(due), errand(id));
        }
        let mut due = |now| post.due(seconds(now)).iter().map(|errand| errand.payment_id).collect::<Vec<_>>();
        for (now, told) in [(1, vec![]), (5, vec![2, 3, 1]), (5, vec![])] {
            assert_eq!(due(now), told);
        }
        assert_eq!(post.next_due(), Some(seconds(9)));
    }
}

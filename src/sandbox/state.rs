//! Everything that a running sandbox remembers: its payments, the requests it got, and its clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Error;
use super::clock::{Clock, Moment};
use super::fault::{Fault, Trap, Traps};
use super::invoice::Invoice;
use super::ledger::{Ledger, Refusal};
use super::message::Message;
use super::options::{Merchant, Options};
use super::payment::Payment;
use super::record::{self, Finding, Record};
use super::standing::{Failure, PayerCard};

/// Older records make room for newer ones, so that a sandbox may run for months.
const MOST_RECORDS: usize = 10_000;

pub(super) struct State {
    pub options: Options,
    /// What payers' links begin with.
    pub public_url: String,
    book: Mutex<Book>,
}

struct Book {
    clock: Clock,
    ledger: Ledger,
    traps: Traps,
    /// Answers that were given under an idempotency key, with the requests that they were given to.
    answers: HashMap<Place, (Message, Message)>,
    records: VecDeque<Record>,
    requests: u64,
}

/// A merchant, a script and an idempotency key.
type Place = (u64, String, String);

impl State {
    pub fn new(options: Options, public_url: String) -> Self {
        let ledger = Ledger::new(options.timers);
        let mut traps = Traps::default();
        options.traps.iter().for_each(|trap| traps.set(trap.clone(), None));
        State {
            options,
            public_url,
            book: Mutex::new(Book {
                clock: Clock::new(),
                ledger,
                traps,
                answers: HashMap::new(),
                records: VecDeque::new(),
                requests: 0,
            }),
        }
    }

    pub fn merchant(&self, id: u64) -> Option<&Merchant> {
        self.options.merchants.iter().find(|merchant| merchant.id == id)
    }

    pub fn date_time(&self) -> String {
        self.book().clock.date_time()
    }

    pub fn advance(&self, by: Duration) {
        self.book().clock.advance(by);
    }

    /// Works on the payments as they stand now.
    pub fn ledger<T>(&self, work: impl FnOnce(&mut Ledger, &Moment) -> T) -> T {
        let mut book = self.book();
        let now = book.clock.moment();
        book.ledger.settle(&now);
        work(&mut book.ledger, &now)
    }

    pub fn create(&self, payment: Payment) -> Payment {
        self.ledger(|ledger, now| ledger.create(payment, now))
    }

    pub fn payment(&self, id: u64) -> Option<Payment> {
        self.ledger(|ledger, _| ledger.get(id).cloned())
    }

    pub fn by_customer(&self, customer: &str) -> Option<Payment> {
        self.ledger(|ledger, _| ledger.by_customer(customer).cloned())
    }

    /// Moves a payment along; the payment as it is then.
    fn change(
        &self,
        id: u64,
        change: impl FnOnce(&mut Ledger, &Moment) -> Result<(), Refusal>,
    ) -> Result<Payment, Refusal> {
        self.ledger(|ledger, now| {
            change(ledger, now)?;
            ledger.get(id).cloned().ok_or(Refusal::Unknown)
        })
    }

    /// The payer has looked at it; one that has ended stays as it is.
    pub fn open(&self, id: u64) -> Option<Payment> {
        self.ledger(|ledger, now| {
            let _ = ledger.open(id, now);
            ledger.get(id).cloned()
        })
    }

    /// The same, refused for one that has ended.
    pub fn process(&self, id: u64) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.open(id, now))
    }

    pub fn pay(&self, id: u64, card: PayerCard) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.pay(id, card, now))
    }

    pub fn decline(&self, id: u64, failure: Failure) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.decline(id, failure, now))
    }

    pub fn expire(&self, id: u64) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.expire(id, now))
    }

    pub fn payments(&self) -> Vec<Payment> {
        self.ledger(|ledger, _| ledger.payments().cloned().collect())
    }

    pub fn invoices(&self) -> Vec<Invoice> {
        self.ledger(|ledger, _| ledger.payments().filter_map(Invoice::of).collect())
    }

    /// None is for ever.
    pub fn set_trap(&self, trap: Trap, times: Option<u32>) {
        self.book().traps.set(trap, times);
    }

    pub fn clear_traps(&self) {
        self.book().traps.clear();
    }

    /// Whether this goes wrong now.
    pub fn strikes(&self, fault: Fault, script: &str) -> bool {
        self.book().traps.strikes(fault, script)
    }

    /// The request that came with this key, and its answer.
    pub fn answered(&self, place: &Place) -> Option<(Message, Message)> {
        self.book().answers.get(place).cloned()
    }

    pub fn keep_answer(&self, place: Place, request: Message, answer: Message) {
        self.book().answers.insert(place, (request, answer));
    }

    pub fn records(&self) -> Vec<Record> {
        self.book().records.iter().cloned().collect()
    }

    /// Numbers the record, keeps it and logs it.
    pub fn record(&self, mut record: Record, finding: Finding, status: u16) {
        record.signed = finding.signed;
        record.problem = finding.problem;
        record.invoice_id = finding.invoice_id;
        record.order_id = finding.order_id;
        let line = record::line(&record, status);
        {
            let mut book = self.book();
            book.requests += 1;
            record.sequence = book.requests;
            if book.records.len() == MOST_RECORDS {
                book.records.pop_front();
            }
            book.records.push_back(record);
        }
        self.log(&line);
    }

    pub fn log(&self, line: &str) {
        if let Some(log) = &self.options.log {
            log(line);
        }
    }

    /// A panic elsewhere leaves the book whole: every change to it is a single step.
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::new(match refusal {
            Refusal::Unknown => "there is no such payment".to_owned(),
            Refusal::Ended(status) => format!("the payment has ended, it is {}", status.word()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::options::Timers;
    use crate::sandbox::payment::PaymentStatus;
    use crate::sandbox::payment::tests::sample;

    fn state(timers: Timers) -> State {
        let options = Options { timers, ..Options::default() };
        State::new(options, "http://x".to_owned())
    }

    #[test]
    fn a_timer_fires_when_the_payment_is_looked_at() {
        let state = state(Timers { pay_after: Some(Duration::from_secs(3600)), ..Timers::default() });
        let id = state.create(sample()).payment_id;
        assert_eq!(state.open(id).unwrap().now.status, PaymentStatus::Process);
        state.advance(Duration::from_secs(3600));
        assert_eq!(state.payments()[0].now.status, PaymentStatus::Success);
        assert_eq!(state.expire(id).unwrap_err(), Refusal::Ended(PaymentStatus::Success));
    }

    #[test]
    fn old_records_make_room() {
        let state = state(Timers::default());
        let blank = Record {
            sequence: 0,
            method: "GET".to_owned(),
            path: "/".to_owned(),
            content_type: None,
            signed: Default::default(),
            body: String::new(),
            problem: None,
            invoice_id: None,
            order_id: None,
        };
        for _ in 0..MOST_RECORDS + 5 {
            state.record(blank.clone(), Finding::default(), 200);
        }
        let records = state.records();
        assert_eq!(records.len(), MOST_RECORDS);
        assert_eq!(records[0].sequence, 6);
    }
}

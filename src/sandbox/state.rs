//! Everything that a running sandbox remembers: its invoices, the requests it got, and its clock.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Error;
use super::clock::Clock;
use super::invoice::{Ended, Invoice, InvoiceState};
use super::options::{Merchant, Options};
use super::record::{self, Finding, Record};

const FIRST_INVOICE_ID: u64 = 1_000_001;

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
    invoices: Vec<Invoice>,
    by_customer: HashMap<String, u64>,
    /// The newest invoice of each order.
    by_order: HashMap<(u64, String), u64>,
    records: VecDeque<Record>,
    requests: u64,
}

impl State {
    pub fn new(options: Options, public_url: String) -> Self {
        State {
            options,
            public_url,
            book: Mutex::new(Book {
                clock: Clock::new(),
                invoices: Vec::new(),
                by_customer: HashMap::new(),
                by_order: HashMap::new(),
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

    /// Gives the invoice its id and its time, and keeps it.
    pub fn create(&self, mut invoice: Invoice) -> Invoice {
        let mut book = self.book();
        invoice.invoice_id = FIRST_INVOICE_ID + book.invoices.len() as u64;
        invoice.created = book.clock.now();
        let id = invoice.invoice_id;
        book.by_customer.insert(invoice.customer.clone(), id);
        book.by_order.insert((invoice.merchant_id, invoice.order_id.clone()), id);
        book.invoices.push(invoice.clone());
        invoice
    }

    pub fn by_id(&self, id: u64) -> Option<Invoice> {
        self.book().settled(id, &self.options).cloned()
    }

    pub fn by_order(&self, merchant_id: u64, order_id: &str) -> Option<Invoice> {
        let mut book = self.book();
        let id = *book.by_order.get(&(merchant_id, order_id.to_owned()))?;
        book.settled(id, &self.options).cloned()
    }

    pub fn by_customer(&self, customer: &str) -> Option<Invoice> {
        let mut book = self.book();
        let id = *book.by_customer.get(customer)?;
        book.settled(id, &self.options).cloned()
    }

    /// The payer has looked at it.
    pub fn open(&self, id: u64) -> Option<Invoice> {
        let mut book = self.book();
        let invoice = book.settled(id, &self.options)?;
        invoice.open();
        Some(invoice.clone())
    }

    pub fn enter(&self, id: u64, state: InvoiceState) -> Result<Invoice, Refusal> {
        let mut book = self.book();
        let invoice = book.settled(id, &self.options).ok_or(Refusal::Unknown)?;
        invoice.enter(state).map_err(|Ended(state)| Refusal::Ended(state))?;
        Ok(invoice.clone())
    }

    pub fn invoices(&self) -> Vec<Invoice> {
        let mut book = self.book();
        let now = book.clock.now();
        for invoice in &mut book.invoices {
            invoice.settle(now, &self.options.timers);
        }
        book.invoices.clone()
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

impl Book {
    /// Ids are given out in order, so that an id is a place in the list.
    fn settled(&mut self, id: u64, options: &Options) -> Option<&mut Invoice> {
        let now = self.clock.now();
        let index = usize::try_from(id.checked_sub(FIRST_INVOICE_ID)?).ok()?;
        let invoice = self.invoices.get_mut(index)?;
        invoice.settle(now, &options.timers);
        Some(invoice)
    }
}

/// Why an invoice did not change its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    Ended(InvoiceState),
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::new(match refusal {
            Refusal::Unknown => "there is no such invoice".to_owned(),
            Refusal::Ended(state) => format!("the invoice has ended, it is {}", state.word()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::invoice::sample;
    use crate::sandbox::options::Timers;

    fn state(timers: Timers) -> State {
        let options = Options { timers, ..Options::default() };
        State::new(options, "http://x".to_owned())
    }

    fn draft(order_id: &str, customer: &str) -> Invoice {
        let mut invoice = sample();
        invoice.order_id = order_id.to_owned();
        invoice.customer = customer.to_owned();
        invoice
    }

    #[test]
    fn an_order_is_answered_with_its_newest_invoice() {
        let state = state(Timers::default());
        let first = state.create(draft("a", "one"));
        let second = state.create(draft("a", "two"));
        assert_eq!((first.invoice_id, second.invoice_id), (1_000_001, 1_000_002));
        let found = |invoice: Option<Invoice>| invoice.map(|invoice| invoice.invoice_id);
        assert_eq!(found(state.by_order(123_456, "a")), Some(1_000_002));
        assert_eq!(found(state.by_order(7, "a")), None);
        assert_eq!(found(state.by_customer("one")), Some(1_000_001));
        for id in [0, 1, 1_000_000, 1_000_003, u64::MAX] {
            assert_eq!(found(state.by_id(id)), None);
        }
    }

    #[test]
    fn a_timer_fires_when_the_invoice_is_looked_at() {
        let state = state(Timers { pay_after: Some(Duration::from_secs(3600)), ..Timers::default() });
        let id = state.create(draft("a", "one")).invoice_id;
        assert_eq!(state.open(id).unwrap().state, InvoiceState::Process);
        state.advance(Duration::from_secs(3600));
        assert_eq!(state.invoices()[0].state, InvoiceState::Ok);
        assert_eq!(state.enter(id, InvoiceState::Failed).unwrap_err(), Refusal::Ended(InvoiceState::Ok));
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

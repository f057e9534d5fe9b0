//! Everything that a running sandbox remembers: its payments, the requests it got, and its clock.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::Error;
use super::classic;
use super::clock::{Clock, Moment};
use super::fault::{Fault, FaultRule, Rules, StandingRule, Target};
use super::invoice::Invoice;
use super::kept::{FoundFile, KeptFile};
use super::ledger::{Ledger, Notice, Paying, Refusal};
use super::message::Message;
use super::news::News;
use super::options::{Merchant, Options};
use super::payment::Payment;
use super::payout::{Payout, Stuck};
use super::post::{self, Callback, CallbackKind, Errand, Post};
use super::record::{self, Finding, Record, Records};
use super::standing::{Failure, PayerCard};

pub(super) struct State {
    pub options: Options,
    /// What payers' links begin with.
    pub public_url: String,
    /// Rung when there may be something to deliver.
    pub bell: Notify,
    pub news: News,
    book: Mutex<Book>,
}

/// Everything that a page may show.
pub(super) struct Sight<'a> {
    pub ledger: &'a Ledger,
    pub post: &'a Post,
    pub records: &'a Records,
    pub clock: &'a Clock,
}

pub(super) struct Book {
    pub(super) clock: Clock,
    pub(super) ledger: Ledger,
    pub(super) post: Post,
    rules: Rules,
    /// Answers that were given under an idempotency key, with the requests that they were given to.
    pub(super) answers: HashMap<Place, (Message, Message)>,
    /// Of these the ones that are not kept yet, and how many are.
    pub(super) new_answers: Vec<Place>,
    pub(super) kept_answers: u64,
    file: Option<KeptFile>,
    records: Records,
}

/// A merchant, a script and an idempotency key.
pub(super) type Place = (u64, String, String);

impl State {
    /// The error is a file that cannot be used.
    pub fn new(options: Options, public_url: String) -> Result<Self, Error> {
        let ledger = Ledger::new(options.timers, options.callbacks, options.balance);
        let mut rules = Rules::default();
        options.faults.iter().for_each(|rule| drop(rules.add(rule.clone())));
        let mut book = Book {
            clock: Clock::new(options.speed),
            ledger,
            post: Post::default(),
            rules,
            answers: HashMap::new(),
            new_answers: Vec::new(),
            kept_answers: 0,
            file: None,
            records: Records::default(),
        };
        if let Some(path) = &options.state_file {
            let found = FoundFile::open(path)?;
            book.restore(&found.rows).map_err(|error| found.refuse(&error))?;
            book.file = Some(found.go_on()?);
        }
        Ok(State { options, public_url, bell: Notify::new(), news: News::new(), book: Mutex::new(book) })
    }

    /// Nothing is answered, and nobody told, before what it says is in the file.
    pub fn save(&self) -> Result<(), Error> {
        let mut book = self.book();
        if book.file.is_none() {
            book.forget_changes();
            return Ok(());
        }
        let rows = book.take_changes()?;
        match &mut book.file {
            Some(file) if !rows.is_empty() => file.append(&rows),
            _ => Ok(()),
        }
    }

    pub fn merchant(&self, id: u64) -> Option<&Merchant> {
        self.options.merchants.iter().find(|merchant| merchant.id == id)
    }

    /// What signs this merchant's payouts.
    pub fn payout_key<'a>(&'a self, merchant: &'a Merchant) -> &'a str {
        merchant.payout_key.as_ref().unwrap_or(&self.options.payout_key)
    }

    /// What the payer reads; nothing where the merchant is unknown.
    pub fn shop(&self, id: u64) -> &str {
        self.merchant(id).map_or("", |merchant| merchant.name.as_str())
    }

    /// The gateway's `dt`, so many seconds off.
    pub fn date_time(&self, off: i64) -> String {
        self.book().clock.date_time_off(off)
    }

    /// The same as HTTP writes it.
    pub fn http_date(&self, off: i64) -> String {
        self.book().clock.http_date_off(off)
    }

    pub fn advance(&self, by: Duration) {
        self.book().clock.advance(by);
        self.bell.notify_one();
    }

    /// Works on the payments as they stand now.
    pub fn ledger<T>(&self, work: impl FnOnce(&mut Ledger, &Moment) -> T) -> T {
        let (mut book, now) = self.settled();
        let done = work(&mut book.ledger, &now);
        book.dispatch(&self.options, &now);
        drop(book);
        self.bell.notify_one();
        self.news.tell();
        done
    }

    /// Reads what there is, which is no news.
    pub fn look<T>(&self, read: impl FnOnce(Sight<'_>) -> T) -> T {
        let (book, _) = self.settled();
        read(Sight { ledger: &book.ledger, post: &book.post, records: &book.records, clock: &book.clock })
    }

    /// The book after everything that was due.
    fn settled(&self) -> (MutexGuard<'_, Book>, Moment) {
        let mut book = self.book();
        let now = book.clock.moment();
        if book.ledger.next_due().is_some_and(|due| due <= now.at) {
            book.ledger.settle(&now);
            book.dispatch(&self.options, &now);
            self.bell.notify_one();
            self.news.tell();
        }
        (book, now)
    }

    /// What is to be delivered now, and how long it is until there may be more.
    pub fn errands(&self) -> (Vec<Errand>, Option<Duration>) {
        let (mut book, now) = self.settled();
        book.dispatch(&self.options, &now);
        let errands = book.post.due(now.at);
        let next = book.ledger.next_due().into_iter().chain(book.post.next_due()).min();
        (errands, next.map(|due| book.clock.in_the_world(due.saturating_sub(now.at))))
    }

    /// Keeps what came of an errand, and sees to what it means: whoever sees the one sees the other.
    pub fn delivered(&self, errand: Errand, callback: Callback) -> Callback {
        let mut book = self.book();
        let now = book.clock.moment();
        let callback = book.post.keep(Callback { date: now.text.clone(), ..callback });
        book.post.told(&errand);
        book.heed(&errand, &callback, &now);
        let again = !callback.arrived() && self.options.callbacks.allow(&errand.url);
        if let Some(next) = errand.next_attempt().filter(|_| again) {
            book.post.accept(now.at.saturating_add(self.options.callback_interval), next);
        }
        book.dispatch(&self.options, &now);
        drop(book);
        self.bell.notify_one();
        self.news.tell();
        self.log(&post::line(&callback));
        callback
    }

    /// Keeps a delivery that means nothing.
    pub fn keep_callback(&self, callback: Callback) -> Callback {
        let mut book = self.book();
        let date = book.clock.moment().text;
        let callback = book.post.keep(Callback { date, ..callback });
        drop(book);
        self.news.tell();
        self.log(&post::line(&callback));
        callback
    }

    pub fn callback(&self, number: u64) -> Option<Callback> {
        self.book().post.find(number).cloned()
    }

    pub fn callbacks(&self) -> Vec<Callback> {
        self.book().post.delivered().cloned().collect()
    }

    /// How a payment has ended, to be told once more and once only. None where there is nothing to tell.
    pub fn notice(&self, id: u64) -> Option<Errand> {
        self.ledger(|ledger, now| {
            let payment = ledger.get(id).filter(|payment| payment.now.status.ended())?;
            Some(Errand { persistent: false, ..classic::result(payment, false, now)? })
        })
    }

    pub fn create(&self, payment: Payment) -> Payment {
        self.ledger(|ledger, now| ledger.create(payment, now))
    }

    pub fn payment(&self, id: u64) -> Option<Payment> {
        self.look(|sight| sight.ledger.get(id).cloned())
    }

    pub fn by_customer(&self, customer: &str) -> Option<Payment> {
        self.look(|sight| sight.ledger.by_customer(customer).cloned())
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

    /// Waits for the merchant where that is asked first.
    pub async fn pay(&self, id: u64, card: PayerCard) -> Result<Payment, Refusal> {
        if let Paying::Asking(answered) = self.begin_paying(id, card)? {
            // It is dropped and never sent.
            let _ = answered.await;
        }
        self.payment(id).ok_or(Refusal::Unknown)
    }

    /// Pays with the card that the payment names, or with any, whatever that card does.
    pub async fn charge(&self, id: u64) -> Result<Payment, Refusal> {
        let card = self.ledger(|ledger, _| {
            let payment = ledger.get(id).ok_or(Refusal::Unknown)?;
            Ok(ledger.cards.charge(payment.terms.card_token.as_deref()))
        })?;
        match card {
            Ok(card) => self.pay(id, card).await,
            Err(failure) => self.decline(id, failure),
        }
    }

    /// Ends a payout by hand.
    pub fn finish_payout(&self, id: u64, code: Option<u32>) -> Result<Payout, Stuck> {
        self.ledger(|ledger, _| {
            ledger.payouts.finish(id, code)?;
            ledger.payouts.get(id).cloned().ok_or(Stuck::Unknown)
        })
    }

    pub fn payouts(&self) -> Vec<Payout> {
        self.look(|sight| sight.ledger.payouts.list().cloned().collect())
    }

    pub fn begin_paying(&self, id: u64, card: PayerCard) -> Result<Paying, Refusal> {
        self.ledger(|ledger, now| ledger.pay(id, card, now))
    }

    pub fn decline(&self, id: u64, failure: Failure) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.decline(id, failure, now))
    }

    pub fn expire(&self, id: u64) -> Result<Payment, Refusal> {
        self.change(id, |ledger, now| ledger.expire(id, now))
    }

    pub fn payments(&self) -> Vec<Payment> {
        self.look(|sight| sight.ledger.payments().cloned().collect())
    }

    pub fn invoices(&self) -> Vec<Invoice> {
        self.look(|sight| sight.ledger.payments().filter_map(Invoice::of).collect())
    }

    pub fn add_rule(&self, rule: FaultRule) -> StandingRule {
        let rule = self.book().rules.add(rule);
        self.news.tell();
        rule
    }

    pub fn rules(&self) -> Vec<StandingRule> {
        self.book().rules.list()
    }

    pub fn remove_rule(&self, number: u64) -> bool {
        let removed = self.book().rules.remove(number);
        self.news.tell();
        removed
    }

    pub fn clear_rules(&self) {
        self.book().rules.clear();
        self.news.tell();
    }

    pub fn has_rules(&self) -> bool {
        !self.book().rules.is_empty()
    }

    /// What goes wrong now, of the faults that are asked for.
    pub fn strike<T>(&self, target: &Target, asked: impl Fn(Fault) -> Option<T>) -> Option<T> {
        self.book().rules.strike(target, asked)
    }

    /// Whether this goes wrong now.
    pub fn strikes(&self, fault: Fault, target: &Target) -> bool {
        self.strike(target, |asked| (asked == fault).then_some(())).is_some()
    }

    /// The request that came with this key, and its answer.
    pub fn answered(&self, place: &Place) -> Option<(Message, Message)> {
        self.book().answers.get(place).cloned()
    }

    pub fn keep_answer(&self, place: Place, request: Message, answer: Message) {
        let mut book = self.book();
        book.new_answers.push(place.clone());
        book.answers.insert(place, (request, answer));
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
            record.date = book.clock.moment().text;
            book.records.keep(record);
        }
        self.news.tell();
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
    /// What the merchant says decides about its payment.
    fn heed(&mut self, errand: &Errand, callback: &Callback, now: &Moment) {
        let id = errand.payment_id;
        match errand.kind {
            CallbackKind::Check if callback.says("ok") => self.ledger.checked(id, Ok(()), now),
            CallbackKind::Check => {
                let refusal = Failure::refused(callback.reply_description.as_deref());
                self.ledger.checked(id, Err(refusal), now);
            }
            CallbackKind::Result if errand.can_reject && callback.says("rejected") => {
                self.ledger.reject(id, now);
            }
            CallbackKind::Result | CallbackKind::Payout => {}
        }
    }

    /// Makes errands of what merchants have to be told.
    fn dispatch(&mut self, options: &Options, now: &Moment) {
        for notice in self.ledger.take_notices() {
            let errand = match notice {
                Notice::Check(id) => self.ledger.get(id).and_then(classic::check),
                Notice::Payout(id) => self.ledger.payouts.get(id).and_then(|payout| {
                    let balance = self.ledger.payouts.balance(payout.merchant_id);
                    classic::payout_result(payout, balance, now)
                }),
                Notice::Result(id) => {
                    self.ledger.get(id).and_then(|payment| classic::result(payment, options.can_reject, now))
                }
            };
            if let Some(errand) = errand {
                self.post.accept(now.at, errand);
            }
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Error::new(match refusal {
            Refusal::Unknown => "there is no such payment".to_owned(),
            Refusal::Asking => "the merchant is being asked about the payment".to_owned(),
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
        State::new(options, "http://x".to_owned()).unwrap()
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
    fn a_result_that_did_not_arrive_is_told_again_every_half_hour_for_two_hours() {
        let state = state(Timers::default());
        let mut payment = sample();
        payment.terms.result_url = Some("http://127.0.0.1/result".to_owned());
        let id = state.create(payment).payment_id;
        state.decline(id, Failure::declined()).unwrap();
        let mut told = Vec::new();
        for _ in 0..300 {
            let (errands, _) = state.errands();
            for errand in errands {
                told.push((state.book().clock.now().as_secs() / 60, errand.attempt));
                let letter = classic::write_letter(&errand, state.options.callback_form, "s", "k");
                let callback = Callback::new(&errand, letter);
                state.delivered(errand, callback);
            }
            state.advance(Duration::from_secs(60));
        }
        assert_eq!(told, [(0, 1), (30, 2), (60, 3), (90, 4), (120, 5)]);
    }
}

//! All payments of a sandbox, found by their ids, their orders and their payers' links, and moved along.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use tokio::sync::oneshot;

use super::amount::Hundredths;
use super::card::Cards;
use super::clock::Moment;
use super::options::{CallbackPolicy, Timers};
use super::payment::{Due, Payment, PaymentKind, PaymentStatus};
use super::payout::Payouts;
use super::request::Problem;
use super::standing::{Failure, PayerCard, Refund};

const FIRST_ID: u64 = 1_000_001;

/// An order of a merchant's.
type Order = (u64, String);

pub(super) struct Ledger {
    pub payouts: Payouts,
    pub cards: Cards,
    timers: Timers,
    callbacks: CallbackPolicy,
    next_id: u64,
    payments: BTreeMap<u64, Payment>,
    /// What a refund or a cancel gives back, by its own id.
    refunds: HashMap<u64, u64>,
    by_customer: HashMap<String, u64>,
    /// Payments of each order with their refunds, oldest first.
    by_order: HashMap<Order, Vec<u64>>,
    /// When something happens by itself, and to which payment; entries may be out of date.
    due: BTreeSet<(Duration, u64)>,
    /// Payments that their merchants are being asked about.
    checks: HashMap<u64, Check>,
    /// Payments from a phone's balance, and how often its code was tried.
    codes: HashMap<u64, u32>,
    /// What merchants have to be told.
    notices: Vec<Notice>,
    /// Payments that have changed since this was last asked.
    touched: BTreeSet<u64>,
}

/// A payment that is paid once its merchant agrees.
struct Check {
    card: PayerCard,
    /// Dropped when the merchant has answered.
    waiting: oneshot::Sender<()>,
}

/// A payment whose merchant has to be told of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Check(u64),
    Result(u64),
    Payout(u64),
}

/// What becomes of a payment that the payer pays.
pub(super) enum Paying {
    Done,
    /// The merchant is asked first; this ends when it has answered.
    Asking(oneshot::Receiver<()>),
}

/// Why a payment did not change its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    Unknown,
    Ended(PaymentStatus),
    /// The merchant is being asked.
    Asking,
}

/// What an id or an order leads to.
pub(super) enum Found<'a> {
    Payment(&'a Payment),
    /// And the payment whose money it gives back.
    Refund(&'a Payment, &'a Refund),
}

impl Found<'_> {
    /// The payment that it is or gives back.
    pub fn payment(&self) -> &Payment {
        match self {
            Found::Payment(payment) | Found::Refund(payment, _) => payment,
        }
    }
}

impl Ledger {
    pub fn new(timers: Timers, callbacks: CallbackPolicy, funds: Hundredths) -> Self {
        Ledger {
            payouts: Payouts::new(funds),
            cards: Cards::default(),
            timers,
            callbacks,
            next_id: FIRST_ID,
            payments: BTreeMap::new(),
            refunds: HashMap::new(),
            by_customer: HashMap::new(),
            by_order: HashMap::new(),
            due: BTreeSet::new(),
            checks: HashMap::new(),
            codes: HashMap::new(),
            notices: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    pub fn next_id(&mut self) -> u64 {
        let id = self.next_id;
        self.next_id += 1;
        id
    }

    /// Gives the payment its id and its time, and keeps it.
    pub fn create(&mut self, mut payment: Payment, now: &Moment) -> Payment {
        let id = self.next_id();
        payment.payment_id = id;
        payment.begin(now);
        self.by_customer.insert(payment.customer.clone(), id);
        self.by_order.entry((payment.merchant_id, payment.order_id.clone())).or_default().push(id);
        self.touched.insert(id);
        self.payments.insert(id, payment.clone());
        self.schedule(id);
        payment
    }

    /// A payment that was kept, with the card where its merchant is being asked, and the tries of its code. They come in
    /// the order of their ids.
    pub fn restore(&mut self, payment: Payment, asking: Option<PayerCard>, code_tries: Option<u32>) {
        let id = payment.payment_id;
        self.by_customer.insert(payment.customer.clone(), id);
        let order = self.by_order.entry((payment.merchant_id, payment.order_id.clone())).or_default();
        order.push(id);
        for (given_back, of_order) in [(&payment.now.refunds, true), (&payment.now.cancels, false)] {
            self.refunds.extend(given_back.iter().map(|refund| (refund.payment_id, id)));
            let rejected = payment.now.status == PaymentStatus::Rejected;
            order.extend(given_back.iter().filter(|_| of_order && !rejected).map(|refund| refund.payment_id));
        }
        order.sort_unstable();
        if let Some(card) = asking {
            // Whoever waited for the answer is gone.
            let (waiting, _) = oneshot::channel();
            self.checks.insert(id, Check { card, waiting });
        }
        self.codes.extend(code_tries.map(|tries| (id, tries)));
        self.payments.insert(id, payment);
        self.schedule(id);
    }

    pub fn restore_next_id(&mut self, id: u64) {
        self.next_id = id;
    }

    pub fn peek_next_id(&self) -> u64 {
        self.next_id
    }

    pub fn take_touched(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.touched)
    }

    /// The card with which a payment is paid once its merchant agrees.
    pub fn asking(&self, id: u64) -> Option<&PayerCard> {
        self.checks.get(&id).map(|check| &check.card)
    }

    pub fn code_tries(&self, id: u64) -> Option<u32> {
        self.codes.get(&id).copied()
    }

    pub fn payments(&self) -> impl DoubleEndedIterator<Item = &Payment> {
        self.payments.values()
    }

    pub fn get(&self, id: u64) -> Option<&Payment> {
        self.payments.get(&id)
    }

    pub fn by_customer(&self, customer: &str) -> Option<&Payment> {
        self.payments.get(self.by_customer.get(customer)?)
    }

    pub fn newest_invoice(&self, merchant_id: u64, order_id: &str) -> Option<&Payment> {
        self.newest(merchant_id, order_id, |found| match found {
            Found::Payment(payment) => (payment.kind == PaymentKind::Invoice).then_some(payment),
            Found::Refund(..) => None,
        })
    }

    /// The first that fits, from the newest payment or refund of an order on.
    pub fn newest<'a, T>(
        &'a self,
        merchant_id: u64,
        order_id: &str,
        fits: impl FnMut(Found<'a>) -> Option<T>,
    ) -> Option<T> {
        let ids = self.by_order.get(&(merchant_id, order_id.to_owned()))?;
        ids.iter().rev().filter_map(|id| self.find(*id)).find_map(fits)
    }

    pub fn find(&self, id: u64) -> Option<Found<'_>> {
        if let Some(payment) = self.payments.get(&id) {
            return Some(Found::Payment(payment));
        }
        let payment = self.payments.get(self.refunds.get(&id)?)?;
        let given_back = payment.now.refunds.iter().chain(&payment.now.cancels);
        given_back
            .into_iter()
            .find(|refund| refund.payment_id == id)
            .map(|refund| Found::Refund(payment, refund))
    }

    /// Lets happen what is due by now.
    pub fn settle(&mut self, now: &Moment) {
        self.payouts.settle(now);
        while let Some((at, id)) = self.due.first().copied()
            && at <= now.at
        {
            self.due.pop_first();
            let due = self.payments.get(&id).and_then(|payment| payment.due(&self.timers));
            // What is refused has happened in another way.
            let _ = match due.filter(|(at, _)| *at <= now.at) {
                Some((_, Due::Pay)) => self.pay(id, PayerCard::default(), now).map(drop),
                Some((_, Due::Decline)) => self.decline(id, Failure::declined(), now),
                Some((_, Due::Expire)) => self.expire(id, now),
                Some((_, Due::Capture)) => {
                    self.capture(id, None, now).map(drop).map_err(|_| Refusal::Unknown)
                }
                None => Ok(()),
            };
        }
    }

    pub fn open(&mut self, id: u64, now: &Moment) -> Result<(), Refusal> {
        self.unfinished(id)?.open(now);
        Ok(())
    }

    /// Asks the merchant first, where it wants to be asked.
    pub fn pay(&mut self, id: u64, card: PayerCard, now: &Moment) -> Result<Paying, Refusal> {
        let callbacks = self.callbacks;
        let check_url = self.unfinished(id)?.terms.check_url.clone();
        if self.checks.contains_key(&id) {
            return Err(Refusal::Asking);
        }
        if check_url.is_some() {
            self.notices.push(Notice::Check(id));
        }
        if check_url.is_none_or(|url| !callbacks.allow(&url)) {
            self.accept(id, card, now)?;
            return Ok(Paying::Done);
        }
        self.open(id, now)?;
        let (waiting, answered) = oneshot::channel();
        self.checks.insert(id, Check { card, waiting });
        self.touched.insert(id);
        Ok(Paying::Asking(answered))
    }

    /// The merchant has answered; its refusal is the payment's failure.
    pub fn checked(&mut self, id: u64, answer: Result<(), Failure>, now: &Moment) {
        let Some(Check { card, waiting }) = self.checks.remove(&id) else { return };
        self.touched.insert(id);
        // The payment may have expired in the meantime.
        let _ = match answer {
            Ok(()) => self.accept(id, card, now),
            Err(failure) => self.decline(id, failure, now),
        };
        drop(waiting);
    }

    fn accept(&mut self, id: u64, card: PayerCard, now: &Moment) -> Result<(), Refusal> {
        self.unfinished(id)?.pay(card, now);
        self.schedule(id);
        self.notices.push(Notice::Result(id));
        Ok(())
    }

    pub fn decline(&mut self, id: u64, failure: Failure, now: &Moment) -> Result<(), Refusal> {
        self.unfinished(id)?.fail(failure, now);
        self.notices.push(Notice::Result(id));
        Ok(())
    }

    pub fn expire(&mut self, id: u64, now: &Moment) -> Result<(), Refusal> {
        self.unfinished(id)?.expire(now);
        self.notices.push(Notice::Result(id));
        Ok(())
    }

    pub fn capture(
        &mut self,
        id: u64,
        amount: Option<Hundredths>,
        now: &Moment,
    ) -> Result<Hundredths, Problem> {
        let captured = self.known(id)?.capture(amount, now)?;
        self.notices.push(Notice::Result(id));
        Ok(captured)
    }

    /// The merchant does not want what was paid: the payer gets it back.
    pub fn reject(&mut self, id: u64, now: &Moment) {
        let refund_id = self.next_id;
        if self.payments.get_mut(&id).is_some_and(|payment| payment.reject(refund_id, now)) {
            self.touched.insert(id);
            self.keep_refund(id, refund_id);
        }
    }

    /// What merchants have to be told since this was last asked.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        self.notices.extend(self.payouts.take_ended().into_iter().map(Notice::Payout));
        std::mem::take(&mut self.notices)
    }

    pub fn next_due(&self) -> Option<Duration> {
        self.due.first().map(|(at, _)| *at).into_iter().chain(self.payouts.next_due()).min()
    }

    /// The payer's phone gets a code.
    pub fn send_code(&mut self, id: u64) {
        self.touched.insert(id);
        self.codes.insert(id, 0);
    }

    /// How often a code was tried, with this time. None is a payment for which none was sent.
    pub fn try_code(&mut self, id: u64) -> Option<u32> {
        let tries = self.codes.get_mut(&id)?;
        self.touched.insert(id);
        *tries += 1;
        Some(*tries)
    }

    /// The id of the cancel.
    pub fn cancel(&mut self, id: u64, now: &Moment) -> Result<u64, Problem> {
        let cancel_id = self.next_id;
        self.known(id)?.cancel(cancel_id, now)?;
        self.keep_refund(id, cancel_id);
        Ok(cancel_id)
    }

    /// The id of the refund.
    pub fn refund(&mut self, id: u64, amount: Option<Hundredths>, now: &Moment) -> Result<u64, Problem> {
        let refund_id = self.next_id;
        self.known(id)?.refund(refund_id, amount, now)?;
        self.keep_refund(id, refund_id);
        if let Some(payment) = self.payments.get(&id) {
            let order = (payment.merchant_id, payment.order_id.clone());
            self.by_order.entry(order).or_default().push(refund_id);
        }
        Ok(refund_id)
    }

    pub fn fail_refund(&mut self, refund_id: u64, now: &Moment) {
        if let Some(payment) = self.refunds.get(&refund_id).and_then(|id| self.payments.get_mut(id)) {
            self.touched.insert(payment.payment_id);
            payment.fail_refund(refund_id, now);
        }
    }

    fn keep_refund(&mut self, id: u64, refund_id: u64) {
        self.next_id += 1;
        self.refunds.insert(refund_id, id);
    }

    fn known(&mut self, id: u64) -> Result<&mut Payment, Problem> {
        self.touched.insert(id);
        self.payments.get_mut(&id).ok_or_else(|| Problem::new(340, "there is no such payment"))
    }

    fn unfinished(&mut self, id: u64) -> Result<&mut Payment, Refusal> {
        let payment = self.payments.get_mut(&id).ok_or(Refusal::Unknown)?;
        self.touched.insert(id);
        match payment.now.status {
            status if status.ended() => Err(Refusal::Ended(status)),
            _ => Ok(payment),
        }
    }

    fn schedule(&mut self, id: u64) {
        let due = self.payments.get(&id).and_then(|payment| payment.due(&self.timers));
        self.due.extend(due.map(|(at, _)| (at, id)));
    }
}

#[cfg(test)]
mod tests;

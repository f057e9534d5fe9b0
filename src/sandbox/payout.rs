//! Money that goes out: to a card that its owner types in or has stored, or to an account.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::amount::Hundredths;
use super::card::Pan;
use super::clock::Moment;
use super::standing::Failure;

/// How long a payout takes that does not end at once.
const TAKES: Duration = Duration::from_secs(60);

/// The published cards, and how a payout to each of them ends: at once or later, and with which code.
const CARDS: [(&str, bool, Option<u32>); 6] = [
    ("4671593866478252", true, None),
    ("5325349472901311", true, Some(10_000)),
    ("4556046085041740", true, Some(10_001)),
    ("5543974702876045", true, Some(8_888)),
    ("5507841999732294", false, None),
    ("4532676596620704", false, Some(10_001)),
];

/// Where the money goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayoutKind {
    /// To a card that its owner types in on the gateway's page.
    Page,
    /// To an account.
    Iban,
    /// To a stored card.
    Token,
}

/// Where a payout stands, in the gateway's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PayoutStatus {
    /// On its way, or waiting for the card.
    Process,
    /// The money has arrived.
    Success,
    /// It has not, and is back on the balance.
    Error,
}

impl PayoutStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Process => "process",
            Self::Success => "success",
            Self::Error => "error",
        }
    }
}

/// A payout, with everything that its merchant sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payout {
    /// Of the same row as payments' ids.
    pub payment_id: u64,
    /// Whose money it is.
    pub merchant_id: u64,
    /// The merchant's own name for it; one order may have several payouts.
    pub order_id: String,
    /// Where the money goes.
    pub kind: PayoutKind,
    /// As the merchant wrote it, character for character.
    pub amount: String,
    /// What the merchant calls it.
    pub description: String,
    /// Where it stands now.
    pub status: PayoutStatus,
    /// Why it has failed.
    pub failure: Option<Failure>,
    /// Masked; of an account, its number.
    pub target: Option<String>,
    /// Where the merchant is told how it ended.
    pub post_link: Option<String>,
    /// Where the browser goes back to.
    pub back_link: Option<String>,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub created_at: String,
    /// The secret of the link to the page.
    pub customer: String,
    /// The money has left the balance.
    #[serde(skip)]
    pub(super) started: bool,
    /// When it ends, and how.
    #[serde(skip)]
    pub(super) end: Option<(Duration, Option<u32>)>,
}

impl Payout {
    /// The whole of it.
    pub fn total(&self) -> Hundredths {
        Hundredths::parse(&self.amount).unwrap_or_default()
    }
}

/// Why a payout did not change its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stuck {
    Unknown,
    Ended(PayoutStatus),
    /// It waits for the card, or has it already.
    OutOfTurn,
}

#[derive(Debug)]
pub(super) struct Payouts {
    /// What each merchant has at first.
    funds: Hundredths,
    spent: HashMap<u64, Hundredths>,
    list: BTreeMap<u64, Payout>,
    by_customer: HashMap<String, u64>,
    /// Of a merchant's order, oldest first.
    by_order: HashMap<(u64, String), Vec<u64>>,
    due: BTreeSet<(Duration, u64)>,
    /// Payouts that have ended since this was last asked.
    ended: Vec<u64>,
    /// Payouts that have changed since this was last asked.
    touched: BTreeSet<u64>,
}

impl Payouts {
    pub fn new(funds: Hundredths) -> Self {
        Payouts {
            funds,
            spent: HashMap::new(),
            list: BTreeMap::new(),
            by_customer: HashMap::new(),
            by_order: HashMap::new(),
            due: BTreeSet::new(),
            ended: Vec::new(),
            touched: BTreeSet::new(),
        }
    }

    pub fn balance(&self, merchant_id: u64) -> Hundredths {
        self.funds.minus(self.spent.get(&merchant_id).copied().unwrap_or_default())
    }

    /// Keeps a payout that has its id.
    pub fn create(&mut self, mut payout: Payout, now: &Moment) {
        let id = payout.payment_id;
        payout.created_at = now.text.clone();
        self.touched.insert(id);
        self.index(payout);
    }

    /// One that was kept.
    pub fn restore(&mut self, payout: Payout) {
        if payout.started && payout.status != PayoutStatus::Error {
            let spent = self.spent.entry(payout.merchant_id).or_default();
            *spent = spent.plus(payout.total());
        }
        let on_its_way = payout.status == PayoutStatus::Process;
        let due = payout.end.filter(|_| on_its_way).map(|(at, _)| (at, payout.payment_id));
        self.due.extend(due);
        self.index(payout);
    }

    pub fn take_touched(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.touched)
    }

    fn index(&mut self, payout: Payout) {
        let id = payout.payment_id;
        self.by_customer.insert(payout.customer.clone(), id);
        self.by_order.entry((payout.merchant_id, payout.order_id.clone())).or_default().push(id);
        self.list.insert(id, payout);
    }

    pub fn list(&self) -> impl DoubleEndedIterator<Item = &Payout> {
        self.list.values()
    }

    pub fn get(&self, id: u64) -> Option<&Payout> {
        self.list.get(&id)
    }

    pub fn by_customer(&self, customer: &str) -> Option<&Payout> {
        self.list.get(self.by_customer.get(customer)?)
    }

    pub fn newest(&self, merchant_id: u64, order_id: &str) -> Option<&Payout> {
        self.list.get(self.by_order.get(&(merchant_id, order_id.to_owned()))?.last()?)
    }

    /// Sends the money to an account.
    pub fn send_to_account(&mut self, id: u64) -> Result<(), Stuck> {
        self.start(id, None)?;
        self.finish(id, None)
    }

    /// Sends the money to a card, whose number decides how that ends.
    pub fn send_to_card(&mut self, id: u64, pan: &Pan, now: &Moment) -> Result<(), Stuck> {
        self.start(id, Some(pan.masked()))?;
        let known = CARDS.iter().find(|(digits, ..)| *digits == pan.digits());
        let (at_once, code) = known.map_or((true, Some(10_032)), |(_, at_once, code)| (*at_once, *code));
        if at_once {
            return self.finish(id, code);
        }
        let at = now.at.saturating_add(TAKES);
        if let Some(payout) = self.list.get_mut(&id) {
            payout.end = Some((at, code));
            self.touched.insert(id);
        }
        self.due.insert((at, id));
        Ok(())
    }

    fn start(&mut self, id: u64, target: Option<String>) -> Result<(), Stuck> {
        let payout = self.list.get_mut(&id).ok_or(Stuck::Unknown)?;
        match payout.status {
            PayoutStatus::Process if payout.started => return Err(Stuck::OutOfTurn),
            PayoutStatus::Process => {}
            ended => return Err(Stuck::Ended(ended)),
        }
        payout.started = true;
        self.touched.insert(id);
        payout.target = target.or(payout.target.take());
        let (merchant_id, amount) = (payout.merchant_id, payout.total());
        let spent = self.spent.entry(merchant_id).or_default();
        *spent = spent.plus(amount);
        Ok(())
    }

    /// The money has arrived, or has not and comes back.
    pub fn finish(&mut self, id: u64, code: Option<u32>) -> Result<(), Stuck> {
        let payout = self.list.get_mut(&id).ok_or(Stuck::Unknown)?;
        match payout.status {
            PayoutStatus::Process if !payout.started => return Err(Stuck::OutOfTurn),
            PayoutStatus::Process => {}
            ended => return Err(Stuck::Ended(ended)),
        }
        self.touched.insert(id);
        payout.status = if code.is_none() { PayoutStatus::Success } else { PayoutStatus::Error };
        payout.failure = code.map(|code| Failure { code, text: "the payout has failed".to_owned() });
        if code.is_some() {
            let (merchant_id, amount) = (payout.merchant_id, payout.total());
            let spent = self.spent.entry(merchant_id).or_default();
            *spent = spent.minus(amount);
        }
        self.ended.push(id);
        Ok(())
    }

    /// Lets end what is due by now.
    pub fn settle(&mut self, now: &Moment) {
        while let Some((at, id)) = self.due.first().copied()
            && at <= now.at
        {
            self.due.pop_first();
            if let Some((_, code)) = self.list.get(&id).and_then(|payout| payout.end) {
                // It may have been ended by hand.
                let _ = self.finish(id, code);
            }
        }
    }

    pub fn take_ended(&mut self) -> Vec<u64> {
        std::mem::take(&mut self.ended)
    }

    pub fn next_due(&self) -> Option<Duration> {
        self.due.first().map(|(at, _)| *at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Moment {
        Moment { at: Duration::from_secs(seconds), text: String::new() }
    }

    fn draft(payment_id: u64) -> Payout {
        Payout {
            payment_id,
            merchant_id: 7,
            order_id: "a".to_owned(),
            kind: PayoutKind::Page,
            amount: "10.50".to_owned(),
            description: String::new(),
            status: PayoutStatus::Process,
            failure: None,
            target: None,
            post_link: None,
            back_link: None,
            created_at: String::new(),
            customer: payment_id.to_string(),
            started: false,
            end: None,
        }
    }

    #[test]
    fn the_published_cards_end_as_published() {
        for (digits, at_once, code) in CARDS.into_iter().chain([("4111111111111111", true, Some(10_032))]) {
            let mut payouts = Payouts::new(Hundredths(2000));
            payouts.create(draft(1), &at(0));
            let pan = Pan::parse(digits).unwrap();
            assert_eq!(payouts.finish(1, None), Err(Stuck::OutOfTurn));
            payouts.send_to_card(1, &pan, &at(0)).unwrap();
            assert!(payouts.send_to_card(1, &pan, &at(0)).is_err());
            if !at_once {
                assert_eq!(payouts.get(1).unwrap().status, PayoutStatus::Process);
                assert_eq!(payouts.balance(7), Hundredths(950));
                payouts.settle(&at(59));
                assert!(payouts.take_ended().is_empty());
                payouts.settle(&at(60));
            }
            let payout = payouts.get(1).unwrap();
            assert_eq!(payout.failure.as_ref().map(|failure| failure.code), code);
            let (status, balance) = match code {
                None => (PayoutStatus::Success, 950),
                Some(_) => (PayoutStatus::Error, 2000),
            };
            assert_eq!((payout.status, payouts.balance(7)), (status, Hundredths(balance)));
            assert_eq!(payouts.take_ended(), [1]);
            assert_eq!(payouts.finish(1, None), Err(Stuck::Ended(status)));
        }
    }

    #[test]
    fn an_order_leads_to_its_newest_payout() {
        let mut payouts = Payouts::new(Hundredths(2000));
        payouts.create(draft(1), &at(0));
        payouts.create(draft(2), &at(0));
        assert_eq!(payouts.newest(7, "a").unwrap().payment_id, 2);
        assert!(payouts.newest(8, "a").is_none() && payouts.newest(7, "b").is_none());
        assert_eq!(payouts.by_customer("1").unwrap().payment_id, 1);
        payouts.send_to_account(2).unwrap();
        assert_eq!(payouts.get(2).unwrap().status, PayoutStatus::Success);
        assert_eq!((payouts.balance(7), payouts.balance(8)), (Hundredths(950), Hundredths(2000)));
    }
}

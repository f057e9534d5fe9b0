//! What a sandbox keeps in a file, so that it goes on where it was after any end of its process: each sale and payout,
//! cards, answers under an idempotency key, what merchants have yet to be told, and its clock. What the requests and the
//! callbacks of the past looked like is not kept, nor are the rules about faults.
//!
//! The file grows line by line (`file`); a line holds what one request has changed, as rows (`row`).

mod file;
mod row;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

pub(super) use file::{FoundFile, KeptFile};
pub(super) use row::Row;

use super::state::Book;
use super::{Error, clock::KeptClock};
use row::{KeptAnswer, KeptErrand, KeptPayment};

impl Book {
    /// What has changed since this was last asked, the clock with it. Nothing where nothing has.
    pub(super) fn take_changes(&mut self) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        for id in self.ledger.take_touched() {
            if let Some(payment) = self.ledger.get(id) {
                rows.push(Row::of("payment", id, &KeptPayment::of(payment, &self.ledger))?);
            }
        }
        for id in self.ledger.payouts.take_touched() {
            if let Some(payout) = self.ledger.payouts.get(id) {
                rows.push(Row::of("payout", id, &row::KeptPayout::of(payout))?);
            }
        }
        let (forms, cards) = self.ledger.cards.take_touched();
        for (place, form) in forms {
            rows.push(Row::of("form", place, &form)?);
        }
        for card in cards {
            rows.push(Row::of("card", card.card_id, &row::KeptCard::of(&card))?);
        }
        for ticket in self.post.take_touched() {
            rows.push(match self.post.untold(ticket) {
                Some((due, errand)) => {
                    Row::of("errand", ticket, &KeptErrand { due, errand: errand.clone() })?
                }
                None => Row::gone("errand", ticket),
            });
        }
        for place in std::mem::take(&mut self.new_answers) {
            if let Some((request, answer)) = self.answers.get(&place).cloned() {
                self.kept_answers += 1;
                rows.push(Row::of("answer", self.kept_answers, &KeptAnswer { place, request, answer })?);
            }
        }
        if !rows.is_empty() || self.clock.take_moved() {
            let clock = self.clock.keep(unix_now());
            rows.push(Row::of("clock", 0, &(clock, self.ledger.peek_next_id()))?);
        }
        Ok(rows)
    }

    /// Where nothing is kept nothing has to be remembered.
    pub(super) fn forget_changes(&mut self) {
        self.ledger.take_touched();
        self.ledger.payouts.take_touched();
        self.ledger.cards.take_touched();
        self.post.take_touched();
        self.new_answers.clear();
    }

    /// Goes on where the rows were.
    pub(super) fn restore(&mut self, rows: &[Row]) -> Result<(), Error> {
        for row in rows {
            match row.kind() {
                "payment" => row.read::<KeptPayment>()?.restore(&mut self.ledger),
                "payout" => self.ledger.payouts.restore(row.read::<row::KeptPayout>()?.into_payout()),
                "form" => self.ledger.cards.restore_form(row.read()?),
                "card" => self.ledger.cards.restore_card(row.read::<row::KeptCard>()?.into_card()),
                "errand" => {
                    let KeptErrand { due, errand } = row.read()?;
                    self.post.restore(row.id(), due, errand);
                }
                "answer" => {
                    let KeptAnswer { place, request, answer } = row.read()?;
                    self.kept_answers = self.kept_answers.max(row.id());
                    self.answers.insert(place, (request, answer));
                }
                "clock" => {
                    let (clock, next_id): (KeptClock, u64) = row.read()?;
                    self.clock.restore(clock, unix_now());
                    self.ledger.restore_next_id(next_id);
                }
                other => return Err(Error::new(format!("it has a row of the unknown kind {other:?}"))),
            }
        }
        Ok(())
    }
}

fn unix_now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

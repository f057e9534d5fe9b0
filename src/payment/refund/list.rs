//! What a payment's list of refunds tells of one that may have been made.

use super::super::{PaymentStatus, Refund, refunds};
use super::settled::is_said;
use crate::answer::Answer;
use crate::journal::{Operation, State};
use crate::money::exact;

/// A payment's refunds as they were before one was sent: their ids, and in ten-thousandths what was given back in all and
/// what was left of the payment.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    ids: Vec<i64>,
    total: i64,
    left: Option<i64>,
}

impl Before {
    /// None where an id or an amount cannot be read. The answer may lag behind the refunds that the journal knows.
    pub fn of(answer: &Answer, journalled: &[Operation]) -> Option<Before> {
        let ids =
            refunds(answer).into_iter().map(|refund| refund.payment_id).collect::<Option<Vec<i64>>>()?;
        let total = total(answer)?;
        let unlisted = journalled.iter().filter(|refund| {
            refund.state == State::Known && refund.payment_id.is_some_and(|id| !ids.contains(&id))
        });
        let given_back = unlisted.map(|refund| refund.hundredths.map(ten_thousandths)).try_fold(total, more);
        let left = paid(answer).zip(given_back).map(|(paid, given_back)| paid.saturating_sub(given_back));
        Some(Before { ids, total, left })
    }

    /// Whether nothing was left to be given back.
    pub fn is_spent(&self) -> bool {
        self.left.is_some_and(|left| left <= 0)
    }

    /// As the journal keeps it: `100000|71,72|950000`.
    pub fn write(&self) -> String {
        let ids: Vec<String> = self.ids.iter().map(i64::to_string).collect();
        let left = self.left.map(|left| left.to_string()).unwrap_or_default();
        format!("{}|{}|{left}", self.total, ids.join(","))
    }

    fn read(text: &str) -> Before {
        let mut parts = text.split('|');
        let mut part = || parts.next().unwrap_or_default();
        Before {
            total: part().parse().unwrap_or(0),
            ids: part().split(',').filter_map(|id| id.parse().ok()).collect(),
            left: part().parse().ok(),
        }
    }
}

/// What a payment's list says of a refund that may have arrived.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Done(i64),
    Failed(i64),
    /// More was given back, and the list does not say by what.
    Strange,
    Nothing,
}

pub(super) fn look(answer: &Answer, refund: &Operation, others: &[Operation]) -> Seen {
    let before = Before::read(&refund.before);
    let Some(now) = total(answer) else { return Seen::Strange };
    let listed = refunds(answer);
    let failed = |entry: &Refund<'_>| entry.status.is_some_and(PaymentStatus::has_failed);
    let mut since: Vec<(i64, i64, bool)> = Vec::new();
    let was_before = |entry: &&Refund<'_>| entry.payment_id.is_some_and(|id| before.ids.contains(&id));
    for entry in listed.iter().filter(|entry| !was_before(entry)) {
        let (Some(id), Some(amount)) = (entry.payment_id, entry.amount.and_then(exact)) else {
            // It could be this one.
            return Seen::Strange;
        };
        since.push((id, amount, failed(entry)));
    }
    let known = || others.iter().filter(|other| other.state == State::Known);
    let is_anothers = |id: i64| known().any(|other| other.payment_id == Some(id));
    let wanted = refund.hundredths.map(ten_thousandths).or(before.left);
    let is_own = |(id, amount, _): &&(i64, i64, bool)| {
        !is_anothers(*id) && wanted.is_none_or(|wanted| wanted == *amount)
    };
    let own: Vec<_> = since.iter().filter(is_own).collect();
    // A refund that was made without an id given could be any of them.
    let nameless = known().filter(|other| other.payment_id.is_none() && !is_said(other)).count();
    let mut made = own.iter().filter(|(.., failed)| !failed);
    if let Some((id, amount, _)) = made.next() {
        // One that a person has seen was in what was given back before; but its place in the list may come late.
        let is_alone = made.next().is_none() && now >= before.total.saturating_add(*amount);
        let is_certain = nameless == 0 && (is_alone || !known().any(is_said));
        return if is_certain { Seen::Done(*id) } else { Seen::Strange };
    }
    let given_back = since.iter().filter(|(.., failed)| !failed).map(|(_, amount, _)| amount);
    let explained = given_back.fold(before.total, |sum, amount| sum.saturating_add(*amount));
    match own.first() {
        Some((id, ..)) if nameless == 0 => Seen::Failed(*id),
        _ if now > explained => Seen::Strange,
        _ => Seen::Nothing,
    }
}

/// What was given back in all, in ten-thousandths; none where it cannot be read. It has several names, and no source tells
/// whether one answer has the same thing under two of them, or the one that counts as 0 beside the other.
fn total(answer: &Answer) -> Option<i64> {
    let names = ["pg_refund_amount", "pg_revoke_amount", "pg_revoked_amount"];
    let texts = names.into_iter().filter_map(|name| answer.document.get(name)).map(str::trim);
    let mut amounts = texts.filter(|text| !text.is_empty()).map(exact);
    amounts.try_fold(0, |greatest: i64, amount| Some(greatest.max(amount?)))
}

/// What was taken: what was cleared, and where that is nothing, which no refund could follow, the whole payment.
fn paid(answer: &Answer) -> Option<i64> {
    let names = ["pg_clearing_amount", "pg_amount"];
    names.into_iter().filter_map(|name| exact(answer.document.get(name)?)).find(|&paid| paid > 0)
}

fn ten_thousandths(hundredths: i64) -> i64 {
    hundredths.saturating_mul(100)
}

fn more(sum: i64, amount: Option<i64>) -> Option<i64> {
    amount.map(|amount| sum.saturating_add(amount))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::Counts;
    use crate::wire;

    fn operation(hundredths: Option<i64>, before: &str, state: State, payment_id: Option<i64>) -> Operation {
        Operation {
            key: "o1".to_owned(),
            amount: None,
            hundredths,
            before: before.to_owned(),
            state,
            attempt: 1,
            tried_at_ms: 0,
            counts: Counts { at_ms: 0, uptime: None },
            payment_id,
            http_status: 0,
            answer: None,
        }
    }

    fn answer(refunds: &[(i64, &str, &str)], total: &str) -> Answer {
        let list: String = refunds
            .iter()
            .map(|(id, amount, status)| {
                format!(
                    "<pg_refund_payment><pg_payment_id>{id}</pg_payment_id><pg_amount>{amount}</pg_amount>\
                     <pg_payment_status>{status}</pg_payment_status></pg_refund_payment>"
                )
            })
            .collect();
        let body = format!(
            "<r><pg_refund_amount>{total}</pg_refund_amount><pg_refund_payments>{list}</pg_refund_payments></r>"
        );
        Answer { http_status: 200, document: wire::decode(body.as_bytes()).unwrap(), body: body.into() }
    }

    #[test]
    fn a_refund_is_found_by_what_is_new_in_the_list() {
        let of_ten = |before| operation(Some(1000), before, State::Unknown, None);
        let all = operation(None, "0||999000", State::Unknown, None);
        let known = [operation(Some(1000), "", State::Known, Some(8))];
        let answered = |other: Operation| Operation { answer: Some(b"{}".to_vec()), ..other };
        let nameless = [answered(operation(Some(1000), "0|", State::Known, None))];
        let said = [operation(Some(1000), "0|", State::Known, None)];
        let old = [(7, "-10", "success"), (8, "-10.00", "success")];
        for (refund, others, listed, total, seen) in [
            (of_ten("0|"), &[][..], &old[..1], "-10", Seen::Done(7)),
            (of_ten("100000|7"), &[], &old[..1], "-10", Seen::Nothing),
            (of_ten("100000|7"), &[], &old, "-20", Seen::Done(8)),
            (of_ten("100000|7"), &known, &old, "-20", Seen::Nothing),
            (of_ten("0|"), &[], &[(7, "-10.0", "error")], "0", Seen::Failed(7)),
            (of_ten("0|"), &[], &[(7, "-10", "error"), (8, "-10", "process")], "0", Seen::Done(8)),
            (of_ten("0|"), &[], &[(7, "-9.99", "success")], "-9.99", Seen::Nothing),
            (of_ten("0|"), &[], &[], "-10", Seen::Strange),
            (of_ten("100000|"), &[], &[], "-10", Seen::Nothing),
            (of_ten("0|"), &[], &[(7, "-10.0000", "success")], "-10.0000", Seen::Done(7)),
            (of_ten("0|"), &[], &[(7, "-10,00", "success")], "-10", Seen::Strange),
            (of_ten("0|"), &[], &[(0, "-10", "success")], "-10", Seen::Strange),
            (of_ten("0|"), &[], &[], "ten", Seen::Strange),
            (of_ten("0|"), &[], &[(7, "-20", "error")], "-10", Seen::Strange),
            (of_ten("0|"), &nameless, &[(7, "-10", "success")], "-10", Seen::Strange),
            // The one that failed may be the other, and this one still come.
            (of_ten("0|"), &nameless, &[(7, "-10", "error")], "0", Seen::Nothing),
            (of_ten("100000|"), &said, &[(8, "-10", "success")], "-20", Seen::Done(8)),
            (of_ten("100000|"), &said, &[(7, "-10", "success")], "-10", Seen::Strange),
            (of_ten("100000|"), &said, &old, "-20", Seen::Strange),
            (of_ten("100000|7"), &said, &old, "-20", Seen::Done(8)),
            (of_ten("100000|"), &said, &[(8, "-10", "error")], "-10", Seen::Failed(8)),
            (of_ten("100000|"), &said, &[], "-10", Seen::Nothing),
            (of_ten("100000|"), &said, &[], "-20", Seen::Strange),
            (of_ten("100000|7"), &[], &[(7, "-10,00", "success")], "-10", Seen::Nothing),
            (all.clone(), &[], &[(7, "-99.90", "success")], "-99.90", Seen::Done(7)),
            (all.clone(), &[], &[(7, "-1", "success")], "-1", Seen::Nothing),
            (all, &[], &[], "0", Seen::Nothing),
        ] {
            assert_eq!(look(&answer(listed, total), &refund, others), seen, "{listed:?} {total}");
        }
    }

    #[test]
    fn what_is_left_of_a_payment_is_what_was_taken_without_all_that_was_given_back() {
        let known = |hundredths, id| operation(hundredths, "", State::Known, id);
        let lost = operation(Some(500), "", State::Unknown, None);
        let listed = "<pg_refund_payments><pg_refund_payment><pg_payment_id>7</pg_payment_id><pg_amount>-3</pg_amount>\
                      </pg_refund_payment></pg_refund_payments>";
        for (inside, others, total, left) in [
            ("", &[][..], 0, None),
            ("<pg_amount>10</pg_amount>", &[], 0, Some(100_000)),
            ("<pg_clearing_amount>6</pg_clearing_amount><pg_amount>10</pg_amount>", &[], 0, Some(60_000)),
            ("<pg_clearing_amount>0.00</pg_clearing_amount><pg_amount>10</pg_amount>", &[], 0, Some(100_000)),
            ("<pg_clearing_amount/><pg_amount>10</pg_amount>", &[], 0, Some(100_000)),
            ("<pg_amount>10</pg_amount><pg_refund_amount>-3</pg_refund_amount>", &[], 30_000, Some(70_000)),
            (
                "<pg_amount>10</pg_amount><pg_refund_amount>0</pg_refund_amount><pg_revoke_amount>3</pg_revoke_amount>",
                &[],
                30_000,
                Some(70_000),
            ),
            // The list may be late; of what was given back a moment ago the journal knows.
            ("<pg_amount>10</pg_amount>", &[known(Some(300), Some(7)), lost.clone()], 0, Some(70_000)),
            (
                &format!("<pg_amount>10</pg_amount><pg_refund_amount>-3</pg_refund_amount>{listed}"),
                &[known(Some(300), Some(7))],
                30_000,
                Some(70_000),
            ),
            ("<pg_amount>10</pg_amount>", &[known(None, Some(7))], 0, None),
        ] {
            let body = format!("<r>{inside}</r>");
            let answer = Answer {
                http_status: 200,
                document: wire::decode(body.as_bytes()).unwrap(),
                body: body.into(),
            };
            let before = Before::of(&answer, others).unwrap();
            assert_eq!((before.total, before.left), (total, left), "{inside}");
        }
    }

    #[test]
    fn more_given_back_under_any_name_than_the_list_shows_is_strange() {
        let lost = operation(Some(1000), "0|", State::Unknown, None);
        for (amounts, seen) in [
            ("<pg_refund_amount>0</pg_refund_amount><pg_revoke_amount>10</pg_revoke_amount>", Seen::Strange),
            ("<pg_refund_amount/><pg_revoked_amount>10</pg_revoked_amount>", Seen::Strange),
            ("<pg_refund_amount>0</pg_refund_amount><pg_revoke_amount>ten</pg_revoke_amount>", Seen::Strange),
            (
                "<pg_refund_amount>0</pg_refund_amount><pg_revoke_amount>0.00</pg_revoke_amount>",
                Seen::Nothing,
            ),
        ] {
            let body = format!("<r>{amounts}</r>");
            let answer = Answer {
                http_status: 200,
                document: wire::decode(body.as_bytes()).unwrap(),
                body: body.into(),
            };
            assert_eq!(look(&answer, &lost, &[]), seen, "{amounts}");
        }
    }

    #[test]
    fn no_journal_and_no_answer_makes_the_sums_run_over() {
        let greatest = i64::MAX.to_string();
        let lost = operation(Some(i64::MAX), &format!("{greatest}||{greatest}"), State::Unknown, None);
        let many = [(7, "-999999999999.9999", "success"); 1_000];
        assert_eq!(look(&answer(&many, "-999999999999.9999"), &lost, &[]), Seen::Nothing);
    }

    #[test]
    fn what_was_before_is_kept_and_read_again() {
        for before in [Before::default(), Before { ids: vec![71, 72], total: 1050, left: Some(7) }] {
            assert_eq!(Before::read(&before.write()), before);
        }
        assert_eq!(Before::read("nonsense"), Before::default());
    }
}

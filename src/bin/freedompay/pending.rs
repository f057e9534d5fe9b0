//! `freedompay pending`: everything in the journal whose end is not known.

use freedompay::{Client, Error, PendingPayout, PendingRefund, PendingSale};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::{Exit, Purpose};
use crate::facts::Problem;
use crate::lang::Lang;
use crate::output::human::quoted;
use crate::output::json::line_of;
use crate::output::print;
use crate::session::{self, Session};

/// List the sales, refunds and payouts whose end is not known, out of the journal
///
/// Asks the gateway nothing. A till runs it after a restart.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    common: session::Flags,
}

/// What programs read.
#[derive(Serialize)]
struct List<'a> {
    command: &'static str,
    exit: u8,
    outcome: &'static str,
    code: i32,
    code_name: &'static str,
    message: &'static str,
    sales: Vec<Sale<'a>>,
    refunds: Vec<Refund<'a>>,
    payouts: Vec<Payout<'a>>,
}

#[derive(Serialize)]
struct Sale<'a> {
    order_id: &'a str,
    /// None: init's answer was lost.
    invoice_id: Option<i64>,
    amount: &'a str,
}

#[derive(Serialize)]
struct Refund<'a> {
    payment_id: i64,
    /// None: the caller gave none.
    refund_key: Option<&'a str>,
    /// None: all that was left.
    amount: Option<&'a str>,
}

#[derive(Serialize)]
struct Payout<'a> {
    order_id: &'a str,
    amount: Option<&'a str>,
}

/// Everything in the journal whose end is not known.
struct Open {
    sales: Vec<PendingSale>,
    refunds: Vec<PendingRefund>,
    payouts: Vec<PendingPayout>,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "pending") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    match open(&session.client) {
        Ok(open) => {
            list(&session, &open);
            Exit::Done
        }
        Err(error) => {
            let facts = Problem::from(error);
            session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
        }
    }
}

fn open(client: &Client) -> Result<Open, Error> {
    Ok(Open {
        sales: client.pending()?,
        refunds: client.pending_refunds()?,
        payouts: client.pending_payouts()?,
    })
}

fn list(session: &Session, open: &Open) {
    session.output.write_file(&open.pairs());
    if session.output.json { print(&open.json()) } else { print(&open.text(session.output.lang)) }
}

impl Open {
    fn json(&self) -> String {
        line_of(&List {
            command: "pending",
            exit: Exit::Done.number(),
            outcome: Exit::Done.word(),
            code: 0,
            code_name: "FP_OK",
            message: "",
            sales: self.sales.iter().map(sale).collect(),
            refunds: self.refunds.iter().map(refund).collect(),
            payouts: self.payouts.iter().map(payout).collect(),
        })
    }

    fn text(&self, lang: Lang) -> String {
        if self.sales.is_empty() && self.refunds.is_empty() && self.payouts.is_empty() {
            return lang.of("Nothing is open.\n", "Ничего не открыто.\n").to_owned();
        }
        let mut text = String::new();
        let all = lang.of("all that is left", "весь остаток");
        for sale in &self.sales {
            let invoice = match sale.invoice_id {
                Some(id) => id.to_string(),
                None => lang.of("the answer was lost", "ответ потерян").to_owned(),
            };
            text.push_str(&format!("{:<24} {:>12}  {invoice}\n", sale.order_id, sale.amount));
        }
        if !self.sales.is_empty() {
            let ask = lang.of("What became of them:", "Узнать, что с ними стало:");
            text.push_str(&format!("{ask} freedompay recover\n"));
        }
        for refund in &self.refunds {
            let word = lang.of("refund of", "возврат по");
            let amount = refund.amount.as_deref().unwrap_or(all);
            let key = refund.refund_key.as_deref().map(|key| format!("  --refund-key {}", quoted(key)));
            text.push_str(&format!("{word} {}: {amount}{}\n", refund.payment_id, key.unwrap_or_default()));
        }
        for payout in &self.payouts {
            let word = lang.of("payout", "выплата");
            let amount = payout.amount.as_deref().unwrap_or_default();
            text.push_str(&format!("{word} {}: {amount}\n", payout.order_id));
        }
        if !self.refunds.is_empty() || !self.payouts.is_empty() {
            text.push_str(lang.of(
                "The same refund or payout again finds out.\n",
                "Тот же возврат или та же выплата ещё раз это узнает.\n",
            ));
        }
        text
    }

    /// The same for a result file, numbered from 1.
    fn pairs(&self) -> Vec<(String, Value)> {
        let mut pairs = vec![
            ("command".to_owned(), json!("pending")),
            ("exit".to_owned(), json!(Exit::Done.number())),
            ("outcome".to_owned(), json!(Exit::Done.word())),
        ];
        add(&mut pairs, "sale", self.sales.iter().map(sale));
        add(&mut pairs, "refund", self.refunds.iter().map(refund));
        add(&mut pairs, "payout", self.payouts.iter().map(payout));
        pairs
    }
}

/// How many there are of a kind, and what each says.
fn add<T: Serialize>(pairs: &mut Vec<(String, Value)>, kind: &str, each: impl Iterator<Item = T>) {
    let place = pairs.len();
    let mut count = 0;
    for one in each {
        count += 1;
        if let Ok(Value::Object(members)) = serde_json::to_value(one) {
            pairs.extend(members.into_iter().map(|(name, value)| (format!("{kind}.{count}.{name}"), value)));
        }
    }
    pairs.insert(place, (format!("{kind}s"), json!(count)));
}

fn sale(sale: &PendingSale) -> Sale<'_> {
    Sale { order_id: &sale.order_id, invoice_id: sale.invoice_id, amount: &sale.amount }
}

fn refund(refund: &PendingRefund) -> Refund<'_> {
    Refund {
        payment_id: refund.payment_id,
        refund_key: refund.refund_key.as_deref(),
        amount: refund.amount.as_deref(),
    }
}

fn payout(payout: &PendingPayout) -> Payout<'_> {
    Payout { order_id: &payout.order_id, amount: payout.amount.as_deref() }
}

//! `freedompay pending`: every sale in the journal whose end is not known.

use freedompay::PendingSale;
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::{Exit, Purpose};
use crate::facts::Problem;
use crate::lang::Lang;
use crate::output::json::line_of;
use crate::output::print;
use crate::session::{self, Session};

/// List the sales whose end is not known, out of the journal
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
    sales: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    order_id: &'a str,
    /// None: init's answer was lost.
    invoice_id: Option<i64>,
    amount: &'a str,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "pending") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    match session.client.pending() {
        Ok(sales) => {
            list(&session, &sales);
            Exit::Done
        }
        Err(error) => {
            let facts = Problem::from(error);
            session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
        }
    }
}

fn list(session: &Session, sales: &[PendingSale]) {
    session.output.write_file(&pairs(sales));
    if session.output.json {
        return print(&line_of(&List {
            command: "pending",
            exit: Exit::Done.number(),
            outcome: Exit::Done.word(),
            code: 0,
            code_name: "FP_OK",
            message: "",
            sales: sales.iter().map(entry).collect(),
        }));
    }
    let lang = session.output.lang;
    if sales.is_empty() {
        return print(lang.of("No sale is open.\n", "Открытых продаж нет.\n"));
    }
    for sale in sales {
        let invoice = match sale.invoice_id {
            Some(id) => id.to_string(),
            None => lang.of("the answer was lost", "ответ потерян").to_owned(),
        };
        print(&format!("{:<24} {:>12}  {invoice}\n", sale.order_id, sale.amount));
    }
    let text = lang.of("What became of them:", "Узнать, что с ними стало:");
    print(&format!("{text} freedompay recover\n"));
}

fn entry(sale: &PendingSale) -> Entry<'_> {
    Entry { order_id: &sale.order_id, invoice_id: sale.invoice_id, amount: &sale.amount }
}

/// The same for a result file, the sales numbered from 1.
fn pairs(sales: &[PendingSale]) -> Vec<(String, Value)> {
    let mut pairs = vec![
        ("command".to_owned(), json!("pending")),
        ("exit".to_owned(), json!(Exit::Done.number())),
        ("outcome".to_owned(), json!(Exit::Done.word())),
        ("sales".to_owned(), json!(sales.len())),
    ];
    for (index, sale) in sales.iter().enumerate() {
        let name = |name: &str| format!("sale.{}.{name}", index + 1);
        pairs.push((name("order_id"), json!(sale.order_id)));
        pairs.push((name("invoice_id"), json!(sale.invoice_id)));
        pairs.push((name("amount"), json!(sale.amount)));
    }
    pairs
}

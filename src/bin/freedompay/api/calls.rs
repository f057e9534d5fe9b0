//! The calls by their names, each with the parameters of its C function.

use std::ops::ControlFlow;

use freedompay::{Amount, Cancel, Client, Code, Error, InvoiceOptions, InvoiceRequest};
use serde_json::{Value, json};

use super::answer::{self, buffer, pending, say};
use super::client;
use super::input::{Input, Word};
use super::request::Request;
use super::{callbacks, rest, slip};
use crate::exit::Exit;
use crate::facts::{Asked, Facts, Problem, Said, code_names};
use crate::output::json::line_of;

/// How a call ended.
pub enum End {
    Result(Box<Facts>),
    Other(Value, Exit),
}

/// Makes the call; the error says what is wrong with the request.
pub fn make(request: &Request) -> Result<End, String> {
    match request.call.as_str() {
        "library" => Ok(library()),
        "qr" => slip::qr(request).map(of_buffer),
        "receipt" => slip::receipt(request).map(of_buffer),
        _ => {
            let cancel = Cancel::new();
            let input = Input::listen(&cancel);
            let client = client::make(request, &cancel);
            let (value, exit) = match request.call.as_str() {
                "client_pending" => pending(client.and_then(|client| Ok(client.pending()?))),
                "client_pending_refunds" => pending(client.and_then(|client| Ok(client.pending_refunds()?))),
                "client_pending_payouts" => pending(client.and_then(|client| Ok(client.pending_payouts()?))),
                call if call.starts_with("callback_") => return callbacks::make(request, client),
                _ => {
                    let facts = of_gateway(request, client, &input)?;
                    return Ok(End::Result(Box::new(facts)));
                }
            };
            Ok(End::Other(value, exit))
        }
    }
}

fn of_buffer(content: slip::Content) -> End {
    let (value, exit) = buffer(content);
    End::Other(value, exit)
}

/// A call whose end is a result.
fn of_gateway(request: &Request, client: Result<Client, Problem>, input: &Input) -> Result<Facts, String> {
    let on = On { client, asked: asked(request) };
    Ok(match request.call.as_str() {
        "client_check" => on.run(|client| client.check()),
        "invoice_init" => {
            let wanted = invoice(request)?;
            on.asking_for(&wanted).run(|client| client.invoice_init(&wanted.complete()?))
        }
        "invoice_status" => {
            let id = request.number("invoice_id")?;
            on.run(|client| client.invoice_status(id))
        }
        "invoice_status_by_order" => {
            let order_id = request.text("order_id")?;
            on.run(|client| client.invoice_status_by_order(order_id))
        }
        "invoice_recover" => {
            let order_id = request.text("order_id")?;
            on.run(|client| client.invoice_recover(order_id))
        }
        "invoice_info" => {
            let customer = request.text("customer")?;
            on.run(|client| client.invoice_info(customer))
        }
        "invoice_pay" => {
            let (customer, user_id) = (request.text("customer")?, request.text("user_id")?);
            let card_token = request.text("card_token")?;
            on.run(|client| client.invoice_pay(customer, user_id, card_token))
        }
        "invoice_wait" => wait(request, on, input)?,
        _ => rest::make(request, on)?,
    })
}

/// The client, if there is one, and what the call is about.
pub struct On {
    client: Result<Client, Problem>,
    asked: Asked,
}

impl On {
    /// Makes a call.
    pub fn run<T: Said>(self, call: impl FnOnce(&Client) -> Result<T, Error>) -> Facts {
        self.with(Ok(()), |client, ()| call(client))
    }

    /// Makes a call with something that is read before the client is looked at.
    pub fn with<T: Said, Given>(
        self,
        given: Result<Given, Error>,
        call: impl FnOnce(&Client, Given) -> Result<T, Error>,
    ) -> Facts {
        match (given, self.client) {
            (Err(error), _) => Facts::of(Err::<T, _>(error), self.asked),
            (Ok(_), Err(problem)) => problem.about(self.asked),
            (Ok(given), Ok(client)) => Facts::of(call(&client, given), self.asked),
        }
    }

    /// The call cannot be made as it is asked for.
    pub fn refuse(self, message: String) -> Facts {
        Facts::wrong(Code::Argument, message).about(self.asked)
    }

    fn asking_for(mut self, wanted: &Wanted<'_>) -> On {
        self.asked.amount = wanted.amount.as_ref().ok().map(ToString::to_string);
        self.asked.currency = wanted.options.currency().map(str::to_owned);
        self
    }
}

/// What a call is about, as far as the request says it rightly.
fn asked(request: &Request) -> Asked {
    Asked {
        order_id: request.optional_text("order_id").ok().flatten().map(str::to_owned),
        invoice_id: request.number("invoice_id").ok(),
        payment_id: request.number("payment_id").ok(),
        ..Asked::default()
    }
}

/// A sale, with the first thing that is wrong with it.
struct Wanted<'a> {
    order_id: &'a str,
    amount: Result<Amount, Error>,
    description: &'a str,
    options: InvoiceOptions,
    refused: Option<Error>,
}

type Setter = fn(&mut InvoiceOptions, &str) -> Result<(), Error>;

fn invoice(request: &Request) -> Result<Wanted<'_>, String> {
    const SETTERS: [(&str, Setter); 5] = [
        ("currency", InvoiceOptions::set_currency),
        ("method", InvoiceOptions::set_method),
        ("check_url", InvoiceOptions::set_check_url),
        ("result_url", InvoiceOptions::set_result_url),
        ("request_method", InvoiceOptions::set_request_method),
    ];
    let amount = request.text("amount")?.parse::<Amount>();
    let mut wanted = Wanted {
        order_id: request.text("order_id")?,
        refused: amount.as_ref().err().cloned(),
        amount,
        description: request.text("description")?,
        options: InvoiceOptions::default(),
    };
    for (name, set) in SETTERS {
        if let Some(text) = request.optional_text(name)?
            && let Err(error) = set(&mut wanted.options, text)
        {
            wanted.refused.get_or_insert(error);
        }
    }
    Ok(wanted)
}

impl Wanted<'_> {
    fn complete(&self) -> Result<InvoiceRequest, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let mut request = InvoiceRequest::new(self.order_id, self.amount.clone()?, self.description)?;
        request.options = self.options.clone();
        Ok(request)
    }
}

/// Waits, and after each poll asks on standard input whether to go on, where that is wanted.
fn wait(request: &Request, on: On, input: &Input) -> Result<Facts, String> {
    let (id, timeout_ms) = (request.number("invoice_id")?, request.number("timeout_ms")?);
    let with_progress = request.flag("progress")?;
    let asked = on.asked.clone();
    Ok(on.run(|client| {
        client.invoice_wait(id, timeout_ms, &mut |latest| {
            if !with_progress {
                return ControlFlow::Continue(());
            }
            let facts = Facts::of(latest.clone(), asked.clone());
            let mut progress = json!({ "progress": answer::result(&facts) });
            request.speech.tell(&mut progress);
            say(&line_of(&progress));
            match input.next() {
                Word::GoOn => ControlFlow::Continue(()),
                Word::GiveUp => ControlFlow::Break(()),
            }
        })
    }))
}

/// What the library is.
fn library() -> End {
    let names: serde_json::Map<String, Value> =
        code_names().map(|(code, name)| (code.to_string(), json!(name))).collect();
    let meanings = freedompay::gateway_codes();
    let meanings: serde_json::Map<String, Value> =
        meanings.map(|(code, meaning)| (code.to_string(), json!(meaning))).collect();
    let value = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "abi_version": freedompay::ffi::fp_abi_version(),
        "code_names": names,
        "gateway_code_meanings": meanings,
    });
    End::Other(value, Exit::Done)
}

//! The calls about payments, payouts, phones, cards and tokens, and those of any path.

use freedompay::{Amount, AnyCall, CallScheme, Error, Fields, PayoutQuestion};
use serde_json::Value;

use super::calls::On;
use super::request::Request;
use crate::facts::Facts;

/// Makes the call; the error says what is wrong with the request.
pub fn make(request: &Request, on: On) -> Result<Facts, String> {
    let call = request.call.as_str();
    match call.split_once('_').map_or(call, |(noun, _)| noun) {
        "invoice" | "payment" | "refund" => after_payment(request, on),
        "page" | "mobile" => page_or_mobile(request, on),
        "payout" => payout(request, on),
        "card" | "token" => card_or_token(request, on),
        "call" => any_call(request, on),
        _ => Err(no_call(call)),
    }
}

fn no_call(call: &str) -> String {
    format!("there is no call {call:?}")
}

fn after_payment(request: &Request, on: On) -> Result<Facts, String> {
    let payment = || request.number("payment_id");
    let amount = || Ok::<_, String>(request.optional_text("amount")?.map(str::parse).transpose());
    Ok(match request.call.as_str() {
        "invoice_cancel" => {
            let id = request.number("invoice_id")?;
            on.run(|client| client.invoice_cancel(id))
        }
        "invoice_refund" => {
            let id = request.number("invoice_id")?;
            on.with(amount()?, |client, amount: Option<Amount>| client.invoice_refund(id, amount.as_ref()))
        }
        "payment_status" => {
            let id = payment()?;
            on.run(|client| client.payment_status(id))
        }
        "payment_status_by_order" => {
            let order_id = request.text("order_id")?;
            on.run(|client| client.payment_status_by_order(order_id))
        }
        "payment_cancel" => {
            let id = payment()?;
            on.run(|client| client.payment_cancel(id))
        }
        "payment_capture" => {
            let id = payment()?;
            on.with(amount()?, |client, amount: Option<Amount>| client.payment_capture(id, amount.as_ref()))
        }
        "payment_refund" => {
            let (id, key) = (payment()?, request.optional_text("refund_key")?);
            on.with(amount()?, |client, amount: Option<Amount>| {
                client.payment_refund(id, amount.as_ref(), key)
            })
        }
        "refund_settle" => {
            let (id, key) = (payment()?, request.optional_text("refund_key")?);
            match request.number("was_made")? {
                said @ (0 | 1) => on.run(|client| client.refund_settle(id, key, said == 1)),
                said => on.refuse(format!("was_made {said} is neither 0 nor 1")),
            }
        }
        other => return Err(no_call(other)),
    })
}

fn page_or_mobile(request: &Request, on: On) -> Result<Facts, String> {
    Ok(match request.call.as_str() {
        "page_init" => {
            let sale = Sale::of(request)?;
            on.with(sale.amount(), |client, amount| {
                client.page_init(sale.order_id, &amount, sale.description, &sale.more()?)
            })
        }
        "mobile_init" => {
            let sale = Sale::of(request)?;
            on.with(sale.amount(), |client, amount| {
                client.mobile_init(sale.order_id, &amount, sale.description, &sale.more()?)
            })
        }
        "mobile_pay" => {
            let (id, phone) = (request.number("payment_id")?, request.text("phone")?);
            let system_code = request.optional_text("system_code")?;
            on.run(|client| client.mobile_pay(id, phone, system_code))
        }
        "mobile_approve" => {
            let (id, code) = (request.number("payment_id")?, request.text("code")?);
            on.run(|client| client.mobile_approve(id, code))
        }
        other => return Err(no_call(other)),
    })
}

fn payout(request: &Request, on: On) -> Result<Facts, String> {
    Ok(match request.call.as_str() {
        "payout_page" => {
            let sale = Sale::of(request)?;
            on.with(sale.amount(), |client, amount| {
                client.payout_page(sale.order_id, &amount, sale.description, &sale.more()?)
            })
        }
        "payout_iban" => {
            let sale = Sale::of(request)?;
            on.with(sale.amount(), |client, amount| {
                client.payout_iban(sale.order_id, &amount, sale.description, &sale.more()?)
            })
        }
        "payout_token" => {
            let sale = Sale::of(request)?;
            let (user_id, token) = (request.text("user_id")?, request.text("card_token")?);
            on.with(sale.amount(), |client, amount| {
                let more = sale.more()?;
                client.payout_token(sale.order_id, &amount, sale.description, user_id, token, &more)
            })
        }
        "payout_balance" => on.run(|client| client.payout_balance()),
        "payout_status" => {
            let (order_id, number) = (request.text("order_id")?, request.number("question")?);
            let question = match number {
                0 => PayoutQuestion::V2,
                1 => PayoutQuestion::V1,
                2 => PayoutQuestion::ByOrder,
                _ => return Ok(on.refuse(format!("question {number} is not an FP_PAYOUT_STATUS_ number"))),
            };
            on.run(|client| client.payout_status(order_id, question))
        }
        other => return Err(no_call(other)),
    })
}

fn card_or_token(request: &Request, on: On) -> Result<Facts, String> {
    let user_id = || request.text("user_id");
    Ok(match request.call.as_str() {
        "card_add" | "card_add_for_payout" => {
            let (user_id, back_link) = (user_id()?, request.text("back_link")?);
            let rows = pairs(request)?;
            let for_payout = request.call != "card_add";
            on.run(|client| match for_payout {
                true => client.card_add_for_payout(user_id, back_link, &fields(&rows)?),
                false => client.card_add(user_id, back_link, &fields(&rows)?),
            })
        }
        "card_list" => {
            let user_id = user_id()?;
            on.run(|client| client.card_list(user_id))
        }
        "card_remove" => {
            let (user_id, token) = (user_id()?, request.text("card_token")?);
            on.run(|client| client.card_remove(user_id, token))
        }
        "token_init" => {
            let (sale, user_id) = (Sale::of(request)?, user_id()?);
            let token = request.text("card_token")?;
            on.with(sale.amount(), |client, amount| {
                let more = sale.more()?;
                client.token_init(sale.order_id, &amount, sale.description, user_id, token, &more)
            })
        }
        "token_pay" => {
            let id = request.number("payment_id")?;
            on.run(|client| client.token_pay(id))
        }
        "token_direct" => {
            let id = request.number("payment_id")?;
            on.run(|client| client.token_direct(id))
        }
        other => return Err(no_call(other)),
    })
}

/// What many of these calls begin with.
struct Sale<'a> {
    order_id: &'a str,
    amount: &'a str,
    description: &'a str,
    more: Vec<(&'a str, &'a str)>,
}

impl<'a> Sale<'a> {
    fn of(request: &'a Request) -> Result<Sale<'a>, String> {
        Ok(Sale {
            order_id: request.text("order_id")?,
            amount: request.text("amount")?,
            description: request.text("description")?,
            more: pairs(request)?,
        })
    }

    fn amount(&self) -> Result<Amount, Error> {
        self.amount.parse()
    }

    fn more(&self) -> Result<Fields, Error> {
        fields(&self.more)
    }
}

/// The optional fields, in the order in which they are set.
fn pairs(request: &Request) -> Result<Vec<(&str, &str)>, String> {
    request.rows("more")?.into_iter().map(pair).collect()
}

fn pair(row: &[Value]) -> Result<(&str, &str), String> {
    match row {
        [Value::String(name), Value::String(value)] => Ok((name, value)),
        _ => Err("more has a row that is not [name, value]".to_owned()),
    }
}

fn fields(pairs: &[(&str, &str)]) -> Result<Fields, Error> {
    let mut fields = Fields::new();
    for (name, value) in pairs {
        fields.set(name, value)?;
    }
    Ok(fields)
}

fn any_call(request: &Request, on: On) -> Result<Facts, String> {
    let scheme = request.number("scheme")?;
    let rows = request.rows("fields")?;
    let mut fields = Vec::new();
    for row in &rows {
        match row {
            [Value::String(name), Value::String(value)] => fields.push((name, value, false)),
            [Value::String(name), Value::String(digits), Value::Bool(number)] => {
                fields.push((name, digits, *number));
            }
            _ => return Err("fields has a row that is not [name, value] or [name, digits, true]".to_owned()),
        }
    }
    let path = request.text("path")?;
    let build = || {
        let mut call = AnyCall::new(path)?;
        for (name, value, is_number) in &fields {
            match is_number {
                true => call.set_number(name, value)?,
                false => call.set(name, value)?,
            }
        }
        call.set_scheme(match scheme {
            1 => CallScheme::Jws,
            2 => CallScheme::PgSig,
            3 => CallScheme::PgSigPayout,
            _ => CallScheme::Auto,
        });
        Ok::<AnyCall, Error>(call)
    };
    if !(0..=3).contains(&scheme) {
        return Ok(on.refuse(format!("scheme {scheme} is not an FP_SCHEME_ number")));
    }
    Ok(on.run(|client| client.call(&build()?)))
}

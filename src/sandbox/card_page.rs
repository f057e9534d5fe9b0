//! The page on which somebody types in a card: to store it, or to be paid to it.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::card::{CardForm, Pan};
use super::gateway::random_token;
use super::page::{escape, frame, value};
use super::payout::{Payout, PayoutStatus};
use super::record::Finding;
use super::state::State;

pub(super) const PATH: &str = "/card.html";

pub(super) fn link(state: &State, customer: &str) -> String {
    format!("{}{PATH}?customer={customer}", state.public_url)
}

/// What the payer was asked for.
enum Asked {
    Card(CardForm),
    Payout(Payout),
}

impl Asked {
    fn find(state: &State, uri: &Uri) -> Option<Asked> {
        let customer = value(uri.query()?.as_bytes(), "customer")?;
        state.ledger(|ledger, _| {
            let card = ledger.cards.form(&customer).cloned().map(Asked::Card);
            card.or_else(|| ledger.payouts.by_customer(&customer).cloned().map(Asked::Payout))
        })
    }

    fn payment_id(&self) -> u64 {
        match self {
            Asked::Card(form) => form.payment_id,
            Asked::Payout(payout) => payout.payment_id,
        }
    }

    fn customer(&self) -> &str {
        match self {
            Asked::Card(form) => &form.customer,
            Asked::Payout(payout) => &payout.customer,
        }
    }

    fn html(&self) -> String {
        let (title, state, open, back) = match self {
            Asked::Card(form) => {
                let (state, open) = match form.token {
                    Some(_) => ("The card is stored.", false),
                    None => ("Please type in the card's number.", true),
                };
                ("Store a card".to_owned(), state, open, Some(&form.back_link))
            }
            Asked::Payout(payout) => {
                let (state, open) = match payout.status {
                    PayoutStatus::Process if payout.started => ("The money is on its way.", false),
                    PayoutStatus::Process => ("Please type in the card that the money goes to.", true),
                    PayoutStatus::Success => ("The money has arrived.", false),
                    PayoutStatus::Error => ("The payout has failed.", false),
                };
                (format!("You get {}", payout.amount), state, open, payout.back_link.as_ref())
            }
        };
        let form = match open {
            true => format!(
                "\n<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"Card\">\n\
                 <p><label>Card number <input name=\"card\" inputmode=\"numeric\" autocomplete=\"off\"></label></p>\n\
                 <button class=\"pay\" type=\"submit\">Go on</button>\n</form>",
                escape(self.customer())
            ),
            false => back.map_or(String::new(), |back| {
                format!("\n<p><a href=\"{}\">Back to the shop</a></p>", escape(back))
            }),
        };
        format!("<h1>{}</h1>\n<p class=\"state\" role=\"status\">{state}</p>{form}", escape(&title))
    }

    /// False where there is nothing more to answer.
    fn answer(&self, state: &State, pan: Pan) -> bool {
        let Ok(token) = random_token() else { return false };
        state.ledger(|ledger, now| match self {
            Asked::Card(form) => ledger.cards.store(&form.customer, pan, token, now).is_some(),
            Asked::Payout(payout) => ledger.payouts.send_to_card(payout.payment_id, &pan, now).is_ok(),
        })
    }
}

pub(super) async fn show(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    match Asked::find(&state, &uri) {
        Some(asked) => frame(StatusCode::OK, finding(&asked, None), "", &asked.html()),
        None => not_found(),
    }
}

pub(super) async fn submit(Shared(state): Shared<Arc<State>>, uri: Uri, body: Bytes) -> Response {
    let Some(asked) = Asked::find(&state, &uri) else {
        return not_found();
    };
    let Some(pan) = value(&body, "card").as_deref().and_then(Pan::parse) else {
        let html =
            "<h1>Nothing was done</h1><p>This is no card number. Please go back and type it again.</p>";
        return frame(StatusCode::BAD_REQUEST, finding(&asked, Some("card is no card number")), "", html);
    };
    let problem = (!asked.answer(&state, pan)).then_some("there was a card already");
    let location = format!("{PATH}?customer={}", asked.customer());
    let finding = axum::Extension(finding(&asked, problem));
    (StatusCode::SEE_OTHER, finding, [(LOCATION, location)]).into_response()
}

fn finding(asked: &Asked, problem: Option<&str>) -> Finding {
    Finding {
        problem: problem.map(str::to_owned),
        invoice_id: Some(asked.payment_id()),
        ..Finding::default()
    }
}

fn not_found() -> Response {
    let html = "<h1>Page not found</h1><p>This link is not known. Please ask the shop for a new one.</p>";
    frame(StatusCode::NOT_FOUND, Finding::problem("customer belongs to nobody"), "", html)
}

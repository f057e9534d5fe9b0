//! The page on which somebody types in a card: to store it, or to be paid to it.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use super::card::{CardForm, Pan};
use super::gateway::random_token;
use super::page::{self, Page, customer, escape, value};
use super::payout::{Payout, PayoutStatus};
use super::record::Finding;
use super::state::State;
use super::tongue::Tongue;

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
    fn find(state: &State, customer: &str) -> Option<Asked> {
        state.look(|sight| {
            let card = sight.ledger.cards.form(customer).cloned().map(Asked::Card);
            card.or_else(|| sight.ledger.payouts.by_customer(customer).cloned().map(Asked::Payout))
        })
    }

    fn merchant_id(&self) -> u64 {
        match self {
            Asked::Card(form) => form.merchant_id,
            Asked::Payout(payout) => payout.merchant_id,
        }
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

    /// A word for the page that follows along.
    fn standing(&self) -> &'static str {
        match self {
            Asked::Card(form) if form.token.is_some() => "stored",
            Asked::Card(_) => "asked",
            Asked::Payout(payout) => match payout.status {
                PayoutStatus::Process if !payout.started => "asked",
                status => status.word(),
            },
        }
    }

    /// The address that the browser goes back to.
    fn back(&self) -> Option<&str> {
        match self {
            Asked::Card(form) => Some(&form.back_link),
            Asked::Payout(payout) => payout.back_link.as_deref(),
        }
    }

    fn html(&self, shop: &str, tongue: Tongue) -> String {
        let (class, state) = self.said(tongue);
        let end = match (class, self.back()) {
            ("open", _) => self.form_html(tongue),
            (_, Some(back)) => format!(
                "\n<p class=\"back\"><a href=\"{}\">{}</a></p>",
                escape(back),
                tongue.pick("Back to the shop", "Назад в магазин")
            ),
            (_, None) => String::new(),
        };
        let title = match self {
            Asked::Card(_) => {
                format!("<p class=\"title\">{}</p>", tongue.pick("Store a card", "Сохранить карту"))
            }
            Asked::Payout(payout) => format!(
                "<p class=\"title\">{}</p>\n<p class=\"amount\">{}</p>",
                tongue.pick("You get", "Вы получите"),
                payout.total().grouped()
            ),
        };
        format!(
            "<h1>{}</h1>\n{title}\n<p class=\"state {class}\"><strong>{state}</strong></p>{end}",
            escape(shop)
        )
    }

    /// How it stands: a class of the style sheet, and a sentence.
    fn said(&self, tongue: Tongue) -> (&'static str, &'static str) {
        match (self, self.standing()) {
            (Asked::Card(_), "asked") => {
                ("open", tongue.pick("Please type in the card's number.", "Введите номер карты."))
            }
            (Asked::Card(_), _) => ("paid", tongue.pick("The card is stored.", "Карта сохранена.")),
            (_, "asked") => (
                "open",
                tongue.pick(
                    "Please type in the card that the money goes to.",
                    "Введите карту, на которую придут деньги.",
                ),
            ),
            (_, "process") => ("moving", tongue.pick("The money is on its way.", "Деньги в пути.")),
            (_, "success") => ("paid", tongue.pick("The money has arrived.", "Деньги пришли.")),
            _ => ("failed", tongue.pick("The payout has failed.", "Выплата не удалась.")),
        }
    }

    fn form_html(&self, tongue: Tongue) -> String {
        format!(
            "\n<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"{}\">\n\
             <label>{} <input name=\"card\" inputmode=\"numeric\" autocomplete=\"off\" required></label>\n\
             <button class=\"main\" type=\"submit\">{}</button>\n</form>",
            escape(self.customer()),
            tongue.pick("Card", "Карта"),
            tongue.pick("Card number", "Номер карты"),
            tongue.pick("Go on", "Дальше"),
        )
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

pub(super) async fn show(Shared(state): Shared<Arc<State>>, headers: HeaderMap, uri: Uri) -> Response {
    let tongue = Tongue::of(&headers);
    match customer(&uri).and_then(|customer| Asked::find(&state, &customer)) {
        Some(asked) => {
            let page =
                Page { live: Some(asked.customer()), standing: asked.standing(), ..Page::still(tongue) };
            page.answer(
                StatusCode::OK,
                finding(&asked, None),
                &asked.html(state.shop(asked.merchant_id()), tongue),
            )
        }
        None => not_found(tongue),
    }
}

/// A word for where it stands; None is a customer of nobody's.
pub(super) fn standing(state: &State, customer: &str) -> Option<&'static str> {
    Asked::find(state, customer).map(|asked| asked.standing())
}

pub(super) async fn submit(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let tongue = Tongue::of(&headers);
    let Some(asked) = customer(&uri).and_then(|customer| Asked::find(&state, &customer)) else {
        return not_found(tongue);
    };
    let Some(pan) = value(&body, "card").as_deref().and_then(Pan::parse) else {
        let html = tongue.pick(
            "<h1>Nothing was done</h1>\n<p>This is no card number. Please go back and type it again.</p>",
            "<h1>Ничего не сделано</h1>\n<p>Это не номер карты. Вернитесь и введите его ещё раз.</p>",
        );
        let finding = finding(&asked, Some("card is no card number"));
        return Page::still(tongue).answer(StatusCode::BAD_REQUEST, finding, html);
    };
    let problem = (!asked.answer(&state, pan)).then_some("there was a card already");
    let location = format!("{PATH}?customer={}", asked.customer());
    let finding = axum::Extension(finding(&asked, problem));
    (StatusCode::SEE_OTHER, finding, [(LOCATION, location)]).into_response()
}

/// A body as it may be kept: of what was typed in on these pages, no number of a card and no security code.
pub(super) fn hide(path: &str, body: &str) -> String {
    if path != PATH && path != page::PATH {
        return body.to_owned();
    }
    let secret = |name: &str| matches!(name, "card" | "cvc");
    let hidden = |(name, value): (Cow<str>, Cow<str>)| match secret(&name) {
        true => format!("{name}=({} characters)", value.chars().count()),
        false => form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish(),
    };
    form_urlencoded::parse(body.as_bytes()).map(hidden).collect::<Vec<_>>().join("&")
}

fn finding(asked: &Asked, problem: Option<&str>) -> Finding {
    Finding {
        problem: problem.map(str::to_owned),
        invoice_id: Some(asked.payment_id()),
        ..Finding::default()
    }
}

fn not_found(tongue: Tongue) -> Response {
    let html = tongue.pick(
        "<h1>Page not found</h1>\n<p>This link is not known. Please ask the shop for a new one.</p>",
        "<h1>Страница не найдена</h1>\n<p>Такой ссылки нет. Попросите у магазина новую.</p>",
    );
    Page::still(tongue).answer(StatusCode::NOT_FOUND, Finding::problem("customer belongs to nobody"), html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_in_is_not_kept() {
        assert_eq!(hide(PATH, "card=4111+1111&x=a+b"), "card=(9 characters)&x=a+b");
        assert_eq!(hide(page::PATH, "cvc=123&action=pay"), "cvc=(3 characters)&action=pay");
        assert_eq!(hide("/init_payment.php", "card=1"), "card=1");
    }
}

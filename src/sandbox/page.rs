//! The page that the payer's phone opens: what is to be paid, and two buttons.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION, REFERRER_POLICY};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::sse::Event;
use axum::response::{Html, IntoResponse, Response};
use futures_util::StreamExt;
use url::{Url, form_urlencoded};

use super::answer::escape_markup;
use super::card_page;
use super::classic::{self, Back};
use super::dashboard::stream;
use super::gateway::random_token;
use super::payment::{Payment, PaymentStatus};
use super::record::Finding;
use super::standing::Failure;
use super::state::State;
use super::tongue::Tongue;

pub(super) const PATH: &str = "/pay.html";

/// Tells an open page that something has changed.
pub(super) const EVENTS: &str = "/pay.html/events";

/// Where the payer of a payment goes.
pub(super) fn link(state: &State, payment: &Payment) -> String {
    format!("{}{PATH}?customer={}", state.public_url, payment.customer)
}

pub(super) async fn show(Shared(state): Shared<Arc<State>>, headers: HeaderMap, uri: Uri) -> Response {
    let tongue = Tongue::of(&headers);
    let Some(payment) = find(&state, &uri) else {
        return not_found(tongue);
    };
    let payment = state.open(payment.payment_id).unwrap_or(payment);
    let back = match (random_token(), state.merchant(payment.merchant_id)) {
        (Ok(salt), Some(merchant)) => classic::back(&payment, &salt, &merchant.key),
        _ => None,
    };
    let mut html = payment_html(&payment, state.shop(payment.merchant_id), tongue);
    html.push_str(&back.as_ref().map_or(String::new(), |back| back_html(back, tongue)));
    let page = Page {
        tongue,
        live: Some(&payment.customer),
        standing: payment.now.status.word(),
        elsewhere: match &back {
            Some(Back::Post(url, _)) => origin(url),
            _ => String::new(),
        },
    };
    page.answer(StatusCode::OK, finding(&payment, None), &html)
}

/// The word for where it stands, at once and whenever it is another: of a payment, or of a card that is asked for.
pub(super) async fn events(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let Some(customer) = customer(&uri) else { return StatusCode::NOT_FOUND.into_response() };
    let standing = move |state: &State| {
        // Told to nobody before it is kept.
        state.save().ok()?;
        let payment = state.by_customer(&customer).map(|payment| payment.now.status.word());
        payment.or_else(|| card_page::standing(state, &customer))
    };
    if standing(&state).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let numbers = state.news.follow();
    let mut told = "";
    stream(numbers.filter_map(move |_| {
        let now = standing(&state).filter(|word| *word != told);
        told = now.unwrap_or(told);
        std::future::ready(now.map(|word| Event::default().event("standing").data(word)))
    }))
}

pub(super) async fn submit(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    uri: Uri,
    body: Bytes,
) -> Response {
    let tongue = Tongue::of(&headers);
    let Some(payment) = find(&state, &uri) else {
        return not_found(tongue);
    };
    let ended = match value(&body, "action").as_deref() {
        Some("pay") => state.charge(payment.payment_id).await,
        Some("decline") => state.decline(payment.payment_id, Failure::declined()),
        _ => {
            let problem = "action is neither pay nor decline";
            let html = tongue.pick(
                "<h1>Nothing was done</h1>\n<p>Please go back and choose again.</p>",
                "<h1>Ничего не сделано</h1>\n<p>Вернитесь и выберите ещё раз.</p>",
            );
            let finding = finding(&payment, Some(problem.to_owned()));
            return Page::still(tongue).answer(StatusCode::BAD_REQUEST, finding, html);
        }
    };
    // A second press of the button is no error to the payer: the page shows how it ended.
    let problem = ended.err().map(|refusal| super::Error::from(refusal).to_string());
    let location = format!("{PATH}?customer={}", payment.customer);
    let finding = axum::Extension(finding(&payment, problem));
    (StatusCode::SEE_OTHER, finding, [(LOCATION, location)]).into_response()
}

pub(super) fn customer(uri: &Uri) -> Option<String> {
    value(uri.query()?.as_bytes(), "customer")
}

fn find(state: &State, uri: &Uri) -> Option<Payment> {
    state.by_customer(&customer(uri)?)
}

pub(super) fn value(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

fn finding(payment: &Payment, problem: Option<String>) -> Finding {
    Finding {
        problem,
        invoice_id: Some(payment.payment_id),
        order_id: Some(payment.order_id.clone()),
        ..Finding::default()
    }
}

fn not_found(tongue: Tongue) -> Response {
    let html = tongue.pick(
        "<h1>Payment not found</h1>\n<p>This payment link is not known. Please ask the shop for a new one.</p>",
        "<h1>Платёж не найден</h1>\n<p>Такой ссылки нет. Попросите у магазина новую.</p>",
    );
    let finding = Finding::problem("customer belongs to no payment");
    Page::still(tongue).answer(StatusCode::NOT_FOUND, finding, html)
}

/// What stands around what a page says.
pub(super) struct Page<'a> {
    pub tongue: Tongue,
    /// Whose page follows along while it is open.
    pub live: Option<&'a str>,
    /// What the page shows now, in a word.
    pub standing: &'a str,
    /// Where its forms go besides this gateway; may be empty.
    pub elsewhere: String,
}

impl Page<'_> {
    /// One that does not change by itself.
    pub fn still(tongue: Tongue) -> Self {
        Page { tongue, live: None, standing: "", elsewhere: String::new() }
    }

    pub fn answer(&self, status: StatusCode, finding: Finding, main: &str) -> Response {
        let live = self.live.map_or(String::new(), |customer| {
            format!(
                " data-live=\"{EVENTS}?customer={}\" data-standing=\"{}\"",
                escape(customer),
                self.standing
            )
        });
        let html = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{}</title>\n<link rel=\"icon\" href=\"/assets/icon.svg\">\n\
             <link rel=\"stylesheet\" href=\"/assets/base.css\">\n<link rel=\"stylesheet\" href=\"/assets/payer.css\">\n\
             <script type=\"module\" src=\"/assets/payer.js\"></script>\n</head>\n<body class=\"payer\">\n\
             <main{live}>\n{main}\n</main>\n<p id=\"news\" class=\"unseen\" role=\"status\"></p>\n\
             <footer>{}</footer>\n</body>\n</html>\n",
            self.tongue.code(),
            self.tongue.pick("Payment", "Оплата"),
            self.tongue.pick("Sandbox: no money moves here.", "Песочница: деньги здесь не ходят."),
        );
        let forms = format!("'self' {}", self.elsewhere);
        let policy = format!(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
             base-uri 'none'; form-action {}",
            forms.trim_end()
        );
        // The shop learns nothing of the payer's link, whoever has which may pay.
        let headers = [
            (CONTENT_SECURITY_POLICY, policy.as_str()),
            (CACHE_CONTROL, "no-store"),
            (REFERRER_POLICY, "same-origin"),
        ];
        (status, axum::Extension(finding), headers, Html(html)).into_response()
    }
}

fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

/// How a payment stands for the one who pays it: a class of the style sheet, a word, and a sentence.
fn said(status: PaymentStatus, tongue: Tongue) -> (&'static str, &'static str, &'static str) {
    match status {
        PaymentStatus::New | PaymentStatus::Process => (
            "open",
            tongue.pick("Waiting for payment", "Ждёт оплаты"),
            tongue.pick("Please check the amount before you pay.", "Проверьте сумму, прежде чем платить."),
        ),
        PaymentStatus::Success => (
            "paid",
            tongue.pick("Paid", "Оплачено"),
            tongue.pick("Thank you. You may close this page.", "Спасибо. Страницу можно закрыть."),
        ),
        PaymentStatus::Error => (
            "failed",
            tongue.pick("Declined", "Отклонено"),
            tongue.pick("Nothing was charged.", "Деньги не списаны."),
        ),
        PaymentStatus::Incomplete => (
            "failed",
            tongue.pick("Expired", "Время вышло"),
            tongue.pick(
                "Nothing was charged. Please ask the shop for a new payment link.",
                "Деньги не списаны. Попросите у магазина новую ссылку.",
            ),
        ),
        PaymentStatus::Canceled | PaymentStatus::Rejected => (
            "failed",
            tongue.pick("Cancelled", "Отменено"),
            tongue.pick(
                "The shop has cancelled the payment, and your money is given back.",
                "Магазин отменил платёж, деньги возвращены.",
            ),
        ),
    }
}

fn payment_html(payment: &Payment, shop: &str, tongue: Tongue) -> String {
    let (class, state, text) = said(payment.now.status, tongue);
    let order = escape(&payment.order_id);
    format!(
        "{}<p class=\"description\">{}</p>\n<p class=\"order\">{} <span>{order}</span></p>\n\
         <p class=\"state {class}\"><strong>{state}</strong> <span>{text}</span></p>{}",
        price_html(payment, shop),
        escape(&payment.description),
        tongue.pick("Order", "Заказ"),
        if payment.now.status.ended() { String::new() } else { buttons_html(payment, tongue) },
    )
}

fn price_html(payment: &Payment, shop: &str) -> String {
    format!(
        "<h1>{}</h1>\n<p class=\"amount\">{} <span>{}</span></p>\n",
        escape(shop),
        payment.total().grouped(),
        escape(&payment.currency),
    )
}

fn buttons_html(payment: &Payment, tongue: Tongue) -> String {
    format!(
        "\n<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"{}\">\n\
         <button class=\"main\" type=\"submit\" name=\"action\" value=\"pay\">{} {} {}</button>\n\
         <button type=\"submit\" name=\"action\" value=\"decline\">{}</button>\n</form>",
        escape(&payment.customer),
        tongue.pick("Payment", "Оплата"),
        tongue.pick("Pay", "Оплатить"),
        payment.total().grouped(),
        escape(&payment.currency),
        tongue.pick("Decline", "Отклонить"),
    )
}

/// The form on which the payer of a stored card types in its security code.
pub(super) fn security_code(payment: &Payment, shop: &str) -> Response {
    let html = format!(
        "{}<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"Payment\">\n\
         <label>Security code <input name=\"cvc\" inputmode=\"numeric\" autocomplete=\"off\" maxlength=\"4\"></label>\n\
         <button class=\"main\" type=\"submit\" name=\"action\" value=\"pay\">Pay</button>\n</form>",
        price_html(payment, shop),
        escape(&payment.customer),
    );
    Page::still(Tongue::English).answer(StatusCode::OK, finding(payment, None), &html)
}

/// The way back to the shop.
fn back_html(back: &Back, tongue: Tongue) -> String {
    let words = tongue.pick("Back to the shop", "Назад в магазин");
    match back {
        Back::Get(url) => format!("\n<p class=\"back\"><a href=\"{}\">{words}</a></p>", escape(url)),
        Back::Post(url, fields) => {
            let inputs: String = fields
                .iter()
                .map(|(name, value)| {
                    let (name, value) = (escape(name), escape(value));
                    format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
                })
                .collect();
            format!(
                "\n<form method=\"post\" action=\"{}\" aria-label=\"{words}\">\n{inputs}\
                 <button type=\"submit\">{words}</button>\n</form>",
                escape(url)
            )
        }
    }
}

pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_markup(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::payment::tests::sample;

    #[test]
    fn the_page_escapes_what_the_merchant_wrote() {
        let mut payment = sample();
        payment.description = "<script>\"x\" & 'y'".to_owned();
        let html = payment_html(&payment, "Tom & <Ann>", Tongue::English);
        assert!(html.contains("&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;"));
        assert!(html.contains("<h1>Tom &amp; &lt;Ann&gt;</h1>"));
        assert!(!html.contains("<script>"));
        let link = back_html(&Back::Get("https://a/?b=\"><script>".to_owned()), Tongue::English);
        assert!(!link.contains("<script>"));
    }

    #[test]
    fn the_buttons_are_there_until_the_payment_ends() {
        for (status, word, open) in [
            (PaymentStatus::New, "Waiting", true),
            (PaymentStatus::Process, "Waiting", true),
            (PaymentStatus::Success, "Paid", false),
            (PaymentStatus::Error, "Declined", false),
            (PaymentStatus::Incomplete, "Expired", false),
            (PaymentStatus::Rejected, "Cancelled", false),
        ] {
            let mut payment = sample();
            payment.now.status = status;
            let html = payment_html(&payment, "Shop", Tongue::English);
            assert!(html.contains(&format!("<strong>{word}")), "{html}");
            assert_eq!(html.contains("<form"), open);
        }
    }
}

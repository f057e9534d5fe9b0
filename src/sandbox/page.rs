//! The page that the payer's phone opens: what is to be paid, and two buttons.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use url::{Url, form_urlencoded};

use super::answer::escape_markup;
use super::classic::{self, Back};
use super::gateway::random_token;
use super::payment::{Payment, PaymentStatus};
use super::record::Finding;
use super::standing::Failure;
use super::state::State;

pub(super) const PATH: &str = "/pay.html";

const STYLE: &str = "*{box-sizing:border-box}\
body{margin:0 auto;max-width:26rem;padding:1.5rem 1rem;font:1.125rem/1.5 sans-serif;color:#1a1a1a;background:#fff}\
h1{margin:0 0 1rem;font-size:1.25rem;overflow-wrap:anywhere}\
.amount{margin:0;font-size:2rem;font-weight:bold;overflow-wrap:anywhere}\
.description{margin:.25rem 0 1.5rem;overflow-wrap:anywhere;white-space:pre-wrap}\
.state{margin:0 0 1.5rem;padding:.75rem 1rem;border-left:.25rem solid #1a1a1a;background:#f2f2f2}\
button{display:block;width:100%;min-height:3rem;margin:0 0 .75rem;padding:.5rem;font:inherit;\
border:2px solid #0b5d3b;border-radius:.5rem;background:#fff;color:#0b5d3b}\
button.pay{background:#0b5d3b;color:#fff}\
footer{margin-top:2rem;font-size:.875rem;color:#555}";

/// Where the payer of a payment goes.
pub(super) fn link(state: &State, payment: &Payment) -> String {
    format!("{}{PATH}?customer={}", state.public_url, payment.customer)
}

pub(super) async fn show(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let Some(payment) = find(&state, &uri) else {
        return not_found();
    };
    let payment = state.open(payment.payment_id).unwrap_or(payment);
    let merchant = state.merchant(payment.merchant_id);
    let back = match (random_token(), merchant) {
        (Ok(salt), Some(merchant)) => classic::back(&payment, &salt, &merchant.key),
        _ => None,
    };
    let name = merchant.map_or("", |merchant| merchant.name.as_str());
    let html = format!("{}{}", payment_html(&payment, name), back.as_ref().map_or(String::new(), back_html));
    page(StatusCode::OK, finding(&payment, None), back.as_ref(), &html)
}

pub(super) async fn submit(Shared(state): Shared<Arc<State>>, uri: Uri, body: Bytes) -> Response {
    let Some(payment) = find(&state, &uri) else {
        return not_found();
    };
    let ended = match value(&body, "action").as_deref() {
        Some("pay") => state.charge(payment.payment_id).await,
        Some("decline") => state.decline(payment.payment_id, Failure::declined()),
        _ => {
            let problem = "action is neither pay nor decline";
            let html = "<h1>Nothing was done</h1><p>Please go back and choose again.</p>";
            return page(StatusCode::BAD_REQUEST, finding(&payment, Some(problem.to_owned())), None, html);
        }
    };
    // A second press of the button is no error to the payer: the page shows how it ended.
    let problem = ended.err().map(|refusal| super::Error::from(refusal).to_string());
    let location = format!("{PATH}?customer={}", payment.customer);
    let finding = axum::Extension(finding(&payment, problem));
    (StatusCode::SEE_OTHER, finding, [(LOCATION, location)]).into_response()
}

fn find(state: &State, uri: &Uri) -> Option<Payment> {
    state.by_customer(&value(uri.query()?.as_bytes(), "customer")?)
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

fn not_found() -> Response {
    let html =
        "<h1>Payment not found</h1><p>This payment link is not known. Please ask the shop for a new one.</p>";
    page(StatusCode::NOT_FOUND, Finding::problem("customer belongs to no payment"), None, html)
}

fn page(status: StatusCode, finding: Finding, back: Option<&Back>, main: &str) -> Response {
    let elsewhere = match back {
        Some(Back::Post(url, _)) => origin(url),
        _ => String::new(),
    };
    frame(status, finding, &elsewhere, main)
}

/// A whole page; its forms go to this gateway, and to `elsewhere` where that is not empty.
pub(super) fn frame(status: StatusCode, finding: Finding, elsewhere: &str, main: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Payment</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{main}\n</main>\n\
         <footer>Sandbox: no money moves here.</footer>\n</body>\n</html>\n"
    );
    let forms = format!("'self' {elsewhere}");
    let policy = format!("default-src 'none'; style-src 'unsafe-inline'; form-action {}", forms.trim_end());
    let headers = [(CONTENT_SECURITY_POLICY, policy.as_str()), (CACHE_CONTROL, "no-store")];
    (status, axum::Extension(finding), headers, Html(html)).into_response()
}

fn origin(url: &str) -> String {
    Url::parse(url).map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}

fn payment_html(payment: &Payment, merchant: &str) -> String {
    let (state, text) = match payment.now.status {
        PaymentStatus::New | PaymentStatus::Process => {
            ("Waiting for payment", "Please check the amount before you pay.")
        }
        PaymentStatus::Success => ("Paid", "Thank you. You may close this page."),
        PaymentStatus::Error => ("Declined", "Nothing was charged."),
        PaymentStatus::Incomplete => {
            ("Expired", "Nothing was charged. Please ask the shop for a new payment link.")
        }
        PaymentStatus::Canceled | PaymentStatus::Rejected => {
            ("Cancelled", "The shop has cancelled the payment, and your money is given back.")
        }
    };
    let form = if payment.now.status.ended() {
        String::new()
    } else {
        format!(
            "\n<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"Payment\">\n\
             <button class=\"pay\" type=\"submit\" name=\"action\" value=\"pay\">Pay {} {}</button>\n\
             <button type=\"submit\" name=\"action\" value=\"decline\">Decline</button>\n</form>",
            escape(&payment.customer),
            escape(&payment.amount),
            escape(&payment.currency),
        )
    };
    format!(
        "<h1>{}</h1>\n<p class=\"amount\">{} {}</p>\n<p class=\"description\">{}</p>\n\
         <p class=\"state\" role=\"status\"><strong>{state}</strong><br>{text}</p>{form}",
        escape(merchant),
        escape(&payment.amount),
        escape(&payment.currency),
        escape(&payment.description),
    )
}

/// The form on which the payer of a stored card types in its security code.
pub(super) fn security_code(payment: &Payment, merchant: &str) -> Response {
    let html = format!(
        "<h1>{}</h1>\n<p class=\"amount\">{} {}</p>\n\
         <form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"Payment\">\n\
         <p><label>Security code <input name=\"cvc\" inputmode=\"numeric\" autocomplete=\"off\"></label></p>\n\
         <button class=\"pay\" type=\"submit\" name=\"action\" value=\"pay\">Pay</button>\n</form>",
        escape(merchant),
        escape(&payment.amount),
        escape(&payment.currency),
        escape(&payment.customer),
    );
    frame(StatusCode::OK, finding(payment, None), "", &html)
}

/// The way back to the shop.
fn back_html(back: &Back) -> String {
    match back {
        Back::Get(url) => format!("\n<p><a href=\"{}\">Back to the shop</a></p>", escape(url)),
        Back::Post(url, fields) => {
            let inputs: String = fields
                .iter()
                .map(|(name, value)| {
                    let (name, value) = (escape(name), escape(value));
                    format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">\n")
                })
                .collect();
            format!(
                "\n<form method=\"post\" action=\"{}\" aria-label=\"Back\">\n{inputs}\
                 <button type=\"submit\">Back to the shop</button>\n</form>",
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
        let html = payment_html(&payment, "Tom & <Ann>");
        assert!(html.contains("&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;"));
        assert!(html.contains("<h1>Tom &amp; &lt;Ann&gt;</h1>"));
        assert!(!html.contains("<script>"));
        let link = back_html(&Back::Get("https://a/?b=\"><script>".to_owned()));
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
            let html = payment_html(&payment, "Shop");
            assert!(html.contains(&format!("<strong>{word}")), "{html}");
            assert_eq!(html.contains("<form"), open);
        }
    }
}

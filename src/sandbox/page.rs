//! The page that the payer's phone opens: what is to be paid, and two buttons.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Response};
use url::form_urlencoded;

use super::answer::escape_markup;
use super::invoice::{Invoice, InvoiceState};
use super::record::Finding;
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

pub(super) async fn show(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let Some(invoice) = find(&state, &uri) else {
        return not_found();
    };
    let invoice = state.open(invoice.invoice_id).unwrap_or(invoice);
    let merchant = state.merchant(invoice.merchant_id).map_or("", |merchant| merchant.name.as_str());
    let finding = finding(&invoice, None);
    page(StatusCode::OK, finding, &invoice_html(&invoice, merchant))
}

pub(super) async fn submit(Shared(state): Shared<Arc<State>>, uri: Uri, body: Bytes) -> Response {
    let Some(invoice) = find(&state, &uri) else {
        return not_found();
    };
    let end = match value(&body, "action").as_deref() {
        Some("pay") => InvoiceState::Ok,
        Some("decline") => InvoiceState::Failed,
        _ => {
            let problem = "action is neither pay nor decline";
            let html = "<h1>Nothing was done</h1><p>Please go back and choose again.</p>";
            return page(StatusCode::BAD_REQUEST, finding(&invoice, Some(problem.to_owned())), html);
        }
    };
    // A second press of the button is no error to the payer: the page shows how it ended.
    let problem =
        state.enter(invoice.invoice_id, end).err().map(|refusal| super::Error::from(refusal).to_string());
    let location = format!("{PATH}?customer={}", invoice.customer);
    let finding = axum::Extension(finding(&invoice, problem));
    (StatusCode::SEE_OTHER, finding, [(LOCATION, location)]).into_response()
}

fn find(state: &State, uri: &Uri) -> Option<Invoice> {
    state.by_customer(&value(uri.query()?.as_bytes(), "customer")?)
}

fn value(encoded: &[u8], name: &str) -> Option<String> {
    form_urlencoded::parse(encoded).find(|(field, _)| field == name).map(|(_, value)| value.into_owned())
}

fn finding(invoice: &Invoice, problem: Option<String>) -> Finding {
    Finding {
        problem,
        invoice_id: Some(invoice.invoice_id),
        order_id: Some(invoice.order_id.clone()),
        ..Finding::default()
    }
}

fn not_found() -> Response {
    let html =
        "<h1>Invoice not found</h1><p>This payment link is not known. Please ask the shop for a new one.</p>";
    page(StatusCode::NOT_FOUND, Finding::problem("customer belongs to no invoice"), html)
}

fn page(status: StatusCode, finding: Finding, main: &str) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Payment</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n{main}\n</main>\n\
         <footer>Sandbox: no money moves here.</footer>\n</body>\n</html>\n"
    );
    let headers = [
        (CONTENT_SECURITY_POLICY, "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"),
        (CACHE_CONTROL, "no-store"),
    ];
    (status, axum::Extension(finding), headers, Html(html)).into_response()
}

fn invoice_html(invoice: &Invoice, merchant: &str) -> String {
    let (state, text) = match invoice.state {
        InvoiceState::New | InvoiceState::Process => {
            ("Waiting for payment", "Please check the amount before you pay.")
        }
        InvoiceState::Ok => ("Paid", "Thank you. You may close this page."),
        InvoiceState::Failed => ("Declined", "Nothing was charged."),
        InvoiceState::Incomplete => {
            ("Expired", "Nothing was charged. Please ask the shop for a new payment link.")
        }
    };
    let form = if invoice.state.ended() {
        String::new()
    } else {
        format!(
            "\n<form method=\"post\" action=\"{PATH}?customer={}\" aria-label=\"Payment\">\n\
             <button class=\"pay\" type=\"submit\" name=\"action\" value=\"pay\">Pay {} {}</button>\n\
             <button type=\"submit\" name=\"action\" value=\"decline\">Decline</button>\n</form>",
            escape(&invoice.customer),
            escape(&invoice.amount),
            escape(&invoice.currency),
        )
    };
    format!(
        "<h1>{}</h1>\n<p class=\"amount\">{} {}</p>\n<p class=\"description\">{}</p>\n\
         <p class=\"state\" role=\"status\"><strong>{state}</strong><br>{text}</p>{form}",
        escape(merchant),
        escape(&invoice.amount),
        escape(&invoice.currency),
        escape(&invoice.description),
    )
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_markup(&mut out, text);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::invoice::sample;

    #[test]
    fn the_page_escapes_what_the_merchant_wrote() {
        let mut invoice = sample();
        invoice.description = "<script>\"x\" & 'y'".to_owned();
        let html = invoice_html(&invoice, "Tom & <Ann>");
        assert!(html.contains("&lt;script&gt;&quot;x&quot; &amp; &#39;y&#39;"));
        assert!(html.contains("<h1>Tom &amp; &lt;Ann&gt;</h1>"));
        assert!(!html.contains("<script>"));
    }

    #[test]
    fn the_buttons_are_there_until_the_invoice_ends() {
        for (state, word, open) in [
            (InvoiceState::New, "Waiting", true),
            (InvoiceState::Process, "Waiting", true),
            (InvoiceState::Ok, "Paid", false),
            (InvoiceState::Failed, "Declined", false),
            (InvoiceState::Incomplete, "Expired", false),
        ] {
            let mut invoice = sample();
            invoice.state = state;
            let html = invoice_html(&invoice, "Shop");
            assert!(html.contains(&format!("<strong>{word}")), "{html}");
            assert_eq!(html.contains("<form"), open);
        }
    }
}

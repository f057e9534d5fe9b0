//! The page that takes a payment: /init_payment.php, and /payment.php for a browser that is sent there with
//! the same fields.

use std::time::Duration;

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::rule::{FLAG, Rule, Says, optional, required};
use super::xml;
use crate::sandbox::field;
use crate::sandbox::gateway::random_token;
use crate::sandbox::message::Message;
use crate::sandbox::page;
use crate::sandbox::payment::{Payment, PaymentKind, Return, Terms};
use crate::sandbox::request::Problem;
use crate::sandbox::standing::Standing;

pub(super) const ENDPOINTS: [Endpoint; 2] = [
    Endpoint {
        paths: &["/init_payment.php", "/init_payment"],
        keys: Keys::Ordinary,
        rules: &[&SALE, &ADDRESSES, &PAGE],
        own_fields: true,
        run: init,
    },
    Endpoint {
        paths: &["/payment.php"],
        keys: Keys::Ordinary,
        rules: &[&SALE, &ADDRESSES, &PAGE],
        own_fields: true,
        run: redirect,
    },
];

/// What is sold, and what every way of beginning a payment takes.
pub(super) const SALE: [Rule; 8] = [
    required("pg_order_id", Says::Short(50)),
    required("pg_amount", Says::Amount),
    required("pg_description", Says::Short(1024)),
    optional("pg_currency", Says::Currency),
    optional("pg_receipt_positions", Says::Positions),
    optional("pg_param1", Says::Text),
    optional("pg_param2", Says::Text),
    optional("pg_param3", Says::Text),
];

const BROWSER_METHODS: Says = Says::OneOf(&["GET", "POST"]);

/// Where the gateway and the payer's browser call the merchant.
pub(super) const ADDRESSES: [Rule; 11] = [
    optional("pg_check_url", Says::Url),
    optional("pg_result_url", Says::Url),
    optional("pg_request_method", Says::RequestMethod),
    optional("pg_success_url", Says::Url),
    optional("pg_success_url_method", BROWSER_METHODS),
    optional("pg_failure_url", Says::Url),
    optional("pg_failure_url_method", BROWSER_METHODS),
    optional("pg_state_url", Says::Url),
    optional("pg_state_url_method", BROWSER_METHODS),
    optional("pg_site_url", Says::Url),
    optional("pg_idempotency_key", Says::Text),
];

const PAGE: [Rule; 18] = [
    optional("pg_payment_system", Says::Text),
    optional("pg_payment_method", Says::Text),
    optional("pg_lifetime", Says::Number(300, 604_800)),
    optional("pg_user_phone", Says::Phone),
    optional("pg_user_contact_email", Says::Email),
    optional("pg_user_ip", Says::Ip),
    optional("pg_user_id", Says::UserId),
    optional("pg_postpone_payment", FLAG),
    optional("pg_language", Says::OneOf(&["ru", "en", "kz", "kk", "kg", "uz"])),
    optional("pg_testing_mode", FLAG),
    optional("pg_recurring_start", FLAG),
    optional("pg_recurring_lifetime", Says::Number(1, 156)),
    optional("pg_auto_clearing", FLAG),
    optional("pg_timeout_after_payment", Says::Number(0, 604_800)),
    optional("pg_generate_qr", FLAG),
    optional("pg_3ds_challenge", FLAG),
    optional("pg_payment_route", Says::OneOf(&["frame"])),
    optional("pg_template_params", Says::Anything),
];

fn init(call: &Call) -> Result<Outcome, Problem> {
    let payment = create(call, PaymentKind::Page)?;
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payment.payment_id.to_string())
            .text("pg_redirect_url", page::link(call.state, &payment))
            .text("pg_redirect_url_type", "need data"),
    ))
}

fn redirect(call: &Call) -> Result<Outcome, Problem> {
    let payment = create(call, PaymentKind::Page)?;
    Ok(Outcome::Redirect(page::link(call.state, &payment)))
}

/// A new payment of what the call says.
pub(super) fn create(call: &Call, kind: PaymentKind) -> Result<Payment, Problem> {
    let amount = call.required("pg_amount")?;
    field::check_amount("pg_amount", amount)?;
    let own = call.message.filtered(|name, _| !name.starts_with("pg_"));
    if let (Some("XML"), Some(name)) = (call.text("pg_request_method"), xml::unwritable_name(&own)) {
        return Err(Problem::field(format!("field {name:?} has no name that a callback in XML could write")));
    }
    let back = |url: &str, method: &str| {
        call.owned(url).map(|url| Return { url, post: call.text(method) == Some("POST") })
    };
    let seconds = |name: &str| call.text(name).and_then(|text| text.parse().ok()).map(Duration::from_secs);
    Ok(call.state.create(Payment {
        payment_id: 0,
        merchant_id: call.merchant.id,
        order_id: call.required("pg_order_id")?.to_owned(),
        kind,
        amount: amount.to_owned(),
        currency: call.text("pg_currency").unwrap_or("KZT").to_owned(),
        description: call.required("pg_description")?.to_owned(),
        terms: Terms {
            invoice_method: None,
            check_url: call.owned("pg_check_url"),
            result_url: call.owned("pg_result_url"),
            request_method: call.owned("pg_request_method"),
            success: back("pg_success_url", "pg_success_url_method"),
            failure: back("pg_failure_url", "pg_failure_url_method"),
            hold: call.text("pg_auto_clearing") == Some("0") || call.is_set("pg_postpone_payment"),
            lifetime: seconds("pg_lifetime"),
            user_id: call.owned("pg_user_id"),
            user_phone: call.owned("pg_user_phone"),
            user_email: call.owned("pg_user_contact_email"),
            testing: call.is_set("pg_testing_mode"),
            card_token: call.owned("pg_card_token"),
            own,
        },
        now: Standing::default(),
        customer: random_token()?,
        created: Duration::ZERO,
        created_at: String::new(),
        past: Vec::new(),
    }))
}

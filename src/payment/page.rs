//! A payment on the gateway's page, to which the payer's browser is sent.
//!
//! Source: facts 5.1 (`/init_payment.php`). Of the page with amount control no source that could be read names the path;
//! `call` reaches it for a merchant who has it.

use super::{Payment, Subject, sale};
use crate::call::{Account, Call};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::fields::{Endpoint, Fields};
use crate::money::Amount;
use crate::outcome::Error;

pub(super) const INIT: &str = "/init_payment.php";

/// What `/init_payment.php` takes besides.
pub(super) const FIELDS: Endpoint = Endpoint {
    what: "a payment page",
    arguments: &["pg_order_id", "pg_amount", "pg_description"],
    required: &[],
    optional: &[
        "pg_currency",
        "pg_check_url",
        "pg_result_url",
        "pg_request_method",
        "pg_success_url",
        "pg_success_url_method",
        "pg_failure_url",
        "pg_failure_url_method",
        "pg_state_url",
        "pg_state_url_method",
        "pg_site_url",
        "pg_payment_system",
        "pg_payment_method",
        "pg_lifetime",
        "pg_user_phone",
        "pg_user_contact_email",
        "pg_user_ip",
        "pg_user_id",
        "pg_postpone_payment",
        "pg_language",
        "pg_testing_mode",
        "pg_recurring_start",
        "pg_recurring_lifetime",
        "pg_receipt_positions",
        "pg_param1",
        "pg_param2",
        "pg_param3",
        "pg_auto_clearing",
        "pg_timeout_after_payment",
        "pg_generate_qr",
        "pg_3ds_challenge",
        "pg_payment_route",
        "pg_template_params",
        "pg_idempotency_key",
    ],
    own_names: true,
};

impl Client {
    /// Begins a payment on the gateway's page: `redirect_url` is where to send the payer's browser, `id` what to ask about.
    ///
    /// It is sent once. A second page for the same order takes no money by itself, and the payer sees only the one whose
    /// link was given; after an unknown outcome `payment_status_by_order` tells whether there is one.
    pub fn page_init(
        &self,
        order_id: &str,
        amount: &Amount,
        description: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        let call = sale(Call::opening(INIT).classic(Account::Payments), order_id, amount, description)?;
        let call = FIELDS.complete(call, more)?;
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_page(answer, &call, Subject::Order(order_id))
    }
}

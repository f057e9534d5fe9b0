//! After a payment: where it stands, letting a hold go, taking a hold. Refunds are in `refund`.
//!
//! Source: facts 5.2 (`/get_status3.php`, `/cancel.php`, `/do_capture.php`).

use super::{Payment, Subject, check_payment_id};
use crate::call::{Account, Call};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::invoice::check_order_id;
use crate::money::Amount;
use crate::outcome::Error;

const STATUS: &str = "/get_status3.php";
const CANCEL: &str = "/cancel.php";
const CAPTURE: &str = "/do_capture.php";

impl Client {
    /// Asks where a payment stands, with its refunds.
    pub fn payment_status(&self, payment_id: i64) -> Result<Payment, Error> {
        self.payment_status_until(payment_id, self.until(&Cancel::default()))
    }

    pub(super) fn payment_status_until(&self, payment_id: i64, until: Until<'_>) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        let call =
            Call::question(STATUS).classic(Account::Payments).text("pg_payment_id", &payment_id.to_string());
        self.read_status(self.send(&call, until)?, &call, Subject::Payment(payment_id))
    }

    /// Asks where the newest payment of an order stands. After a refund that is the refund itself, with a negative
    /// amount: `payment_status` asks about the payment.
    pub fn payment_status_by_order(&self, order_id: &str) -> Result<Payment, Error> {
        check_order_id(order_id)?;
        let call = Call::question(STATUS).classic(Account::Payments).text("pg_order_id", order_id);
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_status(answer, &call, Subject::Order(order_id))
    }

    /// Lets a hold go: the payer's money was never taken. A payment that was taken needs a refund instead.
    pub fn payment_cancel(&self, payment_id: i64) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        let call =
            Call::order(CANCEL).classic(Account::Payments).text("pg_payment_id", &payment_id.to_string());
        self.after(&call, payment_id)
    }

    /// Lets go of the money that an invoice holds.
    pub fn invoice_cancel(&self, invoice_id: i64) -> Result<Payment, Error> {
        check_payment_id("invoice_id", invoice_id)?;
        self.payment_cancel(invoice_id)
    }

    /// Takes a hold (clearing), or a part of it; the rest of it is let go. Holds that nobody takes or lets go are taken
    /// by the gateway itself after five days.
    pub fn payment_capture(&self, payment_id: i64, amount: Option<&Amount>) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        let call = Call::order(CAPTURE)
            .classic(Account::Payments)
            .text("pg_payment_id", &payment_id.to_string())
            .optional_text("pg_clearing_amount", amount.map(Amount::as_str));
        self.after(&call, payment_id)
    }

    /// Sends an order about a payment. Its answers repeat the payment's id under no name that is certain, so that what
    /// they are about is what was asked.
    fn after(&self, call: &Call, payment_id: i64) -> Result<Payment, Error> {
        let answer = self.send(call, self.until(&Cancel::default()))?;
        self.read_payment(answer, call, Subject::Payment(payment_id))
    }
}

#[cfg(test)]
mod tests {
    use super::super::invented::signed;
    use super::*;
    use crate::config::Config;
    use crate::outcome::Code;
    use crate::transport::{Fault, Reply, Request, Transport};

    struct Nothing;

    impl Transport for Nothing {
        fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
            let body = signed(request, "<pg_status>ok</pg_status><pg_payment_id>0</pg_payment_id>");
            Ok(Reply { http_status: 200, body: body.into() })
        }
    }

    #[test]
    fn a_payment_whose_id_is_0_is_none() {
        let mut config = Config::new();
        config.set_merchant_id(1).unwrap();
        config.set_secret_key("k").unwrap();
        let client = Client::over(&config, Box::new(Nothing)).unwrap();
        for error in [client.payment_status(7).unwrap_err(), client.payment_status_by_order("a").unwrap_err()]
        {
            assert!(error.is_not_found(), "{error:?}");
            assert_eq!(error.code(), Code::Refused);
        }
    }
}

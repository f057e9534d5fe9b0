//! Paying from the balance of a mobile phone: begun, sent to the operator, approved with the code that the payer got.
//!
//! Source: facts 6 (`/mfs/pay`, `/mfs/approve`; that it begins with `/init_payment.php` is one reader's word). Where it
//! stands is asked with `payment_status`. No source that could be read names the path that sends the code again; `call`
//! reaches it for a merchant who has it.

use super::{Payment, Subject, check_payment_id, page, sale};
use crate::call::{Account, Call, Shape};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::fields::{Endpoint, Fields};
use crate::money::Amount;
use crate::outcome::{Error, shown};

const PAY: &str = "/mfs/pay";
const APPROVE: &str = "/mfs/approve";

const FIELDS: Endpoint = Endpoint { what: "a payment from a phone's balance", ..page::FIELDS };

impl Client {
    /// Begins a payment from the balance of a phone. Takes the optional fields of `page_init`, and is sent once; nothing is
    /// charged before `mobile_pay`.
    pub fn mobile_init(
        &self,
        order_id: &str,
        amount: &Amount,
        description: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        let call = sale(Call::opening(page::INIT).classic(Account::Payments), order_id, amount, description)?;
        let call = FIELDS.complete(call, more)?;
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_made(answer, &call, Subject::Order(order_id))
    }

    /// Asks the operator of `phone` for a payment that was begun. `pg_status` of the answer is `ok`, or `need_approve` when
    /// the payer gets a code by SMS that `mobile_approve` wants.
    ///
    /// `phone`: 7 to 15 digits with the country's code, perhaps behind a `+`. `system_code`: the operator in the gateway's
    /// word, such as `BEELINEKZT`; none lets the gateway find out.
    pub fn mobile_pay(
        &self,
        payment_id: i64,
        phone: &str,
        system_code: Option<&str>,
    ) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        check_phone(phone)?;
        system_code.map_or(Ok(()), check_system_code)?;
        let call = Call::order(PAY)
            .classic(Account::Payments)
            .answered(Shape::Fields(&["need_approve"]))
            .text("pg_payment_id", &payment_id.to_string())
            .text("pg_abonent_phone", phone)
            .optional_text("pg_payment_system_code", system_code);
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_payment(answer, &call, Subject::Payment(payment_id))
    }

    /// Gives the code that the payer got. `pg_status` of the answer is `ok`, or `process` while the operator is at work:
    /// then `payment_status` tells the end.
    pub fn mobile_approve(&self, payment_id: i64, code: &str) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        check_code(code)?;
        let call = Call::order(APPROVE)
            .classic(Account::Payments)
            .answered(Shape::Fields(&["process"]))
            .text("pg_payment_id", &payment_id.to_string())
            .text("pg_approval_code", code);
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_payment(answer, &call, Subject::Payment(payment_id))
    }
}

fn check_phone(phone: &str) -> Result<(), Error> {
    let digits = phone.strip_prefix('+').unwrap_or(phone);
    if (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(());
    }
    let phone = shown(phone);
    Err(Error::argument(format!(
        "phone {phone} is not 7 to 15 digits with the country's code, such as 77017777777"
    )))
}

fn check_system_code(code: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    if (1..=32).contains(&code.len()) && code.bytes().all(allowed) {
        return Ok(());
    }
    Err(Error::argument(format!(
        "system_code {} is not a word of capital letters such as BEELINEKZT",
        shown(code)
    )))
}

/// The payer's code is not shown: it is worth money for a few minutes.
fn check_code(code: &str) -> Result<(), Error> {
    if (1..=16).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Ok(());
    }
    Err(Error::argument("code is not 1 to 16 digits or Latin letters, as the payer got them"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_an_operator_and_a_code_are_held_to_their_form() {
        for phone in ["77017777777", "+998901234567", "1234567"] {
            check_phone(phone).unwrap();
        }
        for phone in [
            "",
            "+",
            "8 701 777 77 77",
            "123456",
            "1234567890123456",
            "++77017777777",
            "７７０１７７７７７７７",
        ] {
            assert!(check_phone(phone).unwrap_err().message().starts_with("phone \""), "{phone}");
        }
        for code in ["TELE2KZT", "ALTELKZT", "BEELINEKZT", "KCELLKZT", "ACTIVKZT"] {
            check_system_code(code).unwrap();
        }
        for code in ["", "kcell", "KCELL KZT", &"K".repeat(33)] {
            assert!(check_system_code(code).unwrap_err().message().starts_with("system_code \""), "{code}");
        }
        check_code("111111").unwrap();
        for code in ["", "11 11", "12345678901234567"] {
            let message = check_code(code).unwrap_err().message().to_owned();
            assert!(message.starts_with("code is") && !message.contains("11 11"), "{message}");
        }
    }
}

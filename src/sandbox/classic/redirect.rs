//! The way of the payer's browser back to the merchant, with signed fields that prove nothing: the merchant
//! has to ask.

use super::form;
use crate::sandbox::message::Message;
use crate::sandbox::payment::{Payment, PaymentStatus};
use crate::sandbox::pg_sig;

/// Where the browser goes, and what it brings along.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Back {
    /// Everything is in the address.
    Get(String),
    /// The names and values are a form's.
    Post(String, Vec<(String, String)>),
}

/// None where the payment has not ended, or the merchant has said no address.
pub(in crate::sandbox) fn back(payment: &Payment, salt: &str, key: &str) -> Option<Back> {
    let paid = payment.now.status == PaymentStatus::Success;
    let to = match paid {
        _ if !payment.now.status.ended() => None,
        true => payment.terms.success.as_ref(),
        false => payment.terms.failure.as_ref(),
    }?;
    let mut fields = Message::default()
        .text("pg_order_id", &payment.order_id)
        .text("pg_payment_id", payment.payment_id.to_string());
    if let Some(failure) = payment.now.failure.as_ref().filter(|_| !paid) {
        fields = fields
            .text("pg_error_code", failure.code.to_string())
            .text("pg_error_description", &failure.text);
    }
    for (name, value) in payment.terms.own.iter() {
        fields.push(name, value.clone());
    }
    if !to.post {
        return Some(Back::Get(form::signed_query(&to.url, fields, salt, key)));
    }
    let fields = pg_sig::seal(pg_sig::script(&to.url), fields, salt, key);
    let fields = fields.flat().into_iter().map(|(name, value)| (name, value.to_owned()));
    Some(Back::Post(to.url.clone(), fields.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::payment::Return;
    use crate::sandbox::payment::tests::sample;

    #[test]
    fn the_browser_takes_signed_fields_along() {
        let mut payment = sample();
        payment.terms.success =
            Some(Return { url: "https://shop.example/thanks?a=1".to_owned(), post: false });
        payment.terms.failure = Some(Return { url: "https://shop.example/sorry".to_owned(), post: true });
        payment.terms.own = Message::default().text("own", "x y");
        assert_eq!(back(&payment, "s", "k"), None);

        payment.now.status = PaymentStatus::Success;
        let signature = pg_sig::hash("thanks;1;x y;00102;1000001;s;k");
        let address =
            "https://shop.example/thanks?a=1&pg_order_id=00102&pg_payment_id=1000001&own=x+y&pg_salt=s";
        assert_eq!(back(&payment, "s", "k"), Some(Back::Get(format!("{address}&pg_sig={signature}"))));

        payment.fail(crate::sandbox::standing::Failure::declined(), &Default::default());
        let Some(Back::Post(url, fields)) = back(&payment, "s", "k") else { panic!("not a form") };
        assert_eq!(url, "https://shop.example/sorry");
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "pg_order_id",
                "pg_payment_id",
                "pg_error_code",
                "pg_error_description",
                "own",
                "pg_salt",
                "pg_sig"
            ]
        );
    }
}

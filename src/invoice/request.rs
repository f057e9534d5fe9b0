//! What a till asks for. Every rule is checked here, before anything is sent, each with its own sentence.

use crate::address;
use crate::answer::Invoice;
use crate::money::{Amount, may_be_amount, may_be_currency};
use crate::outcome::{Error, shown};

/// The longest order id: `pg_order_id` of the callbacks has at most 50 characters.
const MAX_ORDER_ID: usize = 50;
/// The longest description: `pg_description` of the Page documentation has at most 1024 characters.
const MAX_DESCRIPTION: usize = 1024;
/// The longest URL the gateway takes, in characters.
const MAX_URL: usize = 255;

/// A sale, before it is an invoice.
#[derive(Clone, Debug)]
pub struct InvoiceRequest {
    order_id: String,
    amount: Amount,
    description: String,
    /// What may be left as it is.
    pub options: InvoiceOptions,
}

impl InvoiceRequest {
    /// A sale of `amount`, under the merchant's own `order_id` (1 to 50 characters, unique), with a description that
    /// the payer sees (1 to 1024 characters).
    ///
    /// # Errors
    /// `Argument`, with a sentence that names the field.
    pub fn new(order_id: &str, amount: Amount, description: &str) -> Result<InvoiceRequest, Error> {
        check_order_id(order_id)?;
        check_description(description)?;
        Ok(InvoiceRequest {
            order_id: order_id.to_owned(),
            amount,
            description: description.to_owned(),
            options: InvoiceOptions::default(),
        })
    }

    /// The merchant's id of the order.
    pub fn order_id(&self) -> &str {
        &self.order_id
    }

    /// What the payer pays.
    pub fn amount(&self) -> &Amount {
        &self.amount
    }

    /// What the payer sees.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// Whether an invoice is of this amount and currency, as far as the gateway names them. No source has them in the answer
    /// to an init; one that has others would let the payer pay another sum.
    pub(super) fn may_be(&self, invoice: &Invoice) -> bool {
        may_be_amount(self.amount.hundredths(), invoice.amount())
            && may_be_currency(self.options.currency(), invoice.currency())
    }

    /// The amount and the currency, for a message.
    pub(super) fn sum(&self) -> String {
        match self.options.currency() {
            Some(currency) => format!("{} {currency}", self.amount),
            None => self.amount.to_string(),
        }
    }
}

/// The optional fields of an invoice.
#[derive(Clone, Debug, Default)]
pub struct InvoiceOptions {
    method: Option<String>,
    currency: Option<String>,
    check_url: Option<String>,
    result_url: Option<String>,
    request_method: Option<String>,
}

impl InvoiceOptions {
    /// The ways to pay, separated by commas. Only `qr` is documented, and it is the default.
    pub fn set_method(&mut self, methods: &str) -> Result<(), Error> {
        let is_word = |word: &str| {
            let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
            !word.is_empty() && word.len() <= 40 && word.bytes().all(letter)
        };
        if !methods.split(',').all(is_word) {
            let methods = shown(methods);
            return Err(Error::argument(format!(
                "method {methods} is not a list of words such as qr or qr,card"
            )));
        }
        self.method = Some(methods.to_owned());
        Ok(())
    }

    /// The currency of the amount, three capital letters. Without it the gateway takes the shop's own.
    pub fn set_currency(&mut self, currency: &str) -> Result<(), Error> {
        check_currency("currency", currency)?;
        self.currency = Some(currency.to_owned());
        Ok(())
    }

    /// Where the gateway asks whether the sale may still be paid.
    pub fn set_check_url(&mut self, url: &str) -> Result<(), Error> {
        check_url("check_url", url)?;
        self.check_url = Some(url.to_owned());
        Ok(())
    }

    /// Where the gateway tells the result. Required unless the shop's settings have one.
    pub fn set_result_url(&mut self, url: &str) -> Result<(), Error> {
        check_url("result_url", url)?;
        self.result_url = Some(url.to_owned());
        Ok(())
    }

    /// How the gateway calls the two URLs: `GET`, `POST` or `XML`.
    pub fn set_request_method(&mut self, method: &str) -> Result<(), Error> {
        if !matches!(method, "GET" | "POST" | "XML") {
            return Err(Error::argument(format!("request_method {} is not GET, POST or XML", shown(method))));
        }
        self.request_method = Some(method.to_owned());
        Ok(())
    }

    pub(super) fn method(&self) -> &str {
        self.method.as_deref().unwrap_or("qr")
    }

    /// The currency, where one was set.
    pub fn currency(&self) -> Option<&str> {
        self.currency.as_deref()
    }

    pub(super) fn check_url(&self) -> Option<&str> {
        self.check_url.as_deref()
    }

    pub(super) fn result_url(&self) -> Option<&str> {
        self.result_url.as_deref()
    }

    pub(super) fn request_method(&self) -> Option<&str> {
        self.request_method.as_deref()
    }
}

/// The merchant's id of an order: what a lost sale is found by.
pub(crate) fn check_order_id(order_id: &str) -> Result<(), Error> {
    if order_id.is_empty() {
        return Err(Error::argument("order_id is empty"));
    }
    if order_id.chars().count() > MAX_ORDER_ID {
        let order_id = shown(order_id);
        return Err(Error::argument(format!("order_id {order_id} is longer than {MAX_ORDER_ID} characters")));
    }
    if order_id.chars().any(char::is_control) {
        return Err(Error::argument(format!("order_id {} has control characters in it", shown(order_id))));
    }
    if order_id.trim() != order_id {
        let order_id = shown(order_id);
        return Err(Error::argument(format!("order_id {order_id} begins or ends with white space")));
    }
    Ok(())
}

pub(crate) fn check_description(description: &str) -> Result<(), Error> {
    if description.trim().is_empty() {
        return Err(Error::argument("description is empty; the payer sees it"));
    }
    if description.chars().count() > MAX_DESCRIPTION {
        return Err(Error::argument(format!("description is longer than {MAX_DESCRIPTION} characters")));
    }
    if description.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        let description = shown(description);
        return Err(Error::argument(format!("description {description} has control characters in it")));
    }
    Ok(())
}

/// Three capital letters.
pub(crate) fn check_currency(field: &str, currency: &str) -> Result<(), Error> {
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let currency = shown(currency);
        return Err(Error::argument(format!("{field} {currency} is not three capital letters such as KZT")));
    }
    Ok(())
}

/// An address of the merchant's.
pub(crate) fn check_url(field: &str, text: &str) -> Result<(), Error> {
    let wrong = |what: &str| {
        Error::argument(format!("{field} {} {what}, such as https://shop.example/paid", shown(text)))
    };
    if text.len() > MAX_URL {
        return Err(wrong(&format!("is longer than {MAX_URL} characters")));
    }
    if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(wrong("has characters that a URL writes with %"));
    }
    match address::read(text) {
        Some(url) if address::is_web(&url) && url.has_host() && address::is_written_out(text) => Ok(()),
        _ => Err(wrong("is not a URL")),
    }
}

/// The `customer` value, of itself or out of a scanned link.
pub(super) fn customer(text: &str) -> Result<String, Error> {
    let wrong = || Error::argument("customer is neither the value of a payer's link nor such a link");
    let value = if text.starts_with("http://") || text.starts_with("https://") {
        let link = address::read(text).ok_or_else(wrong)?;
        let mut pairs = link.query_pairs();
        pairs.find(|(name, _)| name == "customer").ok_or_else(wrong)?.1.into_owned()
    } else {
        text.to_owned()
    };
    let fits = (1..=255).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(value) } else { Err(wrong()) }
}

/// `user_id`: 1 to 50 Latin letters, digits, `_` and `-` (the Page documentation).
pub(crate) fn check_user_id(field: &str, user_id: &str) -> Result<(), Error> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !(1..=50).contains(&user_id.len()) || !user_id.bytes().all(allowed) {
        let user_id = shown(user_id);
        return Err(Error::argument(format!(
            "{field} {user_id} is not 1 to 50 Latin letters, digits, '_' and '-'"
        )));
    }
    Ok(())
}

/// A card's token. It is not shown in messages: whoever has it can charge the card.
pub(crate) fn check_card_token(token: &str) -> Result<(), Error> {
    let fits = (1..=255).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(()) } else { Err(Error::argument("card_token is empty or no token")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
        result.unwrap_err().message().to_owned()
    }

    #[test]
    fn each_wrong_field_has_its_own_sentence() {
        let amount = || "10".parse::<Amount>().unwrap();
        for (order_id, description, start) in [
            ("", "Tea", "order_id is empty"),
            (" 1", "Tea", "order_id \" 1\" begins or ends with white space"),
            ("1\n2", "Tea", "order_id \"1\\n2\" has control characters"),
            (&"1".repeat(51), "Tea", "order_id \"1111"),
            ("1", "", "description is empty"),
            ("1", " \n", "description is empty"),
            ("1", "a\u{1b}b", "description \"a\\u{1b}b\" has control characters"),
            ("1", &"я".repeat(1025), "description is longer than 1024"),
        ] {
            let message = refusal(InvoiceRequest::new(order_id, amount(), description));
            assert!(message.starts_with(start), "{message}");
        }
        InvoiceRequest::new(&"я".repeat(50), amount(), &"я".repeat(1024)).unwrap();
    }

    #[test]
    fn each_wrong_option_has_its_own_sentence() {
        let mut options = InvoiceOptions::default();
        for method in ["", "qr,", ",qr", "q r", "QR", "qr;x"] {
            assert!(refusal(options.set_method(method)).starts_with("method \""), "{method}");
        }
        for currency in ["", "kzt", "KZ", "KZTT", "K T", "₸₸₸", "398"] {
            assert!(refusal(options.set_currency(currency)).starts_with("currency \""), "{currency}");
        }
        for method in ["", "get", "PUT", "POST "] {
            assert!(refusal(options.set_request_method(method)).starts_with("request_method \""), "{method}");
        }
        let long = format!("https://shop.example/{}", "a".repeat(255));
        for url in [
            "",
            "shop.example/paid",
            "ftp://shop.example",
            "https://",
            "https://магазин.kz/",
            "https://a b",
            "https:shop.example/paid",
            "https:\\\\shop.example/paid",
            &long,
        ] {
            assert!(refusal(options.set_check_url(url)).starts_with("check_url \""), "{url}");
            assert!(refusal(options.set_result_url(url)).starts_with("result_url \""), "{url}");
        }
        options.set_method("qr").unwrap();
        options.set_currency("KZT").unwrap();
        options.set_check_url("http://shop.example/check?a=1").unwrap();
        options.set_result_url("https://shop.example/paid").unwrap();
        options.set_request_method("XML").unwrap();
    }

    #[test]
    fn a_customer_is_taken_from_a_scanned_link() {
        let link = "https://customer.freedompay.kz/pay.html?x=1&customer=kzobd2";
        assert_eq!(
            (customer(link).unwrap(), customer("kzobd2").unwrap()),
            ("kzobd2".into(), "kzobd2".into())
        );
        for text in
            ["", "a b", "https://customer.freedompay.kz/pay.html", "https://x/?customer=", "ж", "http://"]
        {
            assert!(refusal(customer(text)).starts_with("customer is"), "{text}");
        }
    }

    #[test]
    fn a_card_token_is_not_shown() {
        assert!(!refusal(check_card_token("4f3 9a1")).contains("9a1"));
        assert!(refusal(check_user_id("user_id", "a b")).starts_with("user_id \"a b\""));
    }
}

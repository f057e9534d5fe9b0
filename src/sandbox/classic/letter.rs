//! A callback as it goes over the wire: signed, and written as the merchant wants it.

use super::{form, xml};
use crate::sandbox::message::Message;
use crate::sandbox::options::CallbackForm;
use crate::sandbox::pg_sig;
use crate::sandbox::post::{CallbackKind, Errand, Method};

/// One request to a merchant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Letter {
    pub method: &'static str,
    pub url: String,
    pub content_type: Option<String>,
    pub body: Option<String>,
    /// What was signed, with the signature.
    pub fields: Vec<(String, String)>,
}

pub(in crate::sandbox) fn write(errand: &Errand, form: CallbackForm, salt: &str, key: &str) -> Letter {
    let script = pg_sig::script(&errand.url);
    let mut fields = errand.fields.clone();
    if errand.kind == CallbackKind::Result {
        fields = fields.text("pg_can_reject", if errand.can_reject { "1" } else { "0" });
    }
    if errand.method == Method::Get {
        let url = form::signed_query(&errand.url, fields, salt, key);
        let fields = owned(&form::query_of(&url));
        return Letter { method: "GET", url, content_type: None, body: None, fields };
    }
    let signed = pg_sig::seal(script, fields, salt, key);
    let fields = owned(&signed);
    let sent = match errand.method {
        Method::Xml => Message::default().text(form::XML, xml::write("request", &signed)),
        _ => signed,
    };
    let (content_type, body) = match form {
        CallbackForm::Urlencoded => {
            ("application/x-www-form-urlencoded".to_owned(), form::write_urlencoded(&sent))
        }
        // Random, so that it stands in no value.
        CallbackForm::Multipart => {
            (format!("multipart/form-data; boundary={salt}"), form::write_multipart(&sent, salt))
        }
    };
    let url = errand.url.split('#').next().unwrap_or_default().to_owned();
    Letter { method: "POST", url, content_type: Some(content_type), body: Some(body), fields }
}

fn owned(message: &Message) -> Vec<(String, String)> {
    message.flat().into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn errand(url: &str, method: Method) -> Errand {
        Errand {
            kind: CallbackKind::Result,
            payment_id: 1,
            merchant_id: 1,
            url: url.to_owned(),
            method,
            fields: Message::default().text("pg_order_id", "a&b").text("own", "ю"),
            attempt: 1,
            persistent: true,
            can_reject: true,
            ticket: 0,
        }
    }

    const SIGNED: &str = "result;ю;1;a&b;s;k";

    #[test]
    fn a_letter_is_written_as_the_merchant_wants_it() {
        let url = "http://shop.example/a/result#x";
        let signature = pg_sig::hash(SIGNED);
        let urlencoded = format!("pg_order_id=a%26b&own=%D1%8E&pg_can_reject=1&pg_salt=s&pg_sig={signature}");
        let letter = write(&errand(url, Method::Get), CallbackForm::Urlencoded, "s", "k");
        assert_eq!((letter.method, letter.body), ("GET", None));
        assert_eq!(letter.url, format!("http://shop.example/a/result?{urlencoded}"));

        let letter = write(&errand(url, Method::Post), CallbackForm::Urlencoded, "s", "k");
        assert_eq!((letter.method, letter.url.as_str()), ("POST", "http://shop.example/a/result"));
        assert_eq!(letter.content_type.as_deref(), Some("application/x-www-form-urlencoded"));
        assert_eq!(letter.body, Some(urlencoded));
        assert_eq!(letter.fields.last(), Some(&("pg_sig".to_owned(), signature.clone())));

        let letter = write(&errand(url, Method::Post), CallbackForm::Multipart, "s", "k");
        assert_eq!(letter.content_type.as_deref(), Some("multipart/form-data; boundary=s"));
        let body = letter.body.unwrap();
        let first = "--s\r\nContent-Disposition: form-data; name=\"pg_order_id\"\r\n\r\na&b\r\n--s\r\n";
        assert!(body.starts_with(first) && body.ends_with(&format!("\r\n\r\n{signature}\r\n--s--\r\n")));

        let letter = write(&errand(url, Method::Xml), CallbackForm::Urlencoded, "s", "k");
        assert!(letter.body.unwrap().starts_with("pg_xml=%3C%3Fxml+version"));
        assert_eq!(letter.fields.len(), 5);
    }

    #[test]
    fn the_query_of_an_address_is_signed_with_a_get_alone() {
        let url = "http://shop.example/result?shop=7";
        let get = write(&errand(url, Method::Get), CallbackForm::Urlencoded, "s", "k");
        assert_eq!(get.fields[0], ("shop".to_owned(), "7".to_owned()));
        assert_eq!(get.fields.last().unwrap().1, pg_sig::hash("result;ю;1;a&b;s;7;k"));
        let post = write(&errand(url, Method::Post), CallbackForm::Urlencoded, "s", "k");
        assert_eq!((post.url.as_str(), post.fields.len()), (url, 5));
        assert_eq!(post.fields.last().unwrap().1, pg_sig::hash(SIGNED));
    }
}

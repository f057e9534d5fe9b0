//! What the sandbox keeps of a request and its answer.

use crate::client::*;
use crate::shop::{Shop, reply};

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

#[test]
fn a_request_is_kept_as_it_came_and_as_it_was_answered() {
    let sandbox = start(|_| ());
    let body = json_sample().to_string();
    let token = sign(INIT, KEY, &body);
    let headers =
        [("Content-Type", "application/json"), ("X-JWS-Signature", token.as_str()), ("X-Till", "7")];
    let answer = send(&sandbox, "POST", &format!("{INIT}?a=b"), &headers, body.as_bytes());
    let record = last(&sandbox);
    assert_eq!(
        (record.method.as_str(), record.path.as_str(), record.query.as_deref()),
        ("POST", INIT, Some("a=b"))
    );
    assert_eq!((record.version.as_str(), record.body.as_str()), ("HTTP/1.1", body.as_str()));
    assert_eq!(record.date.len(), 19);
    for (name, value) in headers {
        assert_eq!(header(&record.headers, &name.to_ascii_lowercase()), Some(value));
    }
    let kept = record.answer.expect("an answer");
    assert_eq!((kept.status, kept.body.as_str()), (200, answer.body.as_str()));
    assert_eq!(kept.body_bytes, Some(answer.body.len() as u64));
    for name in ["content-type", "content-length", "date"] {
        let value = header(&kept.headers, name).expect(name);
        assert!(
            answer.head.contains(&format!("\r\n{name}: {}\r\n", value.to_ascii_lowercase())),
            "{}",
            answer.head
        );
    }
}

#[test]
fn no_key_and_no_card_is_kept() {
    let sandbox = start(|_| ());
    let body = json_sample().to_string();
    let wrong = sign(INIT, "another-key", &body);
    let headers = [("Content-Type", "application/json"), ("X-JWS-Signature", wrong.as_str())];
    send(&sandbox, "POST", INIT, &headers, body.as_bytes());
    let (_, customer) = init(&sandbox);
    for (path, body) in [("/card.html", "card=4111+1111+1111+1111"), ("/pay.html", "action=x&cvc=737")] {
        send(&sandbox, "POST", &format!("{path}?customer={customer}"), &[], body.as_bytes());
    }
    let kept = format!("{:?}", sandbox.requests());
    assert!(kept.contains("expected header"), "{kept}");
    for secret in [KEY, "another-key", "1111+1111", "737\""] {
        assert!(!kept.contains(secret), "{secret} in {kept}");
    }
    assert!(kept.contains("card=(19 characters)") && kept.contains("cvc=(3 characters)"));
}

#[test]
fn a_callback_is_kept_with_the_headers_of_both_sides() {
    let shop = Shop::open(|letter| Some((200, reply("ok", letter.path().rsplit('/').next().unwrap()))));
    let sandbox = start(|_| ());
    let url = format!("{}/result", shop.url);
    let mut fields = sample();
    fields[7].1 = &url;
    post_form(&sandbox, INIT, None, &fields);
    sandbox.pay(sandbox.invoices()[0].invoice_id).unwrap();
    let letter = shop.next();
    let callback = loop {
        match sandbox.callbacks().pop() {
            Some(callback) => break callback,
            None => std::thread::yield_now(),
        }
    };
    assert_eq!(header(&callback.headers, "content-type"), Some(letter.content_type.as_str()));
    assert_eq!(header(&callback.headers, "user-agent"), Some("freedompay-sandbox"));
    let length = callback.reply.as_deref().map(|reply| reply.len().to_string());
    assert_eq!(header(&callback.reply_headers, "content-length"), length.as_deref());
}

//! What a merchant answers to a callback, read as strictly as the documents write it.

use super::{paths, xml};
use crate::sandbox::message::Message;
use crate::sandbox::pg_sig::{self, Expected, Key};
use crate::sandbox::record::Signed;

const FIELDS: [&str; 4] = ["pg_status", "pg_description", "pg_salt", "pg_sig"];

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Reply {
    pub status: Option<String>,
    pub description: Option<String>,
    pub signed: Signed,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// The answer of the merchant's address `url`.
pub(in crate::sandbox) fn read(body: &str, url: &str, key: Key, other_keys: Vec<Key>) -> Reply {
    let message = match xml::read("response", body) {
        Ok(message) => message,
        Err(problem) => {
            let problem = Some(format!("the answer is not such a document: {problem}"));
            return Reply { problem, ..Reply::default() };
        }
    };
    let text = |name: &str| message.peek(name).map(str::to_owned);
    let mut reply =
        Reply { status: text("pg_status"), description: text("pg_description"), ..Reply::default() };
    // A merchant may have taken the whole of its own address instead of its last segment.
    let mut other_scripts: Vec<&str> = paths().collect();
    other_scripts.extend([url, url.split('?').next().unwrap_or_default()]);
    let expected =
        Expected { script: pg_sig::script(url), message: &message, key, other_scripts, other_keys };
    let verified = expected.verify();
    reply.signed = match &verified {
        Ok(()) => Signed::Valid,
        Err(_) if message.get(pg_sig::NAME).is_none() => Signed::No,
        Err(_) => Signed::Wrong,
    };
    reply.problem = match verified {
        Ok(()) => fields_problem(&message),
        Err(mismatch) => {
            Some(format!("the answer's pg_sig is wrong: {}; {}", mismatch.difference, mismatch.expected))
        }
    };
    reply
}

fn fields_problem(message: &Message) -> Option<String> {
    for (index, (name, value)) in message.iter().enumerate() {
        if !FIELDS.contains(&name) {
            return Some(format!("the answer's field {name:?} is unknown here"));
        }
        if value.is_nested() || message.iter().take(index).any(|(earlier, _)| earlier == name) {
            return Some(format!("the answer's field {name} is not one text"));
        }
    }
    if message.peek("pg_salt").is_none_or(str::is_empty) {
        return Some("the answer's pg_salt is missing".to_owned());
    }
    match message.peek("pg_status") {
        Some("ok" | "rejected" | "error") => None,
        Some(other) => Some(format!("the answer's pg_status {other:?} is not ok, rejected or error")),
        None => Some("the answer's pg_status is missing".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://shop.example/pay/result.php?shop=1";

    fn key(secret: &str) -> Key<'_> {
        Key { owner: format!("the {secret} key"), secret }
    }

    fn reply(message: Message) -> Reply {
        read(&xml::write("response", &message), URL, key("ordinary"), vec![key("payout")])
    }

    fn sealed(script: &str, message: Message, key: &str) -> Reply {
        reply(pg_sig::seal(script, message, "s", key))
    }

    #[test]
    fn a_signed_answer_counts() {
        for status in ["ok", "rejected", "error"] {
            let message = Message::default().text("pg_status", status).text("pg_description", "Чай");
            let reply = sealed("result.php", message, "ordinary");
            assert_eq!((reply.signed, reply.status.as_deref()), (Signed::Valid, Some(status)));
            assert_eq!((reply.description.as_deref(), reply.problem), (Some("Чай"), None));
        }
    }

    #[test]
    fn what_is_wrong_with_an_answer_is_said() {
        let ok = || Message::default().text("pg_status", "ok");
        for (reply, signed, problem) in [
            (reply(ok().text("pg_salt", "s")), Signed::No, "pg_sig is wrong: it is missing"),
            (sealed("result.php", ok(), "payout"), Signed::Wrong, "the signer has taken the payout key"),
            (sealed("result", ok(), "ordinary"), Signed::Wrong, "taken \"result\" for the script's name"),
            (sealed(URL, ok(), "ordinary"), Signed::Wrong, "for the script's name \"result.php\""),
            (sealed("init_payment.php", ok(), "ordinary"), Signed::Wrong, "taken \"init_payment.php\""),
            (
                sealed("result.php", ok().text("own", "1"), "ordinary"),
                Signed::Valid,
                "the answer's field \"own\" is unknown here",
            ),
            (
                sealed("result.php", ok().text("pg_status", "ok"), "ordinary"),
                Signed::Valid,
                "pg_status is not one text",
            ),
            (
                sealed("result.php", Message::default().text("pg_status", "maybe"), "ordinary"),
                Signed::Valid,
                "pg_status \"maybe\" is not ok, rejected or error",
            ),
            (sealed("result.php", Message::default(), "ordinary"), Signed::Valid, "pg_status is missing"),
        ] {
            assert_eq!(reply.signed, signed);
            assert!(reply.problem.as_ref().is_some_and(|said| said.contains(problem)), "{reply:?}");
        }
        for body in ["", "OK", "{\"pg_status\":\"ok\"}", "<html></html>", "<response>"] {
            let reply = read(body, URL, key("ordinary"), Vec::new());
            assert!(reply.problem.unwrap().starts_with("the answer is not such a document"), "{body}");
        }
    }
}

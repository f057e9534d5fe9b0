//! What a signer did wrong: the mistakes that are made most often are made again, until one of them gives
//! the signature that came.

use url::form_urlencoded;

use super::message::{Message, Value};
use super::pg_sig::{Expected, NAME, hash, script, values};

/// Leaving out each field in turn takes time that grows with their square.
const MOST_FIELDS: usize = 200;

/// In words that follow "the signer has". None is a mistake that is not among these.
pub(super) fn find(expected: &Expected, signature: &str) -> Option<String> {
    let sent = expected.message.filtered(|name, _| name != NAME);
    let right = values(&sent);
    let hits = |script: &str, values: &[&str], key: &str| {
        let string: Vec<&str> = [script].into_iter().chain(values.iter().copied()).chain([key]).collect();
        hash(&string.join(";")) == signature
    };
    for key in std::iter::once(&expected.key).chain(&expected.other_keys) {
        let by = match std::ptr::eq(key, &expected.key) {
            true => String::new(),
            false => format!("taken {} instead of {}", key.owner, expected.key.owner),
        };
        if !by.is_empty() && hits(expected.script, &right, key.secret) {
            return Some(by);
        }
        if let Some(script) = scripts(expected).into_iter().find(|script| hits(script, &right, key.secret)) {
            let and = if by.is_empty() { String::new() } else { format!(", and {by}") };
            return Some(format!("taken {script:?} for the script's name {:?}{and}", expected.script));
        }
    }
    let key = expected.key.secret;
    if hits(expected.script, &right, key.trim()) || hits(expected.script, &right, "") {
        return Some("not taken the whole key".to_owned());
    }
    other_values(&sent)
        .into_iter()
        .find(|(values, _)| {
            let values: Vec<&str> = values.iter().map(String::as_str).collect();
            hits(expected.script, &values, key)
        })
        .map(|(_, mistake)| mistake)
        .or_else(|| other_strings(expected, &right, signature))
}

fn scripts<'a>(expected: &Expected<'a>) -> Vec<&'a str> {
    let name = expected.script;
    let bare = name.strip_suffix(".php").unwrap_or(name);
    let mut out = vec!["", bare];
    for other in &expected.other_scripts {
        out.extend([*other, other.trim_start_matches('/'), script(other)]);
    }
    out.retain(|other| *other != name);
    out
}

/// The values that a signer may have covered instead, and in which mistake.
fn other_values(sent: &Message) -> Vec<(Vec<String>, String)> {
    let right = values(sent);
    let owned = |values: Vec<&str>| values.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let each = |change: &dyn Fn(&str) -> String| right.iter().map(|value| change(value)).collect::<Vec<_>>();
    let without = |keep: &dyn Fn(&str, &Value) -> bool| owned(values(&sent.filtered(keep)));
    let empty = Value::Text(String::new());
    let in_message_order = || sent.flat().into_iter().map(|(_, text)| text.to_owned()).collect();
    let by_value = || {
        let mut values = owned(right.clone());
        values.sort();
        values
    };
    let mut out = vec![
        (without(&|name, _| name != "pg_salt"), "not covered pg_salt".to_owned()),
        (
            without(&|name, _| name.starts_with("pg_")),
            "covered only the fields that begin with pg_".to_owned(),
        ),
        (without(&|_, value| *value != empty), "left out empty values".to_owned()),
        (without(&|_, value| !value.is_nested()), "left out the nested fields".to_owned()),
        (by_text(sent, &|path| path.join("\0")), "ordered nested positions as text, 10 before 2".to_owned()),
        (by_text(sent, &brackets), "ordered the fields by their whole names as text".to_owned()),
        (by_text(sent, &numbered), "ordered the fields by their names with three digits behind".to_owned()),
        (in_message_order(), "kept the order of the message".to_owned()),
        (by_value(), "ordered the values and not the names".to_owned()),
        (each(&form_encoded), "covered the values as they are encoded in a form".to_owned()),
        (each(&percent_encoded), "covered the values as they are encoded in an address".to_owned()),
        (each(&|value| escape(value)), "covered the values as they are escaped in XML".to_owned()),
        (each(&|value| value.trim().to_owned()), "trimmed the values".to_owned()),
    ];
    if sent.len() <= MOST_FIELDS {
        for (left_out, _) in sent.iter() {
            out.push((without(&|name, _| name != left_out), format!("not covered {left_out}")));
        }
        out.extend(other_decimals(sent));
    }
    out
}

/// Each number written with other decimals.
fn other_decimals(sent: &Message) -> Vec<(Vec<String>, String)> {
    let mut out = Vec::new();
    for (changed, value) in sent.iter() {
        let Value::Text(text) = value else { continue };
        for other in decimals(text) {
            let message = sent.iter().fold(Message::default(), |mut message, (name, value)| {
                let value = if name == changed { Value::Text(other.clone()) } else { value.clone() };
                message.push(name, value);
                message
            });
            let values = values(&message).into_iter().map(str::to_owned).collect();
            out.push((values, format!("covered {changed} as {other:?}, and {text:?} came")));
        }
    }
    out
}

fn decimals(text: &str) -> Vec<String> {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    if !digits(whole) || !digits(decimals) || whole.len() > 12 {
        return Vec::new();
    }
    let decimals = decimals.trim_end_matches('0');
    let mut out = vec![
        format!("{whole}.{decimals}").trim_end_matches('.').to_owned(),
        format!("{whole}.{decimals:0<1}"),
        format!("{whole}.{decimals:0<2}"),
    ];
    out.retain(|other| other != text);
    out
}

/// The texts ordered by some name made of their paths.
fn by_text(sent: &Message, name: &dyn Fn(&[String]) -> String) -> Vec<String> {
    let mut texts: Vec<(String, String)> = Vec::new();
    walk(sent, &mut Vec::new(), &mut |path, text| texts.push((name(path), text.to_owned())));
    texts.sort_by(|(left, _), (right, _)| left.cmp(right));
    texts.into_iter().map(|(_, text)| text).collect()
}

/// Each level of the path is the field's name and its place, parted by a line feed.
fn walk(message: &Message, path: &mut Vec<String>, found: &mut dyn FnMut(&[String], &str)) {
    for (place, (name, value)) in message.iter().enumerate() {
        path.push(format!("{name}\n{place}"));
        match value {
            Value::Text(text) => found(path, text),
            Value::Nested(inner) => walk(inner, path, found),
        }
        path.pop();
    }
}

fn brackets(path: &[String]) -> String {
    let mut names = path.iter().map(|level| level.split('\n').next().unwrap_or_default());
    let first = names.next().unwrap_or_default();
    names.fold(first.to_owned(), |out, name| format!("{out}[{name}]"))
}

/// As the published PHP sample names them: the name and its place, counted from 1, as three digits.
fn numbered(path: &[String]) -> String {
    path.iter().fold(String::new(), |out, level| {
        let (name, place) = level.split_once('\n').unwrap_or((level, "0"));
        let place = place.parse::<usize>().unwrap_or(0) + 1;
        format!("{out}{name}{place:03}")
    })
}

fn form_encoded(value: &str) -> String {
    form_urlencoded::byte_serialize(value.as_bytes()).collect()
}

fn percent_encoded(value: &str) -> String {
    form_encoded(value).replace('+', "%20")
}

fn escape(value: &str) -> String {
    let mut out = String::new();
    super::answer::escape_markup(&mut out, value);
    out
}

/// The right values put together in another way.
fn other_strings(expected: &Expected, values: &[&str], signature: &str) -> Option<String> {
    let (script, key) = (expected.script, expected.key.secret);
    let joined = values.join(";");
    [
        (format!("{script}{}{key}", values.concat()), "left out the semicolons"),
        (format!("{script};{joined};{key};"), "put a semicolon at the end"),
        (format!("{script};{joined}"), "left out the key"),
        (format!("{joined};{key}"), "left out the script's name"),
        (format!("{key};{script};{joined}"), "put the key first"),
        (format!("{script};{joined}{key}"), "left out the semicolon before the key"),
    ]
    .into_iter()
    .find(|(string, _)| hash(string) == signature)
    .map(|(_, mistake)| mistake.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::pg_sig::tests::{expected, message};
    use crate::sandbox::pg_sig::{Key, sign};

    const FIELDS: [(&str, &str); 7] = [
        ("pg_order_id", "7 & 8"),
        ("pg_amount", "10.50"),
        ("own", "x"),
        ("pg_empty", ""),
        ("pg_padded", " y"),
        ("pg_salt", "s"),
        ("pg_z", "10"),
    ];

    fn difference(script: &str, message: &Message, signature: String) -> String {
        let signed = message.clone().text(NAME, signature);
        let mut expected = expected(script, &signed, " key ");
        expected.other_scripts = vec!["/init_payment.php", "https://x.example/pay/revoke.php?a"];
        let payout = Key { owner: "the payout key".to_owned(), secret: "payout" };
        expected.other_keys = vec![payout];
        expected.verify().unwrap_err().difference
    }

    #[test]
    fn the_signers_mistake_is_named() {
        let fields = message(&FIELDS);
        let with = |string: &str| hash(&string.replace("KEY", " key "));
        let right = "revoke.php;x;10.50;;7 & 8; y;s;10;KEY";
        assert_eq!(with(right), sign("revoke.php", &fields, " key "));
        for (string, mistake) in [
            (right.replace("KEY", "payout"), "taken the payout key instead of the key of merchant 123456"),
            (right.replace("revoke.php", "revoke"), "taken \"revoke\" for the script's name"),
            (right.replace("revoke.php", ""), "taken \"\" for the script's name"),
            (right.replace("revoke.php", "init_payment.php"), "taken \"init_payment.php\" for the script's"),
            (right.replace("revoke.php", "/init_payment.php"), "taken \"/init_payment.php\" for the"),
            (
                right.replace("revoke.php", "").replace("KEY", "payout"),
                "taken \"\" for the script's name \"revoke.php\", and taken the payout key",
            ),
            (right.replace("KEY", "key"), "not taken the whole key"),
            (right.replace("KEY", ""), "not taken the whole key"),
            (right.replace(";s;", ";"), "not covered pg_salt"),
            (right.replace(";x;", ";"), "covered only the fields that begin with pg_"),
            (right.replace(";;", ";"), "left out empty values"),
            (right.replace("; y;", ";"), "not covered pg_padded"),
            ("revoke.php;7 & 8;10.50;x;; y;s;10;KEY".to_owned(), "kept the order of the message"),
            ("revoke.php;; y;10;10.50;7 & 8;s;x;KEY".to_owned(), "ordered the values and not the names"),
            (
                right.replace("7 & 8", "7+%26+8").replace(" y", "+y"),
                "covered the values as they are encoded in a form",
            ),
            (
                right.replace("7 & 8", "7%20%26%208").replace(" y", "%20y"),
                "as they are encoded in an address",
            ),
            (right.replace('&', "&amp;"), "covered the values as they are escaped in XML"),
            (right.replace(" y", "y"), "trimmed the values"),
            (right.replace("10.50", "10.5"), "covered pg_amount as \"10.5\", and \"10.50\" came"),
            (right.replace(";10;", ";10.00;"), "covered pg_z as \"10.00\", and \"10\" came"),
            (right.replace(';', ""), "left out the semicolons"),
            (format!("{right};"), "put a semicolon at the end"),
            (right.replace(";KEY", ""), "left out the key"),
            (right.replace("revoke.php;", ""), "left out the script's name"),
            (right.replace(";KEY", "KEY"), "left out the semicolon before the key"),
        ] {
            let difference = difference("revoke.php", &fields, with(&string));
            assert!(
                difference.starts_with("the signer has ") && difference.contains(mistake),
                "{string}: {difference}"
            );
        }
    }

    #[test]
    fn another_order_of_nested_positions_is_named() {
        let mut fields = message(&[("pg_param1", "one"), ("pg_param10", "ten")]);
        for position in 0..12 {
            fields.insert(&format!("pg_p[{position}][a]"), format!("v{position}")).unwrap();
        }
        let text = "v0;v1;v10;v11;v2;v3;v4;v5;v6;v7;v8;v9";
        let number = "v0;v1;v2;v3;v4;v5;v6;v7;v8;v9;v10;v11";
        for (string, mistake) in [
            (format!("s;{text};one;ten; key "), "ordered nested positions as text, 10 before 2"),
            ("s;one;ten; key ".to_owned(), "left out the nested fields"),
            // Position 1 stands in the second place and is named 1002, position 10 is named 10011.
            (
                "s;v0;v10;v1;v11;v2;v3;v4;v5;v6;v7;v8;v9;ten;one; key ".to_owned(),
                "ordered the fields by their names with three digits behind",
            ),
            (format!("s;one;ten;{number}; key "), "kept the order of the message"),
        ] {
            let difference = difference("s", &fields, hash(&string));
            assert_eq!(difference, format!("the signer has {mistake}"), "{string}");
        }
        assert_eq!(sign("s", &fields, " key "), hash(&format!("s;{number};one;ten; key ")));
    }

    #[test]
    fn many_fields_take_little_time() {
        let mut fields = Message::default();
        for index in 0..10_000 {
            fields.insert(&format!("f{index}"), "1".to_owned()).unwrap();
        }
        let difference = difference("s", &fields, hash("x"));
        assert_eq!(difference, "it was made with another key or over other values");
    }
}

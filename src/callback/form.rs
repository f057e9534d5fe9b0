//! Fields written as a form: `application/x-www-form-urlencoded`, and the query of a URL.

use super::message::Pair;

/// Reads `name=value&name=value`: `+` is a space and `%2B` a plus, and whatever else stands there is kept.
///
/// The error says which field cannot be read.
pub(super) fn read(text: &[u8]) -> Result<Vec<Pair>, String> {
    text.split(|&byte| byte == b'&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = match pair.iter().position(|&byte| byte == b'=') {
                Some(equals) => (&pair[..equals], &pair[equals + 1..]),
                None => (pair, &[][..]),
            };
            let name = decode(name).map_err(|reason| format!("a field's name {reason}"))?;
            let value =
                decode(value).map_err(|reason| format!("field {} {reason}", crate::outcome::shown(&name)))?;
            Ok(Pair { name, value })
        })
        .collect()
}

fn decode(text: &[u8]) -> Result<String, &'static str> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || rest.next().and_then(|&digit| char::from(digit).to_digit(16));
                match (digit(), digit()) {
                    (Some(high), Some(low)) => (high * 16 + low) as u8,
                    _ => return Err("has a % without two hexadecimal digits behind it"),
                }
            }
            byte => byte,
        });
    }
    String::from_utf8(bytes).map_err(|_| "is not UTF-8")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use url::form_urlencoded;

    #[test]
    fn a_form_is_decoded_once_and_to_the_letter() {
        for (text, pairs) in [
            ("", &[][..]),
            ("a=1&b=2", &[("a", "1"), ("b", "2")]),
            ("a=1+%2B%20%26%3d%25&&a", &[("a", "1 + &=%"), ("a", "")]),
            ("a=1=2&=x&b=", &[("a", "1=2"), ("", "x"), ("b", "")]),
            ("a%5B0%5D%5bb%5D=%d0%96", &[("a[0][b]", "Ж")]),
            ("a=1;b=2", &[("a", "1;b=2")]),
            ("a= 1 \r\n", &[("a", " 1 \r\n")]),
            ("a=%2541", &[("a", "%41")]),
        ] {
            let read = read(text.as_bytes()).unwrap();
            let read: Vec<(&str, &str)> =
                read.iter().map(|pair| (pair.name.as_str(), pair.value.as_str())).collect();
            assert_eq!(read, pairs, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_refused_by_name() {
        for (text, reason) in [
            (&b"a=%"[..], "field \"a\" has a % without"),
            (b"a=%4", "field \"a\" has a % without"),
            (b"a=%4g", "field \"a\" has a % without"),
            (b"a=%+1", "field \"a\" has a % without"),
            (b"b=1&a=%ff", "field \"a\" is not UTF-8"),
            (b"a=\xff", "field \"a\" is not UTF-8"),
            (b"%ff=1", "a field's name is not UTF-8"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }

    proptest! {
        #[test]
        fn any_fields_come_back(fields in proptest::collection::vec((".{0,9}", ".{0,9}"), 0..9)) {
            let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            let read = read(text.as_bytes()).unwrap();
            prop_assert_eq!(read.into_iter().map(|pair| (pair.name, pair.value)).collect::<Vec<_>>(), fields);
        }
    }
}

//! Requests as bytes: a form of either kind or a compact JSON object, the fields in their order.

use url::form_urlencoded;

use crate::call::{Field, Value, way};

/// A request's bytes and what they are.
pub(crate) struct Body {
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// How the fields of a request are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Multipart,
    UrlEncoded,
}

/// Writes the fields.
pub(crate) fn encode(fields: &[Field], format: Format) -> Body {
    let (content_type, bytes) = match format {
        Format::Json => ("application/json".to_owned(), json_object(fields)),
        Format::UrlEncoded => ("application/x-www-form-urlencoded".to_owned(), url_encoded(fields)),
        Format::Multipart => {
            let boundary = boundary(fields);
            (format!("multipart/form-data; boundary={boundary}"), multipart(fields, &boundary))
        }
    };
    Body { content_type, bytes }
}

fn url_encoded(fields: &[Field]) -> Vec<u8> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    for field in fields {
        form.append_pair(&field.name, field.value.as_str());
    }
    form.finish().into_bytes()
}

/// The compact JSON object of the fields: what is signed, and what is sent as JSON. Nested names become objects, and
/// lists where they are numbered from 0.
pub(crate) fn json_object(fields: &[Field]) -> Vec<u8> {
    let length = 64 + fields.iter().map(|field| field.value.as_str().len() + 24).sum::<usize>();
    let mut out = Vec::with_capacity(length);
    if fields.iter().any(|field| field.name.contains('[')) {
        let members: Vec<Member<'_>> = fields
            .iter()
            .map(|field| (way(&field.name).unwrap_or_else(|| vec![&field.name]), &field.value))
            .collect();
        json_members(&mut out, &members, 0);
    } else {
        json_flat(&mut out, fields);
    }
    out
}

fn json_flat(out: &mut Vec<u8>, fields: &[Field]) {
    out.push(b'{');
    for (index, field) in fields.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        json_text(out, &field.name);
        out.push(b':');
        json_value(out, &field.value);
    }
    out.push(b'}');
}

fn json_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Text(text) => json_text(out, text),
        Value::Number(digits) => out.extend_from_slice(digits.as_bytes()),
    }
}

/// A value and the names that lead to it.
type Member<'a> = (Vec<&'a str>, &'a Value);

/// Writes what stands `depth` names deep: an object, a list, or the value itself.
fn json_members(out: &mut Vec<u8>, members: &[Member<'_>], depth: usize) {
    if let [(way, value)] = members
        && way.len() == depth
    {
        return json_value(out, value);
    }
    let mut groups: Vec<(&str, Vec<Member<'_>>)> = Vec::new();
    for member in members {
        let Some(name) = member.0.get(depth) else { continue };
        // Values of one name beside each other are members of one name, as JSON allows; only what is nested is grouped.
        match groups.iter_mut().find(|(known, _)| known == name && member.0.len() > depth + 1) {
            Some((_, group)) => group.push(member.clone()),
            None => groups.push((name, vec![member.clone()])),
        }
    }
    let is_list = depth > 0 && groups.iter().enumerate().all(|(index, (name, _))| *name == index.to_string());
    out.push(if is_list { b'[' } else { b'{' });
    for (index, (name, group)) in groups.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        if !is_list {
            json_text(out, name);
            out.push(b':');
        }
        json_members(out, group, depth + 1);
    }
    out.push(if is_list { b']' } else { b'}' });
}

fn json_text(out: &mut Vec<u8>, text: &str) {
    serde_json::to_writer(out, text).expect("writing a text into memory cannot fail");
}

fn multipart(fields: &[Field], boundary: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(fields.iter().map(|field| field.value.as_str().len() + 128).sum());
    for field in fields {
        out.extend_from_slice(b"--");
        out.extend_from_slice(boundary.as_bytes());
        out.extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
        out.extend_from_slice(field.name.as_bytes());
        out.extend_from_slice(b"\"\r\n\r\n");
        out.extend_from_slice(field.value.as_str().as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"--");
    out.extend_from_slice(boundary.as_bytes());
    out.extend_from_slice(b"--\r\n");
    out
}

/// A boundary that stands in none of the values, so that nobody who chooses one can put a part of his own into the form.
fn boundary(fields: &[Field]) -> String {
    let mut boundary = "freedompay".to_owned();
    let mut number = 0u32;
    while fields.iter().any(|field| field.value.as_str().contains(&boundary)) {
        number += 1;
        boundary = format!("freedompay-{number}");
    }
    boundary
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fields() -> Vec<Field> {
        let text =
            |name: &'static str, value: &str| Field { name: name.into(), value: Value::Text(value.into()) };
        let number =
            |name: &'static str, value: &str| Field { name: name.into(), value: Value::Number(value.into()) };
        vec![
            text("order_id", "00102"),
            number("merchant_id", "123456"),
            number("amount", "10.50"),
            text("d", "Чай \"А\"/\n"),
        ]
    }

    #[test]
    fn json_is_compact_in_order_and_leaves_letters_as_they_are() {
        assert_eq!(
            String::from_utf8(json_object(&fields())).unwrap(),
            r#"{"order_id":"00102","merchant_id":123456,"amount":10.50,"d":"Чай \"А\"/\n"}"#
        );
        assert_eq!(json_object(&[]), b"{}");
    }

    #[test]
    fn nested_names_become_objects_and_lists() {
        let field = |name: &'static str, value| Field { name: name.into(), value };
        let fields = [
            field("a[0][x]", Value::Text("1".into())),
            field("b[k]", Value::Number("2".into())),
            field("a[1][x]", Value::Number("3.50".into())),
            field("a[0][y]", Value::Text("4".into())),
            field("c[1]", Value::Text("5".into())),
        ];
        assert_eq!(
            String::from_utf8(json_object(&fields)).unwrap(),
            r#"{"a":[{"x":"1","y":"4"},{"x":3.50}],"b":{"k":2},"c":{"1":"5"}}"#
        );
    }

    #[test]
    fn multipart_has_a_part_for_each_field() {
        let body = multipart(&fields()[..2], "b");
        assert_eq!(
            String::from_utf8(body).unwrap(),
            "--b\r\nContent-Disposition: form-data; name=\"order_id\"\r\n\r\n00102\r\n\
             --b\r\nContent-Disposition: form-data; name=\"merchant_id\"\r\n\r\n123456\r\n--b--\r\n"
        );
    }

    #[test]
    fn a_form_escapes_what_is_not_a_letter() {
        let body = url_encoded(&fields());
        let expected =
            "order_id=00102&merchant_id=123456&amount=10.50&d=%D0%A7%D0%B0%D0%B9+%22%D0%90%22%2F%0A";
        assert_eq!(String::from_utf8(body).unwrap(), expected);
    }

    #[test]
    fn the_boundary_stands_in_no_value() {
        let text = |value: &str| Field { name: "x".into(), value: Value::Text(value.into()) };
        for (values, expected) in [
            (&[][..], "freedompay"),
            (&["Coffee"], "freedompay"),
            (&["\r\n--freedompay--", "Coffee"], "freedompay-1"),
            (&["--freedompay-1", "freedompay-21"], "freedompay-3"),
        ] {
            let fields: Vec<Field> = values.iter().map(|value| text(value)).collect();
            assert_eq!(boundary(&fields), expected);
        }
    }

    proptest! {
        #[test]
        fn any_text_comes_back_from_json(value in any::<String>()) {
            let body = json_object(&[Field { name: "x".into(), value: Value::Text(value.clone()) }]);
            let document = crate::wire::decode(&body).unwrap();
            prop_assert_eq!(document.get("x"), Some(value.as_str()));
        }

        #[test]
        fn any_text_comes_back_from_xml(value in "[^\\p{Cc}]*") {
            let text = format!("<r><x>{}</x></r>", quick_xml::escape::escape(value.as_str()));
            let document = crate::wire::decode(text.as_bytes()).unwrap();
            prop_assert_eq!(document.get("x"), Some(value.as_str()));
        }

        #[test]
        fn any_bytes_are_read_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = crate::wire::decode(&bytes);
        }
    }
}

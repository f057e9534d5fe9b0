//! Fields written as `multipart/form-data`: each value as it stands between the boundaries, to the byte.

use super::message::Pair;

/// The boundary that a content type names: `multipart/form-data; boundary="x"`.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    parameters(content_type).into_iter().find(|(name, _)| name == "boundary").map(|(_, value)| value)
}

/// Reads every part. The error says what is wrong with which.
pub(super) fn read(body: &[u8], boundary: &str) -> Result<Vec<Pair>, String> {
    // What is in front of the first boundary, and behind the last, is nobody's.
    let delimiter = format!("\r\n--{boundary}").into_bytes();
    let mut rest = match find(body, &delimiter[2..]) {
        Some(0) => &body[delimiter.len() - 2..],
        _ => after(body, &delimiter).ok_or_else(|| "its boundary does not stand in it".to_owned())?,
    };
    let mut pairs = Vec::new();
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n").ok_or_else(|| format!("{} has no line end", place(&pairs)))?;
        let end = find(part, &delimiter).ok_or_else(|| format!("it ends inside {}", place(&pairs)))?;
        let pair = read_part(&part[..end]).map_err(|reason| format!("{} {reason}", place(&pairs)))?;
        pairs.push(pair);
        rest = &part[end + delimiter.len()..];
    }
    Ok(pairs)
}

fn place(pairs: &[Pair]) -> String {
    format!("part {}", pairs.len() + 1)
}

fn read_part(part: &[u8]) -> Result<Pair, String> {
    // A part without headers begins with the empty line.
    let head_end = find(part, b"\r\n\r\n").ok_or("has no empty line behind its headers")?;
    let head = std::str::from_utf8(&part[..head_end]).map_err(|_| "has headers that are not UTF-8")?;
    let mut name = None;
    for line in head.split("\r\n") {
        let (header, content) = line.split_once(':').ok_or("has a line that is no header")?;
        match header.trim().to_ascii_lowercase().as_str() {
            "content-disposition" => name = Some(field_name(content)?),
            "content-transfer-encoding"
                if !matches!(content.trim().to_ascii_lowercase().as_str(), "7bit" | "8bit" | "binary") =>
            {
                return Err("is encoded once more".to_owned());
            }
            _ => {}
        }
    }
    let name = name.ok_or("has no Content-Disposition")?;
    let value = String::from_utf8(part[head_end + 4..].to_vec()).map_err(|_| "is not UTF-8")?;
    Ok(Pair { name, value })
}

fn field_name(disposition: &str) -> Result<String, String> {
    let parameters = parameters(disposition);
    if parameters.iter().any(|(name, _)| name.starts_with("filename")) {
        return Err("is a file".to_owned());
    }
    let mut names = parameters.into_iter().filter(|(name, _)| name == "name");
    match (names.next(), names.next()) {
        (Some((_, name)), None) => Ok(name),
        _ => Err("has no name, or several".to_owned()),
    }
}

/// The parameters behind the first word of a header: `form-data; name="a"`. Names in small letters.
fn parameters(header: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = header.split_once(';').map_or("", |(_, rest)| rest);
    while let Some((name, behind)) = rest.split_once('=') {
        let name = name.trim_start_matches([';', ' ', '\t']).trim_end().to_ascii_lowercase();
        let behind = behind.trim_start();
        let (value, left) = match behind.strip_prefix('"') {
            Some(quoted) => unquoted(quoted),
            None => {
                let end = behind.find(';').unwrap_or(behind.len());
                (behind[..end].trim_end().to_owned(), &behind[end..])
            }
        };
        found.push((name, value));
        rest = left;
    }
    found
}

/// A quoted text up to its closing quote, and what is behind it. Only a quote and a backslash are written with a
/// backslash: some senders write paths as they are.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next_if(|(_, next)| matches!(next, '"' | '\\')) {
                Some((_, next)) => value.push(next),
                None => value.push('\\'),
            },
            character => value.push(character),
        }
    }
    (value, "")
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn after<'a>(text: &'a [u8], part: &[u8]) -> Option<&'a [u8]> {
    find(text, part).map(|at| &text[at + part.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pairs(body: &str) -> Result<Vec<(String, String)>, String> {
        Ok(read(body.as_bytes(), "b")?.into_iter().map(|pair| (pair.name, pair.value)).collect())
    }

    #[test]
    fn a_value_is_what_stands_between_the_boundaries() {
        let part = |head: &str, value: &str| format!("--b\r\n{head}\r\n\r\n{value}\r\n");
        let named = "Content-Disposition: form-data; name=\"a\"";
        for (body, fields) in [
            (format!("{}--b--\r\n", part(named, "1")), &[("a", "1")][..]),
            (format!("{}--b--", part(named, "")), &[("a", "")]),
            (format!("before\r\n{}--b--behind", part(named, " \r\n1\n ")), &[("a", " \r\n1\n ")]),
            (format!("{}{}--b--", part(named, "1"), part(named, "2")), &[("a", "1"), ("a", "2")]),
            (
                format!("{}--b--", part("content-disposition: form-data; NAME = a[0][b] ; x=y", "x--b")),
                &[("a[0][b]", "x--b")],
            ),
            (
                format!(
                    "{}--b--",
                    part(
                        "Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name=\"\\\"Ж;\\\\\\n\"",
                        "Ж"
                    )
                ),
                &[("\"Ж;\\\\n", "Ж")],
            ),
            ("--b--".to_owned(), &[]),
        ] {
            let fields: Vec<(String, String)> =
                fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(pairs(&body), Ok(fields), "{body}");
        }
    }

    #[test]
    fn what_is_no_form_is_refused_with_its_part() {
        let head = "--b\r\nContent-Disposition: form-data; name=\"a\"";
        for (body, reason) in [
            (String::new(), "its boundary does not stand in it"),
            ("--c\r\n".to_owned(), "its boundary does not stand in it"),
            ("--b".to_owned(), "part 1 has no line end"),
            (format!("{head}\r\n\r\n1"), "it ends inside part 1"),
            (format!("{head}\r\n\r\n1\r\n--b"), "part 2 has no line end"),
            (format!("{head}\r\n1\r\n--b--"), "part 1 has no empty line"),
            (format!("{head}; filename=\"x\"\r\n\r\n1\r\n--b--"), "part 1 is a file"),
            (format!("{head}; name=\"b\"\r\n\r\n1\r\n--b--"), "part 1 has no name, or several"),
            ("--b\r\nX: y\r\n\r\n1\r\n--b--".to_owned(), "part 1 has no Content-Disposition"),
            ("--b\r\nX\r\n\r\n1\r\n--b--".to_owned(), "part 1 has a line that is no header"),
            (
                format!("{head}\r\nContent-Transfer-Encoding: base64\r\n\r\n1\r\n--b--"),
                "part 1 is encoded once more",
            ),
        ] {
            let error = pairs(&body).unwrap_err();
            assert!(error.contains(reason), "{body}: {error}");
        }
        let error =
            read(b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\n\xff\r\n--b--", "b").unwrap_err();
        assert!(error.contains("part 1 is not UTF-8"), "{error}");
    }

    #[test]
    fn a_boundary_may_be_quoted() {
        for (content_type, found) in [
            ("multipart/form-data; boundary=x", Some("x")),
            ("multipart/form-data; charset=utf-8; Boundary=\"x y\"; z=1", Some("x y")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", Some("")),
        ] {
            assert_eq!(boundary(content_type).as_deref(), found, "{content_type}");
        }
    }

    proptest! {
        #[test]
        fn any_values_come_back(values in proptest::collection::vec("(.|\r|\n|-){0,20}", 0..6)) {
            prop_assume!(!values.iter().any(|value| format!("\r\n{value}\r\n").contains("\r\n--b")));
            let mut body = String::new();
            for (index, value) in values.iter().enumerate() {
                body += &format!("--b\r\nContent-Disposition: form-data; name=\"{index}\"\r\n\r\n{value}\r\n");
            }
            let fields = values.iter().enumerate().map(|(index, value)| (index.to_string(), value.clone())).collect();
            prop_assert_eq!(pairs(&(body + "--b--\r\n")), Ok(fields));
        }
    }
}

//! Addresses of the web, as they come from outside.

use url::Url;

/// Reads an absolute address; none for a text that is not one.
///
/// Its host's name is one of ASCII letters, as in DNS. Another is refused before the parser sees it: with debug assertions on,
/// the reader of names in other alphabets that is built in here panics at a capital letter before one of theirs.
pub(crate) fn read(text: &str) -> Option<Url> {
    let (_, rest) = text.split_once(':')?;
    let authority = rest.trim_start_matches(SLASHES).split([SLASHES[0], SLASHES[1], '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let is_plain = host.is_ascii() && !host.contains('%') && !text.contains(SKIPPED);
    if is_plain { Url::parse(text).ok() } else { None }
}

/// Whether it is an address of the web.
pub(crate) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

/// Whether a host's name is one that can be looked up: its parts have 1 to 63 characters, and no hyphen at their ends.
pub(crate) fn is_host_name(name: &str) -> bool {
    let is_part =
        |part: &str| (1..=63).contains(&part.len()) && !part.starts_with('-') && !part.ends_with('-');
    name.len() <= 253 && name.strip_suffix('.').unwrap_or(name).split('.').all(is_part)
}

/// Whether an address of the web is written as others than browsers read it: the parser also takes `https:host`,
/// `https:\host` and blanks.
pub(crate) fn is_written_out(text: &str) -> bool {
    let behind =
        |scheme: &str| text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    (behind("http://") || behind("https://"))
        && !text.contains(|c: char| c == '\\' || c.is_whitespace() || c.is_control())
}

/// The parser takes both for the same.
const SLASHES: [char; 2] = ['/', '\\'];

/// The parser takes these out wherever they stand, so that the host could begin elsewhere.
const SKIPPED: [char; 3] = ['\t', '\n', '\r'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_in_other_letters_is_no_address_however_it_is_written() {
        for text in [
            "https://aBé.example/",
            "https://shop.aB%c3%a9.example",
            "https:aB%c3%a9",
            "https:\\\\aB%c3%a9",
            "https://user:a@b@aB%c3%a9:8080/a",
            "https:/\t/aB%c3%a9",
            "https://aB%\nc3%a9",
            "https://Mагазин.example/?a",
            "foo://aB%c3%a9",
            "https://",
            "shop.example",
            "",
        ] {
            assert_eq!(read(text), None, "{text:?}");
        }
    }

    #[test]
    fn other_letters_may_stand_everywhere_else() {
        for (text, host) in [
            ("https://shop.example/aB%c3%a9?é=aB%c3%a9#é", "shop.example"),
            ("http://name:aB%c3%a9@proxy.example:3128", "proxy.example"),
            ("https://SHOP.example?x@aB%c3%a9", "shop.example"),
            ("http://[::1]:80", "[::1]"),
        ] {
            assert_eq!(read(text).unwrap().host_str(), Some(host), "{text:?}");
        }
    }
}

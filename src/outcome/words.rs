//! Words from outside as they may stand in a sentence.

/// A value from outside as it may stand in a message: quoted, escaped, cut to 40 characters.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 40;
    let mut characters = value.chars();
    let start: String = characters.by_ref().take(LONGEST).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("\"{}{more}\"", start.escape_debug())
}

/// A sentence for a person is one line, also where it repeats what a gateway, a file or a system has said.
pub(super) fn one_line(message: String) -> String {
    match message.contains(char::is_control) {
        true => message.replace(char::is_control, " "),
        false => message,
    }
}

/// Words from outside as they may stand in a line: no control characters, 300 characters at most.
pub(crate) fn spoken(text: &str) -> String {
    text.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_value_is_short_and_has_no_control_characters() {
        assert_eq!(shown("1,5"), "\"1,5\"");
        assert_eq!(shown("a\nb\"c"), "\"a\\nb\\\"c\"");
        assert_eq!(shown(&"я".repeat(100)), format!("\"{}…\"", "я".repeat(40)));
    }
}

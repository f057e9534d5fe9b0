//! What the operating system says of an error.

use std::io;

/// In English wherever the program runs: a host that has set its locale would else be told it in letters of any alphabet, which
/// nothing says.
pub(crate) fn words(error: &io::Error) -> String {
    let said = error.to_string();
    match error.raw_os_error() {
        Some(number) if !said.is_ascii() => format!("{} (os error {number})", error.kind()),
        _ => said,
    }
}

//! The terminal, where there is one: its width, and colours if they are wanted.

use std::env;
use std::io::{self, IsTerminal};

/// Whether colours are used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paint(pub bool);

impl Paint {
    pub fn green(self, text: &str) -> String {
        self.with("1;32", text)
    }

    pub fn yellow(self, text: &str) -> String {
        self.with("1;33", text)
    }

    pub fn red(self, text: &str) -> String {
        self.with("1;31", text)
    }

    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Standard output.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// A terminal whose lines can be written anew.
    pub is_live: bool,
    pub paint: Paint,
    /// In characters.
    pub columns: usize,
}

impl Screen {
    pub fn of_stdout() -> Screen {
        let is_terminal = io::stdout().is_terminal();
        let is_dumb = env::var_os("TERM").is_some_and(|name| name == "dumb");
        let is_live = is_terminal && !is_dumb && understands_ansi();
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let columns = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        Screen { is_live, paint: Paint(is_live && !no_color), columns }
    }
}

#[cfg(windows)]
fn understands_ansi() -> bool {
    anstyle_query::windows::enable_ansi_colors().unwrap_or(false)
}

#[cfg(not(windows))]
fn understands_ansi() -> bool {
    true
}

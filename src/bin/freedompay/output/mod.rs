//! How a command says what became of it: for a person, as JSON, and in a file for a program that reads such files.

pub mod human;
pub mod json;
mod paint;
pub mod result_file;

use std::io::{self, Write};
use std::path::PathBuf;

use freedompay::Code;
use serde_json::Value;

use crate::exit::Exit;
use crate::facts::{Facts, Problem};
use crate::lang::Lang;
use crate::settings::Settings;
pub use paint::{Paint, Screen};
use result_file::ResultFile;

#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output")]
#[group(skip)]
pub struct Flags {
    /// Print one line of JSON for programs
    #[arg(long)]
    pub json: bool,

    /// Write the result to this file as key=value lines, too
    #[arg(long, value_name = "FILE")]
    pub out_file: Option<PathBuf>,

    /// The alphabet of that file: utf-8, cp866, windows-1251, kz-1048, koi8-r and others
    #[arg(long, value_name = "NAME", default_value = "utf-8", requires = "out_file")]
    pub out_encoding: String,

    /// End the lines of that file as Windows does
    #[arg(long, requires = "out_file")]
    pub out_crlf: bool,

    /// Say on standard error what is sent and answered; no secret is in it
    #[arg(long, short)]
    pub verbose: bool,
}

/// Where a command's end is said.
pub struct Output {
    pub lang: Lang,
    pub json: bool,
    pub screen: Screen,
    command: &'static str,
    file: Option<ResultFile>,
}

impl Output {
    /// Makes the result file ready: an older one is gone before anything is sent, so that nobody takes it for the new.
    ///
    /// The error has been said already.
    pub fn open(flags: &Flags, lang: Lang, command: &'static str) -> Result<Output, Exit> {
        let output = |file| Output { lang, json: flags.json, screen: Screen::of_stdout(), command, file };
        let file =
            flags.out_file.as_deref().map(|path| ResultFile::open(path, &flags.out_encoding, flags.out_crlf));
        match file.transpose() {
            Ok(file) => Ok(output(file)),
            Err(reason) => {
                let facts = Facts::wrong(Code::Argument, format!("{reason}; nothing was sent"));
                output(None).end(&facts, Exit::Wrong);
                Err(Exit::Wrong)
            }
        }
    }

    /// What the configuration file says of the language, where nothing stronger did.
    pub fn speak(&mut self, settings: &Settings, asked: Option<Lang>) -> Result<(), Problem> {
        self.lang = asked.or(settings.lang()?).unwrap_or_default();
        Ok(())
    }

    /// Says what became of the command, everywhere where it is wanted.
    pub fn end(&self, facts: &Facts, exit: Exit) -> Exit {
        self.write_file(&json::pairs(self.command, facts, exit));
        if self.json {
            print(&json::line(self.command, facts, exit));
        } else {
            self.tell(facts, exit);
        }
        exit
    }

    /// Says what became of each of several sales; the exit code is that of the one that needs a person first.
    pub fn end_each(&self, each: impl Iterator<Item = (Facts, Exit)>) -> Exit {
        let mut ends = Vec::new();
        let mut worst = Exit::Done;
        for (facts, exit) in each {
            if !self.json {
                self.tell(&facts, exit);
            }
            worst = worst.worse(exit);
            ends.push((facts, exit));
        }
        self.write_file(&json::pairs_of_each(self.command, &ends, worst));
        if self.json {
            print(&json::line_of_each(self.command, &ends, worst));
        } else if ends.is_empty() {
            print(self.lang.of("No sale is open.\n", "Открытых продаж нет.\n"));
        }
        worst
    }

    /// Writes the result file, where one is wanted. What became of the sale is true whether it can be written or not.
    pub fn write_file<Name: AsRef<str>>(&self, pairs: &[(Name, Value)]) {
        if let Some(file) = &self.file
            && let Err(error) = file.write(pairs)
        {
            complain(self.lang, &error);
        }
    }

    /// Tells a person: on standard error what went wrong.
    fn tell(&self, facts: &Facts, exit: Exit) {
        let text = human::end(self.command, facts, exit, self.lang, self.screen.paint);
        if facts.code.is_some() && exit != Exit::Open {
            let _ = io::stderr().write_all(text.as_bytes());
        } else {
            print(&text);
        }
    }
}

/// Prints what a program or a person reads. A reader that has gone is no reason to stop a sale.
pub fn print(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
}

/// Says on standard error what went wrong beside the sale.
pub fn complain(lang: Lang, reason: &str) {
    let word = lang.of("warning", "внимание");
    let _ = writeln!(io::stderr(), "freedompay: {word}: {reason}");
}

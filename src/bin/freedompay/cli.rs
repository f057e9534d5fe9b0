//! The arguments: which command, in which language, and what is said when they are wrong.

use std::ffi::OsString;
use std::io::{self, Write};

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use freedompay::Code;

use crate::exit::{Exit, TABLE};
use crate::facts::Facts;
use crate::lang::{Lang, flag};
use crate::output::{self, Output, print};
use crate::{
    api, call, callback, cancel, completions, doctor, init, pay, pending, qr, recover, refund, refund_settle,
    russian, sandbox, status, wait,
};

/// Freedom Pay QR payments from the command line
///
/// Each setting comes from a flag, else from a variable FREEDOMPAY_ and its name (FREEDOMPAY_BASE_URL), else from a TOML
/// file (base_url): the one that --config or FREEDOMPAY_CONFIG names, ~/.config/freedompay/config.toml or
/// /etc/freedompay/config.toml, on Windows freedompay\config.toml in %APPDATA% or %PROGRAMDATA%. The secret key comes from
/// FREEDOMPAY_SECRET_KEY, from secret_key in the file, or from a file that --secret-file or FREEDOMPAY_SECRET_FILE names,
/// and never from an argument.
#[derive(Parser)]
#[command(name = "freedompay", version, after_help = TABLE)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,

    /// The language of what people read: en or ru
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = ["en", "ru"], display_order = 900)]
    lang: Option<String>,
}

#[derive(Subcommand)]
pub enum Command {
    Init(init::Args),
    Pay(pay::Args),
    Status(status::Args),
    Wait(wait::Args),
    Qr(qr::Args),
    Pending(pending::Args),
    Recover(recover::Args),
    Refund(refund::Args),
    RefundSettle(refund_settle::Args),
    Cancel(cancel::Args),
    Call(call::Args),
    Callback(callback::Args),
    Doctor(doctor::Args),
    Sandbox(sandbox::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    Api(api::Args),
}

impl Cli {
    /// Reads the arguments. When there is nothing to do, because help was asked for or they are wrong, that has been said.
    pub fn read(arguments: &[OsString], lang: Option<Lang>) -> Result<Cli, Exit> {
        let lang = lang.unwrap_or_default();
        let command = match lang {
            Lang::En => Cli::command(),
            Lang::Ru => russian::translate(Cli::command()),
        };
        let parsed = command.try_get_matches_from(arguments);
        parsed.and_then(|matches| Cli::from_arg_matches(&matches)).map_err(|error| match error.kind() {
            ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
                show(&error, lang);
                Exit::Done
            }
            _ => refuse(&error, arguments, lang),
        })
    }
}

/// Prints a page of help, or what clap says is wrong.
fn show(error: &clap::Error, lang: Lang) {
    match lang {
        Lang::En => drop(error.print()),
        Lang::Ru => {
            let screen = output::Screen::of_stdout();
            let page = error.render();
            let page = if screen.paint.0 { page.ansi().to_string() } else { page.to_string() };
            if error.use_stderr() {
                eprint_text(&russian::frame(&page))
            } else {
                print(&russian::frame(&page))
            }
        }
    }
}

fn eprint_text(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

/// Says what is wrong with the arguments, also to a program that reads JSON or waits for a result file.
fn refuse(error: &clap::Error, arguments: &[OsString], lang: Lang) -> Exit {
    let json = arguments.iter().any(|argument| argument == "--json");
    let out_file = flag(arguments, "--out-file").filter(|_| !is_picture(arguments));
    if !json {
        show(error, lang);
    }
    let text = error.render().to_string();
    // The names of what is missing stand in lines of their own.
    let said: Vec<&str> = text.lines().take_while(|line| !line.is_empty()).map(str::trim).collect();
    let said = said.join(" ");
    let message = said.strip_prefix("error: ").unwrap_or(&said);
    let flags = output::Flags {
        json,
        out_file: out_file.map(Into::into),
        out_encoding: flag(arguments, "--out-encoding").unwrap_or_else(|| "utf-8".to_owned()),
        ..output::Flags::default()
    };
    if let Ok(output) = Output::open(&flags, lang, "freedompay") {
        let facts = Facts::wrong(Code::Argument, message);
        output.write_file(&output::json::pairs("freedompay", &facts, Exit::Wrong));
        if json {
            print(&output::json::line("freedompay", &facts, Exit::Wrong));
        }
    }
    Exit::Wrong
}

/// Whether --out-file is a picture's: that of the command `qr`, which is the first word that is no flag.
fn is_picture(arguments: &[OsString]) -> bool {
    let mut words = arguments.iter().skip(1).map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        match &*word {
            "--lang" => drop(words.next()),
            flag if flag.starts_with('-') => {}
            command => return command == "qr",
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_of_every_command_can_be_parsed() {
        Cli::command().debug_assert();
    }
}

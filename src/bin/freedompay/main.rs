//! The command-line tool: reads the arguments and hands over to the command's own file.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::float_arithmetic))]

mod absence;
mod api;
mod call;
mod callback;
mod cancel;
mod cli;
mod completions;
mod doctor;
mod exit;
mod facts;
mod init;
mod interrupt;
mod lang;
mod output;
mod pay;
mod pending;
mod picture;
mod qr;
mod recover;
mod refund;
mod refund_settle;
mod russian;
mod sale;
mod sandbox;
mod session;
mod settings;
mod status;
mod view;
mod wait;

use std::ffi::OsString;
use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;

use cli::{Cli, Command};
use exit::Exit;
use lang::Lang;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let lang = Lang::asked_for(&arguments);
    // A defect must not look like any of the ends that a script knows: what was asked for may have happened.
    let end = panic::catch_unwind(AssertUnwindSafe(|| match Cli::read(&arguments, lang) {
        Ok(cli) => run(cli.command, lang),
        Err(exit) => exit,
    }));
    end.unwrap_or(Exit::Unknown).into()
}

fn run(command: Command, lang: Option<Lang>) -> Exit {
    match command {
        Command::Init(args) => init::run(&args, lang),
        Command::Pay(args) => pay::run(&args, lang),
        Command::Status(args) => status::run(&args, lang),
        Command::Wait(args) => wait::run(&args, lang),
        Command::Qr(args) => qr::run(&args, lang),
        Command::Pending(args) => pending::run(&args, lang),
        Command::Recover(args) => recover::run(&args, lang),
        Command::Api(_) => api::run(),
        Command::Refund(args) => refund::run(&args, lang),
        Command::RefundSettle(args) => refund_settle::run(&args, lang),
        Command::Cancel(args) => cancel::run(&args, lang),
        Command::Callback(args) => callback::run(&args, lang),
        Command::Call(args) => call::run(&args, lang),
        Command::Completions(args) => completions::run(&args),
        Command::Doctor(args) => doctor::run(&args, lang),
        Command::Sandbox(args) => match sandbox::run(args) {
            Ok(()) => Exit::Done,
            Err(error) => {
                let _ = writeln!(std::io::stderr(), "freedompay: {error}");
                Exit::Wrong
            }
        },
    }
}

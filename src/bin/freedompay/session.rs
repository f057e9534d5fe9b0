//! What every command that talks to the gateway begins with: its output, its settings, its client, and Ctrl-C.

use std::io::{self, Write};
use std::time::Duration;

use freedompay::{Client, Code, Level, Log};

use crate::exit::Exit;
use crate::facts::{Facts, Problem};
use crate::interrupt::Interrupt;
use crate::lang::Lang;
use crate::output::{self, Output};
use crate::settings::{self, Settings};

/// The flags that all these commands have.
#[derive(clap::Args, Clone, Debug, Default)]
#[group(skip)]
pub struct Flags {
    #[command(flatten)]
    pub settings: settings::Flags,
    #[command(flatten)]
    pub output: output::Flags,
}

/// A command at work.
pub struct Session {
    pub output: Output,
    pub client: Client,
    pub interrupt: Interrupt,
    /// The time between two questions while waiting.
    pub poll_interval: Duration,
}

impl Session {
    /// Reads the settings and makes the client; sends nothing. What is wrong has been said already when this fails.
    pub fn open(flags: &Flags, lang: Option<Lang>, command: &'static str) -> Result<Session, Exit> {
        let mut output = Output::open(&flags.output, lang.unwrap_or_default(), command)?;
        let interrupt = Interrupt::listen().map_err(|error| {
            let facts = Facts::wrong(Code::Internal, format!("Ctrl-C cannot be waited for: {error}"));
            output.end(&facts, Exit::Wrong)
        })?;
        let client = client(flags, lang, &mut output, &interrupt);
        match client {
            Ok((client, poll_interval)) => Ok(Session { output, client, interrupt, poll_interval }),
            Err(facts) => Err(output.end(&facts, Exit::Wrong)),
        }
    }
}

fn client(
    flags: &Flags,
    lang: Option<Lang>,
    output: &mut Output,
    interrupt: &Interrupt,
) -> Result<(Client, Duration), Problem> {
    let settings = Settings::read(&flags.settings)?;
    output.speak(&settings, lang)?;
    for reason in &settings.passed_over {
        let word = output.lang.of("was not read", "не прочитан");
        output::complain(output.lang, &format!("{reason}; {word}"));
    }
    let mut config = settings.config()?;
    config.set_cancel(&interrupt.cancel);
    if flags.output.verbose {
        if let Some(path) = &settings.file {
            let _ = writeln!(io::stderr(), "info: settings from {}", path.display());
        }
        config.set_log(Log::to(|level, line| {
            let _ = writeln!(io::stderr(), "{}: {line}", level_word(level));
        }));
    }
    let client = Client::new(&config)?;
    Ok((client, settings.poll_interval()?))
}

fn level_word(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warn => "warning",
        Level::Info => "info",
        Level::Debug => "debug",
    }
}

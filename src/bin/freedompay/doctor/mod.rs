//! `freedompay doctor`: what is wrong on this till, and what to do about it.

mod clock;
mod der;
mod finding;
mod gateway;
mod machine;
mod network;
mod payout;
mod report;
mod setup;
mod tls;

use std::io::Write;
use std::path::PathBuf;

use freedompay::{Client, Config};
use serde::Serialize;

use crate::exit::Exit;
use crate::facts::{Facts, Problem};
use crate::lang::Lang;
use crate::output::json::line_of;
use crate::output::{Paint, Screen, complain, print, result_file};
use crate::settings::{self, Settings};
use finding::{Finding, State};
use network::{Way, read_head};
use setup::Setup;

/// Find out what is wrong on this till, and what to do about it
///
/// No invoice is made: the gateway is asked about an order that there is not.
#[derive(clap::Args)]
pub struct Args {
    /// Write everything to this file, without a secret, to be sent to whoever helps
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Print one line of JSON for programs
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: settings::Flags,
}

/// What programs read.
#[derive(Serialize)]
struct Diagnosis<'a> {
    command: &'static str,
    exit: u8,
    outcome: &'static str,
    checks: &'a [Finding],
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let mut patient = Patient::new(args, lang);
    patient.examine(args, lang);
    let exit = patient.findings.iter().map(|finding| finding.exit).find(|exit| *exit != Exit::Done);
    let exit = exit.unwrap_or(Exit::Done);
    if let Some(path) = &args.report {
        let text = report::write(&patient.findings, patient.setup.as_ref());
        if let Err(reason) = result_file::replace(path, text.as_bytes()) {
            complain(patient.lang, &reason);
        }
    }
    if args.json {
        print(&line_of(&Diagnosis {
            command: "doctor",
            exit: exit.number(),
            outcome: exit.word(),
            checks: &patient.findings,
        }));
    } else {
        print(&patient.verdict());
    }
    exit
}

/// The till, and what was found so far.
struct Patient {
    lang: Lang,
    paint: Paint,
    silent: bool,
    told: usize,
    findings: Vec<Finding>,
    setup: Option<Setup>,
}

impl Patient {
    fn new(args: &Args, lang: Option<Lang>) -> Patient {
        Patient {
            lang: lang.unwrap_or_default(),
            paint: Screen::of_stdout().paint,
            silent: args.json,
            told: 0,
            findings: Vec::new(),
            setup: None,
        }
    }

    fn examine(&mut self, args: &Args, lang: Option<Lang>) {
        self.add(machine::version());
        let setup = Settings::read(&args.settings).and_then(|settings| {
            self.lang = lang.or(settings.lang()?).unwrap_or_default();
            Setup::of(settings)
        });
        match setup {
            Ok(setup) => {
                self.add(setup.finding(self.lang));
                self.examine_till(&setup);
                self.setup = Some(setup);
            }
            Err(problem) => self.add(setup::wrong(&problem, self.lang)),
        }
        self.add(machine::signature(self.lang));
        self.add(machine::alphabet(self.lang));
    }

    fn examine_till(&mut self, setup: &Setup) {
        let lang = self.lang;
        self.add(machine::key(setup.key.as_ref().map(|key| key.as_str()), &setup.gateway, lang));
        match setup.config.as_ref().map(Client::new) {
            Ok(Ok(client)) => self.add(machine::journal(&client, setup.journal.as_deref(), lang)),
            Ok(Err(error)) => self.add(setup::wrong(&Problem::from(error), lang)),
            Err(problem) => self.add(setup::wrong(problem, lang)),
        }
        if self.go_to_gateway(setup)
            && let Ok(config) = &setup.config_without_journal
        {
            self.ask_gateway(config, setup);
        }
    }

    /// What the gateway says to questions; `config` has no journal.
    fn ask_gateway(&mut self, config: &Config, setup: &Setup) {
        // A clock that was found wrong already is named once.
        let clock_is_well =
            self.findings.iter().all(|finding| finding.name != "clock" || finding.state == State::Ok);
        for finding in gateway::examine(config, &setup.chosen, self.lang) {
            if clock_is_well || finding.name != "clock" {
                self.add(finding);
            }
        }
        let is_wrong =
            |finding: &Finding| matches!(finding.name, "dialect" | "key") && finding.state == State::Wrong;
        if setup.has_payout_key && !self.findings.iter().any(is_wrong) {
            self.add(payout::examine(config, self.lang));
        }
    }

    /// Whether the gateway can be talked to.
    fn go_to_gateway(&mut self, setup: &Setup) -> bool {
        let lang = self.lang;
        let way = Way { lang, gateway: &setup.gateway, proxy: setup.proxy.as_ref(), time: setup.time };
        let reached = way.examine(&mut self.findings);
        self.tell();
        let Some(stream) = reached else {
            // A proxy that is not looked into may work all the same.
            return self.findings.last().is_some_and(|last| last.state == State::Warning);
        };
        let host = setup.gateway.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let mut stream: Box<dyn tls::Stream> = match setup.gateway.scheme() {
            "https" => match tls::examine(stream, &host, setup.ca_file.as_deref(), lang) {
                Ok((stream, finding)) => {
                    self.add(finding);
                    stream
                }
                Err(finding) => {
                    self.add(finding);
                    return false;
                }
            },
            _ => {
                let text =
                    lang.of("none: allowed to this machine alone", "нет: разрешено только на этой машине");
                self.add(Finding::ok("tls", text));
                Box::new(stream)
            }
        };
        let target = if setup.proxy.is_some() && setup.gateway.scheme() == "http" {
            setup.gateway.as_str()
        } else {
            "/"
        };
        let request = format!("HEAD {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let head = stream.write_all(request.as_bytes()).and_then(|()| stream.flush());
        match head.and_then(|()| read_head(&mut stream)) {
            Ok(head) => self.add(clock::examine(&head, lang)),
            Err(error) => self.add(Finding::unreached(
                "clock",
                format!("{host}: {error}"),
                lang.of("look at base_url: is this the gateway?", "проверьте base_url: это шлюз?"),
            )),
        }
        true
    }

    fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
        self.tell();
    }

    /// Tells a person what was found, as soon as it is.
    fn tell(&mut self) {
        for finding in self.findings.get(self.told..).unwrap_or_default() {
            if !self.silent {
                print(&finding.text(self.lang, self.paint));
            }
        }
        self.told = self.findings.len();
    }

    /// The end, in one line.
    fn verdict(&self) -> String {
        let count = |state| self.findings.iter().filter(|finding| finding.state == state).count();
        let (wrong, warnings) = (count(State::Wrong), count(State::Warning));
        match (self.lang, wrong, warnings) {
            (Lang::En, 0, 0) => "Everything is well.\n".to_owned(),
            (Lang::Ru, 0, 0) => "Всё в порядке.\n".to_owned(),
            (Lang::En, ..) => format!("{wrong} wrong, {warnings} to look at.\n"),
            (Lang::Ru, ..) => format!("Ошибок: {wrong}, замечаний: {warnings}.\n"),
        }
    }
}

/// What a problem says, for a line.
fn said(problem: &Facts) -> &str {
    &problem.message
}

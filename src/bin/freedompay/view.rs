//! What is seen while a sale is waited for: a line that is written anew each second in a terminal, a line for each change
//! elsewhere, a line of JSON for each change where that was asked for.

use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use freedompay::{Advice, Code, Error, Invoice, InvoiceStatus};

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts};
use crate::lang::Lang;
use crate::output::{Output, Screen, human, json, print};

/// How a wait is shown.
pub struct View<'a> {
    way: Way,
    output: &'a Output,
    command: &'static str,
    init: Option<Facts>,
    last: Option<(Option<Code>, Option<InvoiceStatus>)>,
}

enum Way {
    Silent,
    Lines,
    Json,
    Live(Live),
}

impl<'a> View<'a> {
    /// `watch`: each change is a line of JSON.
    pub fn new(
        output: &'a Output,
        command: &'static str,
        watch: bool,
        is_noisy: bool,
        deadline: Instant,
    ) -> View<'a> {
        let way = match (output.json, watch) {
            (true, false) => Way::Silent,
            (true, true) => Way::Json,
            // Lines of a log would be written into the line that is written anew.
            (false, _) if output.screen.is_live && !is_noisy && !watch => {
                Way::Live(Live::start(output.screen, output.lang, deadline))
            }
            (false, _) => Way::Lines,
        };
        View { way, output, command, init: None, last: None }
    }

    /// What the sale was begun with.
    pub fn began(&mut self, init: &Facts) {
        self.init = Some(init.clone());
        self.last = Some((None, init.invoice_status));
        match &self.way {
            Way::Json => print(&json::line(self.command, init, Exit::of(Purpose::Ask, init))),
            Way::Live(live) => live.show(words(init, self.output.lang)),
            Way::Silent | Way::Lines => {}
        }
    }

    /// The end of one question.
    pub fn saw(&mut self, end: &Result<Invoice, Error>) {
        let seen = match end {
            Ok(invoice) => (None, Some(invoice.status())),
            Err(error) => (Some(error.code()), None),
        };
        // What ends the wait is said at its end.
        let is_end = match end {
            Ok(invoice) => invoice.status().is_final(),
            Err(error) => match error.code() {
                Code::Refused => error.advice() != Advice::Retry && !error.is_not_found(),
                code => code == Code::Cancelled,
            },
        };
        if is_end || self.last == Some(seen) {
            return;
        }
        self.last = Some(seen);
        let facts = || {
            let facts = not_over(Facts::of(end.clone(), Asked::default()));
            self.init.as_ref().map_or(facts.clone(), |init| facts.with_init(init))
        };
        match &self.way {
            Way::Silent => {}
            Way::Json => {
                let facts = facts();
                print(&json::line(self.command, &facts, Exit::of(Purpose::Ask, &facts)));
            }
            Way::Lines => print(&(words(&facts(), self.output.lang) + "\n")),
            Way::Live(live) => live.show(words(&facts(), self.output.lang)),
        }
    }

    /// Leaves the terminal as it was.
    pub fn end(self) {
        if let Way::Live(live) = self.way {
            live.end();
        }
    }
}

/// While it is waited "not found" says nothing yet, of a sale that the gateway's own copies may lack.
fn not_over(facts: Facts) -> Facts {
    match facts.is_not_found {
        true => Facts { leaves_open: true, advice: Advice::Wait, ..facts },
        false => facts,
    }
}

/// What is known now, in a few words.
fn words(facts: &Facts, lang: Lang) -> String {
    match facts.invoice_status {
        Some(status) if facts.code.is_none() => human::state(status, facts, lang),
        _ if facts.is_not_found => {
            lang.of("The gateway does not have it yet", "У шлюза её пока нет").to_owned()
        }
        _ => lang
            .of(
                "No good answer from the gateway; asking again",
                "Нет внятного ответа шлюза; спрашиваем снова",
            )
            .to_owned(),
    }
}

/// A line that is written anew.
struct Live {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    line: Mutex<Line>,
    changed: Condvar,
}

struct Line {
    words: String,
    is_over: bool,
}

impl Live {
    fn start(screen: Screen, lang: Lang, deadline: Instant) -> Live {
        let words = lang.of("Asking the gateway", "Спрашиваем шлюз").to_owned();
        let line = Mutex::new(Line { words, is_over: false });
        let shared = Arc::new(Shared { line, changed: Condvar::new() });
        let thread = thread::Builder::new().name("live line".to_owned()).spawn({
            let shared = shared.clone();
            move || shared.draw(screen, lang, deadline)
        });
        Live { shared, thread: thread.ok() }
    }

    fn show(&self, words: String) {
        self.shared.line().words = words;
        self.shared.changed.notify_all();
    }

    fn end(mut self) {
        self.shared.line().is_over = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes the line whenever it changes, and each second.
    fn draw(&self, screen: Screen, lang: Lang, deadline: Instant) {
        let mut line = self.line();
        while !line.is_over {
            let left = deadline.saturating_duration_since(Instant::now());
            write_over(&fit(&line_of(&line.words, left, lang), screen.columns));
            // Until the number of seconds changes.
            let part = Duration::from_nanos(u64::from(left.subsec_nanos()) + 1);
            let pause = if left.is_zero() { Duration::from_secs(1) } else { part };
            line = self.changed.wait_timeout(line, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
        write_over("");
    }
}

fn line_of(words: &str, left: Duration, lang: Lang) -> String {
    // The last second counts until it is over.
    let seconds = left.as_millis().div_ceil(1000);
    let time = format!("{}:{:02}", seconds / 60, seconds % 60);
    match lang {
        Lang::En => format!("{words}, {time} left (Ctrl-C ends the waiting)"),
        Lang::Ru => format!("{words}, осталось {time} (Ctrl-C прервёт ожидание)"),
    }
}

/// As much as stands in one line of the terminal.
fn fit(text: &str, columns: usize) -> String {
    text.chars().take(columns.saturating_sub(1)).collect()
}

/// Writes a line over the one before.
fn write_over(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = write!(stdout, "\r\x1b[2K{text}").and_then(|()| stdout.flush());
}

//! What the doctor has found: one line each, with what to do about it.

use serde::Serialize;

use crate::exit::Exit;
use crate::lang::Lang;
use crate::output::Paint;

/// How well it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    Warning,
    Wrong,
}

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// For programs; it never changes and is never translated.
    pub name: &'static str,
    pub state: State,
    /// What was seen. It has no secret in it.
    pub message: String,
    /// What to do; none where there is nothing to do.
    pub remedy: Option<String>,
    /// How the whole command ends if this is the first that is wrong.
    #[serde(skip)]
    pub exit: Exit,
}

impl Finding {
    pub fn ok(name: &'static str, message: impl Into<String>) -> Finding {
        Finding { name, state: State::Ok, message: message.into(), remedy: None, exit: Exit::Done }
    }

    pub fn warning(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { state: State::Warning, remedy: Some(remedy.into()), ..Finding::ok(name, message) }
    }

    /// Something on this machine is wrong, or something that was set.
    pub fn wrong(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Finding {
        let (state, exit) = (State::Wrong, Exit::Wrong);
        Finding { state, remedy: Some(remedy.into()), exit, ..Finding::ok(name, message) }
    }

    /// The gateway is not reached.
    pub fn unreached(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { exit: Exit::NotSent, ..Finding::wrong(name, message, remedy) }
    }

    /// The line for a person, and under it the remedy.
    pub fn text(&self, lang: Lang, paint: Paint) -> String {
        let word = match self.state {
            State::Ok => lang.of("ok", "норма"),
            State::Warning => lang.of("warning", "внимание"),
            State::Wrong => lang.of("wrong", "ошибка"),
        };
        let word = format!("{word:<9}");
        let word = match self.state {
            State::Ok => paint.green(&word),
            State::Warning => paint.yellow(&word),
            State::Wrong => paint.red(&word),
        };
        let mut text = format!("{word} {:<11} {}\n", self.title(lang), one_line(&self.message));
        if let Some(remedy) = &self.remedy {
            text.push_str(&format!("{:21} -> {}\n", "", one_line(remedy)));
        }
        text
    }

    /// The name for a person.
    fn title(&self, lang: Lang) -> &'static str {
        let russian = match self.name {
            "version" => "версия",
            "settings" => "настройки",
            "key" => "ключ",
            "journal" => "журнал",
            "name" => "имя",
            "connection" => "соединение",
            "proxy" => "прокси",
            "clock" => "часы",
            "dialect" => "запросы",
            "payout" => "выплаты",
            "signature" => "подпись",
            "alphabet" => "кодировка",
            other => other,
        };
        lang.of(self.name, russian)
    }
}

/// What others have said may stand in it: no control characters.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

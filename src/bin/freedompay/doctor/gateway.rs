//! What the gateway takes: each form of a request is tried with a status question about an order that there is not, and never
//! with an init. "No such invoice" is the answer to a question that was understood and believed.

use freedompay::{BodyFormat, Client, Code, Config, Error, JwsClaim, gateway_code_meaning};

use super::clock::now;
use super::finding::Finding;
use crate::lang::Lang;

/// A form of request.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Dialect {
    body: BodyFormat,
    claim: JwsClaim,
}

/// How a question in a dialect ended.
enum End {
    Understood,
    /// The gateway refused, with a code that speaks of the signature, the merchant or the form.
    Refused(i32),
    /// No answer that can be read, with its HTTP status, 0 where there is none.
    Silent(String, u16),
}

impl Dialect {
    const ALL: [Dialect; 4] = [
        Dialect { body: BodyFormat::Json, claim: JwsClaim::Uri },
        Dialect { body: BodyFormat::Json, claim: JwsClaim::Path },
        Dialect { body: BodyFormat::Multipart, claim: JwsClaim::Uri },
        Dialect { body: BodyFormat::Multipart, claim: JwsClaim::Path },
    ];

    fn words(self, has_key: bool) -> String {
        let body = match self.body {
            BodyFormat::Multipart => "multipart",
            _ => "json",
        };
        let claim = match self.claim {
            JwsClaim::Uri => "uri",
            JwsClaim::Path => "path",
        };
        if has_key { format!("{body} {claim}") } else { body.to_owned() }
    }

    fn ask(self, config: &Config) -> Result<End, Error> {
        let mut config = config.clone();
        config.set_body_format(self.body);
        config.set_jws_claim(self.claim);
        let end = Client::new(&config)?.invoice_status_by_order(&format!("doctor-{:x}", now()));
        Ok(match end {
            Ok(_) => End::Understood,
            Err(error) if error.is_not_found() => End::Understood,
            Err(error) if error.code() == Code::Refused => End::Refused(error.gateway_code()),
            Err(error) => {
                let status = error.answer().map_or(0, |answer| answer.http_status);
                End::Silent(error.message().to_owned(), status)
            }
        })
    }
}

/// What was set of it.
pub struct Chosen {
    pub body: BodyFormat,
    pub claim: JwsClaim,
    pub has_key: bool,
}

impl Chosen {
    fn dialect(&self) -> Dialect {
        let body = match self.body {
            BodyFormat::Auto if self.has_key => BodyFormat::Json,
            BodyFormat::Auto => BodyFormat::Multipart,
            other => other,
        };
        Dialect { body, claim: self.claim }
    }
}

/// Tries every form; `config` has no journal.
pub fn examine(config: &Config, chosen: &Chosen, lang: Lang) -> Finding {
    let own = chosen.dialect();
    // Without a key nothing is signed, and the signature has no form.
    let forms = Dialect::ALL.into_iter().filter(|form| chosen.has_key || form.claim == own.claim);
    let mut ends = Vec::new();
    for form in forms {
        match form.ask(config) {
            Ok(end) => ends.push((form, end)),
            Err(error) => return Finding::wrong("dialect", error.message(), ""),
        }
    }
    let understood: Vec<Dialect> =
        ends.iter().filter(|(_, end)| matches!(end, End::Understood)).map(|(form, _)| *form).collect();
    let list = |forms: &[Dialect]| {
        forms.iter().map(|form| form.words(chosen.has_key)).collect::<Vec<_>>().join(", ")
    };
    let own_words = own.words(chosen.has_key);
    if understood.contains(&own) {
        let text = match lang {
            Lang::En => format!("the gateway takes {own_words}, as set; it takes: {}", list(&understood)),
            Lang::Ru => format!("шлюз принимает {own_words}, как задано; принимает: {}", list(&understood)),
        };
        return Finding::ok("dialect", text);
    }
    if let Some(other) = understood.first() {
        let text = match lang {
            Lang::En => format!("the gateway does not take {own_words}, as set, but: {}", list(&understood)),
            Lang::Ru => {
                format!("шлюз не принимает {own_words}, как задано, но принимает: {}", list(&understood))
            }
        };
        return Finding::wrong("dialect", text, remedy(own, *other, lang));
    }
    nothing_understood(&ends, chosen, lang)
}

/// Which settings make one form the other.
fn remedy(own: Dialect, other: Dialect, lang: Lang) -> String {
    let mut settings = Vec::new();
    if own.body != other.body {
        let word = if other.body == BodyFormat::Json { "json" } else { "multipart" };
        settings.push(format!("body_format = \"{word}\""));
    }
    if own.claim != other.claim {
        let word = if other.claim == JwsClaim::Uri { "uri" } else { "path" };
        settings.push(format!("jws_claim = \"{word}\""));
    }
    format!("{} {}", lang.of("set", "задайте"), settings.join(", "))
}

/// What to do where the answers cannot be read.
fn silence_remedy(status: u16, lang: Lang) -> &'static str {
    match status {
        429 => lang.of(
            "the gateway is asked too often: wait a minute, and look what else asks it from here",
            "шлюз спрашивают слишком часто: подождите минуту и посмотрите, кто ещё его отсюда спрашивает",
        ),
        500..=599 => lang.of(
            "the gateway, or a server before it, is out of order: try again in some minutes, then ask its support",
            "шлюз или сервер перед ним неисправен: повторите через несколько минут, затем обратитесь в поддержку",
        ),
        _ => lang.of(
            "look at base_url: is this the gateway? Else ask its support",
            "проверьте base_url: это шлюз? Иначе обратитесь в его поддержку",
        ),
    }
}

fn nothing_understood(ends: &[(Dialect, End)], chosen: &Chosen, lang: Lang) -> Finding {
    let refused = ends.iter().find_map(|(_, end)| match end {
        End::Refused(code) => Some(*code),
        _ => None,
    });
    let Some(code) = refused else {
        let (reason, status) = ends
            .iter()
            .find_map(|(_, end)| match end {
                End::Silent(reason, status) => Some((reason.as_str(), *status)),
                _ => None,
            })
            .unwrap_or_default();
        let text = lang.of("no answer to a status question", "нет ответа на вопрос о состоянии");
        return Finding::unreached("dialect", format!("{text}: {reason}"), silence_remedy(status, lang));
    };
    let meaning = gateway_code_meaning(code).unwrap_or("?");
    let message = match lang {
        Lang::En => format!("the gateway refuses every form of request with code {code}: {meaning}"),
        Lang::Ru => format!("шлюз отказывает при любом виде запроса, код {code}: {meaning}"),
    };
    let remedy = match chosen.has_key {
        true => lang.of(
            "compare merchant_id and the secret key, letter by letter, with those in the merchant's account",
            "сверьте merchant_id и секретный ключ, буква в букву, с личным кабинетом",
        ),
        false => lang.of(
            "set the secret key: this gateway takes no unsigned requests",
            "задайте секретный ключ: шлюз не принимает запросы без подписи",
        ),
    };
    Finding::wrong("key", message, remedy)
}

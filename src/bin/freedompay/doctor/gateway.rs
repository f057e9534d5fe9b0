//! What the gateway takes: each form of a request is tried with a status question about an order that there is not, and never
//! with an init. "No such invoice" is the answer to a question that was understood and believed.

use std::time::{Duration, Instant};

use freedompay::{Answer, BodyFormat, Client, Code, Config, Error, JwsClaim, gateway_code_meaning};

use super::clock::{self, now};
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
    /// With how far this machine's clock is ahead of the answer's own time, where it tells one.
    Understood(Option<i64>),
    /// The gateway refused, with a code that speaks of the signature, the merchant or the form.
    Refused(i32),
    /// No answer that can be read.
    Silent(Error),
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
        let ahead = |answer: Option<&Answer>| Some(now() - answer?.unix_time()?);
        Ok(match end {
            Ok(invoice) => End::Understood(invoice.unix_time().map(|time| now() - time)),
            Err(error) if error.is_not_found() => End::Understood(ahead(error.answer())),
            Err(error) if error.code() == Code::Refused => End::Refused(error.gateway_code()),
            Err(error) => End::Silent(error),
        })
    }
}

/// What was set of it.
pub struct Chosen {
    pub body: BodyFormat,
    pub claim: JwsClaim,
    pub has_key: bool,
    /// How long a question may take.
    pub call_time: Duration,
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

/// Tries every form, the one that was set first; `config` has no journal. Also what the answers say of this machine's clock,
/// where that is notable.
pub fn examine(config: &Config, chosen: &Chosen, lang: Lang) -> Vec<Finding> {
    let ends = match ask_all(config, chosen) {
        Ok(ends) => ends,
        Err(error) => return vec![Finding::wrong("dialect", lang.say(error.message()), "")],
    };
    let ahead = ends.iter().find_map(|(_, end)| match end {
        End::Understood(ahead) => *ahead,
        _ => None,
    });
    let mut findings = vec![dialect(&ends, chosen, lang)];
    findings.extend(ahead.and_then(|ahead| clock::beside_answers(ahead, lang)));
    findings
}

/// How each question ended. Who lets one wait to its end is not asked the others: they would wait, too.
fn ask_all(config: &Config, chosen: &Chosen) -> Result<Vec<(Dialect, End)>, Error> {
    let own = chosen.dialect();
    // Without a key nothing is signed, and the signature has no form.
    let mut forms = Dialect::ALL.to_vec();
    forms.retain(|form| chosen.has_key || form.claim == own.claim);
    forms.sort_by_key(|form| *form != own);
    let mut ends = Vec::new();
    for form in forms {
        let asked = Instant::now();
        let end = form.ask(config)?;
        let waited = matches!(end, End::Silent(_)) && asked.elapsed() >= chosen.call_time;
        ends.push((form, end));
        if waited {
            break;
        }
    }
    Ok(ends)
}

fn dialect(ends: &[(Dialect, End)], chosen: &Chosen, lang: Lang) -> Finding {
    let own = chosen.dialect();
    let understood: Vec<Dialect> =
        ends.iter().filter(|(_, end)| matches!(end, End::Understood(_))).map(|(form, _)| *form).collect();
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
    nothing_understood(ends, chosen, lang)
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
fn silence_remedy(error: &Error, lang: Lang) -> &'static str {
    match error.answer().map_or(0, |answer| answer.http_status) {
        429 => lang.of(
            "the gateway is asked too often: wait a minute, and look what else asks it from here",
            "шлюз спрашивают слишком часто: подождите минуту и посмотрите, кто ещё его отсюда спрашивает",
        ),
        500..=599 => lang.of(
            "the gateway, or a server before it, is out of order: try again in some minutes, then ask its support",
            "шлюз или сервер перед ним неисправен: повторите через несколько минут, затем обратитесь в поддержку",
        ),
        _ if error.code() == Code::Unknown => lang.of(
            "the gateway, or something on the way to it, lets questions go unanswered: try again in some minutes, look at \
             proxy and firewall, then ask its support",
            "шлюз или что-то на пути к нему оставляет вопросы без ответа: повторите через несколько минут, проверьте прокси \
             и брандмауэр, затем обратитесь в поддержку",
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
        let silent = ends.iter().find_map(|(_, end)| match end {
            End::Silent(error) => Some(error),
            _ => None,
        });
        let text = lang.of("no answer to a status question", "нет ответа на вопрос о состоянии");
        return match silent {
            Some(error) => {
                let reason = lang.say(error.message());
                Finding::unreached("dialect", format!("{text}: {reason}"), silence_remedy(error, lang))
            }
            None => Finding::unreached("dialect", text, ""),
        };
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

//! What a person reads at the end of a command: one headline, what is known, and what to do.

use freedompay::{Advice, Answer, Code, Document, Field, InvoiceStatus, Sent};

use super::Paint;
use crate::exit::Exit;
use crate::facts::Facts;
use crate::lang::Lang;

/// The end of a command in a few lines.
pub fn end(command: &str, facts: &Facts, exit: Exit, lang: Lang, paint: Paint) -> String {
    let mut text = paint_for(exit)(paint, &headline(command, facts, exit, lang));
    text.push('\n');
    text.push_str(&sale(facts, lang));
    if command == "call" {
        text.push_str(&fields(&facts.answer.document));
    }
    if !facts.message.is_empty() {
        text.push_str(&format!("  {}\n", lang.say(&facts.message)));
    }
    if let Some(advice) = advice(command, facts, exit, lang) {
        text.push_str(&format!("  {advice}\n"));
    }
    text
}

fn paint_for(exit: Exit) -> fn(Paint, &str) -> String {
    match exit {
        Exit::Done => Paint::green,
        Exit::Open | Exit::Unknown => Paint::yellow,
        Exit::Failed | Exit::Wrong | Exit::NotSent => Paint::red,
    }
}

/// What is sold, before it is paid.
pub fn sale(facts: &Facts, lang: Lang) -> String {
    known(facts, lang).into_iter().map(|(name, value)| format!("  {name:<12} {value}\n")).collect()
}

/// Every field of the answer, as it stands inside the others.
pub fn fields(document: &Document) -> String {
    let line = |field: Field<'_>| {
        let indent = 2 + 2 * usize::from(field.depth);
        let value = field.value.map(|value| format!(" = {}", shown(value))).unwrap_or_default();
        format!("{:indent$}{}{value}\n", "", field.name)
    };
    document.fields().map(line).collect()
}

/// One sentence: what happened.
fn headline(command: &str, facts: &Facts, exit: Exit, lang: Lang) -> String {
    let text = match (facts.code, facts.invoice_status) {
        (None, Some(status)) => return state(status, facts, lang),
        (None, None) if command == "refund" && facts.is_given_back() => {
            lang.of("Given back", "Деньги возвращены")
        }
        // It may still fail.
        (None, None) if command == "refund" => {
            lang.of("The gateway has taken the refund", "Шлюз принял возврат")
        }
        (None, None) if command == "cancel" => lang.of("The hold was let go", "Удержание снято"),
        (None, None) if facts.trusted_answer().is_some_and(Answer::is_payment_paid) => {
            lang.of("Paid", "Оплачено")
        }
        (None, None) if command == "refund-settle" => lang.of("Written down", "Записано"),
        (None, None) => lang.of("Done", "Готово"),
        (Some(Code::Timeout), Some(_)) => {
            lang.of("Still open: the waiting has ended", "Ещё не оплачено: время ожидания вышло")
        }
        (Some(Code::Cancelled), Some(_)) => {
            lang.of("Still open: the waiting was ended", "Ещё не оплачено: ожидание прервано")
        }
        (Some(Code::Timeout | Code::Cancelled), None) => {
            lang.of("Given up: the state is not known", "Прервано: состояние неизвестно")
        }
        (Some(Code::Argument), _) => lang.of("Wrong input", "Неверные данные"),
        (Some(Code::Config), _) => lang.of("Wrong configuration", "Неверная настройка"),
        (Some(Code::NotSent), _) if exit == Exit::Unknown => {
            lang.of("Unknown: the gateway was not reached", "Неизвестно: нет связи со шлюзом")
        }
        (Some(Code::NotSent), _) => {
            lang.of("Not sent: the gateway was not reached", "Не отправлено: нет связи со шлюзом")
        }
        (Some(Code::Unknown), _) if command == "refund-settle" => {
            lang.of("Not written down: it cannot be known yet", "Не записано: исход пока неизвестен")
        }
        (Some(Code::Unknown), _) => {
            lang.of("Unknown: the request may have arrived", "Неизвестно: запрос мог дойти до шлюза")
        }
        (Some(Code::Refused), _) if facts.is_not_found && facts.leaves_open => lang.of(
            "Unknown: the gateway does not show this sale yet",
            "Неизвестно: шлюз пока не показывает эту продажу",
        ),
        (Some(Code::Refused), _) if facts.is_not_found => {
            lang.of("The gateway has no such sale", "У шлюза нет такой продажи")
        }
        (Some(Code::Refused), _) if facts.leaves_open => lang.of(
            "Unknown: the gateway refused, and it may have been done",
            "Неизвестно: шлюз отказал, но это могло произойти",
        ),
        (Some(Code::Refused), _) => lang.of("The gateway refused", "Шлюз отказал"),
        (Some(Code::Answer), _) => {
            lang.of("Unknown: the answer cannot be understood", "Неизвестно: ответ шлюза непонятен")
        }
        (Some(Code::Conflict), _) if command == "refund" => {
            lang.of("This refund key is taken by another refund", "Этот ключ уже занят другим возвратом")
        }
        (Some(Code::Conflict), _) if command == "callback verify" => lang.of(
            "The callback does not agree with the gateway or the journal",
            "Уведомление расходится со шлюзом или журналом",
        ),
        (Some(Code::Conflict), _) => {
            lang.of("This order id is taken by another sale", "Этот номер заказа уже занят другой продажей")
        }
        (Some(Code::Signature), _) => {
            lang.of("Not proven to be from the gateway", "Не доказано, что это от шлюза")
        }
        (Some(Code::Journal), _) => lang.of("The journal cannot be used", "Журнал недоступен"),
        (Some(Code::Internal), _) => lang.of("A defect of this program", "Ошибка этой программы"),
    };
    text.to_owned()
}

/// Where a sale stands, in a few words.
pub fn state(status: InvoiceStatus, facts: &Facts, lang: Lang) -> String {
    let text = match status {
        InvoiceStatus::New => lang.of("Waiting for the payer", "Ждёт оплаты"),
        InvoiceStatus::Process => lang.of("The payment is under way", "Оплата выполняется"),
        InvoiceStatus::Ok => lang.of("Paid", "Оплачено"),
        InvoiceStatus::Failed => lang.of("Not paid: the payment failed", "Не оплачено: платёж не прошёл"),
        InvoiceStatus::Incomplete => lang.of("Not paid: it has expired", "Не оплачено: срок истёк"),
        InvoiceStatus::Other => {
            let word = facts.field("invoice_status").unwrap_or_default();
            let text = lang.of("Unknown: the gateway calls it", "Неизвестно: шлюз называет это");
            return format!("{text} {word:?}");
        }
    };
    text.to_owned()
}

/// What is known of the sale, with the names of it.
fn known(facts: &Facts, lang: Lang) -> Vec<(&'static str, String)> {
    let amount = facts.amount().map(|amount| match facts.currency() {
        Some(currency) => format!("{amount} {currency}"),
        None => amount.to_owned(),
    });
    let owned = |text: Option<&str>| text.map(str::to_owned);
    let of_gateway = (facts.code.is_none()).then(|| owned(facts.date_time())).flatten();
    let all = [
        (lang.of("order", "заказ"), facts.order_id.clone()),
        (lang.of("invoice", "счёт"), facts.invoice_id.map(|id| id.to_string())),
        (lang.of("payment", "платёж"), facts.payment_id.map(|id| id.to_string())),
        (lang.of("refund", "возврат"), facts.refund_id().map(|id| id.to_string())),
        (lang.of("amount", "сумма"), amount),
        (lang.of("card", "карта"), owned(facts.said("card_pan"))),
        (lang.of("time", "время"), of_gateway),
        (lang.of("link", "ссылка"), facts.qr_url.clone()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, shown(&value?)))).collect()
}

/// The gateway's words as a terminal may have them: no control characters.
fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// What to do next, where there is something to do.
fn advice(command: &str, facts: &Facts, exit: Exit, lang: Lang) -> Option<String> {
    if let (Some(id), Advice::AskStatus) = (facts.payment_id, facts.advice) {
        let text = lang.of(
            "It may have been done: look before it is repeated:",
            "Это могло произойти: посмотрите, прежде чем повторять:",
        );
        return Some(format!("{text} freedompay call /get_status3.php pg_payment_id={id}"));
    }
    if command == "call" && facts.advice == Advice::AskStatus {
        let text = lang.of(
            "It may have been done, and no journal knows of it: look in the merchant's account before it is repeated.",
            "Это могло произойти, а в журнале этого нет: посмотрите в кабинете продавца, прежде чем повторять.",
        );
        return Some(text.to_owned());
    }
    let ask = match (&facts.invoice_id, &facts.order_id) {
        (Some(id), _) => format!("freedompay status {id}"),
        (None, Some(order_id)) => format!("freedompay status --order-id {}", quoted(order_id)),
        (None, None) => "freedompay pending".to_owned(),
    };
    if exit == Exit::Open {
        let text = lang.of("It may yet be paid; ask with:", "Её ещё могут оплатить; узнать:");
        return Some(format!("{text} {ask}"));
    }
    let text = match facts.advice {
        Advice::None => return None,
        // The headline says it all.
        Advice::Fix if facts.is_not_found => return None,
        // The sentence above says what there is to look at.
        Advice::Fix if facts.code == Some(Code::Conflict) && facts.sent != Sent::No => lang.of(
            "Give nothing out for it before a person has looked in the merchant's account.",
            "Ничего не выдавайте, пока человек не посмотрит в кабинете продавца.",
        ),
        Advice::Fix if facts.code == Some(Code::Signature) => lang.of(
            "Believe nothing of it; where a payment stands, freedompay status says.",
            "Не верьте сообщению; состояние платежа покажет freedompay status.",
        ),
        Advice::Fix if command == "refund" && facts.code == Some(Code::Unknown) => {
            let id = facts.payment_id.unwrap_or_default();
            let text = lang.of(
                "When you have looked (freedompay pending has its --refund-key):",
                "Когда посмотрите (--refund-key показывает freedompay pending):",
            );
            let or = lang.of("or", "или");
            return Some(format!("{text} freedompay refund-settle {id} --made {or} --not-made"));
        }
        Advice::Wait if command == "refund-settle" => lang.of(
            "Look again in a minute, and write it down then.",
            "Посмотрите ещё раз через минуту и тогда запишите.",
        ),
        Advice::Retry => lang.of("It can be tried again.", "Можно повторить."),
        Advice::Fix if facts.code == Some(Code::Config) && missing(facts, lang).is_some() => {
            return missing(facts, lang);
        }
        Advice::Fix => lang.of(
            "Correct this first; the same again fails again.",
            "Сначала исправьте это: повтор даст то же самое.",
        ),
        Advice::AskStatus if command == "init" || command == "pay" => {
            let text = lang.of(
                "It may exist: do not sell it again before you have asked:",
                "Счёт мог появиться: не продавайте снова, пока не узнаете:",
            );
            return Some(format!("{text} {ask}"));
        }
        Advice::AskStatus => {
            return Some(format!("{} {ask}", lang.of("Ask again:", "Спросите снова:")));
        }
        Advice::Wait if facts.payment_id.is_some() => {
            lang.of("The same again in a minute finds out.", "Та же команда через минуту это узнает.")
        }
        Advice::Wait if facts.has_no_journal => {
            let which = match (&facts.invoice_id, &facts.order_id) {
                (Some(id), _) => id.to_string(),
                (None, order_id) => {
                    format!("--order-id {}", order_id.as_deref().map(quoted).unwrap_or_default())
                }
            };
            let text = lang.of(
                "It counts once it has been so for a minute; to wait for that:",
                "Верить этому можно, когда так целую минуту; дождаться:",
            );
            return Some(format!("{text} freedompay wait {which}"));
        }
        Advice::Wait => {
            let order_id = facts.order_id.as_deref().map(quoted).unwrap_or_default();
            let text = lang.of("Ask again in a minute:", "Спросите снова через минуту:");
            return Some(format!("{text} freedompay recover {order_id}").trim_end().to_owned());
        }
    };
    Some(text.to_owned())
}

/// Where a setting is missing: how it is set.
fn missing(facts: &Facts, lang: Lang) -> Option<String> {
    let is_it = |(key, _, _): &(&str, _, _)| {
        *key == "journal" && facts.message == "no journal is set"
            || facts.message.starts_with(&format!("{key} is not set"))
    };
    let (key, flag, variable) = SETTINGS.into_iter().find(is_it)?;
    Some(match lang {
        Lang::En => format!("It is set with {flag}, {variable}, or {key} in a configuration file."),
        Lang::Ru => format!("Задаётся через {flag}, {variable} или {key} в файле настроек."),
    })
}

/// What the library may find missing.
const SETTINGS: [(&str, &str, &str); 4] = [
    ("merchant_id", "--merchant-id", "FREEDOMPAY_MERCHANT_ID"),
    ("secret_key", "--secret-file", "FREEDOMPAY_SECRET_KEY"),
    ("payout_key", "--payout-key-file", "FREEDOMPAY_PAYOUT_KEY"),
    ("journal", "--journal", "FREEDOMPAY_JOURNAL"),
];

/// A word as the system's own shell takes it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:".contains(c);
    match word.chars().all(plain) && !word.is_empty() && !word.starts_with('-') {
        true => word.to_owned(),
        false if cfg!(windows) => for_windows(word),
        false => for_unix(word),
    }
}

fn for_unix(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Windows' shells know these quotation marks alone. What stands behind a backslash of the word's is the program's to read.
fn for_windows(word: &str) -> String {
    let mut text = String::from("\"");
    let mut backslashes = 0;
    for c in word.chars() {
        let doubled = if c == '"' { backslashes + 1 } else { 0 };
        text.extend(std::iter::repeat_n('\\', doubled));
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
        text.push(c);
    }
    text.extend(std::iter::repeat_n('\\', backslashes));
    text + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_id_is_quoted_as_the_shell_reads_it() {
        for (word, unix, windows) in [
            ("A 1", "'A 1'", "\"A 1\""),
            ("it's", "'it'\\''s'", "\"it's\""),
            ("a&b", "'a&b'", "\"a&b\""),
            ("8\"", "'8\"'", "\"8\\\"\""),
            ("c:\\", "'c:\\'", "\"c:\\\\\""),
            ("", "''", "\"\""),
        ] {
            assert_eq!((for_unix(word), for_windows(word)), (unix.to_owned(), windows.to_owned()));
        }
        assert_eq!(quoted("Order-17"), "Order-17");
        assert_eq!(quoted("-17"), if cfg!(windows) { "\"-17\"" } else { "'-17'" });
    }
}

//! The help in Russian: a paragraph of English and what stands for it. The sandbox's own options, which are for developers,
//! are in English alone.

use clap::{Arg, Command};

/// A paragraph and its translation.
const PARAGRAPHS: [(&str, &str); 89] = [
    ("Freedom Pay QR payments from the command line", "Оплата по QR через Freedom Pay из командной строки"),
    (
        "Each setting comes from a flag, else from a variable FREEDOMPAY_ and its name (FREEDOMPAY_BASE_URL), else from a TOML file (base_url): the one that --config or FREEDOMPAY_CONFIG names, ~/.config/freedompay/config.toml or /etc/freedompay/config.toml, on Windows freedompay\\config.toml in %APPDATA% or %PROGRAMDATA%. The secret key comes from FREEDOMPAY_SECRET_KEY, from secret_key in the file, or from a file that --secret-file or FREEDOMPAY_SECRET_FILE names, and never from an argument.",
        "Каждая настройка берётся из параметра, иначе из переменной FREEDOMPAY_ и её имени (FREEDOMPAY_BASE_URL), иначе из файла TOML (base_url): того, что назван в --config или FREEDOMPAY_CONFIG, ~/.config/freedompay/config.toml или /etc/freedompay/config.toml, в Windows — freedompay\\config.toml в %APPDATA% или %PROGRAMDATA%. Секретный ключ берётся из FREEDOMPAY_SECRET_KEY, из secret_key в файле или из файла, названного в --secret-file или FREEDOMPAY_SECRET_FILE, и никогда из аргумента.",
    ),
    (
        "Exit codes:\n   0  paid, or done\n  10  still open: it may yet be paid\n  20  refused or failed: the sale is not paid and will not be\n  30  unknown: it may be paid; ask again and never sell it a second time\n  40  wrong input or configuration; nothing was sent\n  50  not sent: the gateway was not reached",
        "Коды завершения:\n   0  оплачено или выполнено\n  10  ещё открыто: могут оплатить\n  20  отказ или неудача: не оплачено и не будет\n  30  неизвестно: возможно, оплачено; спросите снова и не продавайте второй раз\n  40  неверные данные или настройка; ничего не отправлено\n  50  не отправлено: нет связи со шлюзом",
    ),
    ("The language of what people read: en or ru", "Язык текстов для людей: en или ru"),
    ("Configuration", "Настройки"),
    ("Output", "Вывод"),
    // The commands.
    ("Create an invoice and show its QR", "Выставить счёт и показать QR"),
    (
        "With a journal the same order id gives the same invoice again, and an attempt whose end is not known is asked about before there is another.",
        "С журналом тот же номер заказа даёт тот же счёт, а о попытке с неизвестным исходом сначала спрашивают шлюз.",
    ),
    (
        "Create an invoice, show its QR, and wait until it is paid",
        "Выставить счёт, показать QR и ждать оплаты",
    ),
    (
        "Ctrl-C ends the waiting and not the sale: what state it is in is said then. With a journal the same command again shows the same invoice and goes on waiting.",
        "Ctrl-C прерывает ожидание, а не продажу: тогда сообщается, в каком она состоянии. С журналом та же команда снова показывает тот же счёт и ждёт дальше.",
    ),
    ("Ask where a sale stands", "Узнать состояние продажи"),
    (
        "Wait until a sale is paid, failed or expired",
        "Ждать, пока продажа не оплачена, не отклонена или не истекла",
    ),
    (
        "Ctrl-C ends the waiting and not the sale: what state it is in is said then.",
        "Ctrl-C прерывает ожидание, а не продажу: тогда сообщается, в каком она состоянии.",
    ),
    (
        "An order that the gateway does not have is waited for, too; without a journal it counts as none after a minute.",
        "Заказа, которого у шлюза нет, тоже ждут; без журнала через минуту считается, что его нет.",
    ),
    (
        "Draw the QR of a payer's link, or of a sale in the journal",
        "Нарисовать QR по ссылке или по продаже из журнала",
    ),
    (
        "List the sales, refunds and payouts whose end is not known, out of the journal",
        "Показать из журнала продажи, возвраты и выплаты, чей исход неизвестен",
    ),
    (
        "Asks the gateway nothing. A till runs it after a restart.",
        "Шлюз не спрашивают. Касса запускает это после перезапуска.",
    ),
    (
        "Ask what became of a sale in the journal, until it is known",
        "Узнавать у шлюза, что стало с продажей из журнала, пока не станет ясно",
    ),
    (
        "Without an order id: of every sale whose end is not known. The exit code is then that of the one that needs a person first. Once the gateway is not reached, the rest is not asked about.",
        "Без номера заказа: о каждой продаже с неизвестным исходом. Код завершения тогда от той, что первой требует внимания. Если связи со шлюзом нет, об остальных не спрашивается.",
    ),
    ("Give a paid sale back to the payer, or a part of it", "Вернуть плательщику деньги или их часть"),
    (
        "It is sent once. With a journal the same command again, after an end that is not known, asks the gateway before it sends anything.",
        "Отправляется один раз. С журналом та же команда после неизвестного исхода сначала спрашивает шлюз.",
    ),
    (
        "Write down what the merchant's account shows of a refund whose end the gateway does not tell",
        "Записать, что видно в кабинете продавца о возврате, исход которого шлюз не сообщает",
    ),
    (
        "Only for a refund that ended with exit code 30 and the request to look there: it holds up every later one of its payment. Asks the gateway nothing.",
        "Только для возврата, который завершился кодом 30 с просьбой посмотреть там: он задерживает остальные возвраты платежа. Шлюз не спрашивают.",
    ),
    (
        "Let go of the money that a payment holds; what was taken needs a refund",
        "Снять удержание денег; для списанных нужен возврат",
    ),
    (
        "Send a request to any path of the gateway, signed, once",
        "Отправить подписанный запрос по любому пути шлюза, один раз",
    ),
    (
        "Verify or answer what the gateway has sent to the merchant's web server",
        "Проверить сообщение шлюза веб-серверу магазина или ответить на него",
    ),
    (
        "Say whether a message is from the gateway, and what it says",
        "Сказать, от шлюза ли сообщение и что в нём",
    ),
    (
        "It is a hint that something has happened. The proof is the gateway's own word: --confirm.",
        "Это лишь знак, что что-то произошло. Доказательство — слово самого шлюза: --confirm.",
    ),
    (
        "Print the signed answer to a message, to be sent as text/xml with HTTP status 200",
        "Вывести подписанный ответ на сообщение: его отправляют как text/xml со статусом HTTP 200",
    ),
    (
        "Find out what is wrong on this till, and what to do about it",
        "Выяснить, что не так на этой кассе и что делать",
    ),
    (
        "No invoice is made: the gateway is asked about an order that there is not.",
        "Счёт не выставляется: шлюз спрашивают о заказе, которого нет.",
    ),
    (
        "Run a test gateway on this machine: no account needed, no money moves",
        "Запустить на этой машине учебный шлюз: без договора и без денег",
    ),
    ("Print the completions for a shell", "Вывести подсказки для оболочки"),
    // What is sold.
    (
        "The merchant's own id of the order, unique, at most 50 characters",
        "Номер заказа у продавца: неповторимый, не длиннее 50 символов",
    ),
    ("What is to be paid, such as 10 or 10.50", "Сколько платить, например 10 или 10.50"),
    ("What the payer reads", "Что прочтёт плательщик"),
    (
        "The currency, such as KZT; the shop's own unless given",
        "Валюта, например KZT; без неё валюта магазина",
    ),
    ("The ways to pay, separated by commas; qr unless given", "Способы оплаты через запятую; обычно qr"),
    (
        "Where the gateway asks whether the sale may still be paid",
        "Где шлюз спрашивает, можно ли ещё оплатить",
    ),
    ("Where the gateway tells the result", "Куда шлюз сообщает результат"),
    ("How the gateway calls these two: GET, POST or XML", "Как шлюз обращается к ним: GET, POST или XML"),
    (
        "Write the payer's code to this file: .png, .bmp, .svg, .txt, .zpl, or .prn for a receipt printer",
        "Записать код в этот файл: .png, .bmp, .svg, .txt, .zpl или .prn для чекового принтера",
    ),
    (
        "Pixels or printer's dots to a module of the code: png, bmp, data-uri, zpl; from 1 to 64",
        "Точек на модуль кода: png, bmp, data-uri, zpl; от 1 до 64",
    ),
    (
        "The printer's paper in dots: escpos, escpos-native; 384 for 58 mm, 576 for 80 mm",
        "Ширина бумаги принтера в точках: escpos, escpos-native; 384 для 58 мм, 576 для 80 мм",
    ),
    ("The gateway's id of the invoice", "Номер счёта у шлюза"),
    ("The gateway's id of the invoice or of the payment", "Номер счёта или платежа у шлюза"),
    ("The merchant's own id of the order, instead of it", "Вместо него номер заказа у продавца"),
    ("The merchant's own id of the order", "Номер заказа у продавца"),
    ("The merchant's own id of an order in the journal", "Номер заказа из журнала"),
    ("How long to wait: 30s, 5m", "Сколько ждать: 30s, 5m"),
    (
        "With --json: print a line for each change, not only one at the end",
        "Вместе с --json: строка при каждой перемене, а не одна в конце",
    ),
    (
        "The payer's link itself, or - for a line on standard input; no configuration is needed",
        "Сама ссылка плательщика или - для строки со стандартного ввода; настройки не нужны",
    ),
    (
        "png, bmp, svg, text, escpos, escpos-native, zpl, matrix (a byte a module, 1 is dark) or data-uri",
        "png, bmp, svg, text, escpos, escpos-native, zpl, matrix (байт на модуль, 1 — тёмный) или data-uri",
    ),
    (
        "Write the code to this file, and not to standard output",
        "Записать код в этот файл, а не в стандартный вывод",
    ),
    ("Print one line of JSON with the code in base64", "Вывести строку JSON с кодом в base64"),
    (
        "How much to give back, such as 5 or 5.50; all that is left unless given",
        "Сколько вернуть, например 5 или 5.50; без этого весь остаток",
    ),
    (
        "Your own name for this refund: the same again is never a second refund",
        "Ваше имя этого возврата: с тем же именем второго возврата не будет",
    ),
    ("The refund is there: it was made", "Возврат там есть: он выполнен"),
    (
        "The refund is not there: it was not made, and may be tried anew",
        "Возврата там нет: он не выполнен, и его можно повторить",
    ),
    (
        "The name that the refund was given, if it was; see freedompay pending",
        "Имя возврата, если оно было; его показывает freedompay pending",
    ),
    ("The path, such as /revoke.php", "Путь, например /revoke.php"),
    (
        "The fields: NAME=VALUE, or NAME:=DIGITS for what JSON writes as a number; a[0][b]=c nests",
        "Поля: ИМЯ=ЗНАЧЕНИЕ, или ИМЯ:=ЦИФРЫ для чисел в JSON; a[0][b]=c вкладывает",
    ),
    (
        "Read more fields from this file, a line each, or from standard input (-): what must not stand in an argument",
        "Прочитать ещё поля из файла, по одному в строке, или со стандартного ввода (-): то, чему не место в аргументах",
    ),
    (
        "How it is signed: auto (by the path), jws, pg-sig or pg-sig-payout",
        "Подпись: auto (по пути), jws, pg-sig или pg-sig-payout",
    ),
    (
        "Ask the gateway whether it is true; the exit code is then that of the payment",
        "Спросить шлюз, правда ли это; код завершения тогда от платежа",
    ),
    ("ok, rejected or error", "ok, rejected или error"),
    ("What the payer reads of a rejection", "Что прочтёт плательщик при отказе"),
    (
        "The merchant's own address as the gateway was told it, with the query that was received",
        "Адрес магазина, как его знает шлюз, с полученным запросом после ?",
    ),
    ("The Content-Type that was received", "Полученный Content-Type"),
    (
        "The body that was received, or - for standard input; none unless given",
        "Полученное тело или - для стандартного ввода; без этого пустое",
    ),
    (
        "Write everything to this file, without a secret, to be sent to whoever helps",
        "Записать всё в этот файл, без секретов, чтобы послать тому, кто поможет",
    ),
    // Settings.
    (
        "Read the settings that no flag and no FREEDOMPAY_ variable has from this file",
        "Взять из этого файла настройки, которых нет в параметрах и переменных FREEDOMPAY_",
    ),
    ("The gateway; https://api.freedompay.uz unless set", "Шлюз; обычно https://api.freedompay.uz"),
    ("The merchant's number", "Номер продавца"),
    (
        "Read the secret key from this file, or from standard input (-)",
        "Прочитать секретный ключ из файла или со стандартного ввода (-)",
    ),
    (
        "Read the key of payouts from this file, or from standard input (-)",
        "Прочитать ключ выплат из файла или со стандартного ввода (-)",
    ),
    (
        "Keep every sale in this file over a power cut",
        "Хранить продажи в этом файле на случай отключения питания",
    ),
    ("How requests are written: auto, multipart or json", "Вид запросов: auto, multipart или json"),
    ("Which form the header of the signature has: uri or path", "Вид заголовка подписи: uri или path"),
    ("How long connecting may take; 10s unless set", "Сколько ждать соединения; обычно 10s"),
    (
        "How long one question to the gateway may take in all; 30s unless set",
        "Сколько может длиться один вопрос шлюзу; обычно 30s",
    ),
    (
        "The time between two questions while waiting; 1s unless set",
        "Время между вопросами при ожидании; обычно 1s",
    ),
    (
        "An HTTP proxy; one with a password belongs in the file or the environment",
        "HTTP-прокси; с паролем — только в файле или переменной",
    ),
    ("Trust the certificates in this PEM file, too", "Доверять и сертификатам из этого файла PEM"),
    // Output.
    ("Print one line of JSON for programs", "Вывести для программ одну строку JSON"),
    (
        "Write the result to this file as key=value lines, too",
        "Записать результат и в этот файл строками ключ=значение",
    ),
    (
        "The alphabet of that file: utf-8, cp866, windows-1251, kz-1048, koi8-r and others",
        "Кодировка этого файла: utf-8, cp866, windows-1251, kz-1048, koi8-r и другие",
    ),
    ("End the lines of that file as Windows does", "Завершать строки этого файла, как в Windows"),
    (
        "Say on standard error what is sent and answered; no secret is in it",
        "Писать в стандартный поток ошибок, что отправлено и отвечено; секретов там нет",
    ),
];

/// What clap itself writes, on a page that has been laid out.
const FRAME: [(&str, &str); 29] = [
    ("Usage:", "Использование:"),
    ("Commands:", "Команды:"),
    ("Arguments:", "Аргументы:"),
    ("Options:", "Параметры:"),
    ("[OPTIONS]", "[ПАРАМЕТРЫ]"),
    ("<COMMAND>", "<КОМАНДА>"),
    ("[default: ", "[по умолчанию: "),
    ("[possible values: ", "[возможно: "),
    ("Print help (see more with '--help')", "Показать справку (подробнее: --help)"),
    ("Print help (see a summary with '-h')", "Показать справку (кратко: -h)"),
    ("Print this message or the help of the given subcommand(s)", "Показать эту справку или справку команды"),
    ("Print help", "Показать справку"),
    ("Print version", "Показать версию"),
    ("For more information, try", "Подробнее:"),
    ("error:", "ошибка:"),
    ("tip:", "совет:"),
    ("a similar subcommand exists:", "есть похожая команда:"),
    ("a similar argument exists:", "есть похожий параметр:"),
    ("some similar subcommands exist:", "есть похожие команды:"),
    (" is not one of ", " — не из числа "),
    ("' for '", "' для '"),
    ("unexpected argument", "неожиданный аргумент"),
    ("unrecognized subcommand", "нет такой команды:"),
    ("invalid value", "негодное значение"),
    ("the following required arguments were not provided:", "не хватает аргументов:"),
    ("a value is required for", "нет значения для"),
    ("the argument", "аргумент"),
    ("cannot be used with", "нельзя вместе с"),
    (" found", ""),
];

/// The arguments with their help in Russian.
pub fn translate(command: Command) -> Command {
    if matches!(command.get_name(), "sandbox" | "api") {
        return about(command);
    }
    about(command).mut_args(argument).mut_subcommands(translate)
}

fn about(mut command: Command) -> Command {
    if let Some(text) = command.get_about().map(|text| russian(&text.to_string())) {
        command = command.about(text);
    }
    if let Some(text) = command.get_long_about().map(|text| russian(&text.to_string())) {
        command = command.long_about(text);
    }
    match command.get_after_help().map(|text| russian(&text.to_string())) {
        Some(text) => command.after_help(text),
        None => command,
    }
}

fn argument(mut argument: Arg) -> Arg {
    if let Some(text) = argument.get_help().map(|text| russian(&text.to_string())) {
        argument = argument.help(text);
    }
    match argument.get_help_heading().map(russian) {
        Some(heading) => argument.help_heading(leaked(heading)),
        None => argument,
    }
}

/// clap keeps a heading as long as the program runs.
fn leaked(heading: String) -> &'static str {
    PARAGRAPHS.iter().find(|(_, known)| *known == heading).map_or("", |(_, known)| known)
}

/// A text, paragraph by paragraph; what has no translation stays as it is.
fn russian(text: &str) -> String {
    text.split("\n\n").map(paragraph).collect::<Vec<_>>().join("\n\n")
}

fn paragraph(text: &str) -> &str {
    PARAGRAPHS.iter().find(|(english, _)| *english == text).map_or(text, |(_, russian)| russian)
}

/// A page of help as clap has laid it out, with its frame in Russian.
pub fn frame(page: &str) -> String {
    FRAME.iter().fold(page.to_owned(), |page, (english, russian)| page.replace(english, russian))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    /// Every text of a command and of those inside it that people read.
    fn texts(command: &Command, all: &mut Vec<String>) {
        let of_command = [command.get_about(), command.get_long_about(), command.get_after_help()];
        all.extend(of_command.into_iter().flatten().map(ToString::to_string));
        if matches!(command.get_name(), "sandbox" | "api") {
            // Its long text is for developers.
            all.truncate(all.len() - 1);
            return;
        }
        for argument in command.get_arguments() {
            all.extend(argument.get_help().map(ToString::to_string));
            all.extend(argument.get_help_heading().map(str::to_owned));
        }
        command.get_subcommands().for_each(|inside| texts(inside, all));
    }

    #[test]
    fn every_paragraph_of_the_help_is_in_russian_too() {
        let mut all = Vec::new();
        texts(&Cli::command(), &mut all);
        assert!(all.len() > 100);
        let is_example = |text: &str| text.starts_with("freedompay ") || text.starts_with("bash: ");
        let missing: Vec<&str> = all
            .iter()
            .flat_map(|text| text.split("\n\n"))
            .filter(|text| !is_example(text) && paragraph(text) == *text)
            .filter(|text| !text.starts_with("Answer one call"))
            .collect();
        assert_eq!(missing, [""; 0]);
        let unused = PARAGRAPHS.iter().filter(|(english, _)| {
            !all.iter().any(|text| text.split("\n\n").any(|paragraph| paragraph == *english))
        });
        assert_eq!(unused.map(|(english, _)| *english).collect::<Vec<_>>(), [""; 0]);
    }
}

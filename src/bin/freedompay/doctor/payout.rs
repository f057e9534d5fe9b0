//! Whether the gateway takes the payout key, where one is set: it is asked for the balance, and no money moves.

use freedompay::{Client, Code, Config, Error, gateway_code_meaning};

use super::finding::Finding;
use crate::lang::Lang;

/// `config` has no journal.
pub fn examine(config: &Config, lang: Lang) -> Finding {
    match Client::new(config).and_then(|client| client.payout_balance()) {
        Ok(_) => {
            Finding::ok("payout", lang.of("the gateway takes the payout key", "шлюз принимает ключ выплат"))
        }
        Err(error) if error.code() == Code::Refused => refused(&error, lang),
        Err(error) => Finding::warning(
            "payout",
            lang.say(error.message()),
            lang.of(
                "the payout key could not be tried: run this again in some minutes",
                "ключ выплат не удалось проверить: повторите через несколько минут",
            ),
        ),
    }
}

/// The gateway speaks of the signature or the merchant, or of what the merchant may do.
fn refused(error: &Error, lang: Lang) -> Finding {
    let code = error.gateway_code();
    let meaning = gateway_code_meaning(code).or(error.gateway_message()).unwrap_or("?");
    let message = match lang {
        Lang::En => format!("the gateway refuses a question with the payout key, code {code}: {meaning}"),
        Lang::Ru => format!("шлюз отказал на вопрос с ключом выплат, код {code}: {meaning}"),
    };
    match code {
        100 | 101 | 1100 | 9997 | 9998 => Finding::wrong(
            "payout",
            message,
            lang.of(
                "compare the payout key, letter by letter, with the one in the merchant's account",
                "сверьте ключ выплат, буква в букву, с личным кабинетом",
            ),
        ),
        _ => Finding::warning(
            "payout",
            message,
            lang.of(
                "ask the gateway's support whether this merchant may pay out",
                "спросите в поддержке шлюза, разрешены ли выплаты",
            ),
        ),
    }
}

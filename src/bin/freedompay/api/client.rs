//! The client of a request: the setters of `fp_config` in the order in which the request has them. What one of them refuses
//! is the answer of the call, as at the C ABI.

use std::path::Path;

use freedompay::{BodyFormat, Cancel, Client, Code, Config, JwsClaim, Log};
use serde_json::{Value, json};

use super::answer::say;
use super::request::Request;
use crate::facts::{Facts, Problem};
use crate::output::json::line_of;

/// Makes the client, which `cancel` gives up.
pub fn make(request: &Request, cancel: &Cancel) -> Result<Client, Problem> {
    let mut config = Config::new();
    let mut refused = None;
    for (name, value) in &request.config.0 {
        if let Err(problem) = set(&mut config, name, value) {
            refused.get_or_insert(problem);
        }
    }
    if let Some(problem) = refused {
        return Err(problem);
    }
    config.set_cancel(cancel);
    if request.log {
        let speech = request.speech;
        config.set_log(Log::to(move |level, line| {
            let mut line = json!({ "log": [level as i32, line] });
            speech.tell(&mut line);
            say(&line_of(&line));
        }));
    }
    Ok(Client::new(&config)?)
}

fn set(config: &mut Config, name: &str, value: &Value) -> Result<(), Problem> {
    match name {
        "merchant_id" => config.set_merchant_id(number(name, value)?)?,
        "secret_key" => config.set_secret_key(text(name, value)?)?,
        "payout_key" => config.set_payout_key(text(name, value)?)?,
        "base_url" => config.set_base_url(text(name, value)?)?,
        "body_format" => config.set_body_format(body_format(number(name, value)?)?),
        "jws_claim" => config.set_jws_claim(jws_claim(number(name, value)?)?),
        "connect_timeout_ms" => config.set_connect_timeout_ms(number(name, value)?)?,
        "timeout_ms" => config.set_timeout_ms(number(name, value)?)?,
        "poll_interval_ms" => config.set_poll_interval_ms(number(name, value)?)?,
        "proxy" => config.set_proxy(text(name, value)?)?,
        "ca_file" => config.set_ca_file(Path::new(text(name, value)?))?,
        "journal" => config.set_journal(Path::new(text(name, value)?))?,
        "allow_callback_field" => {
            for name in value.as_array().ok_or_else(|| wrong(format!("{name} is not a list of names")))? {
                config.allow_callback_field(text("allow_callback_field", name)?)?;
            }
        }
        "app_info" => config.set_app_info(text("app name", &value[0])?, text("app version", &value[1])?)?,
        // How the request itself was read.
        "text_encoding" | "language" => {}
        _ => return Err(wrong(format!("config has a setting {name:?} that there is not"))),
    }
    Ok(())
}

fn body_format(number: i64) -> Result<BodyFormat, Problem> {
    match number {
        0 => Ok(BodyFormat::Auto),
        1 => Ok(BodyFormat::Multipart),
        2 => Ok(BodyFormat::Json),
        _ => Err(wrong(format!("body_format {number} is not an FP_BODY_ number"))),
    }
}

fn jws_claim(number: i64) -> Result<JwsClaim, Problem> {
    match number {
        0 => Ok(JwsClaim::Uri),
        1 => Ok(JwsClaim::Path),
        _ => Err(wrong(format!("jws_claim {number} is not an FP_JWS_ number"))),
    }
}

fn text<'a>(name: &str, value: &'a Value) -> Result<&'a str, Problem> {
    value.as_str().ok_or_else(|| wrong(format!("{name} is not a text")))
}

fn number(name: &str, value: &Value) -> Result<i64, Problem> {
    value.as_i64().ok_or_else(|| wrong(format!("{name} is not a whole number of 64 bits")))
}

fn wrong(message: String) -> Problem {
    Facts::wrong(Code::Argument, message)
}

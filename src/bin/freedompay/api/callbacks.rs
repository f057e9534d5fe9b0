//! The calls about callbacks. A process knows nothing of another one's: each has the whole message again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::{Callback, Client, Code, Reply};
use serde_json::{Value, json};

use super::answer::{buffer, rows};
use super::calls::End;
use super::request::Request;
use crate::exit::Exit;
use crate::facts::{Asked, Facts, Problem};

/// Makes the call; the error says what is wrong with the request.
pub fn make(request: &Request, client: Result<Client, Problem>) -> Result<End, String> {
    let message = Message::of(request)?;
    let read = client.and_then(|client| {
        let callback = client.callback(message.url, message.content_type, &message.body)?;
        Ok((client, callback))
    });
    Ok(match request.call.as_str() {
        "callback_parse" => parsed(read.as_ref().map(|(_, callback)| callback)),
        "callback_reply" => {
            let (reply, description) = (request.number("reply")?, request.optional_text("description")?);
            let bytes = read.and_then(|(client, callback)| {
                Ok(client.callback_reply(&callback, of_number(reply)?, description)?)
            });
            let (value, exit) = buffer(bytes);
            End::Other(value, exit)
        }
        "callback_confirm" => {
            let end = read
                .map(|(client, callback)| Facts::of(client.callback_confirm(&callback), Asked::default()));
            End::Result(Box::new(end.unwrap_or_else(|problem| *problem)))
        }
        other => return Err(format!("there is no call {other:?}")),
    })
}

/// What the merchant's web server has received.
struct Message<'a> {
    url: &'a str,
    content_type: Option<&'a str>,
    body: Vec<u8>,
}

impl Message<'_> {
    fn of(request: &Request) -> Result<Message<'_>, String> {
        let body = STANDARD.decode(request.text("body")?).map_err(|_| "body is not base64".to_owned())?;
        Ok(Message { url: request.text("url")?, content_type: request.optional_text("content_type")?, body })
    }
}

/// What an `fp_callback` says.
fn parsed(read: Result<&Callback, &Problem>) -> End {
    let (value, exit) = match read {
        Ok(callback) => {
            let value = json!({
                "code": 0,
                "message": "",
                "kind": callback.kind() as i32,
                "paid": i32::from(callback.is_paid()),
                "fields": rows(callback.fields()),
            });
            (value, Exit::Done)
        }
        Err(problem) => {
            let code = problem.code.map_or(0, |code| code as i32);
            let value = json!({ "code": code, "message": problem.message, "kind": 0, "paid": 0, "fields": Value::Array(vec![]) });
            (value, Exit::Wrong)
        }
    };
    End::Other(json!({ "callback": value }), exit)
}

fn of_number(reply: i64) -> Result<Reply, Problem> {
    match reply {
        0 => Ok(Reply::Ok),
        1 => Ok(Reply::Rejected),
        2 => Ok(Reply::Error),
        _ => Err(Facts::wrong(Code::Argument, format!("reply {reply} is not an FP_REPLY_ number"))),
    }
}

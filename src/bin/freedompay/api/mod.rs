//! `freedompay api`: one call of the library for a program in another language that cannot load it. The request is a line of
//! JSON on standard input, the key in it too; the answer is the last line of JSON on standard output. What a line may hold
//! is written in `request` and `answer`.

mod answer;
mod callbacks;
mod calls;
mod client;
mod input;
mod request;
mod rest;
mod slip;
mod speech;

use std::panic::{self, AssertUnwindSafe};

use freedompay::{Advice, Code, Level, Sent};
use serde_json::{Value, json};

use crate::exit::{Exit, Purpose};
use crate::facts::Facts;
use crate::output::json::line_of;
use answer::{DEFECT, say};
use calls::End;
use input::Input;
use request::Request;

/// Answer one call of another program: a line of JSON in, lines of JSON out
///
/// For bindings that cannot load the library, such as PHP without FFI. Nothing is read from flags, the environment or a
/// configuration file: the request has all of it.
#[derive(clap::Args)]
pub struct Args {}

/// Reads the request, makes the call and writes the answer.
pub fn run() -> Exit {
    // A Ctrl-C at the terminal is for the program that waits for the answer: it decides.
    let _deaf = crate::interrupt::leave_to_the_caller();
    let (mut end, exit) = match Input::first_line().and_then(|line| Request::read(&line)) {
        Ok(mut request) => {
            let (mut end, exit) =
                request.hear().map_or_else(|reason| refusal(&reason), |()| answer(&request));
            let complaint = request.speech.tell(&mut end);
            if let Some(line) = complaint.filter(|_| request.log) {
                say(&line_of(&json!({ "log": [Level::Warn as i32, line] })));
            }
            (end, exit)
        }
        Err(reason) => refusal(&reason),
    };
    end["abi_version"] = json!(freedompay::ffi::fp_abi_version());
    say(&line_of(&end));
    exit
}

fn answer(request: &Request) -> (Value, Exit) {
    // As at the C ABI: a defect becomes a code, and what it left behind is not looked at again.
    let end = panic::catch_unwind(AssertUnwindSafe(|| calls::make(request)));
    match end {
        Ok(Ok(End::Result(facts))) => {
            let exit = Exit::of(request.purpose(), &facts);
            (json!({ "result": answer::result(&facts) }), exit)
        }
        Ok(Ok(End::Other(value, exit))) => (value, exit),
        Ok(Err(reason)) => refusal(&reason),
        Err(_) => {
            let facts = Facts {
                code: Some(Code::Internal),
                message: DEFECT.to_owned(),
                sent: Sent::Maybe,
                advice: Advice::AskStatus,
                ..Facts::default()
            };
            (json!({ "result": answer::result(&facts) }), Exit::of(Purpose::Create, &facts))
        }
    }
}

/// The request itself is wrong.
fn refusal(reason: &str) -> (Value, Exit) {
    let facts = Facts::wrong(Code::Argument, reason);
    (json!({ "result": answer::result(&facts) }), Exit::Wrong)
}

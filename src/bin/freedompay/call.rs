//! `freedompay call`: a request to any path of the gateway, signed as its API wants it.

use std::io::{self, Read};
use std::path::PathBuf;
use std::{fs, str};

use freedompay::{AnyCall, CallScheme, Code};
use zeroize::Zeroizing;

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};

/// Send a request to any path of the gateway, signed, once
///
/// freedompay call /get_status3.php pg_payment_id=1000001
#[derive(clap::Args)]
pub struct Args {
    /// The path, such as /revoke.php
    path: String,

    /// The fields: NAME=VALUE, or NAME:=DIGITS for what JSON writes as a number; a[0][b]=c nests
    #[arg(value_name = "FIELD")]
    fields: Vec<String>,

    /// Read more fields from this file, a line each, or from standard input (-): what must not stand in an argument
    #[arg(long, value_name = "FILE")]
    fields_file: Option<PathBuf>,

    /// How it is signed: auto (by the path), jws, pg-sig or pg-sig-payout
    #[arg(long, value_name = "SCHEME", default_value = "auto", value_parser = scheme)]
    scheme: CallScheme,

    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "call") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = call(&session, args).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Create, &facts))
}

fn scheme(word: &str) -> Result<CallScheme, String> {
    match word {
        "auto" => Ok(CallScheme::Auto),
        "jws" => Ok(CallScheme::Jws),
        "pg-sig" => Ok(CallScheme::PgSig),
        "pg-sig-payout" => Ok(CallScheme::PgSigPayout),
        _ => Err("not one of auto, jws, pg-sig, pg-sig-payout".to_owned()),
    }
}

fn call(session: &Session, args: &Args) -> Result<Facts, Problem> {
    let mut call = AnyCall::new(&args.path)?;
    call.set_scheme(args.scheme);
    for field in &args.fields {
        add(&mut call, field)?;
    }
    if let Some(path) = &args.fields_file {
        for line in lines(path)?.lines().filter(|line| !line.is_empty()) {
            add(&mut call, line)?;
        }
    }
    Ok(Facts::of(session.client.call(&call), Asked::default()))
}

/// `NAME=VALUE`, or `NAME:=DIGITS`. What is wrong is said without the value.
fn add(call: &mut AnyCall, field: &str) -> Result<(), Problem> {
    match field.split_once('=') {
        Some((name, digits)) if name.ends_with(':') => {
            Ok(call.set_number(name.trim_end_matches(':'), digits)?)
        }
        Some((name, value)) => Ok(call.set(name, value)?),
        None => Err(wrong("a field is not NAME=VALUE".to_owned())),
    }
}

fn lines(path: &PathBuf) -> Result<Zeroizing<String>, Problem> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().read_to_end(&mut bytes),
        false => fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)),
    };
    read.map_err(|error| wrong(format!("--fields-file {}: {error}", path.display())))?;
    let text = str::from_utf8(&bytes).map_err(|_| wrong("--fields-file: it is not UTF-8".to_owned()))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn wrong(message: String) -> Problem {
    Facts::wrong(Code::Argument, message)
}

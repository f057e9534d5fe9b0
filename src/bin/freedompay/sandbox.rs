//! `freedompay sandbox`: a gateway to develop against, on this machine, without a merchant account.

use std::error::Error;
use std::fs;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use freedompay::sandbox::{
    AnswerFormat, CallbackForm, CallbackPolicy, FaultRule, JwsHeader, Options, PAYOUT_KEY, QrForm, Sandbox,
    SignaturePolicy, Timers, Tls, parse_duration, parse_merchants,
};

use crate::interrupt::Signals;
use crate::output::result_file;

/// Run a test gateway on this machine: no account needed, no money moves
///
/// Built in is the merchant 123456 with the key sandbox-secret-key. The card tokens that info and pay know are
/// sandbox-card-ok and sandbox-card-declined. Its URL in a browser is a dashboard: what was sent, what was wrong
/// with it, and buttons to pay, decline, refund and more.
///
/// For programs, GET /sandbox/requests, /sandbox/invoices, /sandbox/payments, /sandbox/payouts, /sandbox/cards and
/// /sandbox/callbacks show what has happened; POST /sandbox/payments/ID/pay, decline, expire, process, refund, clear
/// or cancel makes something happen, /sandbox/payments/ID/notify and /sandbox/callbacks/NUMBER/resend tell the
/// merchant once more, /sandbox/payouts/ID/succeed or fail ends a payout, /sandbox/clock/30m moves the clock ahead.
/// POST /sandbox/rules with a rule as its body (see --fault) lets something go wrong, GET lists the rules that
/// stand, DELETE /sandbox/rules or /sandbox/rules/NUMBER ends that.
#[derive(clap::Args)]
pub struct Args {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,

    /// Allow an address that other machines can reach
    #[arg(long)]
    expose: bool,

    /// What payers' links begin with, where that is not the address listened on
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,

    /// Speak HTTPS, under an authority of the sandbox's own; --ca-out says where its certificate goes
    #[arg(long, requires = "ca_out")]
    tls: bool,

    /// PEM file of the authority that tills have to trust (ca_file); made where it is not there, with its key beside it
    /// in FILE.key
    #[arg(long, value_name = "FILE", requires = "tls")]
    ca_out: Option<PathBuf>,

    /// Write the sandbox's URL to this file once it listens
    #[arg(long, value_name = "FILE")]
    ready_file: Option<PathBuf>,

    /// Merchants instead of the built-in one, a line each: ID KEY NAME, or ID KEY payout=KEY NAME
    #[arg(long, value_name = "FILE")]
    merchants: Option<PathBuf>,

    /// Form of the answers; auto is XML to multipart and JSON to JSON
    #[arg(long, value_name = "auto|xml|json", default_value = "auto")]
    answer: AnswerFormat,

    /// What the field qr holds: the payer's link, or a picture of its QR
    #[arg(long, value_name = "link|png", default_value = "link")]
    qr: QrForm,

    /// Which form of the signature's header is taken
    #[arg(long, value_name = "both|uri|path", default_value = "both")]
    jws: JwsHeader,

    /// Whether unsigned requests are taken where the published samples are unsigned
    #[arg(long, value_name = "documented|required", default_value = "documented")]
    signature: SignaturePolicy,

    /// The key that signs payouts of merchants who have none of their own
    #[arg(long, value_name = "KEY", default_value = PAYOUT_KEY)]
    payout_key: String,

    /// How long the classic status shows payments as they were: 500ms, 3s, 2m
    #[arg(long, value_name = "TIME", value_parser = parse_duration, default_value = "0s")]
    read_back_lag: Duration,

    /// What goes wrong, for which requests and how often: lost-answer:init,order=1042,times=1; may be given
    /// several times
    ///
    /// What goes wrong: delay=TIME, http=STATUS, rate-limit=N, cut=BYTES, lost-answer, lost-request,
    /// garbage=html|bytes|endless|long|short, duplicate, wrong-signature, no-signature, failed-refund,
    /// unlisted-refunds, clock-skew=+90s, idle-close=TIME. Then :ENDPOINT, an address or the end of one, and
    /// after commas order=ID, merchant=ID, times=N.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<FaultRule>,

    /// Which addresses of merchants are called; nothing leaves this machine unless it is anywhere
    #[arg(long, value_name = "loopback|anywhere|off", default_value = "loopback")]
    callbacks: CallbackPolicy,

    /// Body of a callback whose request method is POST
    #[arg(long, value_name = "urlencoded|multipart", default_value = "urlencoded")]
    callback_form: CallbackForm,

    /// Milliseconds from one attempt at a callback to the next, instead of half an hour
    #[arg(long, value_name = "N", default_value_t = 1_800_000)]
    callback_interval_ms: u64,

    /// Whether a merchant may refuse a payment when it is told that it was paid (pg_can_reject)
    #[arg(long, value_name = "true|false", default_value_t = true, action = clap::ArgAction::Set)]
    can_reject: bool,

    /// Keep everything in this file, and go on where it was at the next start, also after a kill
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Let the sandbox's clock run so many times faster: timers, callbacks, dates
    #[arg(long, value_name = "FACTOR", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    speed: u32,

    /// Every payment is paid this long after its init: 500ms, 3s, 2m
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    pay_after: Option<Duration>,

    /// Every payment is declined this long after its init
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    decline_after: Option<Duration>,

    /// Every payment expires this long after its init
    #[arg(long, value_name = "TIME", value_parser = parse_duration)]
    expire_after: Option<Duration>,
}

pub fn run(args: Args) -> Result<(), Box<dyn Error>> {
    let mut options = Options {
        listen: args.listen,
        expose: args.expose,
        public_url: args.public_url,
        tls: args.ca_out.filter(|_| args.tls).map_or(Tls::Off, Tls::Kept),
        answer: args.answer,
        qr: args.qr,
        jws: args.jws,
        signature: args.signature,
        timers: Timers {
            pay_after: args.pay_after,
            decline_after: args.decline_after,
            expire_after: args.expire_after,
        },
        payout_key: args.payout_key,
        read_back_lag: args.read_back_lag,
        faults: args.faults,
        callbacks: args.callbacks,
        callback_form: args.callback_form,
        callback_interval: Duration::from_millis(args.callback_interval_ms),
        can_reject: args.can_reject,
        speed: args.speed,
        state_file: args.state,
        log: Some(Arc::new(|line| {
            // A closed stderr is no reason to stop.
            let _ = writeln!(std::io::stderr(), "{line}");
        })),
        ..Options::default()
    };
    if let Some(path) = &args.merchants {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        options.merchants = parse_merchants(&text)?;
    }
    // The file of an earlier run names an address where nobody listens any more.
    if let Some(path) = &args.ready_file {
        remove(path)?;
    }

    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        // Before anybody is told that the sandbox is ready, so that a signal always ends it cleanly.
        let mut signals = Signals::new()?;
        let sandbox = match Sandbox::start(options) {
            Err(_) if !args.expose && !args.listen.ip().is_loopback() => {
                return Err(format!(
                    "{} can be reached from other machines; if you want that, add --expose",
                    args.listen
                )
                .into());
            }
            started => started?,
        };
        announce(sandbox.url(), args.ready_file.as_deref())?;
        signals.next().await;
        drop(sandbox);
        if let Some(path) = &args.ready_file {
            remove(path)?;
        }
        Ok(())
    })
}

fn announce(url: &str, ready_file: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let mut stdout = std::io::stdout();
    writeln!(stdout, "sandbox listening on {url}")?;
    stdout.flush()?;
    if let Some(path) = ready_file {
        result_file::replace(path, format!("{url}\n").as_bytes())?;
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), Box<dyn Error>> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", path.display()).into())
        }
        _ => Ok(()),
    }
}

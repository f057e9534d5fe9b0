//! A gateway to develop and test against: it answers as the documents say, refuses everything that they do
//! not allow, and keeps its invoices until it ends. No money moves and nothing leaves this machine.
//!
//! It shares no code with the rest of the library, because it is there to prove the library wrong.
//!
//! ```no_run
//! # fn main() -> Result<(), freedompay::sandbox::Error> {
//! use freedompay::sandbox::{Options, Sandbox};
//!
//! let sandbox = Sandbox::start(Options::default())?;
//! println!("{}", sandbox.url());
//! # Ok(())
//! # }
//! ```

mod amount;
mod answer;
mod authority;
mod card;
mod card_page;
mod classic;
mod clock;
mod control;
mod courier;
mod dashboard;
mod fault;
mod field;
mod gateway;
mod invoice;
mod kept;
mod ledger;
mod line;
mod message;
mod mistake;
mod news;
mod options;
mod page;
mod payment;
mod payout;
mod pg_sig;
mod picture;
mod post;
mod record;
mod request;
mod server;
mod signature;
mod socket;
mod standing;
mod state;
mod tongue;

use std::fmt;
use std::future::Future;
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use tokio::sync::oneshot;

pub use amount::Hundredths;
pub use authority::Tls;
pub use fault::{Fault, FaultRule, Garbage, StandingRule};
pub use invoice::{Invoice, InvoiceState};
pub use options::{
    AnswerFormat, CallbackForm, CallbackPolicy, JwsHeader, Log, MERCHANT_ID, Merchant, Options, PAYOUT_KEY,
    QrForm, SECRET_KEY, SignaturePolicy, Timers, parse_duration, parse_merchants,
};
pub use payment::{Payment, PaymentKind, PaymentStatus};
pub use payout::{Payout, PayoutKind, PayoutStatus};
pub use post::{Callback, CallbackKind};
pub use record::{Record, Signed, WireAnswer};
pub use standing::{CARD_DECLINED, CARD_OK, Failure, PayerCard, Refund, Standing};

use authority::Authority;
use ledger::Paying;
use state::State;

/// A running sandbox. It has a thread of its own and ends when this is dropped.
pub struct Sandbox {
    url: String,
    ca_certificate: Option<String>,
    state: Arc<State>,
    /// Dropping the sender stops the server.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Listens before it returns: the first request may follow at once.
    pub fn start(options: Options) -> Result<Sandbox, Error> {
        if !options.expose && !options.listen.ip().is_loopback() {
            return Err(Error::new(format!(
                "{} can be reached from other machines; that has to be asked for",
                options.listen
            )));
        }
        if let Some(public) = &options.public_url {
            field::check_url("the public URL", public).map_err(|problem| Error::new(problem.text))?;
        }
        let listening = |error| Error::new(format!("cannot listen on {}: {error}", options.listen));
        let listener = TcpListener::bind(options.listen).map_err(listening)?;
        listener.set_nonblocking(true).map_err(listening)?;
        let authority = Authority::of(&options.tls)?;
        let tls = authority.as_ref().map(|authority| authority.serve(names(&options))).transpose()?;
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{}", listener.local_addr().map_err(listening)?);
        let public_url = match &options.public_url {
            Some(public) => public.trim_end_matches('/').to_owned(),
            None => url.clone(),
        };
        let starting = |error| Error::new(format!("cannot start the sandbox: {error}"));
        // Nothing may fail behind it: a runtime cannot be dropped where another one runs, as in the command.
        let state = Arc::new(State::new(options, public_url)?);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(starting)?;
        let (stop, stopped) = oneshot::channel();
        let served = state.clone();
        let thread = std::thread::Builder::new()
            .name("sandbox".to_owned())
            .spawn(move || {
                if let Err(error) =
                    runtime.block_on(server::run(listener, tls.map(Arc::new), served.clone(), stopped))
                {
                    served.log(&format!("the sandbox has ended: {error}"));
                }
                if let Err(error) = served.save() {
                    served.log(&error.to_string());
                }
            })
            .map_err(starting)?;
        let ca_certificate = authority.map(|authority| authority.certificate);
        Ok(Sandbox { url, ca_certificate, state, stop: Some(stop), thread: Some(thread) })
    }

    /// `http://127.0.0.1:PORT`, or with https.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What a client has to trust, as PEM; None where the sandbox speaks plain HTTP.
    pub fn ca_certificate(&self) -> Option<&str> {
        self.ca_certificate.as_deref()
    }

    /// Every request so far except those to `/sandbox/`, oldest first; of very many, the newest ten thousand.
    pub fn requests(&self) -> Vec<Record> {
        self.state.records()
    }

    /// Every invoice so far, oldest first.
    pub fn invoices(&self) -> Vec<Invoice> {
        self.state.invoices()
    }

    /// Every payment so far, invoices too, oldest first.
    pub fn payments(&self) -> Vec<Payment> {
        self.state.payments()
    }

    /// Every payout so far, oldest first.
    pub fn payouts(&self) -> Vec<Payout> {
        self.state.payouts()
    }

    /// Every callback that was delivered or tried, oldest first.
    pub fn callbacks(&self) -> Vec<Callback> {
        self.state.callbacks()
    }

    /// The payer pays an invoice or another payment. Where its merchant wants to be asked first, this waits for
    /// the answer, whatever that is.
    pub fn pay(&self, payment_id: u64) -> Result<(), Error> {
        if let Paying::Asking(answered) = self.state.begin_paying(payment_id, PayerCard::default())? {
            wait(answered);
        }
        Ok(())
    }

    /// The payer, or the bank, declines.
    pub fn decline(&self, payment_id: u64) -> Result<(), Error> {
        self.state.decline(payment_id, Failure::declined())?;
        Ok(())
    }

    /// The payment's time is over.
    pub fn expire(&self, payment_id: u64) -> Result<(), Error> {
        self.state.expire(payment_id)?;
        Ok(())
    }

    /// The payer has opened the payment; one that has ended cannot be.
    pub fn set_process(&self, payment_id: u64) -> Result<(), Error> {
        self.state.process(payment_id)?;
        Ok(())
    }

    /// Lets something go wrong from now on; the number of the rule.
    pub fn add_rule(&self, rule: FaultRule) -> u64 {
        self.state.add_rule(rule).number
    }

    /// The rules that stand, with what is left of each.
    pub fn rules(&self) -> Vec<StandingRule> {
        self.state.rules()
    }

    /// Takes one rule away; false is a number whose rule does not stand.
    pub fn remove_rule(&self, number: u64) -> bool {
        self.state.remove_rule(number)
    }

    /// Everything goes right from now on.
    pub fn clear_rules(&self) {
        self.state.clear_rules();
    }

    /// Moves the sandbox's clock ahead, so that timers fire without waiting.
    pub fn advance(&self, by: Duration) {
        self.state.advance(by);
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// By what the sandbox is reached, besides the names that every machine has for itself.
fn names(options: &Options) -> Vec<String> {
    let public = options.public_url.as_deref().and_then(|url| url::Url::parse(url).ok());
    let host = public.as_ref().and_then(url::Url::host_str);
    host.map(|host| host.trim_matches(['[', ']']).to_owned())
        .into_iter()
        .chain([options.listen.ip().to_string()])
        .collect()
}

/// Blocks this thread until the merchant has answered.
fn wait(mut answered: oneshot::Receiver<()>) {
    struct Sleeper(Thread);
    impl Wake for Sleeper {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Sleeper(std::thread::current())));
    while Pin::new(&mut answered).poll(&mut Context::from_waker(&waker)).is_pending() {
        std::thread::park();
    }
}

/// Why a sandbox did not start, or did not do as told: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(String);

impl Error {
    fn new(text: impl Into<String>) -> Self {
        Error(text.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

//! A sandbox behind HTTPS, reached by the library and by the tool.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use freedompay::sandbox::{FaultRule, Options, Sandbox, Tls};
use freedompay::{Client, Code, Error, Invoice, InvoiceStatus, Sent};

use crate::gateway::{Gateway, refused};
use crate::support::place::Place;
use crate::support::{config, request};

fn sandbox(tls: Tls) -> Sandbox {
    Sandbox::start(Options { tls, ..Options::default() }).unwrap()
}

/// A sale at this gateway by a till that trusts this authority.
fn sell(url: &str, ca_file: Option<&std::path::Path>) -> Result<Invoice, Error> {
    let mut config = config(url);
    if let Some(path) = ca_file {
        config.set_ca_file(path)?;
    }
    Client::new(&config)?.invoice_init(&request("1"))
}

#[test]
fn a_till_that_trusts_the_authority_sells_and_one_that_does_not_sends_nothing() {
    let place = Place::new();
    let sandbox = sandbox(Tls::Fresh);
    assert!(sandbox.url().starts_with("https://127.0.0.1:"), "{}", sandbox.url());
    let error = sell(sandbox.url(), None).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No), "{error}");
    assert!(error.message().contains("not issued by an authority that is trusted here"), "{error}");
    assert!(sandbox.requests().is_empty());

    let ca = place.path.join("ca.pem");
    fs::write(&ca, sandbox.ca_certificate().unwrap()).unwrap();
    let invoice = sell(sandbox.url(), Some(&ca)).unwrap();
    assert!(invoice.qr_url().unwrap().starts_with(sandbox.url()), "the payer's link is https, too");
    sell(&sandbox.url().replace("127.0.0.1", "localhost"), Some(&ca)).unwrap();
    let other = self::sandbox(Tls::Fresh);
    assert_eq!(sell(other.url(), Some(&ca)).unwrap_err().code(), Code::NotSent, "each has its own");
}

#[test]
fn faults_strike_behind_tls_too() {
    for (rule, code, sent) in [
        ("lost-answer:init", Code::Unknown, Sent::Maybe),
        ("cut=40:init", Code::Unknown, Sent::Maybe),
        ("garbage=html:init", Code::Answer, Sent::Yes),
    ] {
        let place = Place::new();
        let sandbox = sandbox(Tls::Fresh);
        sandbox.add_rule(rule.parse::<FaultRule>().unwrap());
        let ca = place.path.join("ca.pem");
        fs::write(&ca, sandbox.ca_certificate().unwrap()).unwrap();
        let error = sell(sandbox.url(), Some(&ca)).unwrap_err();
        assert_eq!((error.code(), error.sent()), (code, sent), "{rule}: {error}");
        assert_eq!(sandbox.invoices().len(), 1, "{rule}");
    }
}

#[test]
fn the_command_keeps_its_authority_and_the_tool_takes_its_file() {
    let place = Place::new();
    let arguments = ["--listen", "127.0.0.1:0", "--tls", "--ca-out", "ca.pem"];
    let gateway = Gateway::start(&place, &arguments);
    let (ca, key) = (place.path.join("ca.pem"), place.path.join("ca.pem.key"));
    let first = fs::read(&ca).unwrap();
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    gateway.kill();
    let gateway = Gateway::start(&place, &arguments);
    assert_eq!(fs::read(&ca).unwrap(), first, "what a till trusts stays");
    assert_eq!(sell(&gateway.url, Some(&ca)).unwrap().status(), InvoiceStatus::New);

    let tool = |more: &[&str]| {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_freedompay"));
        tool.args(["init", "2", "10.50", "Tea", "--config", "/dev/null", "--merchant-id", "123456"]);
        tool.args(["--base-url", &gateway.url]).args(more).env("FREEDOMPAY_SECRET_KEY", "sandbox-secret-key");
        tool.env_remove("FREEDOMPAY_JOURNAL").current_dir(&place.path).output().unwrap().status.code()
    };
    assert_eq!((tool(&["--ca-file", "ca.pem"]), tool(&[])), (Some(0), Some(50)));
    drop(gateway);

    fs::remove_file(&key).unwrap();
    assert!(refused(&place, &arguments).contains("ca.pem.key is not beside it"));
    let stranger = Place::new();
    drop(Gateway::start(&stranger, &arguments));
    fs::copy(stranger.path.join("ca.pem.key"), &key).unwrap();
    assert!(refused(&place, &arguments).contains("do not go together"));
    assert_eq!(fs::read(&ca).unwrap(), first);
}

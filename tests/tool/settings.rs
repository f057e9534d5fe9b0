//! Where settings come from, and that the key goes nowhere.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use freedompay::sandbox::{Merchant, Options};

use crate::stage::{Ran, Stage, bare};

const KEY: &str = "top-secret-key";

/// A gateway with the merchants 1, 2 and 3, who have the same key.
fn stage() -> Stage {
    let merchants =
        (1..=3).map(|id| Merchant { id, key: KEY.to_owned(), name: "Shop".to_owned(), payout_key: None });
    Stage::with(Options { merchants: merchants.collect(), ..Options::default() })
}

/// A configuration file in the stage's folder.
fn file(stage: &Stage, name: &str, text: &str) -> String {
    let path = stage.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn of_merchant(id: u64, stage: &Stage) -> String {
    format!("merchant_id = {id}\nsecret_key = \"{KEY}\"\nbase_url = \"{}\"\n", stage.url)
}

fn run(command: &mut Command) -> Ran {
    Ran::of(command.output().unwrap())
}

#[test]
fn a_flag_is_stronger_than_a_variable_and_a_variable_than_the_file() {
    let stage = stage();
    let config = file(&stage, "till.toml", &of_merchant(1, &stage));
    let init = |order: &str, command: &mut Command| {
        let ran = run(command.args(["init", order, "10", "Tea", "--config", &config]));
        assert_eq!(ran.exit, 0, "{}", ran.err);
    };
    init("1", &mut bare());
    init("2", bare().env("FREEDOMPAY_MERCHANT_ID", "2"));
    let ran = run(bare().env("FREEDOMPAY_MERCHANT_ID", "2").args([
        "init",
        "3",
        "10",
        "Tea",
        "--merchant-id",
        "3",
        "--config",
        &config,
    ]));
    assert_eq!(ran.exit, 0);
    let merchants: Vec<u64> = stage.sandbox.invoices().iter().map(|invoice| invoice.merchant_id).collect();
    assert_eq!(merchants, [1, 2, 3]);
}

#[test]
fn the_file_is_looked_for_in_the_usual_places() {
    let stage = stage();
    let named = file(&stage, "named.toml", &of_merchant(1, &stage));
    file(&stage, "own/freedompay/config.toml", &of_merchant(2, &stage));
    file(&stage, "home/.config/freedompay/config.toml", &of_merchant(3, &stage));
    let (own, home) = (stage.path("own"), stage.path("home"));
    let init = |order: &str, command: &mut Command| {
        let ran = run(command.args(["init", order, "10", "Tea"]));
        assert_eq!(ran.exit, 0, "{}", ran.err);
    };
    init("1", bare().env("FREEDOMPAY_CONFIG", &named).env("XDG_CONFIG_HOME", &own).env("HOME", &home));
    init("2", bare().env("XDG_CONFIG_HOME", &own).env("HOME", &home));
    init("3", bare().env_remove("XDG_CONFIG_HOME").env("HOME", &home));
    let merchants: Vec<u64> = stage.sandbox.invoices().iter().map(|invoice| invoice.merchant_id).collect();
    assert_eq!(merchants, [1, 2, 3]);

    let ran = run(bare().env("FREEDOMPAY_CONFIG", stage.path("none")).args(["status", "1"]));
    assert!(ran.exit == 40 && ran.err.contains("none: No such file"), "{}", ran.err);
}

#[test]
fn the_key_comes_from_a_file_a_variable_or_standard_input() {
    let stage = stage();
    let base = format!("merchant_id = \"1\"\nbase_url = \"{}\"\n", stage.url);
    let key_file = file(&stage, "key", &format!("\u{feff}{KEY}\r\n"));
    let plain = file(&stage, "plain.toml", &base);
    let with_key = file(&stage, "key.toml", &format!("\u{feff}{base}secret_key = '{KEY}'\r\n"));
    // The name of a file means one beside the configuration, wherever the tool is started.
    let with_file = file(&stage, "file.toml", &format!("{base}secret_file = \"key\""));
    let mut orders = 0..;
    let init = |mut command: Command, input: &str| {
        let mut tool =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        tool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let ran = Ran::of(tool.wait_with_output().unwrap());
        assert_eq!(ran.exit, 0, "{}", ran.out);
    };
    let mut till = |config: &str, more: &[&str]| {
        let mut command = bare();
        let order = orders.next().unwrap().to_string();
        command.args(["init", &order, "10", "Tea", "--json", "--config", config]).args(more).current_dir("/");
        command
    };
    init(till(&with_key, &[]), "");
    init(till(&with_file, &[]), "");
    init(till(&plain, &["--secret-file", &key_file]), "");
    init(till(&plain, &["--secret-file", "-"]), &format!("{KEY}\n"));
    let with = |mut command: Command, name: &str, value: &str| {
        command.env(name, value);
        command
    };
    init(with(till(&plain, &[]), "FREEDOMPAY_SECRET_KEY", KEY), "");
    init(with(till(&plain, &[]), "FREEDOMPAY_SECRET_FILE", &key_file), "");
    init(with(till(&with_key, &[]), "FREEDOMPAY_SECRET_FILE", &key_file), "");
    assert_eq!(stage.sandbox.invoices().len(), 7);
    assert!(stage.sandbox.requests().iter().all(|request| request.problem.is_none()));
}

#[test]
fn the_key_is_no_argument_and_stands_in_no_message() {
    let stage = stage();
    let command = || {
        let mut command = bare();
        command.env("FREEDOMPAY_BASE_URL", &stage.url).env("FREEDOMPAY_MERCHANT_ID", "1");
        command
    };
    for arguments in [["--secret-key", KEY], ["--secret_key", KEY], ["--key", KEY]] {
        let ran = run(command().args(["init", "1", "10", "Tea"]).args(arguments));
        assert!(ran.exit == 40 && !ran.err.contains(KEY), "{}", ran.err);
    }
    let twice = run(command()
        .env("FREEDOMPAY_SECRET_KEY", KEY)
        .env("FREEDOMPAY_SECRET_FILE", "/dev/null")
        .args(["init", "1", "10", "Tea"]));
    assert!(twice.exit == 40 && twice.err.contains("one of them is enough"), "{}", twice.err);
    for key in [format!(" {KEY}"), format!("{KEY}\u{7}")] {
        let ran =
            run(command().env("FREEDOMPAY_SECRET_KEY", &key).args(["init", "1", "10", "Tea", "--json"]));
        let text = ran.out + &ran.err;
        assert!(ran.exit == 40 && text.contains("FREEDOMPAY_SECRET_KEY: ") && !text.contains(KEY), "{text}");
    }
    assert_eq!(stage.sandbox.requests().len(), 0);

    // What the tool tells of its work has neither the key nor the signature that was made with it.
    let ran = run(command().env("FREEDOMPAY_SECRET_KEY", KEY).args(["init", "1", "10", "Tea", "-v"]));
    assert_eq!(ran.exit, 0);
    assert!(ran.err.contains("/v5/merchant/invoice/init: ok"), "{}", ran.err);
    assert!(!(ran.out + &ran.err).contains(KEY));
}

#[test]
fn what_is_wrong_in_the_file_is_said_with_its_line_and_without_its_words() {
    let stage = stage();
    for (text, line, reason) in [
        ("merchant_id = 1\nsecret_key = top-secret-key\n", 2, "is not TOML"),
        ("\n\nsecret_key = \"top-secret-key\n", 3, "is not TOML"),
        ("secret_key = 'top-secret-key' 'top-secret-key'", 1, "is not TOML"),
        ("secret_key = 1\nsecret_key = 2", 2, "is not TOML"),
        ("# key\nsecret = 'top-secret-key'", 2, "there is no setting of this name"),
        ("secret_key = ['top-secret-key']", 1, "secret_key is not a text in quotation marks"),
        ("merchant_id = 1.5", 1, "merchant_id is not a number such as 123456"),
        ("call_timeout = 30", 1, "call_timeout is not a text in quotation marks"),
        ("[shop]\nmerchant_id = 1", 1, "there is no setting of this name"),
        ("base_url = 'http://gateway.example'", 1, "is not encrypted"),
        ("\ncall_timeout = 'soon'", 2, "is not a duration such as"),
        ("body_format = 'yaml'", 1, "is not one of auto, multipart, json"),
        ("jws_claim = 'no'", 1, "is not one of uri, path"),
        ("lang = 'fr'", 1, "is not one of en, ru"),
        ("secret_key = ' top-secret-key'", 1, "begins or ends with white space"),
        ("secret_file = ''", 1, "secret_file"),
        ("secret_file = 'nowhere'", 1, "nowhere: No such file"),
    ] {
        let config = file(&stage, "wrong.toml", text);
        let ran = run(bare().args(["status", "1", "--json", "--config", &config]));
        let message = ran.json()["message"].as_str().unwrap().to_owned();
        assert_eq!(ran.exit, 40, "{text}: {message}");
        assert!(message.contains("wrong.toml") && message.contains(reason), "{text}: {message}");
        assert!(message.contains(&format!("line {line}")), "{text}: {message}");
        assert!(!message.contains("top-secret"), "{text}: {message}");
    }
}

#[test]
#[cfg(unix)]
fn a_configuration_that_cannot_be_looked_for_is_not_passed_over_in_silence() {
    let stage = stage();
    let own = stage.path("own");
    fs::create_dir(&own).unwrap();
    // Root may enter every folder, but nobody one that leads to itself.
    std::os::unix::fs::symlink("freedompay", own.join("freedompay")).unwrap();
    let command = |words: &[&str]| {
        run(stage.command(words).env_remove("FREEDOMPAY_CONFIG").env("XDG_CONFIG_HOME", &own))
    };
    let said = command(&["init", "1", "10", "Tea", "--merchant-id", "1"]);
    let path = own.join("freedompay/config.toml");
    let warning = format!("freedompay: warning: {}: ", path.display());
    assert!(said.err.starts_with(&warning) && said.err.contains("; was not read\n"), "{}", said.err);
    let doctor = command(&["doctor"]);
    assert!(doctor.out.contains(&format!("{}: ", path.display())), "{}", doctor.out);
    let named = run(stage.command(&["status", "1"]).env("XDG_CONFIG_HOME", &own));
    assert!(!named.err.contains("was not read"), "{}", named.err);
}

#[test]
fn what_is_missing_is_said_with_the_ways_to_set_it() {
    let stage = stage();
    for (words, taken, ways) in [
        (&["status", "1"][..], "MERCHANT_ID", "--merchant-id, FREEDOMPAY_MERCHANT_ID, or merchant_id in a"),
        (&["refund", "1"], "SECRET_KEY", "--secret-file, FREEDOMPAY_SECRET_KEY, or secret_key in a"),
        (
            &["call", "/x", "--scheme", "pg-sig-payout"],
            "PAYOUT_KEY",
            "--payout-key-file, FREEDOMPAY_PAYOUT_KEY, or",
        ),
        (&["pending"], "JOURNAL", "--journal, FREEDOMPAY_JOURNAL, or journal in a"),
    ] {
        let ran = run(stage.command(words).env(format!("FREEDOMPAY_{taken}"), ""));
        assert!(ran.exit == 40 && ran.err.contains(&format!("  It is set with {ways}")), "{}", ran.err);
    }
}

#[test]
fn the_readme_s_configuration_is_one() {
    let stage = stage();
    let readme = include_str!("../../src/bin/freedompay/README.md");
    let (_, rest) = readme.split_once("```toml\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();
    for key in ["key", "payout-key"] {
        file(&stage, key, KEY);
    }
    let journal = stage.place.journal();
    let text = text
        .replace("https://api.freedompay.uz", &stage.url)
        .replace("/var/lib/till/sales.db", journal.to_str().unwrap())
        .replace("merchant_id = 123456", "merchant_id = 1");
    let config = file(&stage, "config.toml", &text);
    let ran = run(bare().args(["init", "1", "10", "Tea", "--config", &config]));
    assert!(ran.exit == 0 && ran.out.starts_with("Ждёт оплаты"), "{}{}", ran.out, ran.err);
    assert!(journal.exists());
    // What stands behind a # is a setting, too.
    let all = text.replace("# proxy", "proxy").replace("# ca_file", "ca_file");
    let config = file(&stage, "all.toml", &all);
    let ran = run(bare().args(["status", "1", "--config", &config, "--lang", "en"]));
    assert!(ran.exit == 40 && ran.err.contains("ca_file"), "{}", ran.err);
}

#[test]
fn a_proxy_with_a_password_is_no_argument() {
    let stage = stage();
    let status = |more: &[&str]| {
        let mut command = bare();
        command.env("FREEDOMPAY_BASE_URL", &stage.url).env("FREEDOMPAY_MERCHANT_ID", "1");
        command.args(["status", "1", "--json", "--call-timeout", "300ms"]).args(more);
        command
    };
    let ran = run(&mut status(&["--proxy", "http://till:passw0rd@127.0.0.1:1"]));
    let message = ran.json()["message"].as_str().unwrap().to_owned();
    assert!(ran.exit == 40 && message.contains("FREEDOMPAY_PROXY"), "{message}");
    assert!(!(ran.out + &ran.err).contains("passw0rd"));
    // It is refused only there: through the variable it is used, and nobody listens.
    let ran = run(status(&[]).env("FREEDOMPAY_PROXY", "http://till:passw0rd@127.0.0.1:1"));
    assert_eq!(ran.json()["code_name"], "FP_ERR_NOT_SENT");
    assert!(ran.exit == 30 && !(ran.out + &ran.err).contains("passw0rd"));
}

#[test]
fn the_file_may_set_the_language_and_anything_stronger_may_change_it() {
    let stage = stage();
    let config = file(&stage, "ru.toml", &(of_merchant(1, &stage) + "lang = 'ru'"));
    let status = |command: &mut Command| run(command.args(["status", "77", "--config", &config])).err;
    assert!(status(&mut bare()).contains("пока не показывает эту продажу"));
    assert!(status(bare().env("LANG", "kk_KZ.UTF-8")).contains("пока не показывает эту продажу"));
    assert!(status(bare().env("LANG", "en_US.UTF-8")).contains("does not show this sale"));
    assert!(status(bare().env("FREEDOMPAY_LANG", "en")).contains("does not show this sale"));
    assert!(status(bare().args(["--lang", "en"])).contains("does not show this sale"));
}

//! `freedompay doctor` against each fault: it names the fault and its remedy, and makes no invoice.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::process::Command;
use std::sync::Arc;
use std::thread;

use freedompay::sandbox::{JwsHeader, Options, Record, SECRET_KEY, SignaturePolicy};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

use crate::stage::{Ran, Stage, TOOL};
use crate::support::child::with_mounts;
use crate::support::hole::nobody;

/// What the doctor says of one thing: its state, what was seen, and the remedy.
fn check<'a>(diagnosis: &'a Value, name: &str) -> (&'a str, &'a str, &'a str) {
    let checks = diagnosis["checks"].as_array().unwrap();
    let worst = checks.iter().rfind(|check| check["name"] == name);
    let check = worst.unwrap_or_else(|| panic!("no check of {name}: {diagnosis}"));
    let text = |member: &str| check[member].as_str().unwrap_or_default();
    (text("state"), text("message"), text("remedy"))
}

/// The names of what is wrong.
fn wrong(diagnosis: &Value) -> Vec<&str> {
    let checks = diagnosis["checks"].as_array().unwrap().iter();
    checks.filter(|check| check["state"] == "wrong").map(|check| check["name"].as_str().unwrap()).collect()
}

fn doctor(stage: &Stage, more: &[&str]) -> (Value, i32) {
    let ran =
        stage.run(&[&["doctor", "--json", "--connect-timeout", "5s", "--call-timeout", "2s"], more].concat());
    (ran.json(), ran.exit)
}

fn inits(requests: &[Record]) -> usize {
    requests.iter().filter(|request| request.path.ends_with("/init")).count()
}

/// TLS before a gateway: decrypts, passes on, encrypts.
fn tls_before(stage: &Stage, certificate: rcgen::Certificate, key: &KeyPair) -> String {
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let settings = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let settings = Arc::new(settings);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let gateway = stage.sandbox.url().trim_start_matches("http://").to_owned();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = ServerConnection::new(settings.clone()).unwrap();
            let stream = StreamOwned::new(connection, stream.unwrap());
            let gateway = gateway.clone();
            thread::spawn(move || pass_on(stream, &gateway));
        }
    });
    format!("https://localhost:{port}")
}

/// One request and its answer; the connection ends with it.
fn pass_on(mut stream: impl Read + Write, gateway: &str) -> Option<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).ok()?;
        request.push(byte[0]);
    }
    let head = String::from_utf8(request.clone()).unwrap().to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).ok()?;
    let first_line = request.windows(2).position(|pair| pair == b"\r\n")? + 2;
    let mut gateway = TcpStream::connect(gateway).ok()?;
    gateway.write_all(&request[..first_line]).ok()?;
    gateway.write_all(b"Connection: close\r\n").ok()?;
    gateway.write_all(&request[first_line..]).ok()?;
    gateway.write_all(&body).ok()?;
    let mut answer = Vec::new();
    gateway.read_to_end(&mut answer).ok()?;
    stream.write_all(&answer).ok()?;
    stream.flush().ok()
}

fn authority(name: &str) -> CertifiedIssuer<'static, KeyPair> {
    let mut parameters = CertificateParams::new(Vec::<String>::new()).unwrap();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    parameters.distinguished_name.push(DnType::CommonName, name);
    CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap()
}

/// A gateway behind TLS whose certificate `change` has changed; its address, and the authority's file.
fn behind_tls(stage: &Stage, change: impl FnOnce(&mut CertificateParams)) -> (String, String) {
    let issuer = authority("Corner Shop Firewall");
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    parameters.distinguished_name.push(DnType::CommonName, "gateway");
    change(&mut parameters);
    let key = KeyPair::generate().unwrap();
    let url = tls_before(stage, parameters.signed_by(&key, &issuer).unwrap(), &key);
    let file = stage.path("ca.pem");
    fs::write(&file, issuer.pem()).unwrap();
    (url, file.to_str().unwrap().to_owned())
}

#[test]
fn a_till_that_is_well_hears_so_and_the_gateway_hears_of_no_sale() {
    let stage = Stage::new();
    let (diagnosis, exit) = doctor(&stage, &[]);
    assert_eq!((wrong(&diagnosis), exit), (vec![], 0), "{diagnosis}");
    let (state, message, _) = check(&diagnosis, "dialect");
    assert_eq!(state, "ok");
    assert!(message.contains("json uri, json path, multipart uri, multipart path"), "{message}");
    for name in ["version", "settings", "key", "journal", "name", "connection", "clock", "signature"] {
        assert_eq!(check(&diagnosis, name).0, "ok", "{name}: {diagnosis}");
    }
    assert!(stage.sandbox.invoices().is_empty() && inits(&stage.sandbox.requests()) == 0);
    assert!(stage.run(&["pending", "--json"]).json()["sales"].as_array().unwrap().is_empty());
    let said = stage.run(&["doctor"]);
    assert!(said.out.ends_with("Everything is well.\n"), "{}", said.out);
    assert!(stage.run(&["doctor", "--lang", "ru"]).out.ends_with("Всё в порядке.\n"));
}

#[test]
fn a_wrong_key_is_named() {
    let stage = Stage::new();
    fs::write(stage.path("key"), "another-key-entirely").unwrap();
    let (diagnosis, exit) = doctor(&stage, &["--secret-file", "key"]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["key"], 40), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "key");
    assert!(
        message.contains("9998") && remedy.contains("compare merchant_id and the secret key"),
        "{message}"
    );
}

#[test]
fn the_sandbox_s_key_is_named_where_it_opens_nothing() {
    let (diagnosis, exit) = doctor(&Stage::new().at("https://gateway.invalid"), &[]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["key", "name"], 40), "{diagnosis}");
    assert!(check(&diagnosis, "key").1.contains("key of the sandbox"), "{diagnosis}");
}

#[test]
fn a_key_that_is_missing_is_named_where_the_gateway_wants_one() {
    let stage = Stage::with(Options { signature: SignaturePolicy::Required, ..Options::default() });
    let mut command = stage.command(&["doctor", "--json"]);
    let ran = Ran::of(command.env_remove("FREEDOMPAY_SECRET_KEY").output().unwrap());
    let diagnosis = ran.json();
    assert_eq!((wrong(&diagnosis), ran.exit), (vec!["key"], 40), "{diagnosis}");
    assert!(check(&diagnosis, "key").2.contains("set the secret key"));
}

#[test]
fn the_other_dialect_is_named_with_the_setting_that_speaks_it() {
    for (jws, set, remedy) in
        [(JwsHeader::Path, "uri", "jws_claim = \"path\""), (JwsHeader::Uri, "path", "jws_claim = \"uri\"")]
    {
        let stage = Stage::with(Options { jws, ..Options::default() });
        let (diagnosis, exit) = doctor(&stage, &["--jws-claim", set]);
        assert_eq!((wrong(&diagnosis), exit), (vec!["dialect"], 40), "{diagnosis}");
        assert!(check(&diagnosis, "dialect").2.contains(remedy), "{diagnosis}");
        assert!(inits(&stage.sandbox.requests()) == 0 && stage.sandbox.invoices().is_empty());
        // And the remedy is one.
        let (_, other) = remedy.trim_end_matches('"').split_once('"').unwrap();
        assert_eq!(doctor(&stage, &["--jws-claim", other]).1, 0);
    }
}

#[test]
fn a_refused_connection_is_named() {
    let (address, _socket) = nobody();
    let stage = Stage::new().at(&format!("http://{address}"));
    let (diagnosis, exit) = doctor(&stage, &[]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["connection"], 50), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "connection");
    assert!(message.contains(&address.to_string()) && remedy.contains("firewall"), "{diagnosis}");
}

#[test]
fn a_name_that_nobody_knows_is_named() {
    let stage = Stage::new().at("https://gateway.invalid");
    let mut command = stage.command(&["doctor", "--json"]);
    let ran = Ran::of(command.env("FREEDOMPAY_SECRET_KEY", "another-key").output().unwrap());
    let diagnosis = ran.json();
    assert_eq!((wrong(&diagnosis), ran.exit), (vec!["name"], 50), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "name");
    assert!(message.contains("gateway.invalid") && remedy.contains("DNS"), "{diagnosis}");
}

#[test]
fn a_name_server_that_never_answers_is_named() {
    let stage = Stage::new().at("https://gateway.invalid");
    let names = stage.path("resolv.conf");
    fs::write(&names, "nameserver 127.7.7.8\n").unwrap();
    let setup = format!("mount --bind {} /etc/resolv.conf", names.display());
    let Some(mut command) = with_mounts(&setup) else { return };
    let _silent = UdpSocket::bind("127.7.7.8:53").unwrap();
    command.arg(TOOL).args(["doctor", "--json", "--connect-timeout", "1s"]).envs(stage.variables());
    let ran = Ran::of(command.env("FREEDOMPAY_SECRET_KEY", "another-key").output().unwrap());
    let diagnosis = ran.json();
    assert_eq!((wrong(&diagnosis), ran.exit), (vec!["name"], 50), "{diagnosis}");
    assert!(check(&diagnosis, "name").1.contains("no name server answers"), "{diagnosis}");
}

#[test]
fn a_proxy_that_refuses_is_named() {
    for (answer, remedy) in [
        ("HTTP/1.1 403 Forbidden", "let this machine reach the gateway"),
        ("HTTP/1.1 407 Proxy Authentication Required", "user name and password"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = format!("http://till:passw0rd@{}", listener.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            stream.write_all(format!("{answer}\r\nContent-Length: 0\r\n\r\n").as_bytes()).unwrap();
            String::from_utf8_lossy(&request[..length]).into_owned()
        });
        let stage = Stage::new().at("https://gateway.example:8443");
        let mut command = stage.command(&["doctor", "--json", "--report", "report.txt"]);
        command.env("FREEDOMPAY_PROXY", &proxy).env("FREEDOMPAY_SECRET_KEY", "another-key");
        let ran = Ran::of(command.output().unwrap());
        let diagnosis = ran.json();
        assert_eq!((wrong(&diagnosis), ran.exit), (vec!["proxy"], 50), "{diagnosis}");
        let (_, message, found) = check(&diagnosis, "proxy");
        assert!(message.contains(answer) && found.contains(remedy), "{diagnosis}");
        let request = asked.join().unwrap();
        assert!(request.starts_with("CONNECT gateway.example:8443 HTTP/1.1\r\n"), "{request}");
        assert!(request.contains("Proxy-Authorization: Basic dGlsbDpwYXNzdzByZA=="), "{request}");
        let report = fs::read_to_string(stage.path("report.txt")).unwrap();
        assert!(!report.contains("passw0rd") && !ran.out.contains("passw0rd"));
    }
}

#[test]
fn an_unknown_authority_is_named_with_its_name() {
    let stage = Stage::new();
    let (url, ca_file) = behind_tls(&stage, |_| {});
    let stage = stage.at(&url);
    let (diagnosis, exit) = doctor(&stage, &[]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["tls"], 50), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "tls");
    assert!(message.contains("not trusted") && message.contains("Corner Shop Firewall"), "{message}");
    assert!(remedy.contains("ca_file"), "{remedy}");

    let (diagnosis, exit) = doctor(&stage, &["--ca-file", &ca_file]);
    assert_eq!((wrong(&diagnosis), exit), (vec![], 0), "{diagnosis}");
    let (state, message, _) = check(&diagnosis, "tls");
    assert!(state == "ok" && message.contains("TLS 1.3"), "{message}");
    assert!(message.contains("issued by Corner Shop Firewall") && message.contains("more days"), "{message}");
}

#[test]
fn a_certificate_whose_time_is_over_and_one_for_another_name_are_told_apart() {
    let stage = Stage::new();
    let (old, ca_file) = behind_tls(&stage, |parameters| {
        parameters.not_before = date_time_ymd(2020, 1, 1);
        parameters.not_after = date_time_ymd(2021, 1, 1);
    });
    let stage = stage.at(&old);
    let (diagnosis, _) = doctor(&stage, &["--ca-file", &ca_file]);
    assert_eq!(wrong(&diagnosis), ["tls"], "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "tls");
    assert!(
        message.contains("not valid by this machine's clock") && remedy.contains("set the clock"),
        "{message}"
    );

    let (other, ca_file) = behind_tls(&stage, |parameters| {
        parameters.subject_alt_names = vec![rcgen::SanType::DnsName("api.example".try_into().unwrap())];
    });
    let stage = stage.at(&other);
    let (diagnosis, _) = doctor(&stage, &["--ca-file", &ca_file]);
    let (state, message, _) = check(&diagnosis, "tls");
    assert!(state == "wrong" && message.contains("for another name than localhost"), "{message}");
}

#[test]
fn a_wrong_clock_is_named_with_how_wrong_it_is() {
    let stage = Stage::new();
    for (offset, side) in [("+2h", "ahead of"), ("-2h", "behind")] {
        let mut command = Command::new("faketime");
        command.args(["-f", offset, TOOL, "doctor", "--json"]).envs(stage.variables());
        // Only the time of day is wrong; what waits goes on.
        command.env("DONT_FAKE_MONOTONIC", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let ran = Ran::of(command.output().unwrap());
        let diagnosis = ran.json();
        assert_eq!((wrong(&diagnosis), ran.exit), (vec!["clock"], 40), "{diagnosis}");
        let (_, message, remedy) = check(&diagnosis, "clock");
        let seconds: i64 = message.split_whitespace().find_map(|word| word.parse().ok()).unwrap();
        assert!((7_100..=7_300).contains(&seconds) && message.contains(side), "{message}");
        assert!(remedy.contains("timedatectl"), "{remedy}");
    }
}

#[test]
fn a_gateway_that_is_out_of_order_is_named() {
    for (rule, message, remedy) in [
        ("http=502:status", "HTTP 502", "out of order: try again in some minutes"),
        ("http=429:status", "HTTP 429", "asked too often"),
        (
            "lost-answer:status",
            "closed the connection before it had answered",
            "unanswered: try again in some minutes",
        ),
        ("garbage=bytes:status", "is not UTF-8", "is this the gateway?"),
    ] {
        let faults = vec![rule.parse().unwrap()];
        let stage = Stage::with(Options { faults, ..Options::default() });
        let ran = stage.run(&["doctor", "--json", "--call-timeout", "5s"]);
        let (diagnosis, exit) = (ran.json(), ran.exit);
        assert_eq!((wrong(&diagnosis), exit), (vec!["dialect"], 50), "{rule}: {diagnosis}");
        let (_, seen, advised) = check(&diagnosis, "dialect");
        assert!(seen.contains(message) && advised.contains(remedy), "{rule}: {seen}; {advised}");
    }
}

#[test]
fn a_gateway_that_lets_a_question_wait_is_asked_one_alone() {
    let faults = vec!["delay=2m:status".parse().unwrap()];
    let stage = Stage::with(Options { faults, ..Options::default() });
    let ran = stage.run(&["doctor", "--json", "--call-timeout", "500ms"]);
    let diagnosis = ran.json();
    assert_eq!((wrong(&diagnosis), ran.exit), (vec!["dialect"], 50), "{diagnosis}");
    let (_, seen, remedy) = check(&diagnosis, "dialect");
    assert!(seen.contains("did not answer in time") && remedy.contains("unanswered"), "{seen}; {remedy}");
    let asked = stage.sandbox.requests().iter().filter(|request| request.path.ends_with("/status")).count();
    assert_eq!(asked, 1);
}

#[test]
fn answers_of_another_time_are_named_where_the_date_of_the_server_is_right() {
    for (rule, side) in [("clock-skew=+60m", "ahead of"), ("clock-skew=-60m", "behind")] {
        let faults = vec![rule.parse().unwrap()];
        let stage = Stage::with(Options { faults, ..Options::default() });
        let (diagnosis, exit) = doctor(&stage, &[]);
        assert_eq!((wrong(&diagnosis), exit), (vec![], 0), "{diagnosis}");
        let (state, message, remedy) = check(&diagnosis, "clock");
        assert!(state == "warning" && message.contains(side) && remedy.contains("support"), "{diagnosis}");
    }
}

#[test]
fn what_is_wrong_with_an_answer_is_said_in_russian_throughout() {
    let faults = vec!["http=502:status".parse().unwrap()];
    let stage = Stage::with(Options { faults, ..Options::default() });
    let ran = stage.run(&["doctor", "--json", "--lang", "ru", "--call-timeout", "500ms"]);
    let diagnosis = ran.json();
    let (_, message, _) = check(&diagnosis, "dialect");
    let latin: Vec<&str> =
        message.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty()).collect();
    assert_eq!(latin, ["HTTP", "XML", "JSON"], "{message}");
}

#[test]
fn a_wrong_payout_key_is_named_and_a_right_one_is_well() {
    let stage = Stage::new();
    let with = |key: &str| {
        let mut command = stage.command(&["doctor", "--json"]);
        let ran = Ran::of(command.env("FREEDOMPAY_PAYOUT_KEY", key).output().unwrap());
        (ran.json(), ran.exit)
    };
    let (diagnosis, exit) = with("sandbox-payout-key");
    assert_eq!((check(&diagnosis, "payout").0, exit), ("ok", 0), "{diagnosis}");
    let (diagnosis, exit) = with("another-payout-key");
    assert_eq!((wrong(&diagnosis), exit), (vec!["payout"], 40), "{diagnosis}");
    assert!(check(&diagnosis, "payout").2.contains("letter by letter"), "{diagnosis}");
    let (diagnosis, _) = with("");
    assert!(!diagnosis.to_string().contains("\"payout\""), "nothing is asked without a key: {diagnosis}");
}

#[test]
fn a_server_that_speaks_no_tls_is_named() {
    let stage = Stage::new();
    let url = stage.url.replace("http:", "https:");
    let (diagnosis, exit) = doctor(&stage, &["--base-url", &url]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["tls"], 50), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "tls");
    assert!(message.contains("does not speak TLS") && remedy.contains("base_url"), "{diagnosis}");
}

#[test]
fn a_journal_on_a_disk_that_takes_no_writing_is_named() {
    let stage = Stage::new();
    let folder = stage.path("read-only");
    fs::create_dir(&folder).unwrap();
    let setup = format!("mount -t tmpfs -o ro tmpfs {}", folder.display());
    let Some(mut command) = with_mounts(&setup) else { return };
    command.arg(TOOL).args(["doctor", "--json"]).envs(stage.variables());
    let ran = Ran::of(command.env("FREEDOMPAY_JOURNAL", folder.join("sales.db")).output().unwrap());
    let diagnosis = ran.json();
    assert_eq!((wrong(&diagnosis), ran.exit), (vec!["journal"], 40), "{diagnosis}");
    assert!(check(&diagnosis, "journal").2.contains("folder"), "{diagnosis}");
}

#[test]
fn a_journal_that_cannot_be_written_is_named() {
    let stage = Stage::new();
    let (diagnosis, exit) = doctor(&stage, &["--journal", "/nonexistent/folder/sales.db"]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["journal"], 40), "{diagnosis}");
    let (_, message, remedy) = check(&diagnosis, "journal");
    assert!(message.contains("/nonexistent/folder/sales.db") && remedy.contains("folder"), "{diagnosis}");

    fs::write(stage.path("no-journal"), "this is a letter to a friend, not a database at all").unwrap();
    let (diagnosis, _) = doctor(&stage, &["--journal", "no-journal"]);
    assert_eq!(wrong(&diagnosis), ["journal"], "{diagnosis}");
}

#[test]
fn what_is_only_to_be_looked_at_is_a_warning_and_no_fault() {
    let stage = Stage::new();
    stage.run(&["init", "1", "10.50", "Tea"]);
    let (diagnosis, exit) = doctor(&stage, &[]);
    let (state, message, remedy) = check(&diagnosis, "journal");
    assert!(
        state == "warning" && message.contains("open: 1 sales") && remedy.contains("recover"),
        "{message}"
    );
    assert_eq!(exit, 0);

    let mut command = stage.command(&["doctor", "--json"]);
    let ran =
        Ran::of(command.env_remove("FREEDOMPAY_JOURNAL").env("LC_ALL", "ru_RU.CP1251").output().unwrap());
    let diagnosis = ran.json();
    assert_eq!((check(&diagnosis, "journal").0, ran.exit), ("warning", 0));
    let (state, _, remedy) = check(&diagnosis, "alphabet");
    assert!(state == "warning" && remedy.contains("--out-encoding"), "{remedy}");

    let config = stage.path("till.toml");
    fs::write(
        &config,
        format!("merchant_id = 123456\nsecret_key = '{SECRET_KEY}'\nbase_url = '{}'", stage.url),
    )
    .unwrap();
    let mut command = crate::stage::bare();
    let ran = Ran::of(command.args(["doctor", "--json", "--config"]).arg(&config).output().unwrap());
    let diagnosis = ran.json();
    let (state, message, remedy) = check(&diagnosis, "settings");
    assert_eq!(state, "warning", "{message}");
    assert!(message.contains("others may read the key") && remedy.starts_with("chmod 600 "), "{message}");
}

#[test]
fn a_configuration_that_cannot_be_used_is_named_and_the_rest_is_looked_at() {
    let stage = Stage::new();
    let (diagnosis, exit) = doctor(&stage, &["--base-url", "http://gateway.example"]);
    assert_eq!((wrong(&diagnosis), exit), (vec!["settings"], 40), "{diagnosis}");
    assert!(check(&diagnosis, "settings").1.contains("--base-url: "));
    assert_eq!(check(&diagnosis, "signature").0, "ok");
    let mut command = stage.command(&["doctor", "--json"]);
    let ran = Ran::of(command.env_remove("FREEDOMPAY_MERCHANT_ID").output().unwrap());
    assert!(check(&ran.json(), "settings").1.contains("merchant_id is not set"), "{}", ran.out);
}

#[test]
fn the_report_has_everything_but_the_secrets() {
    let stage = Stage::new();
    let ran = stage.run(&["doctor", "--report", "report.txt"]);
    let report = fs::read_to_string(stage.path("report.txt")).unwrap();
    assert_eq!(ran.exit, 0);
    for text in ["ok: version: freedompay ", "ok: dialect: ", "FREEDOMPAY_SECRET_KEY", "FREEDOMPAY_JOURNAL"] {
        assert!(report.contains(text), "{text}: {report}");
    }
    assert!(!report.contains(SECRET_KEY) && !ran.out.contains(SECRET_KEY));
    // And the same from standard input, which is read once.
    let mut command = stage.command(&["doctor", "--json", "--secret-file", "-"]);
    command.env_remove("FREEDOMPAY_SECRET_KEY").stdin(std::process::Stdio::piped());
    let mut tool = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
    tool.stdin.take().unwrap().write_all(SECRET_KEY.as_bytes()).unwrap();
    let ran = Ran::of(tool.wait_with_output().unwrap());
    assert_eq!((wrong(&ran.json()), ran.exit), (vec![], 0), "{}", ran.out);
}

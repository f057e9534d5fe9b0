//! `freedompay sandbox` as a script uses it: started, waited for, stopped.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const TOOL: &str = env!("CARGO_BIN_EXE_freedompay");

/// A directory of this test's own, gone when it ends.
struct Room(PathBuf);

impl Room {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("freedompay-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Room(path)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(arguments: &[&str]) -> Output {
    Command::new(TOOL).args(arguments).output().unwrap()
}

#[test]
fn version_and_help_need_no_configuration() {
    for arguments in [&["--version"][..], &["--help"], &["sandbox", "--help"]] {
        let output = run(arguments);
        assert!(output.status.success(), "{arguments:?}");
        assert!(!output.stdout.is_empty() && output.stderr.is_empty());
    }
}

#[test]
fn it_says_where_it_listens_logs_each_request_and_ends_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let room = Room::new("ready");
        let (ready, merchants) = (room.file("ready"), room.file("merchants"));
        fs::write(&ready, "http://127.0.0.1:1\n").unwrap();
        fs::write(&merchants, "7 top-secret-key Corner shop\n").unwrap();
        let arguments =
            ["sandbox", "--listen", "127.0.0.1:0", "--ready-file", &ready, "--merchants", &merchants];
        let mut tool =
            Command::new(TOOL).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(tool.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.strip_prefix("sandbox listening on ").unwrap();
        let host = url.trim_end().strip_prefix("http://").unwrap();

        // A request that is answered while the tool still runs proves that the line came in time.
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET /pay.html HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
        while fs::read_to_string(&ready).ok().as_deref() != Some(url) {
            assert_eq!(tool.try_wait().unwrap(), None);
            std::thread::yield_now();
        }
        let kill = Command::new("kill").args([signal, &tool.id().to_string()]).status();
        assert!(kill.unwrap().success());
        let output = tool.wait_with_output().unwrap();
        assert!(output.status.success(), "{signal}");
        let log = String::from_utf8(output.stderr).unwrap();
        assert_eq!(log.lines().count(), 1, "{log}");
        assert!(log.starts_with("GET /pay.html 404") && !log.contains("top-secret-key"), "{log}");
        assert_eq!(fs::read_dir(&room.0).unwrap().count(), 1, "only the merchants are left");
    }
}

#[test]
fn wrong_arguments_are_refused_in_one_sentence() {
    let room = Room::new("wrong");
    let merchants = room.file("merchants");
    fs::write(&merchants, "seven top-secret-key Corner shop\n").unwrap();
    for (arguments, text) in [
        (["--listen", "0.0.0.0:0"], "add --expose"),
        (["--pay-after", "soon"], "is not a duration such as 500ms, 3s or 2m"),
        (["--answer", "yaml"], "is not one of auto, xml, json"),
        (["--jws", "none"], "is not one of both, uri, path"),
        (["--qr", "gif"], "is not one of link, png"),
        (["--signature", "no"], "is not one of documented, required"),
        (["--fault", "bad-luck"], "is not one of delay=TIME, http=STATUS"),
        (["--callbacks", "maybe"], "is not one of loopback, anywhere, off"),
        (["--callback-form", "json"], "is not one of urlencoded, multipart"),
        (["--read-back-lag", "soon"], "is not a duration such as"),
        (["--merchants", "/nowhere/merchants"], "/nowhere/merchants"),
        (["--merchants", &merchants], "line 1: the merchant id is not a positive integer"),
        (["--public-url", "till.example"], "not an absolute http or https address"),
    ] {
        let output = run(&[&["sandbox"], &arguments[..]].concat());
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(text), "{arguments:?}: {error}");
        assert!(!error.contains("top-secret-key") && output.stdout.is_empty());
    }
}

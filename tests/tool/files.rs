//! The files that the tool writes for other software: results in its alphabet, and pictures of the code.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::sandbox::{Options, Timers};
use freedompay::{Matrix, QrSource};

use crate::stage::{Ran, Stage, bare};

const LINK: &str = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946";

fn read_pairs(text: &str) -> Vec<(String, String)> {
    text.lines()
        .map(|line| {
            let (name, value) = line.split_once('=').unwrap();
            (name.to_owned(), value.to_owned())
        })
        .collect()
}

fn value<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    &pairs.iter().find(|(found, _)| found == name).unwrap_or_else(|| panic!("{name}")).1
}

/// The names that are left in the stage's folder, without the journal's.
fn left(stage: &Stage) -> Vec<String> {
    let names = fs::read_dir(&stage.place.path).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = names.map(|name| name.to_str().unwrap().to_owned()).collect();
    names.retain(|name| !name.starts_with("journal"));
    names.sort();
    names
}

#[test]
fn a_result_file_is_in_the_alphabet_of_the_software_that_reads_it() {
    let stage = Stage::new();
    for (name, encoding) in [
        ("cp866", encoding_rs::IBM866),
        ("windows-1251", encoding_rs::WINDOWS_1251),
        ("koi8-r", encoding_rs::KOI8_R),
        ("utf-8", encoding_rs::UTF_8),
    ] {
        let order_id = format!("Заказ {name}");
        let arguments =
            ["init", &order_id, "10.50", "Чай", "--out-file", "r.txt", "--out-encoding", name, "--out-crlf"];
        let ran = stage.run(&arguments);
        assert_eq!(ran.exit, 0, "{}", ran.err);
        let bytes = fs::read(stage.path("r.txt")).unwrap();
        let (text, wrong) = encoding.decode_without_bom_handling(&bytes);
        assert!(!wrong, "{name}");
        assert!(text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']), "{name}");
        let pairs = read_pairs(&text.replace("\r\n", "\n"));
        assert_eq!(value(&pairs, "order_id"), order_id);
        for (field, expected) in [
            ("command", "init"),
            ("exit", "0"),
            ("outcome", "done"),
            ("code_name", "FP_OK"),
            ("sent_name", "FP_SENT_YES"),
            ("invoice_status_name", "FP_INVOICE_NEW"),
            ("amount", "10.50"),
            ("gateway_message", ""),
        ] {
            assert_eq!(value(&pairs, field), expected, "{name}: {field}");
        }
    }
    assert_eq!(left(&stage), ["r.txt"], "nothing else is left");
}

#[test]
fn a_result_file_says_what_json_says() {
    let stage = Stage::new();
    stage.run(&["init", "1", "10.50", "Tea"]);
    for arguments in [&["status", "1000001"][..], &["status", "77"], &["wait", "1000001", "--timeout", "1ms"]]
    {
        let ran = stage.run(&[arguments, &["--json", "--out-file", "r.txt"]].concat());
        let json = ran.json();
        let pairs = read_pairs(&fs::read_to_string(stage.path("r.txt")).unwrap());
        assert!(pairs.len() > 20);
        for (name, value) in pairs {
            let expected = match &json[&name] {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(value, expected, "{arguments:?} {name}");
        }
        assert_eq!(ran.exit, i32::try_from(json["exit"].as_i64().unwrap()).unwrap());
    }
}

#[test]
fn the_result_of_an_earlier_sale_is_gone_before_the_next_begins() {
    let stage = Stage::new();
    stage.run(&["init", "1", "10.50", "Tea"]);
    fs::write(stage.path("r.txt"), "outcome=done\n").unwrap();
    let mut tool = stage
        .command(&["wait", "1000001", "--out-file", "r.txt", "--json", "--watch"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The first question has been answered, and the power fails.
    let mut line = String::new();
    let mut out = std::io::BufReader::new(tool.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    assert!(line.contains("\"outcome\":\"open\""), "{line}");
    tool.kill().unwrap();
    tool.wait().unwrap();
    assert_eq!(left(&stage), [""; 0]);

    fs::write(stage.path("r.txt"), "outcome=done\n").unwrap();
    let encoding = ["--out-encoding", "klingon"];
    assert_eq!(stage.run(&[&["status", "1", "--out-file", "r.txt"], &encoding[..]].concat()).exit, 40);
    assert_eq!(left(&stage), [""; 0], "also where nothing new can be written");

    for words in [
        &["init", "2", "10", "Tea", "--method", "qr", "--bogus"][..],
        &["--lang", "ru", "status", "qr", "-x"],
    ] {
        fs::write(stage.path("r.txt"), "outcome=done\n").unwrap();
        assert_eq!(stage.run(&[words, &["--out-file", "r.txt"]].concat()).exit, 40);
        let pairs = read_pairs(&fs::read_to_string(stage.path("r.txt")).unwrap());
        assert_eq!(value(&pairs, "outcome"), "wrong", "{words:?}");
    }

    fs::write(stage.path("r.txt"), "outcome=done\n").unwrap();
    assert_eq!(stage.run(&["status", "--bogus", "--out-file", "r.txt"]).exit, 40);
    let pairs = read_pairs(&fs::read_to_string(stage.path("r.txt")).unwrap());
    assert_eq!((value(&pairs, "outcome"), value(&pairs, "code_name")), ("wrong", "FP_ERR_ARGUMENT"));
}

#[test]
fn what_recover_finds_stands_in_the_result_file_sale_by_sale() {
    let stage = Stage::new();
    for order_id in ["1", "2"] {
        stage.run(&["init", order_id, "10.50", "Tea"]);
    }
    stage.sandbox.pay(1_000_001).unwrap();
    assert_eq!(stage.run(&["pending", "--out-file", "p.txt"]).exit, 0);
    let pairs = read_pairs(&fs::read_to_string(stage.path("p.txt")).unwrap());
    assert_eq!((value(&pairs, "sales"), value(&pairs, "sale.2.order_id")), ("2", "2"));
    assert_eq!(stage.run(&["recover", "--out-file", "r.txt"]).exit, 10);
    let pairs = read_pairs(&fs::read_to_string(stage.path("r.txt")).unwrap());
    assert_eq!((value(&pairs, "sale.1.outcome"), value(&pairs, "sale.2.outcome")), ("done", "open"));
    assert_eq!((value(&pairs, "outcome"), value(&pairs, "sales")), ("open", "2"));
}

#[test]
fn the_code_of_a_sale_is_written_where_the_till_shows_it() {
    let timers = Timers { pay_after: Some(Duration::ZERO), ..Timers::default() };
    let stage = Stage::with(Options { timers, ..Options::default() });
    let ran = stage.run(&["pay", "1", "10.50", "Tea", "--qr-file", "code.png", "--size", "3", "--json"]);
    assert_eq!(ran.exit, 0, "{}", ran.out);
    let picture = STANDARD.encode(fs::read(stage.path("code.png")).unwrap());
    let read = QrSource::read(&picture);
    assert!(read.picture().is_some());
    assert_eq!(read.link(), ran.json()["qr_url"].as_str());
    assert_eq!(left(&stage), ["code.png"]);
}

#[test]
fn every_form_of_a_code_is_the_library_s() {
    let stage = Stage::new();
    let matrix = Matrix::of(LINK).unwrap();
    let init = stage.run(&["init", "1", "10.50", "Tea", "--json"]).json();
    let kept = Matrix::of(init["qr_url"].as_str().unwrap()).unwrap();
    type Draw = fn(&Matrix) -> Vec<u8>;
    let forms: [(&str, Draw); 9] = [
        ("png", |matrix| matrix.to_png(5).unwrap()),
        ("bmp", |matrix| matrix.to_bmp(5).unwrap()),
        ("svg", |matrix| matrix.to_svg().into_bytes()),
        ("text", |matrix| matrix.to_text().into_bytes()),
        ("escpos", |matrix| matrix.to_escpos(576).unwrap()),
        ("escpos-native", |matrix| matrix.to_escpos_native(576).unwrap()),
        ("zpl", |matrix| matrix.to_zpl(5).unwrap().into_bytes()),
        ("matrix", Matrix::to_modules),
        ("data-uri", |matrix| matrix.to_data_uri(5).unwrap().into_bytes()),
    ];
    for (form, draw) in forms {
        let drawn = |which: &[&str], more: &[&str]| {
            let size = ["--size", "5", "--paper-dots", "576", "--form", form];
            let ran = stage.run(&[&["qr"], which, &size, more].concat());
            assert_eq!(ran.exit, 0, "{form}: {}", ran.err);
            ran
        };
        assert_eq!(drawn(&["--link", LINK], &[]).bytes, draw(&matrix), "{form}");
        assert_eq!(drawn(&["1"], &[]).bytes, draw(&kept), "{form} of a sale in the journal");
        assert!(drawn(&["--link", LINK], &["--out-file", "code"]).out.is_empty());
        assert_eq!(fs::read(stage.path("code")).unwrap(), draw(&matrix), "{form} in a file");
        let json = drawn(&["--link", LINK], &["--json"]).json();
        assert_eq!(json["bytes"], STANDARD.encode(draw(&matrix)), "{form} in JSON");
    }
}

#[cfg(unix)]
#[test]
fn a_device_or_a_pipe_is_never_replaced_by_a_file() {
    use std::os::unix::fs::FileTypeExt;
    let stage = Stage::new();
    let pipe = stage.path("printer.prn");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in [
        &["init", "1", "10.50", "Tea", "--out-file", "printer.prn"][..],
        &["init", "1", "10.50", "Tea", "--qr-file", "printer.prn"],
        &["qr", "--link", LINK, "--form", "escpos", "--out-file", "printer.prn"],
    ] {
        let ran = stage.run(arguments);
        assert_eq!(ran.exit, 40, "{arguments:?}");
        assert!(ran.err.contains("device or a pipe"), "{arguments:?}: {}", ran.err);
        assert!(fs::metadata(&pipe).unwrap().file_type().is_fifo(), "{arguments:?}");
    }
    assert_eq!(left(&stage), ["printer.prn"]);
}

#[test]
fn a_journal_is_never_replaced_by_a_result() {
    let stage = Stage::new();
    let journal = stage.place.journal();
    let journal = journal.to_str().unwrap();
    let sale = ["init", "1", "10.50", "Tea"];
    // One that is not there yet is made by the sale; only the result is lost then.
    let first = stage.run(&[&sale[..], &["--out-file", journal]].concat());
    assert_eq!(first.exit, 0, "{}", first.err);
    assert!(first.err.contains("it is a journal"), "{}", first.err);
    let second = stage.run(&[&sale[..], &["--out-file", journal]].concat());
    assert_eq!(second.exit, 40, "{}", second.err);
    let pending = stage.run(&["pending", "--json"]).json();
    assert_eq!(pending["sales"][0]["invoice_id"], 1_000_001);
}

#[test]
fn a_link_can_be_read_from_standard_input_and_needs_no_configuration() {
    let arguments = ["qr", "--link", "-", "--form", "svg"];
    let mut tool = bare().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    tool.stdin.take().unwrap().write_all(format!("{LINK}\n").as_bytes()).unwrap();
    let ran = Ran::of(tool.wait_with_output().unwrap());
    assert_eq!((ran.exit, ran.out), (0, Matrix::of(LINK).unwrap().to_svg()));
    let long = "x".repeat(3000);
    for link in ["", &long] {
        assert_eq!(Ran::of(bare().args(["qr", "--link", link]).output().unwrap()).exit, 40, "{link}");
    }
}

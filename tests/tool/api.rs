//! `freedompay api`: one call of another program, as a binding without FFI makes it.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::sandbox::SECRET_KEY;
use freedompay::{Matrix, Receipt, Sale};
use serde_json::{Value, json};

use crate::stage::{Stage, bare};
use crate::support::hole::Silence;
use crate::support::{GOOD, REFUSAL, ScriptedServer, Step, http};

/// A call under way.
struct Call {
    tool: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Call {
    fn start(request: &str) -> Call {
        let mut command = bare();
        // What is set elsewhere means nothing here.
        command.env("FREEDOMPAY_MERCHANT_ID", "7").env("FREEDOMPAY_CONFIG", "/nowhere").arg("api");
        let mut tool =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut input = tool.stdin.take().unwrap();
        writeln!(input, "{request}").unwrap();
        let output = BufReader::new(tool.stdout.take().unwrap());
        Call { tool, input: Some(input), output }
    }

    fn say(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    fn hang_up(&mut self) {
        self.input = None;
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }

    /// The last line, and the exit code.
    fn end(mut self) -> (Value, i32) {
        let last = self.line();
        assert_eq!(last["abi_version"], 1, "a foreign program is known by its lack");
        let mut more = String::new();
        assert_eq!(self.output.read_line(&mut more).unwrap(), 0, "{more}");
        let output = self.tool.wait_with_output().unwrap();
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
        (last, output.status.code().unwrap())
    }
}

fn config(url: &str) -> Value {
    json!({ "merchant_id": 123456, "secret_key": SECRET_KEY, "base_url": url, "poll_interval_ms": 20 })
}

fn request(url: &str, call: &str, arguments: Value) -> Value {
    json!({ "call": call, "config": config(url), "arguments": arguments })
}

/// Makes a call; its last line and its exit code.
pub fn ask(request: &Value) -> (Value, i32) {
    Call::start(&request.to_string()).end()
}

fn result(request: &Value) -> Value {
    let (line, _) = ask(request);
    line["result"].clone()
}

#[test]
fn a_result_has_everything_that_an_fp_result_has() {
    let stage = Stage::new();
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Чай", "currency": "KZT" });
    let (line, exit) = ask(&request(&stage.url, "invoice_init", sale));
    let init = &line["result"];
    assert_eq!(exit, 0, "{line}");
    for (name, value) in [
        ("code", json!(0)),
        ("message", json!("")),
        ("sent", json!(2)),
        ("advice", json!(0)),
        ("from_journal", json!(0)),
        ("http_status", json!(200)),
        ("gateway_code", json!(0)),
        ("gateway_message", Value::Null),
        ("invoice_id", json!(1_000_001)),
        ("invoice_status", json!(1)),
        ("order_id", json!("1")),
        // The answer of init does not repeat it.
        ("amount", Value::Null),
        ("payment_id", json!(0)),
        ("payment_status", json!(0)),
        ("paid", json!(0)),
        ("captured", json!(-1)),
        ("refunds", json!([])),
        ("slip", json!({ "amount": "10.50", "currency": "KZT", "order_id": "1" })),
    ] {
        assert_eq!(init[name], value, "{name}");
    }
    let body: Value =
        serde_json::from_slice(&STANDARD.decode(init["body"].as_str().unwrap()).unwrap()).unwrap();
    assert_eq!(body["invoice_id"], 1_000_001);
    let fields = init["fields"].as_array().unwrap();
    assert_eq!(fields[..2], [json!([0, "status", "ok"]), json!([0, "invoice_status", "new"])]);
    let qr = fields.iter().find(|field| field[1] == "qr").unwrap();
    assert_eq!(qr[0], 1, "it stands inside invoice_methods");
    let link = STANDARD.decode(qr[2].as_str().unwrap()).unwrap();
    assert_eq!(init["qr_url"].as_str().unwrap().as_bytes(), link);

    stage.sandbox.pay(1_000_001).unwrap();
    let (line, exit) = ask(&request(&stage.url, "invoice_status", json!({ "invoice_id": 1_000_001 })));
    assert_eq!((&line["result"]["invoice_status"], exit), (&json!(3), 0));
    assert_eq!(line["result"]["card_pan"], "4111-11XX-XXXX-1111");
    assert!(line["result"]["unix_time"].as_i64().unwrap() > 1_700_000_000);
}

#[test]
fn a_failure_is_told_with_what_it_was_about() {
    let refusing = ScriptedServer::start(vec![Step::Answer(http("200 OK", REFUSAL))]);
    let (line, exit) = ask(&request(&refusing.url, "invoice_status", json!({ "invoice_id": 7 })));
    let refused = &line["result"];
    assert_eq!((&refused["code"], &refused["gateway_code"], exit), (&json!(5), &json!(9998), 30));
    assert_eq!(
        (&refused["invoice_id"], &refused["gateway_message"]),
        (&json!(7), &json!("Incorrect signature"))
    );

    // The first setter that refuses is the answer of every call, in the order in which they are called.
    let wrong = |config: &str, call: &str, arguments: &str| {
        let call = format!(r#"{{"call":"{call}","config":{config},"arguments":{arguments}}}"#);
        let (line, exit) = Call::start(&call).end();
        assert_eq!(exit, 40, "{line}");
        line["result"].clone()
    };
    let first =
        wrong(r#"{"timeout_ms":0,"merchant_id":0}"#, "invoice_status_by_order", r#"{"order_id":"1"}"#);
    assert_eq!((&first["code"], &first["order_id"]), (&json!(1), &json!("1")));
    assert!(first["message"].as_str().unwrap().starts_with("timeout_ms 0 "), "{first}");
    let first = wrong(r#"{"merchant_id":0,"timeout_ms":0}"#, "client_check", "{}");
    assert!(first["message"].as_str().unwrap().starts_with("merchant_id 0 "), "{first}");
    assert_eq!(wrong("[]", "client_check", "[]")["message"], "merchant_id is not set");
    let sale = r#"{"order_id":"1","amount":"1,5","description":"","currency":"x"}"#;
    assert!(
        wrong(r#"{"merchant_id":1}"#, "invoice_init", sale)["message"]
            .as_str()
            .unwrap()
            .starts_with("amount")
    );
}

#[test]
fn a_request_that_cannot_be_read_is_refused_and_not_quoted() {
    for (line, reason) in [
        ("", "no JSON"),
        ("top-secret", "no JSON"),
        (r#"{"call":"client_check","config":{"secret_key":"top-secret"}"#, "no JSON"),
        (r#"{"call":"client_check","config":"top-secret"}"#, "no JSON"),
        (r#"{"call":"client_check","log":"top-secret"}"#, "no JSON"),
        (r#"{"call":"client_check","key":"top-secret"}"#, "no JSON"),
        (r#"{"config":{"secret_key":"top-secret"}}"#, "call is missing"),
        (r#"{"call":"client_check","config":{"secret_key":["top-secret"]}}"#, "secret_key is not a text"),
        (r#"{"call":"client_check","config":{"merchant_id":"1"}}"#, "merchant_id is not a whole number"),
        (
            r#"{"call":"client_check","config":{"merchant_key":"top-secret"}}"#,
            "\"merchant_key\" that there is not",
        ),
        (r#"{"call":"nothing","config":{"merchant_id":1}}"#, "there is no call \"nothing\""),
        (r#"{"call":"invoice_status","config":{"merchant_id":1}}"#, "invoice_id is missing"),
        (
            r#"{"call":"invoice_status","config":{"merchant_id":1},"arguments":{"invoice_id":"1"}}"#,
            "invoice_id is not a whole",
        ),
        (
            r#"{"call":"invoice_info","config":{"merchant_id":1},"arguments":{"customer":1}}"#,
            "customer is not a text",
        ),
    ] {
        let (answer, exit) = Call::start(line).end();
        let message = answer["result"]["message"].as_str().unwrap();
        assert_eq!((&answer["result"]["code"], exit), (&json!(1), 40), "{line}");
        assert!(message.contains(reason) && !message.contains("top-secret"), "{line}: {message}");
    }
    let long = format!("{{\"call\":\"{}\"}}", "x".repeat(4 << 20));
    let mut tool = bare().arg("api").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let _ = writeln!(tool.stdin.take().unwrap(), "{long}");
    let output = tool.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("longer than 4 MiB"));
}

#[test]
fn each_poll_of_a_wait_asks_whether_to_go_on() {
    let stage = Stage::new();
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Tea" });
    assert_eq!(result(&request(&stage.url, "invoice_init", sale))["code"], 0);
    let arguments = json!({ "invoice_id": 1_000_001, "timeout_ms": 3_600_000, "progress": true });
    let wait = request(&stage.url, "invoice_wait", arguments).to_string();

    let mut paid = Call::start(&wait);
    for _ in 0..3 {
        assert_eq!(paid.line()["progress"]["invoice_status"], 1);
        paid.say("{}");
    }
    assert_eq!(paid.line()["progress"]["invoice_status"], 1);
    stage.sandbox.pay(1_000_001).unwrap();
    paid.say("{}");
    assert_eq!(paid.line()["progress"]["invoice_status"], 3);
    paid.say("{}");
    let (line, exit) = paid.end();
    assert_eq!((&line["result"]["invoice_status"], exit), (&json!(3), 0));

    // No line, no poll: what gives up ends the wait where it stands.
    let sale = json!({ "order_id": "2", "amount": "10.50", "description": "Tea" });
    assert_eq!(result(&request(&stage.url, "invoice_init", sale))["code"], 0);
    let arguments = json!({ "invoice_id": 1_000_002, "timeout_ms": 3_600_000, "progress": true });
    let wait = request(&stage.url, "invoice_wait", arguments).to_string();
    for gives_up in [|call: &mut Call| call.say(r#"{"cancel":true}"#), Call::hang_up] {
        let before = stage.sandbox.requests().len();
        let mut call = Call::start(&wait);
        assert_eq!(call.line()["progress"]["invoice_status"], 1);
        gives_up(&mut call);
        let (line, exit) = call.end();
        assert_eq!(
            (&line["result"]["code"], &line["result"]["invoice_status"], exit),
            (&json!(8), &json!(1), 10)
        );
        assert_eq!(stage.sandbox.requests().len(), before + 1);
    }
}

#[test]
fn a_call_under_way_is_given_up_by_a_line_and_not_by_the_end_of_input() {
    let silence = Silence::start();
    let url = format!("http://{}", silence.address);
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Tea" });
    let mut init = request(&url, "invoice_init", sale);
    init["config"]["timeout_ms"] = json!(3_600_000);
    let mut call = Call::start(&init.to_string());
    while silence.taken() == 0 {
        std::thread::yield_now();
    }
    call.say(r#"{"cancel":true}"#);
    let (line, exit) = call.end();
    assert_eq!(line["result"]["code"], 8);
    // How far it came is for the call to say: it may have left or not.
    let sent = line["result"]["sent"].as_i64().unwrap();
    assert_eq!(exit, if sent == 0 { 50 } else { 30 }, "{line}");

    let stage = Stage::new();
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Tea" });
    let mut call = Call::start(&request(&stage.url, "invoice_init", sale).to_string());
    call.hang_up();
    assert_eq!(call.end().0["result"]["code"], 0);
}

#[test]
fn log_lines_come_before_the_end_where_they_are_wanted() {
    let stage = Stage::new();
    let mut init =
        request(&stage.url, "invoice_init", json!({ "order_id": "1", "amount": "1", "description": "T" }));
    init["log"] = json!(true);
    let mut call = Call::start(&init.to_string());
    let log = call.line();
    assert_eq!(log["log"][0], 3);
    assert!(log["log"][1].as_str().unwrap().starts_with("/v5/merchant/invoice/init: ok ("), "{log}");
    assert_eq!(call.end().0["result"]["code"], 0);
}

#[test]
fn the_journal_is_shared_with_whoever_else_uses_it() {
    let stage = Stage::new();
    let mut init =
        request(&stage.url, "invoice_init", json!({ "order_id": "1", "amount": "1", "description": "T" }));
    init["config"]["journal"] = json!(stage.place.journal());
    assert_eq!(result(&init)["from_journal"], 0);
    assert_eq!(result(&init)["from_journal"], 1);
    let mut pending = request(&stage.url, "client_pending", json!({}));
    pending["config"]["journal"] = init["config"]["journal"].clone();
    let sale = json!({ "order_id": "1", "invoice_id": 1_000_001, "amount": "1" });
    let (line, exit) = ask(&pending);
    assert_eq!((&line["pending"], exit), (&json!({ "code": 0, "message": "", "sales": [sale] }), 0));
    assert_eq!(stage.run(&["pending", "--json"]).json()["sales"][0]["order_id"], "1");
    let (line, exit) = ask(&request(&stage.url, "client_pending", json!({})));
    let nothing = json!({ "code": 2, "message": "no journal is set", "sales": [] });
    assert_eq!((&line["pending"], exit), (&nothing, 40));
}

#[test]
fn what_follows_a_payment_is_a_call_too() {
    let stage = Stage::new();
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Tea" });
    assert_eq!(result(&request(&stage.url, "invoice_init", sale.clone()))["code"], 0);
    stage.sandbox.pay(1_000_001).unwrap();
    let refund = json!({ "payment_id": 1_000_001, "amount": "5", "refund_key": null });
    let done = result(&request(&stage.url, "payment_refund", refund));
    assert_eq!((&done["code"], &done["payment_id"]), (&json!(0), &json!(1_000_001)), "{done}");
    let refund_id = done["refund_id"].as_i64().unwrap();
    assert!(refund_id > 0);
    let status = result(&request(&stage.url, "payment_status", json!({ "payment_id": 1_000_001 })));
    assert_eq!(
        (&status["paid"], &status["captured"], &status["payment_status"]),
        (&json!(1), &json!(1), &json!(5))
    );
    assert_eq!(status["refunds"][0]["payment_id"], refund_id);
    assert_eq!(status["amount"], "10.50");

    let mut page = sale;
    page["order_id"] = json!("2");
    page["more"] = json!([["pg_success_url", "https://shop.example/paid"], ["basket", "7"]]);
    let page = result(&request(&stage.url, "page_init", page));
    assert!(page["redirect_url"].as_str().is_some_and(|url| url.starts_with("http")), "{page}");
    for (call, arguments, code, reason) in [
        ("page_init", json!({ "order_id": "3", "amount": "1,5", "description": "T" }), 1, "amount \"1,5\""),
        ("payment_refund", json!({ "payment_id": 1, "amount": "x" }), 1, "amount \"x\""),
        (
            "refund_settle",
            json!({ "payment_id": 1, "refund_key": null, "was_made": 2 }),
            1,
            "was_made 2 is neither 0 nor 1",
        ),
        (
            "refund_settle",
            json!({ "payment_id": 1, "refund_key": null, "was_made": 1 }),
            2,
            "no journal is set",
        ),
        ("payout_balance", json!({}), 2, "payout_key is not set"),
        (
            "payout_status",
            json!({ "order_id": "1", "question": 3 }),
            1,
            "question 3 is not an FP_PAYOUT_STATUS_ number",
        ),
        ("call", json!({ "path": "/x", "scheme": 4 }), 1, "scheme 4 is not an FP_SCHEME_ number"),
        (
            "page_init",
            json!({ "order_id": "3", "amount": "1", "description": "T", "more": [["a"]] }),
            1,
            "more has",
        ),
        (
            "card_add",
            json!({ "user_id": "u", "back_link": "https://x.example", "more": [["pg_x", "1"]] }),
            1,
            "pg_x",
        ),
        ("token_pay", json!({ "payment_id": 0 }), 1, "payment_id 0"),
        ("mobile_approve", json!({ "payment_id": 1, "code": "" }), 1, "code"),
    ] {
        let refused = result(&request(&stage.url, call, arguments));
        assert_eq!(refused["code"], code, "{call}: {refused}");
        assert!(refused["message"].as_str().unwrap().contains(reason), "{call}: {refused}");
    }
    for list in ["client_pending_refunds", "client_pending_payouts"] {
        let mut pending = request(&stage.url, list, json!({}));
        pending["config"]["journal"] = json!(stage.place.journal());
        assert_eq!(ask(&pending).0["pending"], json!({ "code": 0, "message": "", "sales": [] }), "{list}");
    }
}

#[test]
fn ctrl_c_is_left_to_the_program_that_waits() {
    let stage = Stage::new();
    let sale = json!({ "order_id": "1", "amount": "10.50", "description": "Tea" });
    assert_eq!(result(&request(&stage.url, "invoice_init", sale))["code"], 0);
    let arguments = json!({ "invoice_id": 1_000_001, "timeout_ms": 3_600_000, "progress": true });
    let mut call = Call::start(&request(&stage.url, "invoice_wait", arguments).to_string());
    assert_eq!(call.line()["progress"]["invoice_status"], 1);
    for signal in ["-INT", "-HUP"] {
        let kill = Command::new("kill").args([signal, &call.tool.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }
    call.say("{}");
    assert_eq!(call.line()["progress"]["invoice_status"], 1, "it goes on");
    call.say("{\"cancel\":true}");
    assert_eq!(call.end().0["result"]["code"], 8);
}

#[test]
fn a_picture_instead_of_the_link_is_handed_on() {
    let png = Matrix::of("https://pay.example/1").unwrap().to_png(4).unwrap();
    let answer =
        GOOD.replace("aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheS5odG1sP2N1c3RvbWVyPTE=", &STANDARD.encode(&png));
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", &answer))]);
    let sale = json!({ "order_id": "1", "amount": "1", "description": "T" });
    let init = result(&request(&server.url, "invoice_init", sale));
    assert_eq!(
        (&init["qr_url"], &init["qr_picture_type"]),
        (&json!("https://pay.example/1"), &json!("image/png"))
    );
    assert_eq!(init["qr_picture"], STANDARD.encode(&png));
}

#[test]
fn the_forms_of_a_code_and_a_slip_are_those_of_the_library() {
    const LINK: &str = "https://pay.example/1";
    let matrix = Matrix::of(LINK).unwrap();
    let buffer = |arguments: Value| {
        let (line, _) = ask(&json!({ "call": "qr", "arguments": arguments }));
        line["buffer"].clone()
    };
    for (form, bytes) in [
        ("png", matrix.to_png(5).unwrap()),
        ("bmp", matrix.to_bmp(5).unwrap()),
        ("svg", matrix.to_svg().into_bytes()),
        ("text", matrix.to_text().into_bytes()),
        ("zpl", matrix.to_zpl(5).unwrap().into_bytes()),
        ("matrix", matrix.to_modules()),
        ("data_uri", matrix.to_data_uri(5).unwrap().into_bytes()),
    ] {
        let drawn = buffer(json!({ "form": form, "size": 5, "link": LINK }));
        assert_eq!(drawn, json!({ "code": 0, "message": "", "data": STANDARD.encode(bytes) }), "{form}");
    }
    for (form, bytes) in
        [("escpos", matrix.to_escpos(576).unwrap()), ("escpos_native", matrix.to_escpos_native(576).unwrap())]
    {
        let drawn = buffer(json!({ "form": form, "size": 576, "link": LINK }));
        assert_eq!(drawn["data"], STANDARD.encode(bytes), "{form}");
    }
    let wrong = buffer(json!({ "form": "png", "size": 65, "link": LINK }));
    assert_eq!(wrong["message"], "pixels_per_module 65 is not between 1 and 64");

    let mut receipt = Receipt::new();
    receipt.set_paper_dots(576).unwrap();
    receipt.add_line("Магазин").unwrap();
    receipt.set_labels("К оплате:", "Заказ").unwrap();
    receipt.set_cut(true);
    let sale = Sale { amount: Some("10.50"), currency: Some("KZT"), order_id: Some("1") };
    let rows =
        json!([["paper_dots", 576], ["line", "Магазин"], ["labels", "К оплате:", "Заказ"], ["cut", 1]]);
    let slip = buffer(json!({
        "form": "receipt", "link": LINK, "amount": "10.50", "currency": "KZT", "order_id": "1", "receipt": rows,
    }));
    assert_eq!(slip["data"], STANDARD.encode(receipt.to_escpos(&sale, &matrix).unwrap()));

    let checked = |rows: Value| ask(&json!({ "call": "receipt", "arguments": { "receipt": rows } })).0;
    assert_eq!(checked(rows.clone())["buffer"]["code"], 0);
    let refused = checked(json!([["native_code", 2], ["paper_dots", 1]]));
    assert_eq!(refused["buffer"]["message"], "native 2 is neither 0 nor 1");
    assert_eq!(checked(json!([["colour", 1]]))["result"]["code"], 1);
}

#[test]
fn the_library_tells_what_it_is() {
    let (line, exit) = ask(&json!({ "call": "library" }));
    assert_eq!(
        (&line["version"], &line["abi_version"], exit),
        (&json!(env!("CARGO_PKG_VERSION")), &json!(1), 0)
    );
    assert_eq!(line["code_names"]["4"], "FP_ERR_UNKNOWN");
    assert_eq!(line["code_names"].as_object().unwrap().len(), 13);
    let meanings = line["gateway_code_meanings"].as_object().unwrap();
    for (code, meaning) in meanings {
        assert_eq!(meaning.as_str(), freedompay::gateway_code_meaning(code.parse().unwrap()));
    }
    assert!(meanings.len() > 100);
}

#[test]
fn texts_come_and_go_in_the_encoding_of_the_program_that_asks() {
    let stage = Stage::new();
    let mut asked = request(
        &stage.url,
        "invoice_status_by_order",
        json!({ "order_id": "\u{c7}\u{e0}\u{ea}\u{e0}\u{e7}" }),
    );
    asked["config"]["text_encoding"] = json!("windows-1251");
    asked["config"]["language"] = json!("ru");
    let (unknown, _) = ask(&asked);
    assert_eq!(unknown["result"]["order_id"], "\u{c7}\u{e0}\u{ea}\u{e0}\u{e7}");
    let message: String =
        b"\xf8\xeb\xfe\xe7 \xee\xf2\xea\xe0\xe7\xe0\xeb".iter().copied().map(char::from).collect();
    let said = unknown["result"]["message"].as_str().unwrap();
    assert!(said.starts_with(&message), "{said}");

    asked["arguments"]["order_id"] = json!("a\u{98}");
    let (wrong, exit) = ask(&asked);
    assert_eq!((exit, wrong["result"]["code"].as_i64()), (40, Some(1)));
    asked["config"]["language"] = json!("kk");
    let (wrong, _) = ask(&asked);
    assert_eq!(wrong["result"]["message"], "language \"kk\" is not one of en, ru");
}

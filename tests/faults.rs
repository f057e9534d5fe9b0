//! Whatever the peer does, a call ends with the right code and says truly whether the request was sent.

mod support;

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use freedompay::{Advice, Client, Code, Error, InvoiceStatus, Log, Sent};
use support::hole::nobody;
use support::{GOOD, REFUSAL, ScriptedServer, Step, client, config, http, request};

/// What stands before a gateway may answer when the gateway does not.
const PROXY: &str = "{\"status\":\"error\",\"message\":\"upstream timeout\"}";

/// Makes one init against a server and answers its failure and how often the init arrived.
fn failed_init(step: Step) -> (Error, usize) {
    let server = ScriptedServer::start(vec![step]);
    let error = client(&server.url).invoice_init(&request("1")).unwrap_err();
    (error, server.requests().len())
}

fn head_len(answer: &[u8]) -> usize {
    answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4
}

#[test]
fn an_answer_cut_anywhere_is_unknown_and_never_refused() {
    for body in [GOOD, REFUSAL] {
        let answer = http("200 OK", body);
        for length in 0..answer.len() {
            let (error, arrived) = failed_init(Step::Cut(answer[..length].to_vec()));
            let sent = if length < head_len(&answer) { Sent::Maybe } else { Sent::Yes };
            assert_eq!((error.code(), error.sent()), (Code::Unknown, sent), "{length} bytes: {error}");
            assert_eq!((error.advice(), arrived), (Advice::AskStatus, 1), "{length} bytes: {error}");
        }
    }
}

#[test]
fn an_answer_without_a_length_that_is_cut_is_no_answer() {
    let body = "{\"status\":\"ok\",\"invoice_id\":7,\"invoice_status\":\"new\"}";
    for length in 0..body.len() {
        let answer = format!("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{}", &body[..length]);
        let (error, arrived) = failed_init(Step::Cut(answer.into()));
        assert_eq!((error.code(), error.sent(), arrived), (Code::Answer, Sent::Yes, 1), "{length}: {error}");
    }
}

#[test]
fn an_answer_of_a_mebibyte_is_read_and_one_of_a_byte_more_is_not() {
    const MOST: usize = 1 << 20;
    let of =
        |length: usize| Step::Answer(http("200 OK", &format!("{GOOD}{}", " ".repeat(length - GOOD.len()))));
    let server = ScriptedServer::start(vec![of(MOST)]);
    assert_eq!(client(&server.url).invoice_init(&request("1")).unwrap().id(), 7);
    let (error, arrived) = failed_init(of(MOST + 1));
    assert_eq!((error.code(), error.sent(), arrived), (Code::Answer, Sent::Yes, 1), "{error}");
    assert!(error.message().contains("is longer than 1048576 bytes"), "{error}");
}

#[test]
fn each_fault_of_an_init_has_its_code_and_its_sent() {
    let endless_headers = Step::Endless(b"HTTP/1.1 200 OK\r\n".to_vec(), b"X-More: again\r\n".to_vec());
    let endless_body = Step::Endless(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b' '; 4096]);
    let too_long = http("200 OK", &format!("<root>{}</root>", " ".repeat(1024 * 1024)));
    let slow = Step::Trickle(http("200 OK", GOOD), Duration::from_millis(200));
    let slow_body = {
        let answer = http("200 OK", GOOD);
        Step::Hang(answer[..answer.len() - 1].to_vec())
    };
    for (name, step, code, sent) in [
        ("reset", Step::Reset, Code::Unknown, Sent::Maybe),
        ("black hole", Step::Hang(vec![]), Code::Unknown, Sent::Maybe),
        ("trickled head", slow, Code::Unknown, Sent::Maybe),
        ("body that never ends", slow_body, Code::Unknown, Sent::Yes),
        ("endless headers", endless_headers, Code::Answer, Sent::Yes),
        ("endless body", endless_body, Code::Answer, Sent::Yes),
        ("too long", Step::Answer(too_long), Code::Answer, Sent::Yes),
        ("no HTTP", Step::Cut(b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec()), Code::Answer, Sent::Yes),
        ("HTML", Step::Answer(http("200 OK", "<html><body>Login</body></html>")), Code::Answer, Sent::Yes),
        ("no body", Step::Answer(http("200 OK", "")), Code::Answer, Sent::Yes),
        ("bad gateway", Step::Answer(http("502 Bad Gateway", "<html/>")), Code::Answer, Sent::Yes),
        (
            "redirect",
            Step::Answer(http("302 Found\r\nLocation: http://127.0.0.1:1/", "")),
            Code::Answer,
            Sent::Yes,
        ),
        ("refusal", Step::Answer(http("200 OK", REFUSAL)), Code::Refused, Sent::Yes),
        ("refusal with 403", Step::Answer(http("403 Forbidden", REFUSAL)), Code::Refused, Sent::Yes),
        ("an error of a proxy", Step::Answer(http("504 Gateway Timeout", PROXY)), Code::Answer, Sent::Yes),
        ("time that ran out", Step::Answer(http("408 Request Timeout", PROXY)), Code::Answer, Sent::Yes),
        ("too many requests", Step::Answer(http("429 Too Many Requests", PROXY)), Code::Answer, Sent::Yes),
        ("refusal with 429", Step::Answer(http("429 Too Many Requests", REFUSAL)), Code::Refused, Sent::Yes),
        ("refusal with 500", Step::Answer(http("500 Oops", REFUSAL)), Code::Refused, Sent::Yes),
    ] {
        let (error, arrived) = failed_init(step);
        assert_eq!((error.code(), error.sent()), (code, sent), "{name}: {error}");
        assert_eq!(arrived, 1, "{name}: an init arrives once");
    }
}

#[test]
fn bad_answers_name_what_is_wrong_and_keep_the_sale_findable() {
    for (body, reason) in [
        ("<r><status>ok</status><invoice_status>new</invoice_status></r>", "no invoice_id"),
        (
            "<r><status>ok</status><invoice_id>x</invoice_id><invoice_status>new</invoice_status></r>",
            "invoice_id is",
        ),
        ("<!DOCTYPE r><r><status>ok</status></r>", "document type"),
        (
            "<r><status>ok</status><order_id>2</order_id><invoice_id>7</invoice_id><invoice_status>ok</invoice_status></r>",
            "about order \"2\"",
        ),
        (
            "<r><status>ok</status><invoice_id>7</invoice_id><invoice_id>8</invoice_id></r>",
            "invoice_id more than once",
        ),
    ] {
        let (error, _) = failed_init(Step::Answer(http("200 OK", body)));
        assert_eq!((error.code(), error.advice()), (Code::Answer, Advice::AskStatus));
        assert!(error.message().contains(reason), "{error}");
        assert_eq!(error.answer().unwrap().body, body.as_bytes());
    }
}

#[test]
fn a_refused_connection_is_not_sent() {
    let (address, _kept) = nobody();
    let error = client(&format!("http://{address}")).invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent(), error.advice()), (Code::NotSent, Sent::No, Advice::Retry));
    assert!(error.message().contains("refused the connection; nothing was sent"), "{error}");
}

#[test]
fn a_proxy_that_is_not_there_is_named_without_its_password() {
    let (address, _kept) = nobody();
    let mut config = config("https://gateway.example");
    config.set_proxy(&format!("http://till:secret@{address}/")).unwrap();
    let error = Client::new(&config).unwrap().invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No));
    let expected =
        format!("through the proxy {address}: gateway.example refused the connection; nothing was sent");
    assert_eq!(error.message(), expected);
}

#[test]
fn a_name_that_does_not_exist_is_not_sent() {
    let mut config = config("https://no-such-name.invalid");
    // The name server is the machine's own, and may think it over.
    config.set_timeout_ms(120_000).unwrap();
    config.set_connect_timeout_ms(60_000).unwrap();
    let error = Client::new(&config).unwrap().invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No));
    assert!(error.message().contains("no-such-name.invalid could not be resolved"), "{error}");
}

#[test]
fn a_peer_that_never_finishes_the_handshake_is_not_sent_whichever_deadline_comes_first() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    for (connect_timeout_ms, timeout_ms) in [(200, 1000), (10_000, 400)] {
        let mut config = config(&format!("https://{}", server.local_addr().unwrap()));
        config.set_connect_timeout_ms(connect_timeout_ms).unwrap();
        config.set_timeout_ms(timeout_ms).unwrap();
        let error = Client::new(&config).unwrap().invoice_init(&request("1")).unwrap_err();
        assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No), "{error}");
    }
}

#[test]
fn an_init_that_was_certainly_not_sent_is_sent_again_within_its_time() {
    let (address, socket) = nobody();
    let (socket, server) = (Mutex::new(Some(socket)), Arc::new(Mutex::new(None)));
    let mut config = config(&format!("http://{address}"));
    config.set_log(Log::to({
        let server = server.clone();
        // The gateway comes up as soon as it was missed once.
        move |_, line| {
            if line.contains("; again in")
                && let Some(socket) = socket.lock().unwrap().take()
            {
                socket.listen(16).unwrap();
                let steps = vec![Step::Answer(http("200 OK", GOOD))];
                *server.lock().unwrap() = Some(ScriptedServer::on(socket.into(), steps));
            }
        }
    }));
    let invoice = Client::new(&config).unwrap().invoice_init(&request("1")).unwrap();
    let server = server.lock().unwrap().take().expect("it was missed");
    assert_eq!((invoice.id(), server.requests().len()), (7, 1));
}

#[test]
fn a_question_is_asked_again_after_any_passing_fault() {
    for fault in [
        Step::Reset,
        Step::Cut(vec![]),
        Step::Cut(http("200 OK", GOOD)[..60].to_vec()),
        Step::Answer(http("503 Service Unavailable", "<html/>")),
        Step::Answer(http("429 Too Many Requests", "")),
        Step::Answer(http("429 Too Many Requests", PROXY)),
        Step::Answer(http("408 Request Timeout", PROXY)),
        Step::Answer(http("200 OK", &REFUSAL.replace("9998", "9999"))),
    ] {
        let server = ScriptedServer::start(vec![fault, Step::Answer(http("200 OK", GOOD))]);
        let invoice = client(&server.url).invoice_status(7).unwrap();
        assert_eq!((invoice.status(), server.requests().len()), (InvoiceStatus::New, 2));
    }
}

#[test]
fn a_question_about_one_invoice_is_not_answered_by_another() {
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", GOOD))]);
    let error = client(&server.url).invoice_status(8).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Answer, Sent::Yes));
    assert!(error.message().contains("about invoice 7, not 8"), "{error}");
}

#[test]
fn one_connection_serves_all_calls_and_a_closed_one_is_not_given_a_request() {
    let keeps = ScriptedServer::start(vec![Step::Answer(http("200 OK", GOOD))]);
    let patient = client(&keeps.url);
    for _ in 0..5 {
        patient.invoice_init(&request("1")).unwrap();
    }
    assert_eq!((keeps.connections(), keeps.requests().len()), (1, 5));

    let closes = ScriptedServer::start(vec![Step::Cut(http("200 OK", GOOD))]);
    let client = client(&closes.url);
    for calls in 1..=5 {
        client.invoice_init(&request("1")).unwrap();
        while closes.closed() < calls {
            thread::yield_now();
        }
        assert_eq!((closes.connections(), closes.requests().len()), (calls, calls));
    }
}

#[test]
fn what_is_sent_is_what_the_documents_show() {
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", GOOD))]);
    let mut config = config(&server.url);
    config.set_app_info("till", "4.2").unwrap();
    let mut request = request("00102");
    request.options.set_currency("KZT").unwrap();
    Client::new(&config).unwrap().invoice_init(&request).unwrap();
    let sent = String::from_utf8(server.requests().remove(0)).unwrap();
    let (head, body) = sent.split_once("\r\n\r\n").unwrap();
    let head = head.to_ascii_lowercase();
    assert!(head.starts_with("post /v5/merchant/invoice/init http/1.1\r\n"), "{head}");
    let agent = concat!("\r\nuser-agent: freedompay/", env!("CARGO_PKG_VERSION"), " till/4.2");
    for line in ["\r\ncontent-type: application/json", "\r\nx-jws-signature: ", agent] {
        assert!(head.contains(line), "{head}");
    }
    assert_eq!(
        body,
        "{\"order_id\":\"00102\",\"merchant_id\":123456,\"amount\":10.50,\"description\":\"Чай\",\
         \"invoice_method\":\"qr\",\"currency\":\"KZT\"}"
    );
}

#[test]
fn the_gateways_words_make_one_line_and_the_answers_fields_are_not_in_a_debug_text() {
    let body = "<r><status>error</status><error_code>200</error_code><error_description>one\ntwo\u{9b}31m</error_description>\
                <card_token>4f39a1</card_token></r>";
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", body))]);
    let error = client(&server.url).invoice_init(&request("1")).unwrap_err();
    assert_eq!(error.message(), "the gateway refused with code 200: one two 31m");
    assert_eq!(error.gateway_message(), Some("one\ntwo\u{9b}31m"));
    let shown = format!("{error:?} {:?}", error.answer());
    assert!(!shown.contains("4f39a1"), "{shown}");
}

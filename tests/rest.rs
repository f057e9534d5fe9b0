//! Payouts, stored cards, phones and callbacks, against the strict sandbox over a real socket.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use freedompay::sandbox::{Callback, CallbackForm, Options, Sandbox, Signed};
use freedompay::{CallbackKind, Client, Code, Fields, PaymentStatus, PayoutQuestion, Reply};
use support::config;
use support::payer::type_in;

fn start(change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options::default();
    change(&mut options);
    Sandbox::start(options).unwrap()
}

fn client(sandbox: &Sandbox) -> Client {
    let mut config = config(sandbox.url());
    config.set_payout_key("sandbox-payout-key").unwrap();
    Client::new(&config).unwrap()
}

fn fields(list: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in list {
        fields.set(name, value).unwrap();
    }
    fields
}

fn account(post_link: &str) -> Fields {
    fields(&[
        ("pg_recipient_iban", "KZ86125KZT5004100100"),
        ("pg_recipient_iin", "900101300123"),
        ("pg_recipient_name", "Ann"),
        ("pg_recipient_kbe", "19"),
        ("pg_knp", "119"),
        ("pg_bank_bik", "KCJBKZKX"),
        ("pg_post_link", post_link),
    ])
}

#[test]
fn money_is_paid_out_and_each_question_says_so() {
    let sandbox = start(|_| ());
    let client = client(&sandbox);
    let amount = "100.5".parse().unwrap();
    assert_eq!(client.payout_balance().unwrap().amount(), "1000000.00");
    for question in [PayoutQuestion::V2, PayoutQuestion::V1, PayoutQuestion::ByOrder] {
        let error = client.payout_status("1", question).unwrap_err();
        assert!(matches!(error.code(), Code::Unknown | Code::Refused), "{question:?}: {error}");
    }
    let paid = client.payout_iban("1", &amount, "Prize", &account("http://127.0.0.1:1/x")).unwrap();
    for question in [PayoutQuestion::V2, PayoutQuestion::V1, PayoutQuestion::ByOrder] {
        let status = client.payout_status("1", question).unwrap();
        assert_eq!((status.status(), status.id()), (Some(PaymentStatus::Success), paid.id()), "{question:?}");
    }
    assert_eq!(client.payout_balance().unwrap().amount(), "999899.50");
}

#[test]
fn a_card_is_stored_for_payouts_and_paid_to() {
    let sandbox = start(|_| ());
    let client = client(&sandbox);
    let post = fields(&[("pg_post_link", "http://127.0.0.1:1/x")]);
    let page = client.card_add_for_payout("u-1", "https://shop.example/back", &post).unwrap();
    type_in(page.redirect_url().unwrap(), "4671593866478252");
    let cards = client.card_list("u-1").unwrap();
    let token = cards.list()[0].token.unwrap().to_owned();
    let more =
        fields(&[("pg_post_link", "http://127.0.0.1:1/x"), ("pg_order_time_limit", "2030-12-31 23:59:59")]);
    let amount = "5".parse().unwrap();
    client.payout_token("1", &amount, "Prize", "u-1", &token, &more).unwrap();
    let status = client.payout_status("1", PayoutQuestion::default()).unwrap();
    assert_eq!(status.status(), Some(PaymentStatus::Success));

    let page = fields(&[
        ("pg_post_link", "http://127.0.0.1:1/x"),
        ("pg_back_link", "https://shop.example/back"),
        ("pg_order_time_limit", "2030-12-31 23:59:59"),
    ]);
    let page = client.payout_page("2", &amount, "Prize", &page).unwrap();
    type_in(page.redirect_url().unwrap(), "4532676596620704");
    let status = client.payout_status("2", PayoutQuestion::default()).unwrap();
    assert_eq!(status.status(), Some(PaymentStatus::Process));
    sandbox.advance(Duration::from_secs(60));
    let status = client.payout_status("2", PayoutQuestion::default()).unwrap();
    assert_eq!(status.status(), Some(PaymentStatus::Error));
}

#[test]
fn a_stored_card_and_a_phone_pay() {
    let sandbox = start(|_| ());
    let client = client(&sandbox);
    let page = client.card_add("u-1", "https://shop.example/back", &Fields::new()).unwrap();
    type_in(page.redirect_url().unwrap(), "4716047261941981");
    let cards = client.card_list("u-1").unwrap();
    let token = cards.list()[0].token.unwrap().to_owned();
    let amount = "10.50".parse().unwrap();
    let begun = client.token_init("1", &amount, "Tea", "u-1", &token, &Fields::new()).unwrap();
    client.token_pay(begun.id().unwrap()).unwrap();
    client.token_direct(begun.id().unwrap()).unwrap();
    assert!(client.payment_status(begun.id().unwrap()).unwrap().is_paid());
    client.card_remove("u-1", &token).unwrap();
    assert!(client.card_list("u-1").unwrap().list().is_empty());

    let begun = client.mobile_init("2", &amount, "Tea", &Fields::new()).unwrap();
    client.mobile_pay(begun.id().unwrap(), "+77017777777", None).unwrap();
    assert_eq!(client.mobile_approve(begun.id().unwrap(), "000000").unwrap_err().gateway_code(), 11002);
    client.mobile_approve(begun.id().unwrap(), "111111").unwrap();
    assert!(client.payment_status(begun.id().unwrap()).unwrap().is_paid());
}

/// A web server whose program reads and answers callbacks with the library.
struct Shop {
    url: String,
    heard: Receiver<(CallbackKind, bool)>,
}

fn open_shop(client: Arc<Client>, reply: Reply) -> Shop {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (tell, heard) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut reader = BufReader::new(&stream);
            let (mut target, mut content_type, mut length) = (String::new(), None, 0);
            for line in reader.by_ref().lines().map(Result::unwrap).take_while(|line| !line.is_empty()) {
                match line.to_ascii_lowercase().split_once(": ") {
                    Some(("content-length", value)) => length = value.parse().unwrap(),
                    Some(("content-type", _)) => content_type = Some(line[14..].to_owned()),
                    Some(_) => {}
                    None => target = line.split(' ').nth(1).unwrap().to_owned(),
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let callback = client.callback(&target, content_type.as_deref(), &body).unwrap();
            let bytes = client.callback_reply(&callback, reply, Some("Said by the shop")).unwrap();
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", bytes.len());
            stream.write_all(&[head.as_bytes(), &bytes].concat()).unwrap();
            let proved = client.callback_confirm(&callback).is_ok();
            if tell.send((callback.kind(), proved)).is_err() {
                return;
            }
        }
    });
    Shop { url, heard }
}

fn callbacks(sandbox: &Sandbox, count: usize) -> Vec<Callback> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while sandbox.callbacks().len() < count {
        assert!(Instant::now() < deadline, "{:?}", sandbox.callbacks());
        std::thread::yield_now();
    }
    sandbox.callbacks()
}

#[test]
fn the_gateways_callbacks_are_read_and_answered_in_every_form() {
    for form in [CallbackForm::Urlencoded, CallbackForm::Multipart] {
        for (index, method) in ["GET", "POST", "XML"].into_iter().enumerate() {
            for query in ["", "?shop=1"] {
                let sandbox = start(|options| options.callback_form = form);
                let client = Arc::new(client(&sandbox));
                let shop = open_shop(client.clone(), Reply::Ok);
                let more = fields(&[
                    ("pg_check_url", &format!("{}/check.php{query}", shop.url)),
                    ("pg_result_url", &format!("{}/result{query}", shop.url)),
                    ("pg_request_method", method),
                    ("cart", "чай & <кофе>"),
                ]);
                let page =
                    client.page_init(&index.to_string(), &"10".parse().unwrap(), "Чай", &more).unwrap();
                sandbox.pay(u64::try_from(page.id().unwrap()).unwrap()).unwrap();
                for (kind, callback) in
                    [CallbackKind::Check, CallbackKind::Result].into_iter().zip(callbacks(&sandbox, 2))
                {
                    let (heard, proved) = shop.heard.recv_timeout(Duration::from_secs(20)).unwrap();
                    assert_eq!((heard, proved), (kind, true), "{form:?} {method} {query}");
                    assert_eq!((callback.reply_signed, callback.problem), (Signed::Valid, None));
                }
                assert!(client.payment_status(page.id().unwrap()).unwrap().is_paid());
            }
        }
    }
}

#[test]
fn a_payouts_end_is_heard_and_a_rejected_payment_goes_back() {
    let sandbox = start(|_| ());
    let client = Arc::new(client(&sandbox));
    let shop = open_shop(client.clone(), Reply::Ok);
    let link = format!("{}/paid-out", shop.url);
    client.payout_iban("1", &"5".parse().unwrap(), "Prize", &account(&link)).unwrap();
    let heard = shop.heard.recv_timeout(Duration::from_secs(20)).unwrap();
    assert_eq!(heard, (CallbackKind::Payout, true));

    let shop = open_shop(client.clone(), Reply::Rejected);
    let more = fields(&[("pg_result_url", &format!("{}/result", shop.url))]);
    let page = client.page_init("2", &"10".parse().unwrap(), "Tea", &more).unwrap();
    sandbox.pay(u64::try_from(page.id().unwrap()).unwrap()).unwrap();
    let callback = callbacks(&sandbox, 2).pop().unwrap();
    assert_eq!((callback.reply_status.as_deref(), callback.problem), (Some("rejected"), None));
    let status = client.payment_status(page.id().unwrap()).unwrap();
    assert_eq!(status.status(), Some(PaymentStatus::Rejected));
    assert!(!status.is_paid());
}

#[test]
fn a_receipt_says_what_kazakhstan_wants_to_know_of_a_position() {
    let sandbox = start(|_| ());
    let receipt = [
        ("count", "1"),
        ("name", "Чай"),
        ("tax_type", "11"),
        ("price", "10"),
        ("UnitCode", "796"),
        ("GTIN", "04870001570109"),
        ("NTIN", "0200034567890"),
    ];
    let mut more = Fields::new();
    for (part, value) in receipt {
        more.set(&format!("pg_receipt_positions[0][{part}]"), value).unwrap();
    }
    client(&sandbox).page_init("1", &"10".parse().unwrap(), "Чай", &more).unwrap();
}

//! Money never leaves twice: payouts under faults, through a real journal, against the strict sandbox over a real socket.

mod support;

use std::collections::HashSet;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Barrier;
use std::thread;

use freedompay::sandbox::{FaultRule, Hundredths, Options, Sandbox};
use freedompay::{Advice, Client, Code, Config, Error, Fields, Payment, Sent};
use support::child::{child, orders};
use support::config;
use support::payer::type_in;
use support::place::Place;
use support::proxy::{Fault, Proxy, Way};

const IBAN: &str = "KZ86125KZT5004100100";
const CARD: &str = "4671593866478252";
const FAILING_CARD: &str = "4556046085041740";

fn start() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

fn journalled(url: &str, journal: &Path) -> Config {
    let mut config = config(url);
    config.set_payout_key("sandbox-payout-key").unwrap();
    config.set_journal(journal).unwrap();
    config
}

/// A client that has nothing but the journal, as after a restart.
fn restarted(url: &str, place: &Place) -> Client {
    Client::new(&journalled(url, &place.journal())).unwrap()
}

fn fields(list: &[(&str, &str)]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in list {
        fields.set(name, value).unwrap();
    }
    fields
}

fn account(iban: &str) -> Fields {
    fields(&[
        ("pg_recipient_iban", iban),
        ("pg_recipient_iin", "900101300123"),
        ("pg_recipient_name", "Ann"),
        ("pg_recipient_kbe", "19"),
        ("pg_knp", "119"),
        ("pg_bank_bik", "KCJBKZKX"),
        ("pg_post_link", "http://127.0.0.1:1/x"),
    ])
}

fn limit(until: &str) -> Fields {
    fields(&[("pg_post_link", "http://127.0.0.1:1/x"), ("pg_order_time_limit", until)])
}

fn to_account(client: &Client, order_id: &str, amount: &str) -> Result<Payment, Error> {
    client.payout_iban(order_id, &amount.parse().unwrap(), "Prize", &account(IBAN))
}

fn to_card(client: &Client, order_id: &str, token: &str, until: &str) -> Result<Payment, Error> {
    client.payout_token(order_id, &"10".parse().unwrap(), "Prize", "u-1", token, &limit(until))
}

fn to_page(client: &Client, order_id: &str) -> Result<Payment, Error> {
    let mut more = limit("2030-12-31 23:59:59");
    more.set("pg_back_link", "https://shop.example/back").unwrap();
    client.payout_page(order_id, &"10".parse().unwrap(), "Prize", &more)
}

/// A card that was stored for payouts.
fn stored_card(client: &Client, card: &str) -> String {
    let post = fields(&[("pg_post_link", "http://127.0.0.1:1/x")]);
    let page = client.card_add_for_payout("u-1", "https://shop.example/back", &post).unwrap();
    type_in(page.redirect_url().unwrap(), card);
    client.card_list("u-1").unwrap().list()[0].token.unwrap().to_owned()
}

fn trap(sandbox: &Sandbox, text: &str) {
    sandbox.add_rule(text.parse::<FaultRule>().unwrap().times(1));
}

/// How often money was asked to leave.
fn sent(sandbox: &Sandbox) -> usize {
    let is_payout = |path: &str| ["/api/reg2nonreg", "/api/to_iban", "/api/reg2reg"].contains(&path);
    sandbox.requests().iter().filter(|record| is_payout(&record.path)).count()
}

fn pending(client: &Client) -> Vec<(String, Option<String>)> {
    let pending = client.pending_payouts().unwrap().into_iter();
    pending.map(|payout| (payout.order_id, payout.amount)).collect()
}

#[test]
fn a_payout_whose_answer_is_lost_is_found_and_never_made_twice() {
    let (sandbox, place) = (start(), Place::new());
    let token = stored_card(&restarted(sandbox.url(), &place), CARD);
    // The time limit is another one each time, as a program that counts from now writes it.
    type PayOut<'a> = &'a dyn Fn(&Client, &str) -> Result<Payment, Error>;
    let kinds: [(&str, &str, PayOut<'_>); 3] = [
        ("account", "to_iban", &|client, _| to_account(client, "account", "10")),
        ("card", "reg2reg", &|client, until| to_card(client, "card", &token, until)),
        ("page", "reg2nonreg", &|client, _| to_page(client, "page")),
    ];
    for (number, (order_id, script, pay_out)) in kinds.into_iter().enumerate() {
        trap(&sandbox, &format!("lost-answer:{script}"));
        let lost = pay_out(&restarted(sandbox.url(), &place), "2030-12-31 10:00:00").unwrap_err();
        assert_eq!((lost.code(), lost.advice()), (Code::Unknown, Advice::AskStatus), "{order_id}: {lost}");
        let expected = [(order_id.to_owned(), Some("10".to_owned()))];
        assert_eq!(pending(&restarted(sandbox.url(), &place)), expected);

        let found = pay_out(&restarted(sandbox.url(), &place), "2030-12-31 10:01:00").unwrap();
        let made = sandbox.payouts();
        assert_eq!((made.len(), sent(&sandbox)), (number + 1, number + 1), "{order_id}");
        assert_eq!(found.id(), i64::try_from(made[number].payment_id).ok());
        assert_eq!((found.order_id(), found.is_from_journal()), (Some(order_id), false));
        assert_eq!(pending(&restarted(sandbox.url(), &place)), []);

        let requests = sandbox.requests().len();
        let again = pay_out(&restarted(sandbox.url(), &place), "2030-12-31 10:02:00").unwrap();
        assert_eq!((again.id(), again.is_from_journal()), (found.id(), true));
        assert_eq!(sandbox.requests().len(), requests, "{order_id}: nothing was sent");
    }
}

#[test]
fn a_payout_that_was_answered_is_answered_again_from_the_journal_with_its_link() {
    let (sandbox, place) = (start(), Place::new());
    let first = to_page(&restarted(sandbox.url(), &place), "1").unwrap();
    let requests = sandbox.requests().len();
    let again = to_page(&restarted(sandbox.url(), &place), "1").unwrap();
    assert_eq!((again.id(), again.redirect_url()), (first.id(), first.redirect_url()));
    assert!(again.is_from_journal() && again.redirect_url().is_some());
    assert_eq!((sandbox.requests().len(), sandbox.payouts().len()), (requests, 1));
}

#[test]
fn a_payout_whose_request_was_lost_waits_its_minute_and_is_then_made_once() {
    let (sandbox, place) = (start(), Place::new());
    let client = restarted(sandbox.url(), &place);
    trap(&sandbox, "lost-request:to_iban");
    assert_eq!(to_account(&client, "1", "10").unwrap_err().code(), Code::Unknown);
    for _ in 0..2 {
        let waits = to_account(&client, "1", "10").unwrap_err();
        let said = (waits.code(), waits.sent(), waits.advice());
        assert_eq!(said, (Code::Unknown, Sent::Maybe, Advice::Wait), "{waits}");
    }
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (0, 1));
    place.let_ten_minutes_pass();
    to_account(&client, "1", "10").unwrap();
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (1, 2));
    assert!(to_account(&client, "1", "10").unwrap().is_from_journal());
}

#[test]
fn an_answer_cut_off_anywhere_pays_once() {
    let (sandbox, place) = (start(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let client = restarted(&proxy.url, &place);
    to_account(&client, "whole", "10").unwrap();
    let length = proxy.exchanges().pop().unwrap().answer.len();
    let faults: Vec<Fault> = (0..length)
        .step_by(7)
        .map(|bytes| Fault::Cut(Way::ToLibrary, bytes))
        .chain((0..length).step_by(61).map(|bytes| Fault::Reset(Way::ToLibrary, bytes)))
        .chain([Fault::Instead(support::http("502 Bad Gateway", "<html/>"))])
        .collect();
    for (number, fault) in faults.iter().enumerate() {
        let order_id = number.to_string();
        proxy.set(fault.clone());
        let lost = to_account(&client, &order_id, "10").unwrap_err();
        assert!(matches!(lost.code(), Code::Unknown | Code::Answer), "{fault:?}: {lost}");
        assert_ne!(lost.sent(), Sent::No, "{fault:?}: {lost}");
        proxy.set(Fault::None);
        let found = to_account(&client, &order_id, "10").unwrap();
        assert!(found.id().is_some(), "{fault:?}");
    }
    let made = sandbox.payouts();
    let orders: HashSet<&str> = made.iter().map(|payout| payout.order_id.as_str()).collect();
    assert_eq!((made.len(), orders.len(), sent(&sandbox)), (faults.len() + 1, made.len(), made.len()));
    assert_eq!(pending(&client), []);
}

#[test]
fn an_answer_without_its_signature_is_no_payout_until_it_is_asked_about() {
    let (sandbox, place) = (start(), Place::new());
    let client = restarted(sandbox.url(), &place);
    for (order_id, fault) in [("1", "no-signature:to_iban"), ("2", "wrong-signature:to_iban")] {
        trap(&sandbox, fault);
        let unsigned = to_account(&client, order_id, "10").unwrap_err();
        let said = (unsigned.code(), unsigned.sent(), unsigned.advice());
        assert_eq!(said, (Code::Answer, Sent::Yes, Advice::AskStatus), "{unsigned}");
        assert!(to_account(&client, order_id, "10").unwrap().id().is_some());
    }
    // A question whose answer is not signed proves nothing either.
    trap(&sandbox, "lost-answer:to_iban");
    to_account(&client, "3", "10").unwrap_err();
    trap(&sandbox, "no-signature:payment_status2");
    let unsure = to_account(&client, "3", "10").unwrap_err();
    assert_eq!((unsure.code(), unsure.advice()), (Code::Unknown, Advice::AskStatus), "{unsure}");
    to_account(&client, "3", "10").unwrap();
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (3, 3));
}

#[test]
fn an_order_id_is_one_payout_of_one_amount_to_one_recipient_in_one_way() {
    let (sandbox, place) = (start(), Place::new());
    let client = restarted(sandbox.url(), &place);
    to_account(&client, "known", "10").unwrap();
    trap(&sandbox, "lost-answer:to_iban");
    to_account(&client, "unknown", "10").unwrap_err();
    let requests = sandbox.requests().len();
    for order_id in ["known", "unknown"] {
        let ten = "10".parse().unwrap();
        for (what, end) in [
            ("with 10 and is now asked for with 11", to_account(&client, order_id, "11")),
            (
                "for another recipient",
                client.payout_iban(order_id, &ten, "Prize", &account("KZ244350000012344567")),
            ),
            ("in another way", to_page(&client, order_id)),
            ("for another recipient", to_card(&client, order_id, "t", "2030-12-31 23:59:59")),
        ] {
            let conflict = end.unwrap_err();
            let said = (conflict.code(), conflict.sent(), conflict.advice());
            assert_eq!(said, (Code::Conflict, Sent::No, Advice::Fix), "{conflict}");
            assert!(conflict.message().contains(what), "{conflict}");
        }
    }
    assert_eq!(sandbox.requests().len(), requests, "nothing was sent");
    // The same amount may be written in another way.
    assert!(to_account(&client, "known", "10.00").unwrap().is_from_journal());
    to_account(&client, "unknown", "10.0").unwrap();
    assert_eq!(sandbox.payouts().len(), 2);
}

#[test]
fn a_payout_that_failed_uses_its_order_id_up() {
    let (sandbox, place) = (start(), Place::new());
    let client = restarted(sandbox.url(), &place);
    let token = stored_card(&client, FAILING_CARD);
    let pay_out = |order_id| to_card(&client, order_id, &token, "2030-12-31 23:59:59");
    trap(&sandbox, "lost-answer:reg2reg");
    pay_out("1").unwrap_err();
    let id = sandbox.payouts()[0].payment_id;
    let waits = pay_out("1").unwrap_err();
    let said = (waits.code(), waits.advice());
    assert_eq!(said, (Code::Unknown, Advice::Wait), "it may be that of an earlier attempt: {waits}");
    place.let_ten_minutes_pass();
    for _ in 0..2 {
        let failed = pay_out("1").unwrap_err();
        let said = (failed.code(), failed.sent(), failed.advice());
        assert_eq!(said, (Code::Refused, Sent::Yes, Advice::Fix), "{failed}");
        assert!(failed.message().contains(&format!("payout {id} ")), "{failed}");
    }
    assert_eq!((sandbox.payouts().len(), sent(&sandbox), pending(&client).len()), (1, 1, 0));
    pay_out("2").unwrap();
}

#[test]
fn a_refused_payout_may_be_tried_again() {
    let place = Place::new();
    let sandbox = Sandbox::start(Options { balance: Hundredths(1_500), ..Options::default() }).unwrap();
    let client = restarted(sandbox.url(), &place);
    let refused = to_account(&client, "1", "20").unwrap_err();
    assert_eq!(
        (refused.code(), refused.gateway_code(), refused.advice()),
        (Code::Refused, 8888, Advice::Fix)
    );
    assert_eq!(pending(&client), []);
    // With what there is on the balance; it is asked first whether there is one after all.
    to_account(&client, "1", "15").unwrap();
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (1, 2));
}

#[test]
fn many_at_the_same_instant_pay_once() {
    const TILLS: usize = 6;
    let (sandbox, place) = (start(), Place::new());
    restarted(sandbox.url(), &place).check().unwrap();
    let together = Barrier::new(TILLS);
    let ends: Vec<Result<Payment, Error>> = thread::scope(|scope| {
        let till = || {
            let client = restarted(sandbox.url(), &place);
            together.wait();
            to_account(&client, "1", "10")
        };
        let tills: Vec<_> = (0..TILLS).map(|_| scope.spawn(till)).collect();
        tills.into_iter().map(|till| till.join().unwrap()).collect()
    });
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (1, 1));
    let id = i64::try_from(sandbox.payouts()[0].payment_id).unwrap();
    for end in ends {
        match end {
            Ok(payment) => assert_eq!(payment.id(), Some(id)),
            Err(error) => {
                assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{error}")
            }
        }
    }
}

#[test]
fn nothing_that_pays_is_in_the_file() {
    let (sandbox, place) = (start(), Place::new());
    let client = restarted(sandbox.url(), &place);
    let token = stored_card(&client, CARD);
    to_account(&client, "account", "10").unwrap();
    to_card(&client, "card", &token, "2030-12-31 23:59:59").unwrap();
    let mut bytes = fs::read(place.journal()).unwrap();
    bytes.extend(fs::read(place.path.join("journal-wal")).unwrap_or_default());
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("account") && has("card"), "the payouts are there");
    for secret in [IBAN, &token, "sandbox-payout-key", "pg_sig", CARD] {
        assert!(!has(secret), "{secret}");
    }
}

#[test]
fn without_a_journal_a_payout_is_sent_once_and_its_status_tells() {
    let sandbox = start();
    let mut config = config(sandbox.url());
    config.set_payout_key("sandbox-payout-key").unwrap();
    let client = Client::new(&config).unwrap();
    trap(&sandbox, "lost-answer:to_iban");
    let lost = to_account(&client, "1", "10").unwrap_err();
    assert_eq!((lost.code(), lost.advice()), (Code::Unknown, Advice::AskStatus), "{lost}");
    assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (1, 1));
    assert!(client.payout_status("1", Default::default()).unwrap().id().is_some());
}

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn what_a_child_process_does() {
    let Some(orders) = orders() else { return };
    let client = Client::new(&journalled(&orders[0], Path::new(&orders[1]))).unwrap();
    to_account(&client, "1", "10").unwrap();
}

/// Pays out in a child that dies at its `point`-th write point; whether it died.
fn die_at(point: u32, sandbox: &Sandbox, place: &Place) -> bool {
    let mut command = child(&[sandbox.url(), place.journal().to_str().unwrap()]);
    command.env("FREEDOMPAY_FAULT_AT", point.to_string());
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(status.signal() == Some(libc::SIGABRT) || status.success(), "{status}");
    status.signal().is_some()
}

#[test]
fn a_payout_killed_at_each_write_point_is_made_once() {
    let mut seen = HashSet::new();
    for point in 1..100 {
        let (sandbox, place) = (start(), Place::new());
        let died = die_at(point, &sandbox, &place);
        let client = restarted(sandbox.url(), &place);
        let (made, pending) = (sandbox.payouts().len(), pending(&client).len());
        seen.insert((made, pending));
        let end = to_account(&client, "1", "10");
        if (made, pending) == (0, 1) {
            // It may be on its way, for all that can be known.
            let waits = end.unwrap_err();
            assert_eq!((waits.code(), waits.advice()), (Code::Unknown, Advice::Wait), "{point}: {waits}");
            assert_eq!(sent(&sandbox), 0, "{point}");
            place.let_ten_minutes_pass();
            to_account(&client, "1", "10").unwrap();
        } else {
            end.unwrap();
        }
        assert_eq!((sandbox.payouts().len(), sent(&sandbox)), (1, 1), "{point}");
        assert_eq!(client.pending_payouts().unwrap(), [], "{point}");
        if !died {
            let worlds = [(0, 0), (0, 1), (1, 1), (1, 0)];
            assert_eq!(seen, HashSet::from(worlds), "not begun, begun, made, made and known");
            return;
        }
    }
    panic!("it never ends");
}

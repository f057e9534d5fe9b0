//! The stories, each by the promise that it keeps.

use std::time::Duration;

use freedompay::sandbox::{Options, Timers};

use crate::stage::{Ran, Stage, bare, tell, tell_document};
use crate::support::hole::nobody;
use crate::support::proxy::{Fault, Proxy, Way};
use crate::support::{self, ScriptedServer, Step, http};

#[test]
fn a_sale_is_created_once_and_shown_again() {
    tell("init", &Stage::new());
}

#[test]
fn where_a_sale_stands_is_an_exit_code() {
    tell("status", &Stage::new());
}

#[test]
fn a_wait_ends_with_the_sale_or_says_that_it_is_open() {
    tell("wait", &Stage::new());
}

#[test]
fn a_sale_that_is_paid_at_once_is_one_command() {
    let timers = Timers { pay_after: Some(Duration::ZERO), ..Timers::default() };
    tell("pay", &Stage::with(Options { timers, ..Options::default() }));
}

#[test]
fn a_sale_that_is_declined_is_no_success() {
    let timers = Timers { decline_after: Some(Duration::ZERO), ..Timers::default() };
    tell("pay-declined", &Stage::with(Options { timers, ..Options::default() }));
}

#[test]
fn what_is_wrong_is_said_before_anything_is_sent() {
    let stage = Stage::new();
    tell("wrong", &stage);
    assert_eq!(stage.sandbox.requests().len(), 0);
}

#[test]
fn a_gateway_that_refuses_is_not_one_that_is_silent() {
    tell("refused", &Stage::new());
}

#[test]
fn a_gateway_that_is_not_there_has_seen_nothing() {
    let (address, _socket) = nobody();
    tell("not-sent", &Stage::new().at(&format!("http://{address}")));
}

#[test]
fn a_sale_whose_answer_was_lost_is_unknown_until_it_is_asked_about() {
    let stage = Stage::new();
    let proxy = Proxy::before(&stage.url);
    let stage = stage.at(&proxy.url);
    proxy.set(Fault::Cut(Way::ToLibrary, 0));
    tell("lost", &stage);
    proxy.set(Fault::None);
    tell("found", &stage);
}

#[test]
fn a_sale_that_the_gateway_does_not_show_yet_is_unknown_while_the_journal_has_it_open() {
    let faults = vec!["lost-request:init".parse().unwrap()];
    let stage = Stage::with(Options { faults, ..Options::default() });
    tell("not-yet", &stage);
    assert!(stage.sandbox.invoices().is_empty());
}

#[test]
fn without_a_journal_no_such_sale_is_unknown_until_a_minute_is_over() {
    let faults = vec!["lost-request:init".parse().unwrap()];
    tell("no-journal", &Stage::with(Options { faults, ..Options::default() }).without_journal());
}

#[test]
fn an_invoice_that_the_gateway_s_copies_do_not_show_yet_is_unknown() {
    let server = || {
        let absent = support::REFUSAL.replace("9998", "11068").replace("Incorrect signature", "no invoice");
        ScriptedServer::start([support::GOOD, &absent].map(|body| Step::Answer(http("200 OK", body))).into())
    };
    let (with, without) = (server(), server());
    tell("late", &Stage::new().at(&with.url));
    tell("late-no-journal", &Stage::new().at(&without.url).without_journal());
}

#[test]
fn a_gateway_that_is_not_there_is_not_looked_for_again_for_each_open_sale() {
    let (stage, (address, _socket)) = (Stage::new(), nobody());
    for order_id in ["1", "2", "3"] {
        assert_eq!(stage.run(&["init", order_id, "10.50", "Tea"]).exit, 0);
    }
    let ran = stage.run(&["recover", "--verbose", "--proxy", &format!("http://{address}")]);
    let count = |text: &str| ran.err.matches(text).count();
    assert_eq!((ran.exit, count("invoice/status: NotSent")), (30, 1), "{}", ran.err);
    assert_eq!(count("Unknown: the gateway was not reached"), 3, "each is told of: {}", ran.err);
    assert_eq!(stage.run(&["recover"]).exit, 10);
}

#[test]
fn what_was_paid_is_given_back_once() {
    tell("refund", &Stage::new());
}

#[test]
fn a_refund_that_the_gateway_does_not_list_is_settled_by_a_person() {
    let rules = ["lost-answer:revoke.php,times=1", "unlisted-refunds:get_status3.php"];
    let faults = rules.map(|rule| rule.parse().unwrap()).to_vec();
    let stage = Stage::with(Options { faults, ..Options::default() });
    tell("refund-untold", &stage);
    stage.place.let_ten_minutes_pass();
    tell("refund-settled", &stage);
}

#[test]
fn a_refund_that_is_found_again_is_called_one_and_a_call_is_looked_for_nowhere_in_vain() {
    let stage = Stage::new();
    assert_eq!(stage.run(&["init", "A-1", "10.50", "Coffee"]).exit, 0);
    stage.sandbox.pay(1_000_001).unwrap();
    stage.sandbox.add_rule("lost-answer:revoke.php,times=3".parse().unwrap());
    tell("refund-lost", &stage);
}

#[test]
fn any_path_of_the_gateway_can_be_called() {
    tell("call", &Stage::new());
}

#[test]
fn what_people_read_is_russian_where_that_is_wanted_and_json_never_is() {
    tell("russian", &Stage::new());
}

#[test]
fn help_is_in_russian_where_that_is_wanted() {
    tell("russian-help", &Stage::new());
}

#[test]
fn help_names_every_command_and_every_exit_code() {
    tell("help", &Stage::new());
}

#[test]
fn the_tool_s_readme_says_what_happens() {
    let stage = Stage::new();
    tell_document("src/bin/freedompay/README.md", &stage);
    assert_eq!(stage.sandbox.invoices().len(), 2, "it was really told");
}

#[test]
fn every_shell_has_completions() {
    for (shell, sign) in
        [("bash", "_freedompay()"), ("zsh", "#compdef freedompay"), ("fish", "complete -c freedompay")]
    {
        let ran = Ran::of(bare().args(["completions", shell]).output().unwrap());
        assert_eq!(ran.exit, 0);
        assert!(ran.out.contains(sign) && ran.out.contains("recover"), "{shell}");
    }
}

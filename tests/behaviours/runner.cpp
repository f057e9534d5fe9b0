// The runner of the table of behaviours for C++, over freedompay.hpp. README.md says what it reads and what it answers.
#include "line.h"

#include <freedompay.hpp>

#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

using namespace freedompay;
using std::chrono::milliseconds;

namespace {

Client client{Config()};
Task task;
Invoice last;    // the last answer that was ok

// ---- what the judge told

std::string_view text(const char *name)
{
    const char *found = line_text(name);
    return found ? std::string_view(found, line_length(name)) : std::string_view();
}

milliseconds time_of(const char *name)
{
    return milliseconds(line_number(name));
}

// ---- what it is told

void say(const char *name, OptionalText value)
{
    line_say_span(name, value ? value->data() : nullptr, value ? value->size() : 0);
}

template <class Number>
void say_number(const char *name, Number number)
{
    line_say_number(name, static_cast<std::int64_t>(number));
}

void tell(const Answer &answer)
{
    say_number("invoice_id", answer.invoice_id());
    say("order_id", answer.order_id());
    say_number("http_status", answer.http_status());
    say_number("invoice_status", answer.invoice_status());
    say_number("gateway_code", answer.gateway_code());
    say("gateway_message", answer.gateway_message());
    say_number("from_journal", answer.from_journal());
    say("amount", answer.amount());
    say("currency", answer.currency());
    say("description", answer.description());
    say("card_pan", answer.card_pan());
    say("card_token", answer.card_token());
    say("date_time", answer.date_time());
    say_number("unix_time", answer.time() ? std::chrono::system_clock::to_time_t(*answer.time()) : 0);
    say("qr_url", answer.qr_url());
    say_number("payment_id", answer.payment_id());
    say_number("payment_status", answer.payment_status());
    say_number("paid", answer.paid());
    say_number("captured", answer.captured() ? static_cast<int>(*answer.captured()) : -1);
    say("redirect_url", answer.redirect_url());
    say("balance", answer.balance());
    say("clearing_amount", answer.clearing_amount());
    say("refunded_amount", answer.refunded_amount());
    say_number("refund_id", answer.refund_id());
    line_say_list("refunds");
    for (const Refund &refund : answer.refunds()) {
        line_say_item();
        say_number("payment_id", refund.payment_id);
        say("amount", refund.amount);
        say_number("status", refund.status);
        say("date_time", refund.date_time);
        line_say_item_end();
    }
    line_say_list_end();
}

void tell(const Error &error)
{
    say_number("code", error.code());
    say("message", error.message());
    say_number("sent", error.sent());
    say_number("advice", error.advice());
    tell(static_cast<const Answer &>(error));
}

void tell(Result<Invoice> result)
{
    if (!result) {
        tell(result.error());
        return;
    }
    last = *std::move(result);
    say_number("code", last.code());
    say("message", last.message());
    tell(static_cast<const Answer &>(last));
}

void tell(const Buffer &buffer)
{
    line_say_bytes("bytes.hex", buffer.data(), buffer.size());
    say("message", buffer.message());
}

// ---- the client

void check()
{
    const Result<void> checked = client.check();
    tell(checked.error());
}

void make_client()
{
    Config config;
    const std::pair<const char *, Config &(Config::*)(std::string_view)> texts[] = {
        {"base_url", &Config::set_base_url}, {"secret_key", &Config::set_secret_key},
        {"payout_key", &Config::set_payout_key}, {"proxy", &Config::set_proxy},
        {"ca_file", &Config::set_ca_file}, {"journal", &Config::set_journal},
        {"language", &Config::set_language},
    };
    const std::pair<const char *, Config &(Config::*)(milliseconds)> times[] = {
        {"connect_timeout_ms", &Config::set_connect_timeout}, {"timeout_ms", &Config::set_timeout},
        {"poll_interval_ms", &Config::set_poll_interval},
    };
    for (const auto &[name, set] : texts)
        if (line_has(name))
            (config.*set)(text(name));
    for (const auto &[name, set] : times)
        if (line_has(name))
            (config.*set)(time_of(name));
    if (line_has("merchant_id"))
        config.set_merchant_id(line_number("merchant_id"));
    if (line_has("body_format"))
        config.set_body_format(static_cast<BodyFormat>(line_number("body_format")));
    if (line_has("jws_claim"))
        config.set_jws_claim(static_cast<JwsClaim>(line_number("jws_claim")));
    if (line_has("app_name"))
        config.set_app_info(text("app_name"), text("app_version"));
    if (line_has("allow_callback_field"))
        config.allow_callback_field(text("allow_callback_field"));
    client = Client(config);
    check();
}

// ---- the calls

InvoiceRequest request()
{
    const Amount amount = line_has("amount_minor")
        ? Amount::from_minor(line_number("amount_minor"), static_cast<std::uint32_t>(line_number("exponent")))
        : Amount(text("amount"));
    InvoiceRequest made(text("order_id"), amount, text("description"));
    const std::pair<const char *, InvoiceRequest &(InvoiceRequest::*)(std::string_view)> texts[] = {
        {"currency", &InvoiceRequest::set_currency}, {"method", &InvoiceRequest::set_method},
        {"check_url", &InvoiceRequest::set_check_url}, {"result_url", &InvoiceRequest::set_result_url},
        {"request_method", &InvoiceRequest::set_request_method},
    };
    for (const auto &[name, set] : texts)
        if (line_has(name))
            (made.*set)(text(name));
    return made;
}

void wait_for_end()
{
    const std::int64_t id = line_number("invoice_id");
    if (!line_has("give_up_after")) {
        tell(client.invoice_wait(id, time_of("timeout_ms")));
        return;
    }
    std::int64_t polls = 0;
    const std::int64_t give_up_after = line_number("give_up_after");
    tell(client.invoice_wait(id, time_of("timeout_ms"), [&](const Answer &) {
        return ++polls == give_up_after ? Waiting::give_up : Waiting::go_on;
    }));
    say_number("polls", polls);
}

template <class Entry, class Tell>
void list(const char *name, const Result<std::vector<Entry>> &entries, Tell tell_entry)
{
    say_number("code", entries.code());
    say("message", entries.error().message());
    line_say_list(name);
    for (const Entry &entry : *entries) {
        line_say_item();
        tell_entry(entry);
        line_say_item_end();
    }
    line_say_list_end();
}

void pending()
{
    list("sales", client.pending(), [](const PendingSale &sale) {
        say("order_id", sale.order_id);
        say_number("invoice_id", sale.invoice_id);
        say("amount", sale.amount);
    });
}

void pending_refunds()
{
    list("refunds", client.pending_refunds(), [](const PendingRefund &refund) {
        say("refund_key", refund.refund_key);
        say_number("payment_id", refund.payment_id);
        say("amount", refund.amount);
    });
}

void pending_payouts()
{
    list("payouts", client.pending_payouts(), [](const PendingPayout &payout) {
        say("order_id", payout.order_id);
        say("amount", payout.amount);
    });
}

// ---- what follows a payment, and other ways to pay

std::optional<std::string_view> maybe_text(const char *name)
{
    return line_has(name) ? std::optional(text(name)) : std::nullopt;
}

std::optional<Amount> maybe_amount()
{
    return line_has("amount") ? std::optional<Amount>(text("amount")) : std::nullopt;
}

std::int64_t payment()
{
    return line_number("payment_id");
}

void refund_settle()
{
    const Result<void> settled = client.refund_settle(payment(), maybe_text("refund_key"), line_number("was_made") == 1);
    tell(settled.error());
}

Fields fields()
{
    Fields more;
    const char *value = nullptr;
    std::size_t at = 0;
    while (const char *name = line_next("field.", &at, &value))
        more.set(name, value);
    return more;
}

using Sale = Result<Payment> (Client::*)(std::string_view, const Amount &, std::string_view, const Fields &) const;
using CardSale = Result<Payment> (Client::*)(std::string_view, const Amount &, std::string_view, std::string_view,
    std::string_view, const Fields &) const;

template <Sale sale>
void sell()
{
    tell((client.*sale)(text("order_id"), text("amount"), text("description"), fields()));
}

template <CardSale sale>
void sell_by_card()
{
    tell((client.*sale)(text("order_id"), text("amount"), text("description"), text("user_id"), text("card_token"), fields()));
}

void send()
{
    Call call(text("path"));
    const char *value = nullptr;
    std::size_t at = 0;
    while (const char *name = line_next("field.", &at, &value))
        call.set(name, value);
    at = 0;
    while (const char *name = line_next("number.", &at, &value))
        call.set_number(name, value);
    if (line_has("scheme"))
        call.set_scheme(static_cast<Scheme>(line_number("scheme")));
    tell(client.send(call));
}

// ---- what the gateway sends

Callback callback;

void parse_callback()
{
    auto parsed = client.callback_parse(text("url"), maybe_text("content_type"), text("body"));
    say_number("code", parsed.code());
    say("message", parsed.error().message());
    callback = *std::move(parsed);
    say_number("kind", callback.kind());
    say_number("says_paid", callback.says_paid());
}

void callback_reply()
{
    const Buffer reply = callback.reply(static_cast<CallbackReply>(line_number("reply")), maybe_text("description"));
    say_number("code", reply.code());
    say("message", reply.message());
    say("text", reply.empty() ? "" : reply.view());
}

// ---- what the last answer has

void qr()
{
    const auto size = static_cast<std::uint32_t>(line_number("size"));
    const std::map<std::string_view, Buffer (*)(std::uint32_t)> forms = {
        {"png", [](std::uint32_t pixels) { return last.qr_png(pixels); }},
        {"bmp", [](std::uint32_t pixels) { return last.qr_bmp(pixels); }},
        {"svg", [](std::uint32_t) { return last.qr_svg(); }},
        {"text", [](std::uint32_t) { return last.qr_text(); }},
        {"escpos", [](std::uint32_t dots) { return last.qr_escpos(dots); }},
        {"escpos_native", [](std::uint32_t dots) { return last.qr_escpos_native(dots); }},
        {"zpl", [](std::uint32_t dots) { return last.qr_zpl(dots); }},
        {"matrix", [](std::uint32_t) { return last.qr_matrix(); }},
        {"data_uri", [](std::uint32_t pixels) { return last.qr_data_uri(pixels); }},
        {"picture", [](std::uint32_t) { return last.qr_picture(); }},
    };
    const auto form = forms.find(text("form"));
    if (form == forms.end())
        line_fail("unsupported", line_text("form"));
    else
        tell(form->second(size));
}

void receipt()
{
    Receipt slip;
    if (line_has("line"))
        slip.add_line(text("line"));
    if (line_has("amount_label"))
        slip.set_labels(text("amount_label"), text("order_label"));
    if (line_has("paper_dots"))
        slip.set_paper_dots(static_cast<std::uint32_t>(line_number("paper_dots")));
    if (line_has("code_page"))
        slip.set_code_page(text("code_page"), static_cast<std::uint32_t>(line_number("selector")));
    if (line_has("cut"))
        slip.set_cut(line_number("cut") != 0);
    tell(last.receipt(slip));
}

// ---- in the background, and in another process

void take()
{
    if (!task.join(std::chrono::seconds(50)))
        line_fail("error", "the task does not end");
    else if (auto answer = task.take())
        tell(*std::move(answer));
    else
        line_fail("error", "the task has no answer");
}

void fork_here()
{
    const pid_t child = fork();
    int how = 0;
    if (child < 0)
        line_fail("error", "no fork");
    if (child == 0)
        return;
    // The judge speaks with the child now; nothing of what it says is read here before "join".
    waitpid(child, &how, 0);
    say_number("exit", WIFEXITED(how) ? WEXITSTATUS(how) : -1);
}

const std::map<std::string_view, void (*)()> deeds = {
    {"client", make_client},
    {"check", check},
    {"init", [] { tell(client.invoice_init(request())); }},
    {"status", [] { tell(client.invoice_status(line_number("invoice_id"))); }},
    {"status_by_order", [] { tell(client.invoice_status_by_order(text("order_id"))); }},
    {"recover", [] { tell(client.invoice_recover(text("order_id"))); }},
    {"info", [] { tell(client.invoice_info(text("customer"))); }},
    {"pay", [] { tell(client.invoice_pay(text("customer"), text("user_id"), text("card_token"))); }},
    {"wait", wait_for_end},
    {"field", [] { say("text", last.field(text("path"))); }},
    {"qr", qr},
    {"receipt", receipt},
    {"pending", pending},
    {"pending_refunds", pending_refunds},
    {"pending_payouts", pending_payouts},
    {"field_count", [] { say_number("count", last.field_count(text("path"))); }},
    {"meaning", [] { say("text", gateway_code_meaning(static_cast<std::int32_t>(line_number("gateway_code")))); }},
    {"invoice_cancel", [] { tell(client.invoice_cancel(line_number("invoice_id"))); }},
    {"invoice_refund", [] { tell(client.invoice_refund(line_number("invoice_id"), maybe_amount())); }},
    {"payment_status", [] { tell(client.payment_status(payment())); }},
    {"payment_status_by_order", [] { tell(client.payment_status_by_order(text("order_id"))); }},
    {"payment_cancel", [] { tell(client.payment_cancel(payment())); }},
    {"payment_capture", [] { tell(client.payment_capture(payment(), maybe_amount())); }},
    {"payment_refund", [] { tell(client.payment_refund(payment(), maybe_amount(), maybe_text("refund_key"))); }},
    {"refund_settle", refund_settle},
    {"page_init", sell<&Client::page_init>},
    {"mobile_init", sell<&Client::mobile_init>},
    {"mobile_pay", [] { tell(client.mobile_pay(payment(), text("phone"), maybe_text("system_code"))); }},
    {"mobile_approve", [] { tell(client.mobile_approve(payment(), text("approval_code"))); }},
    {"card_add", [] { tell(client.card_add(text("user_id"), text("back_link"), fields())); }},
    {"card_add_for_payout", [] { tell(client.card_add_for_payout(text("user_id"), text("back_link"), fields())); }},
    {"card_list", [] { tell(client.card_list(text("user_id"))); }},
    {"card_remove", [] { tell(client.card_remove(text("user_id"), text("card_token"))); }},
    {"token_init", sell_by_card<&Client::token_init>},
    {"token_pay", [] { tell(client.token_pay(payment())); }},
    {"token_direct", [] { tell(client.token_direct(payment())); }},
    {"payout_page", sell<&Client::payout_page>},
    {"payout_iban", sell<&Client::payout_iban>},
    {"payout_token", sell_by_card<&Client::payout_token>},
    {"payout_balance", [] { tell(client.payout_balance()); }},
    {"payout_status", [] { tell(client.payout_status(text("order_id"), static_cast<PayoutQuestion>(line_number("question")))); }},
    {"send", send},
    {"callback", parse_callback},
    {"callback_field", [] { say("text", callback.field(text("name"))); }},
    {"callback_confirm", [] { tell(client.callback_confirm(callback)); }},
    {"callback_reply", callback_reply},
    {"start_init", [] { task = client.start_invoice_init(request()); }},
    {"start_wait", [] { task = client.start_invoice_wait(line_number("invoice_id"), time_of("timeout_ms")); }},
    {"cancel", [] { task.cancel(); }},
    {"take", take},
    {"fork", fork_here},
    {"join", [] { _exit(0); }},
};

}  // namespace

int main()
{
    while (line_read()) {
        const auto deed = deeds.find(text("do"));
        if (deed == deeds.end())
            line_fail("unsupported", line_text("do"));
        else
            deed->second();
        line_say_end();
    }
}

// freedompay.hpp beyond the table of behaviours: what is moved, copied, thrown and refused on the way between C++ and C.
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <freedompay.hpp>

#include <cstdio>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

using namespace freedompay;
using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace std::string_literals;

// ---- what does not compile

template <class T>
constexpr bool is_handle = std::is_nothrow_move_constructible_v<T> && std::is_nothrow_move_assignable_v<T>
    && !std::is_copy_constructible_v<T> && !std::is_copy_assignable_v<T>;

static_assert(is_handle<Client> && is_handle<InvoiceRequest> && is_handle<Invoice> && is_handle<Buffer> && is_handle<Receipt>
    && is_handle<Task>);
static_assert(std::is_nothrow_move_constructible_v<Config> && !std::is_copy_constructible_v<Config>);
static_assert(std::is_nothrow_copy_constructible_v<Error>, "an exception that carries it must be copied without throwing");

static_assert(std::is_constructible_v<Amount, const char *> && std::is_convertible_v<const char (&)[6], Amount>);
static_assert(std::is_convertible_v<std::string, Amount> && std::is_convertible_v<std::string_view, Amount>);
static_assert(!std::is_constructible_v<Amount, float> && !std::is_constructible_v<Amount, double>
    && !std::is_constructible_v<Amount, long double>, "money is never a floating point number");
static_assert(!std::is_constructible_v<Amount, int> && !std::is_constructible_v<Amount, long long>
    && !std::is_constructible_v<Amount, char> && !std::is_constructible_v<Amount, bool>, "an integer does not say its unit");
static_assert(!std::is_constructible_v<Amount, std::nullptr_t>);
static_assert(!std::is_constructible_v<InvoiceRequest, const char *, double, const char *>);
static_assert(!std::is_copy_constructible_v<Answer>, "a copy would outlive what it is borrowed from");

namespace {

Config config_of(const char *url)
{
    Config config;
    config.set_merchant_id(SANDBOX_MERCHANT).set_secret_key(SANDBOX_KEY).set_base_url(url);
    config.set_poll_interval(milliseconds(20)).set_timeout(seconds(20));
    return config;
}

Client sandbox()
{
    return Client(config_of(sandbox_url()));
}

InvoiceRequest ticket()
{
    return InvoiceRequest(new_order(), "10.50", "Ticket");
}

// ---- amounts and texts

void minor_units_are_written_as_decimal_digits()
{
    const struct { std::int64_t minor; std::uint32_t exponent; const char *text; } amounts[] = {
        {1050, 2, "10.50"}, {1050, 1, "105.0"}, {1050, 0, "1050"}, {5, 2, "0.05"}, {50, 2, "0.50"}, {5, 1, "0.5"}, {0, 2, "0.00"},
        {0, 0, "0"}, {-5, 2, "-0.05"}, {-1050, 2, "-10.50"}, {9999999999, 2, "99999999.99"},
        {INT64_MAX, 2, "92233720368547758.07"}, {INT64_MIN, 2, "-92233720368547758.08"}, {INT64_MIN, 0, "-9223372036854775808"},
    };
    for (const auto &amount : amounts) {
        check_about(amount.text);
        CHECK_TEXT(std::string(Amount::from_minor(amount.minor, amount.exponent).text()).c_str(), amount.text);
    }
    check_about("");
}

void what_is_no_amount_is_refused_and_not_sent()
{
    const Client client = sandbox();
    const Amount wrong[] = {Amount::from_minor(1050, 3), Amount::from_minor(-1, 2), Amount::from_minor(INT64_MIN, 2),
        Amount(static_cast<const char *>(nullptr)), Amount(""), Amount(std::string("10\0", 3))};
    for (const Amount &amount : wrong) {
        const auto made = client.invoice_init(InvoiceRequest(new_order(), amount, "Ticket"));
        CHECK(made.code() == Code::argument);
        CHECK(made.error().sent() == Sent::no);
        CHECK(made.error().message().substr(0, 6) == "amount");
    }
}

// C ends a text at its NUL: what would be sent is not what was meant.
void a_text_with_a_nul_in_it_is_refused()
{
    using namespace std::string_view_literals;
    const Client client = sandbox();
    CHECK(client.invoice_init(InvoiceRequest("a\0b"sv, "10", "Ticket")).code() == Code::argument);
    CHECK(client.invoice_init(InvoiceRequest("a", "10", "Tick\0et"sv)).code() == Code::argument);
    CHECK(client.invoice_init(InvoiceRequest("a", "10", "Ticket").set_currency("KZT\0"sv)).code() == Code::argument);
    CHECK(client.invoice_status_by_order("\0"sv).code() == Code::argument);
    CHECK(client.invoice_info("a\0b"sv).code() == Code::argument);
    CHECK(client.invoice_pay("a", "user\0"sv, "token").code() == Code::argument);
    CHECK(Client(std::move(Config().set_merchant_id(1).set_secret_key("key\0more"sv))).check().code() == Code::argument);
    CHECK(Client(std::move(Config().set_merchant_id(1).set_journal("sales\0.db"sv))).check().code() == Code::argument);
    CHECK(Client(std::move(Config().set_merchant_id(1).set_app_info("till", "4\0"sv))).check().code() == Code::argument);
}

// Bytes that no UTF-8 has mark a NUL: an alphabet that has letters for them must not take them for text.
void a_text_with_a_nul_in_it_is_refused_in_every_alphabet()
{
    using namespace std::string_view_literals;
    for (const char *name : {"windows-1251", "ibm866", "koi8-r", "kz-1048", "mac-cyrillic"}) {
        check_about(name);
        Config config = config_of(sandbox_url());
        const Client client(std::move(config.set_text_encoding(name).set_language("ru")));
        CHECK(client.invoice_init(InvoiceRequest("a\0b"sv, "10", "Ticket")).code() == Code::argument);
        CHECK(client.invoice_init(InvoiceRequest("a", "10", "Tick\0et"sv)).code() == Code::argument);
        const std::string order = new_order() + "\xe0\xf1"s;
        const auto made = client.invoice_init(InvoiceRequest(order, "10", "\xe0\xf1"));
        CHECK(made.has_value() && made->order_id() == order);
        Config journal = config_of(sandbox_url());
        CHECK(Client(std::move(journal.set_text_encoding(name).set_journal("sales\0.db"sv))).check().code() == Code::argument);
    }
    check_about("");
}

void a_text_need_not_end_where_its_view_ends()
{
    const std::string long_text = "10.5099";
    const auto made = sandbox().invoice_init(InvoiceRequest(new_order(), std::string_view(long_text).substr(0, 5), "Ticket"));
    CHECK(made.has_value());
    CHECK(sandbox().invoice_status(made->invoice_id())->amount() == "10.50");
}

// ---- handles

void what_was_moved_from_is_empty_and_harmless()
{
    Client client = sandbox();
    auto made = client.invoice_init(ticket());
    Invoice invoice = *std::move(made);
    CHECK(invoice.invoice_id() > 0);
    Invoice other = std::move(invoice);
    CHECK(other.invoice_id() > 0 && other.qr_text().size() > 0);
    CHECK(invoice.invoice_id() == 0 && !invoice.qr_url() && !invoice.paid() && invoice.qr_png().empty());  // NOLINT: that is the point
    Invoice &same = other;
    other = std::move(same);
    CHECK(other.invoice_id() > 0);

    Client taken = std::move(client);
    CHECK(taken.check().has_value());
    CHECK(client.invoice_init(ticket()).code() == Code::argument);                                         // NOLINT
    InvoiceRequest request = ticket(), next = std::move(request);
    CHECK(taken.invoice_init(request).code() == Code::argument);                                           // NOLINT
    CHECK(taken.invoice_init(next).has_value());
    const Task none;
    CHECK(none.done() && none.fd() == -1);
}

void handles_may_go_in_any_order()
{
    Invoice invoice;
    Buffer code;
    Error error;
    {
        Task task, wait;
        {
            const Client client = sandbox();
            task = client.start_invoice_init(ticket());
            wait = client.start_invoice_wait(1, seconds(20));
            error = client.invoice_status(999999999).error();
        }
        CHECK(task.join(seconds(20)));
        invoice = *std::move(*task.take());
        CHECK(!task.take());
        wait.cancel();
    }
    {
        const Invoice gone = std::move(invoice);
        code = gone.qr_svg();
        CHECK(gone.order_id().has_value());
    }
    CHECK(code.view().substr(0, 4) == "<svg" || code.view().substr(0, 5) == "<?xml");
    CHECK(error.code() == Code::refused && error.gateway_code() == 11068 && !error.body().empty());
}

void an_error_may_be_copied_and_its_texts_stay()
{
    Error copy;
    CHECK(copy.code() == Code::ok && copy.message().empty());
    std::string_view message;
    {
        const auto refused = sandbox().invoice_status_by_order("no-such-order");
        const Error first = refused.error();
        copy = first;
        message = first.message();
    }
    CHECK(copy.message().data() == message.data());
    CHECK(copy.order_id() == "no-such-order" && copy.gateway_message().has_value());
}

void a_result_without_a_value_is_never_paid()
{
    const auto refused = sandbox().invoice_status(999999999);
    CHECK(!refused && !refused.has_value());
    CHECK(!refused->paid() && refused->invoice_id() == 0 && !(*refused).qr_url());
    const auto sales = sandbox().pending();
    CHECK(sales.code() == Code::config && sales.error().advice() == Advice::fix && sales->empty());
}

// ---- what is called back

void a_log_is_told_and_outlives_its_config()
{
    std::vector<std::string> lines;
    int warnings = 0;
    {
        Client client = [&] {
            Config config = config_of(sandbox_url());
            config.set_log([&lines, &warnings](LogLevel level, std::string_view line) {
                lines.emplace_back(line);
                warnings += level == LogLevel::warn;
            });
            return Client(config);
        }();
        CHECK(client.invoice_init(ticket()).has_value());
        client = sandbox();         // the one with the log is freed here, and its log after it
        const std::size_t told = lines.size();
        CHECK(client.invoice_init(ticket()).has_value());
        CHECK_INT(static_cast<std::int64_t>(lines.size()), static_cast<std::int64_t>(told));
    }
    CHECK(!lines.empty());
    Config quiet = config_of(sandbox_url());
    quiet.set_log([&](LogLevel, std::string_view) { lines.clear(); }).set_log(nullptr);
    CHECK(Client(quiet).invoice_init(ticket()).has_value());
    CHECK(!lines.empty());
}

void a_progress_function_sees_every_poll()
{
    static const char *const answers[] = {
        "{\"status\":\"ok\",\"invoice_id\":77,\"invoice_status\":\"new\"}", CANNED_CLOSE, "<html>",
        "{\"status\":\"ok\",\"invoice_id\":77,\"invoice_status\":\"ok\"}",
    };
    canned *gateway = canned_start(answers, 4);
    const Client client(config_of(canned_url(gateway)));
    int polls = 0, failed = 0;
    bool paid = false;
    const auto end = client.invoice_wait(77, seconds(20), [&](const Answer &latest) {
        polls++;
        failed += latest.code() != Code::ok;
        paid = latest.paid();
    });
    CHECK(end && end->paid() && paid);
    CHECK(polls >= 2 && failed >= 1);
    canned_stop(gateway);
}

void a_progress_function_may_be_an_object_with_a_state()
{
    struct Patience {
        int left;
        Waiting operator()(const Answer &) { return left-- > 1 ? Waiting::go_on : Waiting::give_up; }
    } patience{3};
    const Client client = sandbox();
    const std::int64_t id = client.invoice_init(ticket())->invoice_id();
    const auto end = client.invoice_wait(id, seconds(20), patience);
    CHECK(end.code() == Code::cancelled);
    CHECK(end.error().invoice_status() == InvoiceStatus::new_ && end.error().invoice_id() == id);
    CHECK_INT(patience.left, 0);
}

#if FREEDOMPAY_EXCEPTIONS

struct Alarm {
    int number;
};

void what_a_progress_function_throws_comes_out_of_the_wait()
{
    const Client client = sandbox();
    const std::int64_t id = client.invoice_init(ticket())->invoice_id();
    int polls = 0, caught = 0;
    try {
        (void)client.invoice_wait(id, seconds(20), [&](const Answer &) {
            if (++polls == 2)
                throw Alarm{7};
        });
    } catch (const Alarm &alarm) {
        caught = alarm.number;
    }
    CHECK_INT(caught, 7);
    CHECK_INT(polls, 2);
    CHECK(client.invoice_status(id).has_value());
}

void what_a_log_throws_does_not_cost_the_answer()
{
    int lines = 0;
    Config config = config_of(sandbox_url());
    config.set_log([&](LogLevel, std::string_view) {
        lines++;
        throw Alarm{1};
    });
    const auto made = Client(config).invoice_init(ticket());
    CHECK(made && made->invoice_id() > 0);
    CHECK(lines > 0);
}

template <class Expected, class Call>
bool throws(Call call)
{
    try {
        call();
    } catch (const FreedomPayError &error) {
        // Without RTTI a dynamic_cast is not to be had; a second handler tells the class as well.
        try {
            throw;
        } catch (const Expected &) {
            return error.code() != Code::ok && std::string(error.what()) == error.error().message() && *error.what();
        } catch (...) {
        }
    }
    return false;
}

void value_throws_the_class_of_the_code()
{
    static const char *const answers[] = {CANNED_CLOSE, "<html>"};
    canned *gateway = canned_start(answers, 2);
    const Client client = sandbox(), odd(config_of(canned_url(gateway)));
    Config away = config_of(nobody_url());
    away.set_timeout(milliseconds(500));
    const std::int64_t id = client.invoice_init(ticket()).value().invoice_id();
    CHECK(throws<ArgumentError>([&] { client.invoice_status(0).value(); }));
    CHECK(throws<ConfigError>([&] { Client(Config()).check().value(); }));
    CHECK(throws<ConfigError>([&] { client.pending().value(); }));
    CHECK(throws<NotSent>([&] { Client(away).invoice_init(ticket()).value(); }));
    CHECK(throws<OutcomeUnknown>([&] { odd.invoice_init(ticket()).value(); }));
    CHECK(throws<BadAnswer>([&] { odd.invoice_init(ticket()).value(); }));
    CHECK(throws<Refused>([&] { client.invoice_status(999999999).value(); }));
    CHECK(throws<WaitTimeout>([&] { client.invoice_wait(id, milliseconds(50)).value(); }));
    CHECK(throws<Cancelled>([&] { client.invoice_wait(id, seconds(9), [](const Answer &) { return Waiting::give_up; }).value(); }));
    CHECK(throws<JournalError>([&] { Client(std::move(Config().set_merchant_id(1).set_journal("/no/such/folder/x"))).check().value(); }));
    CHECK(!throws<Conflict>([&] { client.invoice_status(0).value(); }));
    CHECK(!throws<FreedomPayError>([&] { client.check().value(); }));
    canned_stop(gateway);
}

#endif

// ---- threads

void many_threads_may_use_one_client()
{
    const Client client = sandbox();
    std::vector<std::thread> threads;
    std::vector<std::int64_t> ids(8);
    std::vector<std::string> orders;
    for (std::size_t i = 0; i < ids.size(); i++)
        orders.emplace_back(new_order());
    for (std::size_t i = 0; i < ids.size(); i++)
        threads.emplace_back([&, i] { ids[i] = client.invoice_init(InvoiceRequest(orders[i], "10", "Ticket"))->invoice_id(); });
    for (std::thread &thread : threads)
        thread.join();
    for (const std::int64_t id : ids)
        CHECK(id > 0);
}

}  // namespace

int main()
{
    minor_units_are_written_as_decimal_digits();
    what_is_no_amount_is_refused_and_not_sent();
    a_text_with_a_nul_in_it_is_refused();
    a_text_with_a_nul_in_it_is_refused_in_every_alphabet();
    a_text_need_not_end_where_its_view_ends();
    what_was_moved_from_is_empty_and_harmless();
    handles_may_go_in_any_order();
    an_error_may_be_copied_and_its_texts_stay();
    a_result_without_a_value_is_never_paid();
    a_log_is_told_and_outlives_its_config();
    a_progress_function_sees_every_poll();
    a_progress_function_may_be_an_object_with_a_state();
#if FREEDOMPAY_EXCEPTIONS
    what_a_progress_function_throws_comes_out_of_the_wait();
    what_a_log_throws_does_not_cost_the_answer();
    value_throws_the_class_of_the_code();
#endif
    many_threads_may_use_one_client();
    return check_end();
}

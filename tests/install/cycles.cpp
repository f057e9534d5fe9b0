// The same in C++: handles are made, moved, swapped and destroyed a hundred thousand times, and the memory does not grow.
#include "cycles.h"

#include <freedompay.hpp>

#include <cstdlib>
#include <utility>

using namespace freedompay;

namespace {

long checks, faults;

void check(bool ok, const char *what)
{
    checks++;
    if (!ok) {
        faults++;
        std::printf("%s does not hold\n", what);
    }
}

Config config_of(const char *url)
{
    Config config;
    config.set_merchant_id(123456).set_secret_key("sandbox-secret-key").set_base_url(url);
    return config;
}

// What is left of a cycle until the next takes its place, in another order than it was made.
struct Kept {
    Client client{Config()};
    InvoiceRequest request{"order-1", "10", "Ticket"};
    Reply reply;
    Error error;
    Buffer code;
    Receipt receipt;
    Task task;
    Call call{"/revoke.php"};
};

bool cycle(Kept &kept, const Reply &invoice, unsigned order)
{
    static int lines = 0;    // the function of the log goes with the last client, not with this frame
    Config config = config_of("https://api.freedompay.uz");
    config.set_log([](LogLevel, std::string_view) { lines++; });
    Client client(config);
    InvoiceRequest request("order-1", "1,5", "Ticket");
    auto refused = client.invoice_init(request);
    Error error = refused.error(), copy = error;
    Task task = client.start_invoice_wait(0, std::chrono::seconds(1));
    Receipt receipt;
    receipt.add_line("Shop").set_cut(true);
    Call call("/revoke.php");
    call.set("pg_payment_id", "77");
    Buffer code = invoice.qr_matrix();
    const bool good = refused.code() == Code::argument && code.size() > 400 && copy.message() == error.message();
    if (order & 1)
        kept.error = std::move(error);
    if (order & 2)
        kept.client = std::move(client);
    if (order & 4)
        std::swap(kept.task, task);
    if (order & 8)
        kept.request = std::move(request);
    if (order & 16)
        kept.code = std::move(code);
    if (order & 32)
        std::swap(kept.receipt, receipt);
    if (order & 64)
        kept.reply = *std::move(refused);
    if (order & 128)
        kept.call = std::move(call);
    return good;
}

}  // namespace

int main(int argc, char **argv)
{
    const char *url = std::getenv("FREEDOMPAY_BASE_URL");
    const int cycles = argc > 1 ? std::atoi(argv[1]) : CYCLES;
    const Client client(config_of(url ? url : ""));
    const auto invoice = client.invoice_init(InvoiceRequest("cycles-cpp", Amount::from_minor(1000, 2), "Ticket"));
    check(invoice.has_value(), "the invoice of which the codes are drawn");
    unsigned seed = 1;
    long before = 0;
    int good = 0;
    {
        Kept kept;
        for (int i = 0; i < cycles; i++) {
            if (i == WARM_UP)
                before = resident_kib();
            good += cycle(kept, *invoice, next_order(&seed));
        }
    }
    check(good == cycles, "each cycle did what it should");
    if (cycles > WARM_UP) {
        const long after = resident_kib();
        std::printf("%d cycles: %ld KiB before, %ld KiB after\n", cycles, before, after);
        check(before > 0 && after - before <= MOST_GROWTH_KIB, "the memory does not grow");
    }
    std::printf("%ld passed, %ld failed\n", checks - faults, faults);
    return faults != 0;
}

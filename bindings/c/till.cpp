// A till in C++17: creates an invoice, shows its QR in the terminal and waits until it is known how the sale ended.
//
//   c++ -std=c++17 till.cpp -lfreedompay -o till && ./till ORDER_ID AMOUNT DESCRIPTION
//
// It does what till.c does, in the words of freedompay.hpp; builds with -fno-exceptions too.
#include <freedompay.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

using namespace freedompay;

namespace {

struct Verdict {
    int exit_code;
    const char *word, *next;
};

// Before the invoice exists: what a failed invoice_init means. Only what certainly did nothing may be repeated.
Verdict not_created(const Error &error)
{
    const Verdict unknown = {30, "UNKNOWN", "Do not sell again: first ask for the status of this order id."};
    switch (error.code()) {
    case Code::argument:
    case Code::config: return {40, "NOT SENT", "Correct the input or the settings."};
    case Code::not_sent: return {50, "NOT SENT", "No invoice was created: try again."};
    case Code::refused:    // for an earlier attempt's sake, perhaps, and that one may be paid
        if (error.advice() == Advice::ask_status)
            return unknown;
        return {20, "REFUSED", "No invoice was created, nothing was paid."};
    default: return unknown;
    }
}

// After waiting: an invoice exists, so whatever is not known for certain may still be paid.
Verdict waited(const Result<Invoice> &end)
{
    const Verdict unknown = {30, "UNKNOWN", "It may be paid: ask for its status until it is known."};
    if (end.code() == Code::timeout && end.error().invoice_status() != InvoiceStatus::none)
        return {10, "STILL OPEN", "It may be paid at any moment: ask for its status before selling again."};
    if (!end)
        return unknown;
    switch (end->invoice_status()) {
    case InvoiceStatus::ok: return {0, "PAID", "Hand over the goods."};
    case InvoiceStatus::failed:
        return {20, "DECLINED", "Nothing was paid: offer another way to pay, under a new order id."};
    case InvoiceStatus::incomplete: return {20, "EXPIRED", "Nothing was paid: sell again under a new order id."};
    default: return unknown;
    }
}

int tell(const Verdict &verdict, const Error &error)
{
    std::cout << verdict.word << '\n';
    if (!error.message().empty())
        std::cout << error.message() << '\n';
    std::cout << verdict.next << '\n';
    return verdict.exit_code;
}

int sell(const Client &client, const InvoiceRequest &request, std::chrono::seconds patience)
{
    const auto invoice = client.invoice_init(request);
    if (!invoice)
        return tell(not_created(invoice.error()), invoice.error());
    if (const auto link = invoice->qr_url())
        std::cout << invoice->qr_text().view() << '\n' << *link << '\n';
    else
        std::cout << "The gateway sent no readable QR.\n";
    std::cout << "Invoice " << invoice->invoice_id() << std::endl;

    auto shown = InvoiceStatus::none;
    const auto end = client.invoice_wait(invoice->invoice_id(), patience, [&](const Answer &latest) {
        if (latest.code() != Code::ok || latest.invoice_status() == shown)
            return;
        shown = latest.invoice_status();
        if (shown == InvoiceStatus::new_)
            std::cout << "... waiting for the payer" << std::endl;
        if (shown == InvoiceStatus::process)
            std::cout << "... the payer is paying" << std::endl;
    });
    return tell(waited(end), end.error());
}

// A whole number above 0, or 0 for anything else.
long number(const char *text)
{
    char *rest = nullptr;
    const long value = text ? std::strtol(text, &rest, 10) : 0;
    return rest && *text && !*rest && value > 0 && value < 2147483647L ? value : 0;
}

}  // namespace

int main(int argc, char **argv)
{
    const char *url = std::getenv("FREEDOMPAY_BASE_URL"), *wait = std::getenv("FREEDOMPAY_WAIT_S");
    const char *merchant = std::getenv("FREEDOMPAY_MERCHANT_ID"), *path = std::getenv("FREEDOMPAY_SECRET_FILE");
    const long wait_s = wait ? number(wait) : 300;
    std::string secret;
    if (path) {
        std::ifstream file(path);
        std::getline(file, secret);
    }
    if (argc != 4 || !merchant || secret.empty() || wait_s == 0) {
        std::cerr << "usage: till ORDER_ID AMOUNT DESCRIPTION\n"
                     "FREEDOMPAY_MERCHANT_ID and FREEDOMPAY_SECRET_FILE must be set.\n";
        return 40;
    }
    Config config;    // what a setter refuses, invoice_init reports, and it sends nothing
    config.set_merchant_id(number(merchant)).set_secret_key(secret);
    if (url)
        config.set_base_url(url);
    return sell(Client(config), InvoiceRequest(argv[1], argv[2], argv[3]), std::chrono::seconds(wait_s));
}

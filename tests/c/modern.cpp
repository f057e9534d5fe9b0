// C++17 over the C header: every handle in a unique_ptr, one payment.
#include "support/check.h"
#include "support/sandbox.h"

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace {

struct Free {
    void operator()(fp_config *config) const noexcept { fp_config_free(config); }
    void operator()(fp_client *client) const noexcept { fp_client_free(client); }
    void operator()(fp_invoice_request *request) const noexcept { fp_invoice_request_free(request); }
    void operator()(fp_result *result) const noexcept { fp_result_free(result); }
    void operator()(fp_buffer *buffer) const noexcept { fp_buffer_free(buffer); }
};

using Config = std::unique_ptr<fp_config, Free>;
using Client = std::unique_ptr<fp_client, Free>;
using Request = std::unique_ptr<fp_invoice_request, Free>;
using Result = std::unique_ptr<fp_result, Free>;
using Buffer = std::unique_ptr<fp_buffer, Free>;

struct Payer {
    std::int64_t invoice = 0;
    int polls = 0;
};

std::string_view text(const char *borrowed)
{
    return borrowed ? std::string_view{borrowed} : std::string_view{};
}

void one_payment()
{
    Config config{fp_config_new()};
    CHECK_INT(fp_config_set_merchant_id(config.get(), SANDBOX_MERCHANT), FP_OK);
    CHECK_INT(fp_config_set_secret_key(config.get(), SANDBOX_KEY), FP_OK);
    CHECK_INT(fp_config_set_base_url(config.get(), sandbox_url()), FP_OK);
    CHECK_INT(fp_config_set_poll_interval_ms(config.get(), 20), FP_OK);
    const Client client{fp_client_new(config.get())};
    config.reset();

    const std::string order = new_order();
    const Request request{fp_invoice_request_new(order.c_str(), "10.50", "Ticket")};
    Result result{fp_invoice_init(client.get(), request.get())};
    CHECK_INT(fp_result_code(result.get()), FP_OK);
    CHECK(text(fp_result_order_id(result.get())) == order);
    CHECK(!text(fp_result_qr_url(result.get())).empty());

    const Buffer qr{fp_qr_text(result.get())};
    const std::string_view code{reinterpret_cast<const char *>(fp_buffer_data(qr.get())), fp_buffer_len(qr.get())};
    CHECK(code.find("\u2588") != std::string_view::npos);

    Payer payer{fp_result_invoice_id(result.get())};
    result.reset(fp_invoice_wait(
        client.get(), payer.invoice, 20000,
        [](void *userdata, const fp_result *) -> std::int32_t {
            auto *who = static_cast<Payer *>(userdata);
            return who->polls++ == 0 && !sandbox_do(who->invoice, "pay");
        },
        &payer));
    CHECK_INT(fp_result_code(result.get()), FP_OK);
    CHECK_INT(fp_result_invoice_status(result.get()), FP_INVOICE_OK);
    CHECK_INT(payer.polls, 2);
}

}  // namespace

int main()
{
    one_payment();
    return check_end();
}

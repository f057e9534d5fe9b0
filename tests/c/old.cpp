// C++98, as an old till is written: the C header as it is, one payment.
#include "support/check.h"
#include "support/sandbox.h"

#include <string>

extern "C" {
static int32_t pay_once(void *userdata, const fp_result *latest)
{
    int *polls = static_cast<int *>(userdata);
    if ((*polls)++ == 0 && !sandbox_do(fp_result_invoice_id(latest), "pay"))
        return 1;
    return 0;
}
}

// Frees the handle at the end of its block, also when the block is left early.
class Result {
public:
    explicit Result(fp_result *result) : result_(result) {}
    ~Result() { fp_result_free(result_); }
    int32_t code() const { return fp_result_code(result_); }
    int64_t invoice() const { return fp_result_invoice_id(result_); }
    int32_t status() const { return fp_result_invoice_status(result_); }
    std::string order() const { return fp_result_order_id(result_) ? fp_result_order_id(result_) : ""; }

private:
    Result(const Result &);
    Result &operator=(const Result &);
    fp_result *result_;
};

int main()
{
    fp_client *client = sandbox_client();
    const std::string order(new_order());
    fp_invoice_request *request = fp_invoice_request_new(order.c_str(), "10.50", "Ticket");
    int polls = 0;
    {
        Result created(fp_invoice_init(client, request));
        CHECK_INT(created.code(), FP_OK);
        CHECK_TEXT(created.order().c_str(), order.c_str());

        Result paid(fp_invoice_wait(client, created.invoice(), 20000, pay_once, &polls));
        CHECK_INT(paid.code(), FP_OK);
        CHECK_INT(paid.status(), FP_INVOICE_OK);
        CHECK_INT(polls, 2);
    }
    fp_invoice_request_free(request);
    fp_client_free(client);
    return check_end();
}

/* What the programs that are linked with the library share. */
#include "support.h"

#include <stdio.h>

fp_config *sandbox_config(const char *journal)
{
    fp_config *config = fp_config_new();
    fp_config_set_merchant_id(config, 123456);
    fp_config_set_secret_key(config, "sandbox-secret-key");
    fp_config_set_base_url(config, sandbox_url());
    fp_config_set_poll_interval_ms(config, 20);
    if (journal)
        fp_config_set_journal(config, journal);
    return config;
}

fp_client *sandbox_client(const char *journal)
{
    fp_config *config = sandbox_config(journal);
    fp_client *client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

int64_t create(const fp_client *client, const char *order, const char *amount, int32_t expected)
{
    fp_invoice_request *request = fp_invoice_request_new(order, amount, "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    int32_t code = fp_result_code(result);
    int64_t id = code == FP_OK ? fp_result_invoice_id(result) : -(int64_t)code;
    if (code != FP_OK && code != expected) {
        printf("init of %s: %s: %s\n", order, fp_code_name(code), fp_result_message(result));
        fflush(stdout);
    }
    fp_result_free(result);
    fp_invoice_request_free(request);
    return id;
}

int uses(fp_client *client)
{
    char order[64];
    fp_result *result;
    int64_t id = create(client, new_order(order, "uses"), "10", FP_OK);
    int bad = 0;
    if (id <= 0)
        return id == -FP_ERR_NOT_SENT ? NOT_SENT : 1;
    result = fp_invoice_status(client, id);
    if (fp_result_code(result) != FP_OK || fp_result_invoice_id(result) != id)
        bad = 2;
    fp_result_free(result);
    return bad;
}

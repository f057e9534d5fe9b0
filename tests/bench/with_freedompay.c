/* One invoice through libfreedompay's C ABI: one client, whatever the threads. With MULTIPART defined it has no key, so that
 * the body is the form of the page on Init; else it is signed JSON. */
#include "bench.h"

#include <freedompay.h>
#include <stdio.h>

static fp_client *client;

int client_call(void *self, const char *order_id)
{
    fp_invoice_request *request = fp_invoice_request_new(order_id, "10.50", "Ticket");
    fp_result *result;
    int ok;
    fp_invoice_request_set_currency(request, "KZT");
    result = fp_invoice_init(self, request);
    ok = fp_result_code(result) == FP_OK && fp_result_invoice_id(result) > 0
        && fp_result_invoice_status(result) == FP_INVOICE_NEW && fp_result_qr_url(result);
    if (!ok)
        fprintf(stderr, "%s: %s\n", fp_code_name(fp_result_code(result)), fp_result_message(result));
    fp_result_free(result);
    fp_invoice_request_free(request);
    return !ok;
}

int client_start(const struct bench *bench)
{
    char url[64];
    fp_config *config = fp_config_new();
    snprintf(url, sizeof url, "https://localhost:%d", bench->port);
    fp_config_set_merchant_id(config, 123456);
#ifndef MULTIPART
    fp_config_set_secret_key(config, SECRET_KEY);
#endif
    fp_config_set_base_url(config, url);
    fp_config_set_ca_file(config, bench->ca_file);
    client = fp_client_new(config);
    fp_config_free(config);
    return 0;
}

void *client_open(void)
{
    return client;
}

void client_close(void *self)
{
    (void)self;
}

void client_end(void)
{
    fp_client_free(client);
}

/* A description in a code page: sent, asked for, and back as the same bytes.
 *
 *   letters ENCODING ORDER_ID BYTES_IN_HEX
 *
 * FREEDOMPAY_BASE_URL is a sandbox. Ends with "N passed, N failed"; what has arrived there is for the caller to see. */
#include "check.h"

#include <freedompay.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void read_hex(const char *hex, char *text, size_t room)
{
    size_t i;
    for (i = 0; i + 1 < room && hex[2 * i] && hex[2 * i + 1]; i++) {
        unsigned byte = 0;
        sscanf(hex + 2 * i, "%2x", &byte);
        text[i] = (char)byte;
    }
    text[i] = '\0';
}

int main(int argc, char **argv)
{
    fp_config *config = fp_config_new();
    fp_client *client;
    fp_invoice_request *request;
    fp_result *invoice, *info;
    const char *customer;
    char text[200];
    if (argc != 4)
        return 2;
    read_hex(argv[3], text, sizeof text);
    CHECK_INT(fp_config_set_text_encoding(config, argv[1]), FP_OK);
    fp_config_set_merchant_id(config, 123456);
    fp_config_set_secret_key(config, "sandbox-secret-key");
    fp_config_set_base_url(config, getenv("FREEDOMPAY_BASE_URL"));
    client = fp_client_new(config);
    request = fp_invoice_request_new(argv[2], "10.50", text);
    invoice = fp_invoice_init(client, request);
    CHECK_TEXT(fp_result_message(invoice), "");
    CHECK_INT(fp_result_code(invoice), FP_OK);
    /* What the payer's page shows: the gateway is asked for it by the word in the link. */
    customer = fp_result_qr_url(invoice) ? strstr(fp_result_qr_url(invoice), "customer=") : NULL;
    info = fp_invoice_info(client, customer ? customer + strlen("customer=") : NULL);
    CHECK_INT(fp_result_code(info), FP_OK);
    CHECK_TEXT(fp_result_description(info), text);
    fp_result_free(info);
    fp_result_free(invoice);
    fp_invoice_request_free(request);
    fp_client_free(client);
    fp_config_free(config);
    return check_end();
}

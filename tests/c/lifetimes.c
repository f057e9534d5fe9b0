/* Handles are freed in any order, and what one gave out stays good for as long as that one lives. */
#include "support/check.h"
#include "support/sandbox.h"

#include <stdlib.h>
#include <string.h>

static void the_config_may_go_before_the_client(void)
{
    fp_config *config = sandbox_config();
    fp_client *client = fp_client_new(config);
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_config_free(config);
    CHECK(invoice_of(fp_invoice_init(client, request)) > 0);
    fp_client_free(client);
    fp_invoice_request_free(request);
}

static void the_client_may_go_before_the_result(void)
{
    fp_client *client = sandbox_client();
    const char *order = new_order();
    fp_invoice_request *request = fp_invoice_request_new(order, "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    fp_buffer *qr;
    fp_invoice_request_free(request);
    fp_client_free(client);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_TEXT(fp_result_order_id(result), order);
    CHECK_TEXT(fp_result_field(result, "status"), "ok");
    qr = fp_qr_text(result);
    CHECK(fp_buffer_len(qr) > 0);
    fp_buffer_free(qr);
    fp_result_free(result);
}

static void the_result_may_go_before_its_buffer(void)
{
    fp_client *client = sandbox_client();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    fp_buffer *qr = fp_qr_text(result);
    size_t len = fp_buffer_len(qr), i;
    unsigned sum = 0;
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
    CHECK(len > 0);
    for (i = 0; i < len; i++)
        sum += fp_buffer_data(qr)[i];
    CHECK(sum > 0);
    fp_buffer_free(qr);
}

static void a_config_changed_later_does_not_change_a_client(void)
{
    fp_config *config = sandbox_config();
    fp_client *client = fp_client_new(config), *later;
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result;
    CHECK_INT(fp_config_set_merchant_id(config, -1), FP_ERR_ARGUMENT);
    later = fp_client_new(config);
    CHECK(invoice_of(fp_invoice_init(client, request)) > 0);
    result = fp_client_check(later);
    CHECK_INT(fp_result_code(result), FP_ERR_ARGUMENT);
    fp_result_free(result);
    fp_client_free(later);
    fp_client_free(client);
    fp_config_free(config);
    fp_invoice_request_free(request);
}

/* Text given to a setter is copied: the caller may overwrite it at once. */
static void what_was_given_may_be_overwritten(void)
{
    char order[64], amount[] = "10.50", description[] = "Ticket", key[] = SANDBOX_KEY, currency[] = "KZT";
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_invoice_request *request;
    fp_result *result;
    strcpy(order, new_order());
    fp_config_set_secret_key(config, key);
    memset(key, 'x', sizeof key - 1);
    client = fp_client_new(config);
    request = fp_invoice_request_new(order, amount, description);
    fp_invoice_request_set_currency(request, currency);
    memset(amount, 'x', sizeof amount - 1);
    memset(description, 'x', sizeof description - 1);
    memset(currency, 'x', sizeof currency - 1);
    result = fp_invoice_init(client, request);
    CHECK_INT(fp_result_code(result), FP_OK);
    fp_result_free(result);
    result = fp_invoice_status_by_order(client, order);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK(fp_result_amount(result) != NULL && atof(fp_result_amount(result)) == 10.5);
    memset(order, 'x', strlen(order));
    CHECK(fp_result_order_id(result) == NULL || strncmp(fp_result_order_id(result), "order-", 6) == 0);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
    fp_config_free(config);
}

/* A pointer that a getter gave is the same, with the same text, until the result is freed. */
static void what_was_borrowed_stays(void)
{
    fp_client *client = sandbox_client();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request), *other;
    const char *link = fp_result_qr_url(result), *status = fp_result_field(result, "invoice_status");
    const uint8_t *body;
    size_t len, len_again;
    int i;
    body = fp_result_body(result, &len);
    CHECK(link != NULL && body != NULL && len > 0);
    for (i = 0; i < 100; i++) {
        fp_result_field(result, "status");
        fp_result_field(result, "dt");
        fp_result_field(result, "invoice_methods/qr");
        fp_buffer_free(fp_qr_text(result));
    }
    other = fp_invoice_status(client, fp_result_invoice_id(result));
    fp_result_free(other);
    CHECK(fp_result_qr_url(result) == link);
    CHECK_TEXT(status, "new");
    CHECK(fp_result_body(result, &len_again) == body);
    CHECK_INT(len_again, len);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
}

/* One request, used for two calls and by two clients, is still the caller's. */
static void a_request_may_be_used_again(void)
{
    fp_client *one = sandbox_client(), *two = sandbox_client();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    int64_t id = invoice_of(fp_invoice_init(one, request));
    fp_result *result;
    CHECK(id > 0);
    fp_client_free(one);
    result = fp_invoice_init(two, request);
    CHECK(fp_result_code(result) == FP_OK || fp_result_code(result) == FP_ERR_REFUSED);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    fp_result_free(result);
    fp_client_free(two);
    fp_invoice_request_free(request);
}

static void a_client_that_was_never_used_is_freed_at_once(void)
{
    int i;
    for (i = 0; i < 20; i++) {
        fp_config *config = sandbox_config();
        fp_client *client = fp_client_new(config);
        fp_config_free(config);
        fp_client_free(client);
    }
    CHECK(1);
}

int main(void)
{
    the_config_may_go_before_the_client();
    the_client_may_go_before_the_result();
    the_result_may_go_before_its_buffer();
    a_config_changed_later_does_not_change_a_client();
    what_was_given_may_be_overwritten();
    what_was_borrowed_stays();
    a_request_may_be_used_again();
    a_client_that_was_never_used_is_freed_at_once();
    return check_end();
}

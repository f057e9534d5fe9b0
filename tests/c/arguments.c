/* Every function with NULL for everything and with numbers that nobody defined: each answers as the header says, none
 * crashes, nothing is sent. */
#include "support/check.h"
#include "support/sandbox.h"

#include <stdlib.h>
#include <string.h>

static const int32_t STRANGE[] = { INT32_MIN, -99, -1, 3, 7, 99, 1000000, INT32_MAX };

static void every_code_has_its_name(void)
{
    static const struct { int32_t code; const char *name; } codes[] = {
#define CODE(name) { name, #name }
        CODE(FP_OK), CODE(FP_ERR_ARGUMENT), CODE(FP_ERR_CONFIG), CODE(FP_ERR_NOT_SENT), CODE(FP_ERR_UNKNOWN),
        CODE(FP_ERR_REFUSED), CODE(FP_ERR_ANSWER), CODE(FP_ERR_TIMEOUT), CODE(FP_ERR_CANCELLED), CODE(FP_ERR_SIGNATURE),
        CODE(FP_ERR_CONFLICT), CODE(FP_ERR_JOURNAL), CODE(FP_ERR_INTERNAL),
    };
    static const int32_t unknown[] = { INT32_MIN, -1, 13, 99, INT32_MAX };
    size_t i;
    for (i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        CHECK_INT(codes[i].code, (int64_t)i);
        CHECK_TEXT(fp_code_name(codes[i].code), codes[i].name);
    }
    for (i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        const char *name = fp_code_name(unknown[i]);
        CHECK(name != NULL && *name != '\0');
        CHECK(name != NULL && strcmp(name, "FP_OK") != 0);
    }
    CHECK(fp_version() != NULL && *fp_version() >= '0' && *fp_version() <= '9');
    CHECK_INT(fp_abi_version(), 1);
}

static void numbers_are_never_renumbered(void)
{
    static const int32_t sent[] = { FP_SENT_NO, FP_SENT_MAYBE, FP_SENT_YES };
    static const int32_t advice[] = { FP_ADVICE_NONE, FP_ADVICE_RETRY, FP_ADVICE_ASK_STATUS, FP_ADVICE_FIX, FP_ADVICE_WAIT };
    static const int32_t status[] = { FP_INVOICE_NONE, FP_INVOICE_NEW, FP_INVOICE_PROCESS, FP_INVOICE_OK, FP_INVOICE_FAILED,
        FP_INVOICE_INCOMPLETE, FP_INVOICE_OTHER };
    static const int32_t body[] = { FP_BODY_AUTO, FP_BODY_MULTIPART, FP_BODY_JSON };
    static const int32_t claim[] = { FP_JWS_URI, FP_JWS_PATH };
    static const int32_t level[] = { FP_LOG_ERROR, FP_LOG_WARN, FP_LOG_INFO, FP_LOG_DEBUG };
    size_t i;
    for (i = 0; i < sizeof sent / sizeof sent[0]; i++)
        CHECK_INT(sent[i], (int64_t)i);
    for (i = 0; i < sizeof advice / sizeof advice[0]; i++)
        CHECK_INT(advice[i], (int64_t)i);
    for (i = 0; i < sizeof status / sizeof status[0]; i++)
        CHECK_INT(status[i], (int64_t)i);
    for (i = 0; i < sizeof body / sizeof body[0]; i++)
        CHECK_INT(body[i], (int64_t)i);
    for (i = 0; i < sizeof claim / sizeof claim[0]; i++)
        CHECK_INT(claim[i], (int64_t)i);
    for (i = 0; i < sizeof level / sizeof level[0]; i++)
        CHECK_INT(level[i], (int64_t)i + 1);
}

static void freeing_nothing_does_nothing(void)
{
    fp_config_free(NULL);
    fp_client_free(NULL);
    fp_invoice_request_free(NULL);
    fp_result_free(NULL);
    fp_buffer_free(NULL);
    CHECK(1);
}

static void every_setter_refuses_a_missing_handle(void)
{
    CHECK_INT(fp_config_set_merchant_id(NULL, 1), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_secret_key(NULL, "key"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_secret_key(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_base_url(NULL, "https://api.freedompay.uz"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_base_url(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_body_format(NULL, FP_BODY_JSON), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_jws_claim(NULL, FP_JWS_URI), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_connect_timeout_ms(NULL, 1000), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_timeout_ms(NULL, 1000), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_poll_interval_ms(NULL, 1000), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_proxy(NULL, "http://127.0.0.1:3128"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_proxy(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_ca_file(NULL, "/dev/null"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_ca_file(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_app_info(NULL, "till", "1"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_app_info(NULL, NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_log(NULL, NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_amount_minor(NULL, 1, 2), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_currency(NULL, "KZT"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_currency(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_method(NULL, "qr"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_method(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_check_url(NULL, "https://shop.example/check"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_check_url(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_result_url(NULL, "https://shop.example/result"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_result_url(NULL, NULL), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_request_method(NULL, "POST"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_invoice_request_set_request_method(NULL, NULL), FP_ERR_ARGUMENT);
}

static void every_getter_answers_about_nothing(void)
{
    size_t len = 7;
    fp_buffer *qr = fp_qr_text(NULL);
    CHECK_INT(fp_result_code(NULL), FP_ERR_ARGUMENT);
    CHECK(fp_result_message(NULL) == NULL);
    CHECK_INT(fp_result_sent(NULL), FP_SENT_NO);
    CHECK_INT(fp_result_advice(NULL), FP_ADVICE_NONE);
    CHECK_INT(fp_result_http_status(NULL), 0);
    CHECK_INT(fp_result_gateway_code(NULL), 0);
    CHECK(fp_result_gateway_message(NULL) == NULL);
    CHECK_INT(fp_result_invoice_id(NULL), 0);
    CHECK_INT(fp_result_invoice_status(NULL), FP_INVOICE_NONE);
    CHECK(fp_result_order_id(NULL) == NULL);
    CHECK(fp_result_amount(NULL) == NULL);
    CHECK(fp_result_currency(NULL) == NULL);
    CHECK(fp_result_description(NULL) == NULL);
    CHECK(fp_result_card_pan(NULL) == NULL);
    CHECK(fp_result_card_token(NULL) == NULL);
    CHECK(fp_result_date_time(NULL) == NULL);
    CHECK_INT(fp_result_unix_time(NULL), 0);
    CHECK(fp_result_qr_url(NULL) == NULL);
    CHECK(fp_result_field(NULL, NULL) == NULL);
    CHECK(fp_result_field(NULL, "status") == NULL);
    CHECK(fp_result_body(NULL, NULL) == NULL);
    CHECK(fp_result_body(NULL, &len) == NULL);
    CHECK_INT(len, 0);
    CHECK(qr != NULL);
    CHECK_INT(fp_buffer_len(qr), 0);
    fp_buffer_free(qr);
    CHECK(fp_buffer_data(NULL) == NULL);
    CHECK_INT(fp_buffer_len(NULL), 0);
}

/* The result of a call that sent nothing and says why. */
static void refused(fp_result *result, int32_t code)
{
    CHECK(result != NULL);
    CHECK_INT(fp_result_code(result), code);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_FIX);
    CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
    CHECK_INT(fp_result_http_status(result), 0);
    CHECK(fp_result_body(result, NULL) == NULL);
    fp_result_free(result);
}

static void every_call_refuses_what_is_missing(void)
{
    fp_client *client = sandbox_client();
    fp_client *of_nothing = fp_client_new(NULL);
    fp_invoice_request *empty = fp_invoice_request_new(NULL, NULL, NULL);
    fp_invoice_request *good = fp_invoice_request_new("1", "10", "Ticket");
    char *before = sandbox_record(), *after;

    CHECK(of_nothing != NULL);
    CHECK(empty != NULL);
    check_about("no client");
    refused(fp_client_check(NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_init(NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_init(NULL, good), FP_ERR_ARGUMENT);
    refused(fp_invoice_status(NULL, 1), FP_ERR_ARGUMENT);
    refused(fp_invoice_status(NULL, 0), FP_ERR_ARGUMENT);
    refused(fp_invoice_status_by_order(NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_status_by_order(NULL, "1"), FP_ERR_ARGUMENT);
    refused(fp_invoice_info(NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_info(NULL, "customer"), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(NULL, NULL, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(NULL, "customer", "user", "token"), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(NULL, 1, 1000, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(NULL, 0, 0, NULL, NULL), FP_ERR_ARGUMENT);

    check_about("a client of no configuration");
    refused(fp_client_check(of_nothing), FP_ERR_ARGUMENT);
    refused(fp_invoice_init(of_nothing, good), FP_ERR_ARGUMENT);
    refused(fp_invoice_status(of_nothing, 1), FP_ERR_ARGUMENT);

    check_about("a client of an empty configuration");
    {
        fp_config *config = fp_config_new();
        fp_client *incomplete = fp_client_new(config);
        refused(fp_client_check(incomplete), FP_ERR_CONFIG);
        refused(fp_invoice_init(incomplete, good), FP_ERR_CONFIG);
        refused(fp_invoice_status(incomplete, 1), FP_ERR_CONFIG);
        refused(fp_invoice_wait(incomplete, 1, 1000, NULL, NULL), FP_ERR_CONFIG);
        fp_client_free(incomplete);
        fp_config_free(config);
    }

    check_about("no input");
    refused(fp_invoice_init(client, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_init(client, empty), FP_ERR_ARGUMENT);
    refused(fp_invoice_status_by_order(client, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_status_by_order(client, ""), FP_ERR_ARGUMENT);
    refused(fp_invoice_info(client, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_info(client, ""), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(client, NULL, "user", "token"), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(client, "customer", NULL, "token"), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(client, "customer", "user", NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_pay(client, "", "", ""), FP_ERR_ARGUMENT);
    refused(fp_invoice_status_by_order(client, "\xff\xfe"), FP_ERR_ARGUMENT);

    check_about("numbers that are no id");
    refused(fp_invoice_status(client, 0), FP_ERR_ARGUMENT);
    refused(fp_invoice_status(client, -1), FP_ERR_ARGUMENT);
    refused(fp_invoice_status(client, INT64_MIN), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(client, 0, 1000, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(client, -1, 1000, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(client, 1, 0, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(client, 1, -1, NULL, NULL), FP_ERR_ARGUMENT);
    refused(fp_invoice_wait(client, 1, INT64_MIN, NULL, NULL), FP_ERR_ARGUMENT);
    check_about("");

    after = sandbox_record();
    CHECK(strcmp(before, after) == 0);
    free(before);
    free(after);
    fp_invoice_request_free(good);
    fp_invoice_request_free(empty);
    fp_client_free(of_nothing);
    fp_client_free(client);
}

static void an_unknown_number_is_refused(void)
{
    size_t i;
    for (i = 0; i < sizeof STRANGE / sizeof STRANGE[0]; i++) {
        fp_config *config = fp_config_new();
        CHECK_INT(fp_config_set_body_format(config, STRANGE[i]), FP_ERR_ARGUMENT);
        CHECK_INT(fp_config_set_jws_claim(config, STRANGE[i]), FP_ERR_ARGUMENT);
        fp_config_free(config);
    }
    {
        fp_invoice_request *request = fp_invoice_request_new("1", "10", "Ticket");
        CHECK_INT(fp_invoice_request_set_amount_minor(request, 1, UINT32_MAX), FP_ERR_ARGUMENT);
        CHECK_INT(fp_invoice_request_set_amount_minor(request, INT64_MIN, 2), FP_ERR_ARGUMENT);
        CHECK_INT(fp_invoice_request_set_amount_minor(request, INT64_MIN, UINT32_MAX), FP_ERR_ARGUMENT);
        fp_invoice_request_free(request);
    }
}

/* A day works everywhere. What is longer may be refused; if it is not, it is no overflow. */
static void the_largest_times_work(void)
{
    static const int64_t times[] = { 86400000, INT64_MAX / 1000000, INT64_MAX };
    fp_client *client = sandbox_client();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result;
    int64_t id = invoice_of(fp_invoice_init(client, request));
    size_t i;
    fp_client_free(client);
    CHECK(id > 0);
    CHECK(sandbox_do(id, "pay"));
    for (i = 0; i < sizeof times / sizeof times[0]; i++) {
        fp_config *config = sandbox_config();
        int taken = fp_config_set_timeout_ms(config, times[i]) == FP_OK
            && fp_config_set_connect_timeout_ms(config, times[i]) == FP_OK
            && fp_config_set_poll_interval_ms(config, times[i]) == FP_OK;
        CHECK(taken || i > 0);
        client = fp_client_new(config);
        result = fp_invoice_status(client, id);
        CHECK_INT(fp_result_code(result), taken ? FP_OK : FP_ERR_ARGUMENT);
        fp_result_free(result);
        fp_client_free(client);
        fp_config_free(config);

        client = sandbox_client();
        result = fp_invoice_wait(client, id, times[i], NULL, NULL);
        if (fp_result_code(result) != FP_ERR_ARGUMENT || i == 0) {
            CHECK_INT(fp_result_code(result), FP_OK);
            CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
        }
        fp_result_free(result);
        fp_client_free(client);
    }
    client = sandbox_client();
    result = fp_invoice_status(client, INT64_MAX);
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
}

/* A result that has fields is asked for fields that are none. */
static void a_strange_path_is_no_field(void)
{
    static const char *const paths[] = { "", "/", "//", "nope", "status/", "/status", "invoice_methods/qr/x", "invoice_methods//qr",
        "\xff", "status/status", "[0]", "invoice_methods[qr]" };
    fp_client *client = sandbox_client();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    size_t i;
    CHECK_TEXT(fp_result_field(result, "status"), "ok");
    CHECK(fp_result_field(result, NULL) == NULL);
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        check_about(paths[i]);
        CHECK(fp_result_field(result, paths[i]) == NULL);
    }
    check_about("");
    CHECK(fp_result_body(result, NULL) != NULL);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
}

int main(void)
{
    every_code_has_its_name();
    numbers_are_never_renumbered();
    freeing_nothing_does_nothing();
    every_setter_refuses_a_missing_handle();
    every_getter_answers_about_nothing();
    every_call_refuses_what_is_missing();
    an_unknown_number_is_refused();
    the_largest_times_work();
    a_strange_path_is_no_field();
    return check_end();
}

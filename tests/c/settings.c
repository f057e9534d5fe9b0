/* Every bad value is refused where it is set, remembered, and reported by the call that would have used it. Nothing is
 * sent: the sandbox's record is the witness. */
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A call that was refused before anything was sent; its message goes to `message`, which may be NULL. */
static void refused(fp_result *result, char *message, size_t size)
{
    const char *text = fp_result_message(result);
    CHECK_INT(fp_result_code(result), FP_ERR_ARGUMENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_FIX);
    CHECK_INT(fp_result_http_status(result), 0);
    CHECK(text != NULL && *text != '\0');
    if (message)
        snprintf(message, size, "%s", text ? text : "");
    fp_result_free(result);
}

/* ---- the configuration ------------------------------------------------------------------------------------------- */

/* One way to set something wrong. Which of the three values counts depends on the setter. */
struct wrong {
    int32_t (*set)(fp_config *config, const struct wrong *wrong);
    const char *name;
    const char *text;
    int64_t number;
};

static int32_t set_merchant_id(fp_config *c, const struct wrong *w) { return fp_config_set_merchant_id(c, w->number); }
static int32_t set_secret_key(fp_config *c, const struct wrong *w) { return fp_config_set_secret_key(c, w->text); }
static int32_t set_base_url(fp_config *c, const struct wrong *w) { return fp_config_set_base_url(c, w->text); }
static int32_t set_proxy(fp_config *c, const struct wrong *w) { return fp_config_set_proxy(c, w->text); }
static int32_t set_ca_file(fp_config *c, const struct wrong *w) { return fp_config_set_ca_file(c, w->text); }
static int32_t set_app_name(fp_config *c, const struct wrong *w) { return fp_config_set_app_info(c, w->text, "1"); }
static int32_t set_app_version(fp_config *c, const struct wrong *w) { return fp_config_set_app_info(c, "till", w->text); }
static int32_t set_body(fp_config *c, const struct wrong *w) { return fp_config_set_body_format(c, (int32_t)w->number); }
static int32_t set_claim(fp_config *c, const struct wrong *w) { return fp_config_set_jws_claim(c, (int32_t)w->number); }
static int32_t set_connect(fp_config *c, const struct wrong *w) { return fp_config_set_connect_timeout_ms(c, w->number); }
static int32_t set_timeout(fp_config *c, const struct wrong *w) { return fp_config_set_timeout_ms(c, w->number); }
static int32_t set_poll(fp_config *c, const struct wrong *w) { return fp_config_set_poll_interval_ms(c, w->number); }

static const struct wrong WRONG[] = {
    { set_merchant_id, "merchant id", NULL, 0 },
    { set_merchant_id, "merchant id", NULL, -1 },
    { set_merchant_id, "merchant id", NULL, INT64_MIN },
    { set_secret_key, "secret key: NULL", NULL, 0 },
    { set_secret_key, "secret key: empty", "", 0 },
    { set_secret_key, "secret key: not UTF-8", "\xff\xfe", 0 },
    { set_base_url, "base url: NULL", NULL, 0 },
    { set_base_url, "base url: empty", "", 0 },
    { set_base_url, "base url: not UTF-8", "https://\xff", 0 },
    { set_base_url, "base url: no scheme", "api.freedompay.uz", 0 },
    { set_base_url, "base url: a blank before it", " https://api.freedompay.uz", 0 },
    { set_base_url, "base url: no slashes", "https:api.freedompay.uz", 0 },
    { set_base_url, "base url: not encrypted", "http://api.freedompay.uz", 0 },
    { set_base_url, "base url: looks like loopback", "http://127.0.0.1.example.com", 0 },
    { set_base_url, "base url: looks like loopback", "http://localhost.example.com", 0 },
    { set_base_url, "base url: another scheme", "ftp://api.freedompay.uz", 0 },
    { set_base_url, "base url: a file", "file:///etc/passwd", 0 },
    { set_base_url, "base url: user", "https://user@api.freedompay.uz", 0 },
    { set_base_url, "base url: user and password", "https://user:password@api.freedompay.uz", 0 },
    { set_base_url, "base url: query", "https://api.freedompay.uz/?a=b", 0 },
    { set_base_url, "base url: fragment", "https://api.freedompay.uz/#a", 0 },
    { set_base_url, "base url: port", "https://api.freedompay.uz:99999", 0 },
    { set_body, "body format", NULL, INT32_MIN },
    { set_body, "body format", NULL, -1 },
    { set_body, "body format", NULL, 3 },
    { set_body, "body format", NULL, 99 },
    { set_body, "body format", NULL, INT32_MAX },
    { set_claim, "jws claim", NULL, INT32_MIN },
    { set_claim, "jws claim", NULL, -1 },
    { set_claim, "jws claim", NULL, 2 },
    { set_claim, "jws claim", NULL, 99 },
    { set_claim, "jws claim", NULL, INT32_MAX },
    { set_connect, "connect timeout", NULL, 0 },
    { set_connect, "connect timeout", NULL, -1 },
    { set_connect, "connect timeout", NULL, INT64_MIN },
    { set_timeout, "timeout", NULL, 0 },
    { set_timeout, "timeout", NULL, -1 },
    { set_timeout, "timeout", NULL, INT64_MIN },
    { set_poll, "poll interval", NULL, 0 },
    { set_poll, "poll interval", NULL, -1 },
    { set_poll, "poll interval", NULL, INT64_MIN },
    { set_proxy, "proxy: empty", "", 0 },
    { set_proxy, "proxy: not a URL", "not a url", 0 },
    { set_proxy, "proxy: not UTF-8", "http://\xff", 0 },
    { set_ca_file, "ca file: NULL", NULL, 0 },
    { set_ca_file, "ca file: empty", "", 0 },
    { set_app_name, "app name: NULL", NULL, 0 },
    { set_app_name, "app name: empty", "", 0 },
    { set_app_name, "app name: a header of its own", "till\r\nX-Evil: 1", 0 },
    { set_app_name, "app name: not UTF-8", "\xff", 0 },
    { set_app_version, "app version: NULL", NULL, 0 },
    { set_app_version, "app version: a header of its own", "1\r\nX-Evil: 1", 0 },
};

static void a_wrong_setting_is_refused_and_remembered(void)
{
    fp_invoice_request *request = fp_invoice_request_new("1", "10", "Ticket");
    size_t i;
    for (i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        fp_config *config = sandbox_config();
        fp_client *client;
        check_about(WRONG[i].name);
        CHECK_INT(WRONG[i].set(config, &WRONG[i]), FP_ERR_ARGUMENT);
        client = fp_client_new(config);
        fp_config_free(config);
        refused(fp_client_check(client), NULL, 0);
        refused(fp_invoice_init(client, request), NULL, 0);
        refused(fp_invoice_status(client, 1), NULL, 0);
        refused(fp_invoice_status_by_order(client, "1"), NULL, 0);
        refused(fp_invoice_info(client, "customer"), NULL, 0);
        refused(fp_invoice_pay(client, "customer", "user", "token"), NULL, 0);
        refused(fp_invoice_wait(client, 1, 1000, NULL, NULL), NULL, 0);
        fp_client_free(client);
    }
    check_about("");
    fp_invoice_request_free(request);
}

static void the_first_refusal_is_the_one_reported(void)
{
    char alone[300], first[300];
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_config_set_timeout_ms(config, -5);
    client = fp_client_new(config);
    refused(fp_client_check(client), alone, sizeof alone);
    CHECK_PART(alone, "timeout");
    CHECK_PART(alone, "-5");
    fp_client_free(client);

    /* Other refusals after it, and then a good value for the same setting. */
    fp_config_set_merchant_id(config, -7);
    fp_config_set_base_url(config, "nonsense");
    CHECK_INT(fp_config_set_timeout_ms(config, 1000), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    refused(fp_client_check(client), first, sizeof first);
    CHECK_TEXT(first, alone);
    fp_client_free(client);
}

/* The file is read when the client is made; without it, every call says so. */
static void a_ca_file_that_is_none_stops_every_call(void)
{
    static const char *const paths[] = { "/nonexistent/ca.pem", "/dev/null", "/", __FILE__ };
    fp_invoice_request *request = fp_invoice_request_new("1", "10", "Ticket");
    size_t i;
    for (i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        fp_config *config = sandbox_config();
        fp_client *client;
        fp_result *result;
        check_about(paths[i]);
        CHECK_INT(fp_config_set_ca_file(config, paths[i]), FP_OK);
        client = fp_client_new(config);
        fp_config_free(config);
        result = fp_client_check(client);
        CHECK_INT(fp_result_code(result), FP_ERR_CONFIG);
        CHECK_INT(fp_result_sent(result), FP_SENT_NO);
        CHECK_PART(fp_result_message(result), "ca_file");
        fp_result_free(result);
        result = fp_invoice_init(client, request);
        CHECK_INT(fp_result_code(result), FP_ERR_CONFIG);
        CHECK_INT(fp_result_sent(result), FP_SENT_NO);
        fp_result_free(result);
        fp_client_free(client);
    }
    check_about("");
    fp_invoice_request_free(request);
}

/* A refusal never repeats what it must not show. */
static void a_refusal_never_shows_a_secret(void)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    char message[300];
    CHECK_INT(fp_config_set_secret_key(config, "hush-hush\xff"), FP_ERR_ARGUMENT);
    client = fp_client_new(config);
    fp_config_free(config);
    refused(fp_client_check(client), message, sizeof message);
    CHECK(strstr(message, "hush") == NULL);
    fp_client_free(client);

    config = sandbox_config();
    CHECK_INT(fp_config_set_base_url(config, "https://user:hush-hush@api.freedompay.uz"), FP_ERR_ARGUMENT);
    client = fp_client_new(config);
    fp_config_free(config);
    refused(fp_client_check(client), message, sizeof message);
    CHECK(strstr(message, "hush") == NULL);
    fp_client_free(client);
}

static void every_good_setting_is_taken(void)
{
    static const char *const urls[] = { "https://api.freedompay.uz", "https://api.freedompay.kz/", "https://127.0.0.1:8443",
        "http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]:8080" };
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_result *result;
    size_t i;
    for (i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        check_about(urls[i]);
        CHECK_INT(fp_config_set_base_url(config, urls[i]), FP_OK);
    }
    check_about("");
    CHECK_INT(fp_config_set_merchant_id(config, 1), FP_OK);
    CHECK_INT(fp_config_set_merchant_id(config, INT64_MAX), FP_OK);
    CHECK_INT(fp_config_set_secret_key(config, "k"), FP_OK);
    CHECK_INT(fp_config_set_secret_key(config, "\xd0\xba\xd0\xbb\xd1\x8e\xd1\x87"), FP_OK);
    CHECK_INT(fp_config_set_body_format(config, FP_BODY_AUTO), FP_OK);
    CHECK_INT(fp_config_set_body_format(config, FP_BODY_MULTIPART), FP_OK);
    CHECK_INT(fp_config_set_body_format(config, FP_BODY_JSON), FP_OK);
    CHECK_INT(fp_config_set_jws_claim(config, FP_JWS_URI), FP_OK);
    CHECK_INT(fp_config_set_jws_claim(config, FP_JWS_PATH), FP_OK);
    CHECK_INT(fp_config_set_connect_timeout_ms(config, 1), FP_OK);
    CHECK_INT(fp_config_set_timeout_ms(config, 1), FP_OK);
    CHECK_INT(fp_config_set_poll_interval_ms(config, 1), FP_OK);
    CHECK_INT(fp_config_set_proxy(config, "http://127.0.0.1:3128"), FP_OK);
    CHECK_INT(fp_config_set_app_info(config, "till", "1.0"), FP_OK);
    CHECK_INT(fp_config_set_log(config, NULL, NULL), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    result = fp_client_check(client);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_TEXT(fp_result_message(result), "");
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_NONE);
    fp_result_free(result);
    fp_client_free(client);
}

static void a_client_without_a_merchant_is_not_complete(void)
{
    fp_config *config = fp_config_new();
    fp_client *client;
    fp_result *result;
    fp_config_set_secret_key(config, SANDBOX_KEY);
    fp_config_set_base_url(config, sandbox_url());
    client = fp_client_new(config);
    fp_config_free(config);
    result = fp_client_check(client);
    CHECK_INT(fp_result_code(result), FP_ERR_CONFIG);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_FIX);
    CHECK_PART(fp_result_message(result), "merchant");
    fp_result_free(result);
    result = fp_invoice_status(client, 1);
    CHECK_INT(fp_result_code(result), FP_ERR_CONFIG);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    fp_result_free(result);
    fp_client_free(client);
}

/* ---- the request --------------------------------------------------------------------------------------------------- */

static void a_wrong_request_is_refused(void)
{
    static const struct { const char *about, *order, *amount, *description, *part; } requests[] = {
        { "order: NULL", NULL, "10", "Ticket", "order" },
        { "order: empty", "", "10", "Ticket", "order" },
        { "order: not UTF-8", "\xff", "10", "Ticket", "order" },
        { "amount: NULL", "1", NULL, "Ticket", "amount" },
        { "amount: empty", "1", "", "Ticket", "amount" },
        { "amount: nothing", "1", "0", "Ticket", "amount" },
        { "amount: nothing", "1", "0.00", "Ticket", "amount" },
        { "amount: negative", "1", "-10", "Ticket", "amount" },
        { "amount: a comma", "1", "1,5", "Ticket", "amount" },
        { "amount: spaces", "1", " 10", "Ticket", "amount" },
        { "amount: spaces", "1", "10 ", "Ticket", "amount" },
        { "amount: thousands", "1", "1 000", "Ticket", "amount" },
        { "amount: a word", "1", "ten", "Ticket", "amount" },
        { "amount: a float", "1", "1e3", "Ticket", "amount" },
        { "amount: no number", "1", "nan", "Ticket", "amount" },
        { "amount: no number", "1", "inf", "Ticket", "amount" },
        { "amount: hexadecimal", "1", "0x10", "Ticket", "amount" },
        { "amount: two points", "1", "1.2.3", "Ticket", "amount" },
        { "amount: a point alone", "1", ".", "Ticket", "amount" },
        { "amount: three decimals", "1", "10.005", "Ticket", "amount" },
        { "amount: too much", "1", "100000000000000000000000000000000000000", "Ticket", "amount" },
        { "amount: Arabic digits", "1", "\xd9\xa1\xd9\xa0", "Ticket", "amount" },
        { "description: NULL", "1", "10", NULL, "description" },
        { "description: empty", "1", "10", "", "description" },
        { "description: not UTF-8", "1", "10", "\xc3(", "description" },
    };
    fp_client *client = sandbox_client();
    size_t i;
    for (i = 0; i < sizeof requests / sizeof requests[0]; i++) {
        char message[300];
        fp_invoice_request *request = fp_invoice_request_new(requests[i].order, requests[i].amount, requests[i].description);
        check_about(requests[i].about);
        CHECK(request != NULL);
        refused(fp_invoice_init(client, request), message, sizeof message);
        CHECK_PART(message, requests[i].part);
        fp_invoice_request_free(request);
    }
    check_about("");
    fp_client_free(client);
}

typedef int32_t (*set_text)(fp_invoice_request *request, const char *text);

static void a_wrong_field_of_a_request_is_refused_and_remembered(void)
{
    static const struct { const char *name; set_text set; const char *text; } fields[] = {
        { "currency: NULL", fp_invoice_request_set_currency, NULL },
        { "currency: empty", fp_invoice_request_set_currency, "" },
        { "currency: two letters", fp_invoice_request_set_currency, "KZ" },
        { "currency: four letters", fp_invoice_request_set_currency, "KZTT" },
        { "currency: a number", fp_invoice_request_set_currency, "398" },
        { "currency: Cyrillic", fp_invoice_request_set_currency, "\xd0\x9a\xd0\x97\xd0\xa2" },
        { "method: NULL", fp_invoice_request_set_method, NULL },
        { "method: empty", fp_invoice_request_set_method, "" },
        { "method: not UTF-8", fp_invoice_request_set_method, "\xff" },
        { "check url: NULL", fp_invoice_request_set_check_url, NULL },
        { "check url: empty", fp_invoice_request_set_check_url, "" },
        { "check url: not a URL", fp_invoice_request_set_check_url, "not a url" },
        { "check url: another scheme", fp_invoice_request_set_check_url, "ftp://shop.example/check" },
        { "check url: a script", fp_invoice_request_set_check_url, "javascript:alert(1)" },
        { "result url: NULL", fp_invoice_request_set_result_url, NULL },
        { "result url: empty", fp_invoice_request_set_result_url, "" },
        { "result url: not a URL", fp_invoice_request_set_result_url, "shop.example/result" },
        { "request method: NULL", fp_invoice_request_set_request_method, NULL },
        { "request method: empty", fp_invoice_request_set_request_method, "" },
        { "request method: another", fp_invoice_request_set_request_method, "PUT" },
    };
    fp_client *client = sandbox_client();
    fp_invoice_request *request;
    char alone[300], first[300];
    size_t i;
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        check_about(fields[i].name);
        request = fp_invoice_request_new("1", "10", "Ticket");
        CHECK_INT(fields[i].set(request, fields[i].text), FP_ERR_ARGUMENT);
        refused(fp_invoice_init(client, request), NULL, 0);
        /* A good value afterwards does not hide that one was refused. */
        CHECK_INT(fp_invoice_request_set_currency(request, "KZT"), FP_OK);
        refused(fp_invoice_init(client, request), NULL, 0);
        fp_invoice_request_free(request);
    }

    check_about("the first of two refusals");
    request = fp_invoice_request_new("1", "1,5", "Ticket");
    refused(fp_invoice_init(client, request), alone, sizeof alone);
    CHECK_PART(alone, "1,5");
    fp_invoice_request_set_currency(request, "");
    fp_invoice_request_set_check_url(request, "");
    refused(fp_invoice_init(client, request), first, sizeof first);
    CHECK_TEXT(first, alone);
    fp_invoice_request_free(request);
    check_about("");
    fp_client_free(client);
}

static void a_wrong_minor_amount_is_refused(void)
{
    static const struct { int64_t minor; uint32_t exponent; } amounts[] = {
        { 0, 2 }, { -1, 2 }, { INT64_MIN, 0 }, { INT64_MAX, 0 }, { 1000, 3 }, { 10, 99 }, { 10, UINT32_MAX },
    };
    fp_client *client = sandbox_client();
    size_t i;
    for (i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        fp_invoice_request *request = fp_invoice_request_new("1", "10", "Ticket");
        CHECK_INT(fp_invoice_request_set_amount_minor(request, amounts[i].minor, amounts[i].exponent), FP_ERR_ARGUMENT);
        refused(fp_invoice_init(client, request), NULL, 0);
        fp_invoice_request_free(request);
    }
    fp_client_free(client);
}

int main(void)
{
    char *record_before = sandbox_record(), *record_after;
    a_wrong_setting_is_refused_and_remembered();
    the_first_refusal_is_the_one_reported();
    a_ca_file_that_is_none_stops_every_call();
    a_refusal_never_shows_a_secret();
    every_good_setting_is_taken();
    a_client_without_a_merchant_is_not_complete();
    a_wrong_request_is_refused();
    a_wrong_field_of_a_request_is_refused_and_remembered();
    a_wrong_minor_amount_is_refused();

    record_after = sandbox_record();
    CHECK(strcmp(record_before, record_after) == 0);
    free(record_before);
    free(record_after);

    /* The witness can speak: what is sent does change the record. */
    {
        fp_client *client = sandbox_client();
        char *before = sandbox_record(), *after;
        fp_result_free(fp_invoice_status(client, 1));
        after = sandbox_record();
        CHECK(strcmp(before, after) != 0);
        free(before);
        free(after);
        fp_client_free(client);
    }
    return check_end();
}

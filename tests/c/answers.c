/* What a gateway may answer, good and bad, and what the library makes of it: unknown is never called failed, failed never
 * unknown, and an order is never sent twice. */
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINK "https://customer.freedompay.kz/pay.html?customer=kz0bd2"
#define LINK_BASE64 "aHR0cHM6Ly9jdXN0b21lci5mcmVlZG9tcGF5Lmt6L3BheS5odG1sP2N1c3RvbWVyPWt6MGJkMg=="
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define OK_WITH(status, id, qr) XML "<root><status>ok</status><invoice_status>" status "</invoice_status><invoice_id>" id \
    "</invoice_id><invoice_methods><qr>" qr "</qr></invoice_methods><dt>2019-08-24T14:15:22Z</dt></root>"
#define GOOD OK_WITH("new", "77", LINK_BASE64)
#define ERROR_WITH(code, text) XML "<root><status>error</status><error_code>" code "</error_code><error_description>" text \
    "</error_description><dt>2019-08-24T14:15:22Z</dt></root>"
#define DEEP_5(x) "<a><a><a><a><a>" x "</a></a></a></a></a>"

/* A client of the canned gateway that gives up soon. */
static fp_client *client_of(const char *url, int64_t timeout_ms)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_config_set_base_url(config, url);
    fp_config_set_timeout_ms(config, timeout_ms);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

static fp_result *init(const fp_client *client)
{
    fp_invoice_request *request = fp_invoice_request_new("00102", "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    fp_invoice_request_free(request);
    return result;
}

/* One init that gets one answer. How often the gateway was asked goes to `count`, which may be NULL. */
static fp_result *init_answered(const char *answer, int64_t timeout_ms, int *count)
{
    canned *gateway = canned_start(&answer, 1);
    fp_client *client = client_of(canned_url(gateway), timeout_ms);
    fp_result *result = init(client);
    fp_client_free(client);
    if (count)
        *count = canned_count(gateway);
    canned_stop(gateway);
    return result;
}

static fp_result *status_answered(const char *answer, int64_t timeout_ms)
{
    canned *gateway = canned_start(&answer, 1);
    fp_client *client = client_of(canned_url(gateway), timeout_ms);
    fp_result *result = fp_invoice_status(client, 77);
    fp_client_free(client);
    canned_stop(gateway);
    return result;
}

static void a_good_answer_is_read_whatever_its_clothes(void)
{
    static const struct { const char *name, *answer; int64_t unix_time; } answers[] = {
        { "the page's form", GOOD, 1566656122 },
        { "another root, spaces, comments", " \n<!-- x --><response >\n <status>ok</status ><invoice_status>new</invoice_status>"
            "<invoice_id>77</invoice_id><invoice_methods><qr>\n " LINK_BASE64 "\n</qr></invoice_methods>"
            "<dt>2019-08-24T19:15:22+05:00</dt></response>\n", 1566656122 },
        { "CDATA and references", "<root><status><![CDATA[ok]]></status><invoice_status>n&#101;w</invoice_status>"
            "<invoice_id>77</invoice_id><invoice_methods><qr>" LINK_BASE64 "</qr></invoice_methods>"
            "<dt>2019-08-24T14:15:22+00:00</dt></root>", 1566656122 },
        { "JSON", "{\"status\":\"ok\",\"invoice_status\":\"new\",\"invoice_id\":77,\"invoice_methods\":{\"qr\":\"" LINK_BASE64
            "\"},\"dt\":\"2019-08-24T14:15:22Z\"}", 1566656122 },
        { "JSON, everything a text, behind the wrong type", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
            " {\"dt\":\"2019-08-24T14:15:22Z\",\"status\":\"ok\",\"invoice_id\":\"77\",\"invoice_methods\":{\"qr\":\"" LINK_BASE64
            "\"},\"invoice_status\":\"new\",\"more\":[1,null,{\"a\":true}]}", 1566656122 },
        { "in chunks", "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            "2e\r\n{\"status\":\"ok\",\"invoice_status\":\"new\",\"invoice\r\n"
            "6f\r\n_id\":77,\"invoice_methods\":{\"qr\":\"" LINK_BASE64 "\"}\r\n"
            "1d\r\n,\"dt\":\"2019-08-24T14:15:22Z\"}\r\n0\r\n\r\n", 1566656122 },
    };
    size_t i;
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        fp_result *result = init_answered(answers[i].answer, 20000, NULL);
        fp_buffer *qr = fp_qr_text(result);
        check_about(answers[i].name);
        if (!CHECK_INT(fp_result_code(result), FP_OK))
            printf("  %s\n", fp_result_message(result));
        CHECK_INT(fp_result_invoice_id(result), 77);
        CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
        CHECK_TEXT(fp_result_order_id(result), "00102");
        CHECK_TEXT(fp_result_qr_url(result), LINK);
        CHECK_INT(fp_result_unix_time(result), answers[i].unix_time);
        CHECK(fp_buffer_len(qr) > 0);
        fp_buffer_free(qr);
        fp_result_free(result);
    }
    check_about("");
}

/* The sale exists, whatever became of its picture. */
static void an_invoice_without_a_readable_qr_is_still_an_invoice(void)
{
    static const char *const answers[] = {
        OK_WITH("new", "77", "%%% no base64 %%%"),
        OK_WITH("new", "77", ""),
        OK_WITH("new", "77", "bm90IGEgbGluaw=="),                       /* "not a link" */
        OK_WITH("new", "77", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQ="),   /* the beginning of a picture */
        XML "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id>"
            "<dt>yesterday</dt></root>",
    };
    size_t i;
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        fp_result *result = init_answered(answers[i], 20000, NULL);
        fp_buffer *qr = fp_qr_text(result);
        check_about(answers[i]);
        CHECK_INT(fp_result_code(result), FP_OK);
        CHECK_INT(fp_result_invoice_id(result), 77);
        CHECK(fp_result_qr_url(result) == NULL);
        CHECK(qr != NULL);
        CHECK_INT(fp_buffer_len(qr), 0);
        if (i == 4) {
            CHECK_TEXT(fp_result_date_time(result), "yesterday");
            CHECK_INT(fp_result_unix_time(result), 0);
        }
        fp_buffer_free(qr);
        fp_result_free(result);
    }
    check_about("");
}

static void a_refusal_is_a_refusal_whatever_its_http_status(void)
{
    static const struct { const char *answer; int32_t http_status, gateway_code; const char *text; } refusals[] = {
        { ERROR_WITH("9998", "Wrong signature"), 200, 9998, "Wrong signature" },
        { ERROR_WITH("101", "\xd0\x9d\xd0\xb5\xd1\x82 &amp; &lt;x&gt;"), 200, 101, "\xd0\x9d\xd0\xb5\xd1\x82 & <x>" },
        { "HTTP/1.1 400 Bad Request\r\nContent-Type: application/xml\r\nConnection: close\r\n\r\n" ERROR_WITH("100", "No"), 400, 100, "No" },
        { "HTTP/1.1 500 Oh\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
            "{\"status\":\"error\",\"error_code\":420,\"error_description\":\"No\"}", 500, 420, "No" },
    };
    size_t i;
    for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        int count;
        fp_result *result = init_answered(refusals[i].answer, 20000, &count);
        check_about(refusals[i].answer);
        CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
        CHECK_INT(fp_result_sent(result), FP_SENT_YES);
        CHECK(fp_result_advice(result) == FP_ADVICE_FIX || fp_result_advice(result) == FP_ADVICE_RETRY);
        CHECK_INT(fp_result_http_status(result), refusals[i].http_status);
        CHECK_INT(fp_result_gateway_code(result), refusals[i].gateway_code);
        CHECK_TEXT(fp_result_gateway_message(result), refusals[i].text);
        CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
        CHECK_INT(fp_result_invoice_id(result), 0);
        CHECK_INT(count, 1);
        fp_result_free(result);
    }
    check_about("");
}

/* The gateway has seen the order, and nobody can say what it made of it: the next step is a question, not a repetition. */
static void an_answer_that_is_not_the_protocol_is_never_a_refusal(void)
{
    static char huge[(2 << 20) + 1];
    const struct { const char *name, *answer; } answers[] = {
        { "empty", "" },
        { "a page", "<html><body><h1>It works!</h1></body></html>" },
        { "a page behind 502", "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>" },
        { "a page behind 403", "HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 13\r\n\r\n<html></html>" },
        { "no content", "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n" },
        { "words", "internal error" },
        { "half a document", "<root><status>ok</status><invoice_id>77" },
        { "half a refusal", "<root><status>error</status><error_code>9998" },
        { "half an object", "{\"status\":\"error\",\"error_code\":" },
        { "a document type", "<!DOCTYPE root [<!ENTITY a \"b\">]>" GOOD },
        { "an entity of its own", "<root><status>&ok;</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id></root>" },
        { "no status", "<root><invoice_status>new</invoice_status><invoice_id>77</invoice_id></root>" },
        { "a status that no one knows", "<root><status>perhaps</status><invoice_id>77</invoice_id></root>" },
        { "no invoice id", "<root><status>ok</status><invoice_status>new</invoice_status></root>" },
        { "an invoice id that is none", OK_WITH("new", "seven", LINK_BASE64) },
        { "an invoice id of zero", OK_WITH("new", "0", LINK_BASE64) },
        { "an invoice id that is negative", OK_WITH("new", "-77", LINK_BASE64) },
        { "an invoice id too large", OK_WITH("new", "99999999999999999999", LINK_BASE64) },
        { "another order", "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id>"
            "<order_id>00103</order_id></root>" },
        { "too deep", "<root>" DEEP_5(DEEP_5(DEEP_5(DEEP_5("")))) "<status>ok</status><invoice_status>new</invoice_status>"
            "<invoice_id>77</invoice_id></root>" },
        { "too long", huge },
        { "not UTF-8", "<root><status>ok</status><invoice_status>\xff\xfe</invoice_status><invoice_id>77</invoice_id></root>" },
    };
    size_t i;
    memset(huge, ' ', sizeof huge - 1);
    memcpy(huge, GOOD, sizeof GOOD - 1);
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        int count;
        fp_result *result = init_answered(answers[i].answer, 20000, &count);
        check_about(answers[i].name);
        CHECK_INT(fp_result_code(result), FP_ERR_ANSWER);
        CHECK_INT(fp_result_sent(result), FP_SENT_YES);
        CHECK(fp_result_advice(result) == FP_ADVICE_ASK_STATUS || fp_result_advice(result) == FP_ADVICE_WAIT);
        CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
        CHECK_TEXT(fp_result_order_id(result) ? fp_result_order_id(result) : "00102", "00102");
        CHECK_INT(count, 1);
        fp_result_free(result);
    }
    check_about("");
}

/* An answer without a length ends where the connection ends; a part of it must not look like the whole. */
static void an_answer_cut_anywhere_is_never_definite(void)
{
    static const char *const wholes[] = {
        GOOD,
        ERROR_WITH("9998", "Wrong signature"),
        "{\"status\":\"ok\",\"invoice_status\":\"new\",\"invoice_id\":77,\"invoice_methods\":{\"qr\":\"" LINK_BASE64 "\"}}",
        "{\"status\":\"error\",\"error_code\":9998,\"error_description\":\"Wrong signature\"}",
    };
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
    size_t i, cut;
    for (i = 0; i < sizeof wholes / sizeof wholes[0]; i++) {
        size_t len = strlen(wholes[i]);
        int definite = 0, asked_once = 0, cuts = 0;
        for (cut = 0; cut < len; cut += len > 200 ? 3 : 1) {
            char answer[2048];
            int count;
            fp_result *result;
            snprintf(answer, sizeof answer, "%s%.*s", head, (int)cut, wholes[i]);
            result = init_answered(answer, 20000, &count);
            definite += fp_result_code(result) != FP_ERR_ANSWER && fp_result_code(result) != FP_ERR_UNKNOWN;
            asked_once += count == 1;
            cuts++;
            fp_result_free(result);
        }
        check_about(wholes[i]);
        CHECK_INT(definite, 0);
        CHECK_INT(asked_once, cuts);
    }
    check_about("");
}

/* Neither more memory nor more time than an answer may take. */
static void an_answer_without_an_end_is_given_up(void)
{
    fp_result *result = init_answered(CANNED_ENDLESS, 20000, NULL);
    CHECK_INT(fp_result_code(result), FP_ERR_ANSWER);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    fp_result_free(result);
    result = init_answered(CANNED_DRIP, 1500, NULL);
    CHECK_INT(fp_result_code(result), FP_ERR_UNKNOWN);
    fp_result_free(result);
    result = init_answered("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n<root>", 20000, NULL);
    CHECK(fp_result_code(result) == FP_ERR_ANSWER || fp_result_code(result) == FP_ERR_UNKNOWN);
    fp_result_free(result);
}

static void a_word_that_is_new_is_passed_on(void)
{
    fp_result *result = init_answered(OK_WITH("paused", "77", LINK_BASE64), 20000, NULL);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OTHER);
    CHECK_TEXT(fp_result_field(result, "invoice_status"), "paused");
    fp_result_free(result);
}

static void an_order_that_may_have_arrived_is_unknown_and_sent_once(void)
{
    static const struct { const char *name, *answer; int64_t timeout_ms; } losses[] = {
        { "no answer in time", CANNED_HANG, 1500 },
        { "closed without an answer", CANNED_CLOSE, 20000 },
        { "cut in its head", "HTTP/1.1 200 OK\r\nContent-Le", 20000 },
        { "cut in its body", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\nConnection: close\r\n\r\n" ERROR_WITH("9998", "No"), 20000 },
    };
    size_t i;
    for (i = 0; i < sizeof losses / sizeof losses[0]; i++) {
        int count;
        fp_result *result = init_answered(losses[i].answer, losses[i].timeout_ms, &count);
        check_about(losses[i].name);
        CHECK_INT(fp_result_code(result), FP_ERR_UNKNOWN);
        CHECK(fp_result_sent(result) == FP_SENT_MAYBE || (i >= 2 && fp_result_sent(result) == FP_SENT_YES));
        CHECK(fp_result_advice(result) == FP_ADVICE_ASK_STATUS || fp_result_advice(result) == FP_ADVICE_WAIT);
        CHECK_INT(fp_result_invoice_id(result), 0);
        CHECK_TEXT(fp_result_order_id(result) ? fp_result_order_id(result) : "00102", "00102");
        CHECK_INT(count, 1);
        fp_result_free(result);
    }
    check_about("");
}

static void an_order_that_reached_nobody_is_not_sent(void)
{
    static const char *const urls[] = { "https://localhost:1", "https://no-such-host.invalid" };
    fp_client *client = client_of(nobody_url(), 1000);
    fp_result *result = init(client);
    size_t i;
    CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_RETRY);
    CHECK_INT(fp_result_http_status(result), 0);
    CHECK(fp_result_body(result, NULL) == NULL);
    fp_result_free(result);
    fp_client_free(client);
    for (i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        check_about(urls[i]);
        client = client_of(urls[i], 1000);
        result = init(client);
        CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
        CHECK_INT(fp_result_sent(result), FP_SENT_NO);
        fp_result_free(result);
        fp_client_free(client);
    }
    check_about("");
}

/* Plain HTTP where TLS is expected: the handshake fails, so nothing of the order has been seen. */
static void a_failed_handshake_is_not_sent(void)
{
    static const char *const answers[] = { GOOD };
    canned *gateway = canned_start(answers, 1);
    char url[60];
    fp_client *client;
    fp_result *result;
    snprintf(url, sizeof url, "https://%s", canned_url(gateway) + strlen("http://"));
    client = client_of(url, 1000);
    result = init(client);
    CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

/* Nothing was read of it, yet bytes may have left: any of the two careful answers is right, never a definite one. */
static void an_order_cut_off_early_is_never_called_refused(void)
{
    fp_result *result = init_answered(CANNED_DEAF, 1500, NULL);
    CHECK(fp_result_code(result) == FP_ERR_UNKNOWN || fp_result_code(result) == FP_ERR_NOT_SENT);
    CHECK(fp_result_sent(result) != FP_SENT_YES);
    fp_result_free(result);
}

static void a_redirect_is_never_followed(void)
{
    static const char *const good[] = { GOOD };
    canned *elsewhere = canned_start(good, 1);
    char redirect[300];
    int count;
    fp_result *result;
    snprintf(redirect, sizeof redirect, "HTTP/1.1 307 Elsewhere\r\nLocation: %s/v5/merchant/invoice/init\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n", canned_url(elsewhere));
    result = init_answered(redirect, 20000, &count);
    CHECK_INT(fp_result_code(result), FP_ERR_ANSWER);
    CHECK_INT(fp_result_http_status(result), 307);
    CHECK_INT(count, 1);
    CHECK_INT(canned_count(elsewhere), 0);
    fp_result_free(result);
    canned_stop(elsewhere);
}

static void an_answer_about_another_invoice_is_not_believed(void)
{
    fp_result *result = status_answered(OK_WITH("ok", "78", ""), 20000);
    CHECK_INT(fp_result_code(result), FP_ERR_ANSWER);
    CHECK(fp_result_invoice_status(result) != FP_INVOICE_OK);
    fp_result_free(result);
    result = status_answered(OK_WITH("ok", "77", ""), 20000);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    fp_result_free(result);
}

/* A question does no harm twice: it is repeated until it is answered. */
static void a_status_question_outlives_a_passing_fault(void)
{
    static const char *const answers[] = { CANNED_CLOSE, "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        OK_WITH("ok", "77", "") };
    canned *gateway = canned_start(answers, 3);
    fp_client *client = client_of(canned_url(gateway), 20000);
    fp_result *result = fp_invoice_status(client, 77);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    CHECK_INT(canned_count(gateway), 3);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

struct polls { int good, bad; };

static int32_t count_polls(void *userdata, const fp_result *latest)
{
    struct polls *polls = userdata;
    if (fp_result_code(latest) == FP_OK)
        polls->good++;
    else
        polls->bad++;
    return 0;
}

static void a_wait_outlives_bad_polls_and_tells_of_them(void)
{
    static const char *const answers[] = { OK_WITH("new", "77", ""), "<html>maintenance</html>", CANNED_CLOSE, ERROR_WITH("10000", "Later"),
        OK_WITH("process", "77", ""), OK_WITH("ok", "77", "") };
    canned *gateway = canned_start(answers, 6);
    fp_client *client = client_of(canned_url(gateway), 20000);
    struct polls polls = { 0 };
    fp_result *result = fp_invoice_wait(client, 77, 20000, count_polls, &polls);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    CHECK_INT(canned_count(gateway), 6);
    CHECK_INT(polls.good, 3);
    CHECK(polls.bad >= 1);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

static void a_wait_that_ends_in_the_dark_keeps_what_was_known(void)
{
    static const char *const answers[] = { OK_WITH("process", "77", ""), CANNED_CLOSE };
    canned *gateway = canned_start(answers, 2);
    fp_client *client = client_of(canned_url(gateway), 20000);
    fp_result *result = fp_invoice_wait(client, 77, 2000, NULL, NULL);
    CHECK_INT(fp_result_code(result), FP_ERR_TIMEOUT);
    CHECK_INT(fp_result_invoice_id(result), 77);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_PROCESS);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

static int32_t give_up(void *userdata, const fp_result *latest)
{
    (void)latest;
    ++*(int *)userdata;
    return 1;
}

static void a_wait_can_be_given_up_after_a_bad_poll(void)
{
    static const char *const answers[] = { "<html>maintenance</html>" };
    canned *gateway = canned_start(answers, 1);
    fp_client *client = client_of(canned_url(gateway), 20000);
    int polls = 0;
    fp_result *result = fp_invoice_wait(client, 77, 20000, give_up, &polls);
    CHECK_INT(fp_result_code(result), FP_ERR_CANCELLED);
    CHECK_INT(polls, 1);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

static void the_secret_stays_at_home(void)
{
    static const char *const answers[] = { GOOD };
    canned *gateway = canned_start(answers, 1);
    fp_client *client = client_of(canned_url(gateway), 20000);
    fp_result *result = init(client);
    CHECK_PART(canned_request(gateway), "POST /v5/merchant/invoice/init HTTP/1.1\r\n");
    CHECK_PART(canned_request(gateway), "\"order_id\":\"00102\",\"merchant_id\":123456,\"amount\":10,\"description\":\"Ticket\"");
    CHECK(strstr(canned_request(gateway), SANDBOX_KEY) == NULL);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

int main(void)
{
    a_good_answer_is_read_whatever_its_clothes();
    an_invoice_without_a_readable_qr_is_still_an_invoice();
    a_refusal_is_a_refusal_whatever_its_http_status();
    an_answer_that_is_not_the_protocol_is_never_a_refusal();
    an_answer_cut_anywhere_is_never_definite();
    an_answer_without_an_end_is_given_up();
    a_word_that_is_new_is_passed_on();
    an_order_that_may_have_arrived_is_unknown_and_sent_once();
    an_order_that_reached_nobody_is_not_sent();
    a_failed_handshake_is_not_sent();
    an_order_cut_off_early_is_never_called_refused();
    a_redirect_is_never_followed();
    an_answer_about_another_invoice_is_not_believed();
    a_status_question_outlives_a_passing_fault();
    a_wait_outlives_bad_polls_and_tells_of_them();
    a_wait_that_ends_in_the_dark_keeps_what_was_known();
    a_wait_can_be_given_up_after_a_bad_poll();
    the_secret_stays_at_home();
    return check_end();
}

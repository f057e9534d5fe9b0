/* The whole road of a payment against the sandbox: create, ask in every way, pay, wait for every end, give up. */
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The cards that the sandbox knows. */
#define CARD_OK "sandbox-card-ok"
#define CARD_DECLINED "sandbox-card-declined"

#define CYRILLIC "\xd0\x91\xd0\xb8\xd0\xbb\xd0\xb5\xd1\x82 \xe2\x84\x96 7 \xc2\xab\xd0\xaf\xc2\xbb & <b>\"\\"

static fp_client *client;

static int same_amount(const char *text, double amount)
{
    return text != NULL && atof(text) == amount;
}

/* A call that went well says so in every getter. */
static int went_well(const fp_result *result)
{
    int ok = CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_TEXT(fp_result_message(result), "");
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_NONE);
    CHECK_INT(fp_result_http_status(result), 200);
    CHECK_INT(fp_result_gateway_code(result), 0);
    if (!ok)
        printf("  %s: %s\n", fp_code_name(fp_result_code(result)), fp_result_message(result));
    return ok;
}

static fp_result *create(const char *order, const char *amount, const char *description)
{
    fp_invoice_request *request = fp_invoice_request_new(order, amount, description);
    fp_result *result = fp_invoice_init(client, request);
    fp_invoice_request_free(request);
    return result;
}

static int64_t create_any(void)
{
    return invoice_of(create(new_order(), "10", "Ticket"));
}

static void an_invoice_is_created_and_every_getter_tells_of_it(void)
{
    const char *order = new_order(), *link, *part;
    fp_result *result = create(order, "10.50", CYRILLIC);
    const uint8_t *body;
    size_t len = 0;
    fp_buffer *qr;
    long now = (long)time(NULL);
    char *copy;

    went_well(result);
    CHECK(fp_result_invoice_id(result) > 0);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
    CHECK_TEXT(fp_result_order_id(result), order);
    CHECK(fp_result_gateway_message(result) == NULL || *fp_result_gateway_message(result) == '\0');
    CHECK(fp_result_card_pan(result) == NULL);
    CHECK(fp_result_card_token(result) == NULL);
    CHECK_TEXT(fp_result_field(result, "status"), "ok");
    CHECK_TEXT(fp_result_field(result, "invoice_status"), "new");
    CHECK(fp_result_field(result, "invoice_methods/qr") != NULL);
    CHECK_TEXT(fp_result_date_time(result), fp_result_field(result, "dt"));
    CHECK(fp_result_date_time(result) != NULL && strlen(fp_result_date_time(result)) >= 20);
    CHECK(fp_result_unix_time(result) > now - 86400 && fp_result_unix_time(result) < now + 86400);

    link = fp_result_qr_url(result);
    CHECK(link != NULL && strncmp(link, "http", 4) == 0);
    part = link ? strstr(link, "customer=") : NULL;
    CHECK(part != NULL && strlen(part) > strlen("customer="));

    body = fp_result_body(result, &len);
    CHECK(body != NULL && len > 0);
    copy = calloc(len + 1, 1);
    if (copy && body)
        memcpy(copy, body, len);
    CHECK_PART(copy, "invoice_status");
    CHECK_PART(copy, "invoice_id");
    free(copy);

    qr = fp_qr_text(result);
    CHECK(fp_buffer_data(qr) != NULL && fp_buffer_len(qr) > 400);
    CHECK_INT(fp_buffer_data(qr)[fp_buffer_len(qr)], 0);
    {
        /* Half blocks are U+2580, U+2584 and U+2588; every line is equally wide, counted in characters. */
        const uint8_t *data = fp_buffer_data(qr);
        size_t i, width = 0, first = 0, blocks = 0, lines = 0, uneven = 0;
        for (i = 0; i < fp_buffer_len(qr); i++) {
            if (data[i] == '\n') {
                first = lines ? first : width;
                uneven += width != first;
                lines++;
                width = 0;
            } else {
                width += (data[i] & 0xc0) != 0x80;
                blocks += data[i] == 0xe2 && i + 2 < fp_buffer_len(qr) && data[i + 1] == 0x96;
            }
        }
        CHECK(blocks > 50);
        CHECK(lines > 10);
        CHECK_INT(uneven, 0);
        CHECK(first >= 21);
    }
    fp_buffer_free(qr);
    fp_result_free(result);
}

/* The value of `customer` in the payer's link. */
static void payer_of(const fp_result *created, char *payer, size_t size)
{
    const char *link = fp_result_qr_url(created), *customer = link ? strstr(link, "customer=") : NULL;
    snprintf(payer, size, "%s", customer ? customer + strlen("customer=") : "");
    payer[strcspn(payer, "&")] = '\0';
}

static void every_question_finds_the_same_invoice(void)
{
    const char *order = new_order();
    fp_result *created = create(order, "10.50", CYRILLIC), *result;
    int64_t id = fp_result_invoice_id(created);
    char payer[200];
    went_well(created);
    payer_of(created, payer, sizeof payer);
    fp_result_free(created);

    check_about("status");
    result = fp_invoice_status(client, id);
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
    CHECK(same_amount(fp_result_amount(result), 10.5));
    CHECK_TEXT(fp_result_field(result, "amount"), fp_result_amount(result));
    CHECK_TEXT(fp_result_field(result, "currency"), fp_result_currency(result));
    fp_result_free(result);

    check_about("status by order");
    result = fp_invoice_status_by_order(client, order);
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK_TEXT(fp_result_order_id(result), order);
    CHECK(same_amount(fp_result_amount(result), 10.5));
    fp_result_free(result);

    check_about("info");
    result = fp_invoice_info(client, payer);
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK_TEXT(fp_result_order_id(result), order);
    CHECK_TEXT(fp_result_description(result), CYRILLIC);
    CHECK(same_amount(fp_result_amount(result), 10.5));
    fp_result_free(result);

    check_about("pay");
    result = fp_invoice_pay(client, payer, "user-1", CARD_OK);
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK(fp_result_invoice_status(result) == FP_INVOICE_OK || fp_result_invoice_status(result) == FP_INVOICE_PROCESS);
    fp_result_free(result);

    check_about("wait after pay");
    result = fp_invoice_wait(client, id, 20000, NULL, NULL);
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    CHECK(fp_result_card_pan(result) != NULL && strlen(fp_result_card_pan(result)) >= 12);
    CHECK_TEXT(fp_result_card_token(result), CARD_OK);
    CHECK_TEXT(fp_result_field(result, "card_pan"), fp_result_card_pan(result));
    fp_result_free(result);
    check_about("");
}

static void a_card_that_is_declined_fails_the_invoice(void)
{
    fp_result *created = create(new_order(), "10", "Ticket"), *result;
    int64_t id = fp_result_invoice_id(created);
    char payer[200];
    payer_of(created, payer, sizeof payer);
    fp_result_free(created);
    fp_result_free(fp_invoice_info(client, payer));
    result = fp_invoice_pay(client, payer, "user-1", CARD_DECLINED);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    CHECK(fp_result_invoice_status(result) != FP_INVOICE_OK);
    fp_result_free(result);
    result = fp_invoice_wait(client, id, 20000, NULL, NULL);
    went_well(result);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_FAILED);
    fp_result_free(result);
}

/* The whole link does as well as the value in it. */
static void a_payer_may_be_named_by_the_whole_link(void)
{
    fp_result *created = create(new_order(), "10", "Ticket");
    fp_result *result = fp_invoice_info(client, fp_result_qr_url(created));
    went_well(result);
    CHECK_INT(fp_result_invoice_id(result), fp_result_invoice_id(created));
    fp_result_free(result);
    fp_result_free(created);
}

static void every_field_of_a_request_arrives(void)
{
    const char *order = new_order();
    fp_invoice_request *request = fp_invoice_request_new(order, NULL, "Ticket");
    fp_result *result;
    char *record;
    CHECK_INT(fp_invoice_request_set_amount_minor(request, 123456, 2), FP_OK);
    CHECK_INT(fp_invoice_request_set_currency(request, "UZS"), FP_OK);
    CHECK_INT(fp_invoice_request_set_method(request, "qr"), FP_OK);
    CHECK_INT(fp_invoice_request_set_check_url(request, "https://shop.example/check?a=1"), FP_OK);
    CHECK_INT(fp_invoice_request_set_result_url(request, "https://shop.example/result"), FP_OK);
    CHECK_INT(fp_invoice_request_set_request_method(request, "POST"), FP_OK);
    result = fp_invoice_init(client, request);
    went_well(result);
    fp_result_free(result);
    result = fp_invoice_status_by_order(client, order);
    went_well(result);
    CHECK(same_amount(fp_result_amount(result), 1234.56));
    CHECK_TEXT(fp_result_currency(result), "UZS");
    fp_result_free(result);
    record = sandbox_record();
    CHECK_PART(record, order);
    CHECK_PART(record, "shop.example/check?a=1");
    CHECK_PART(record, "shop.example/result");
    free(record);
    fp_invoice_request_free(request);
}

static void every_body_and_signature_is_understood(void)
{
    static const struct { const char *name; int32_t format, claim; } dialects[] = {
        { "JSON, uri", FP_BODY_JSON, FP_JWS_URI }, { "JSON, path", FP_BODY_JSON, FP_JWS_PATH },
        { "multipart, uri", FP_BODY_MULTIPART, FP_JWS_URI }, { "multipart, path", FP_BODY_MULTIPART, FP_JWS_PATH },
        { "auto", FP_BODY_AUTO, FP_JWS_URI },
    };
    size_t i;
    for (i = 0; i < sizeof dialects / sizeof dialects[0]; i++) {
        fp_config *config = sandbox_config();
        fp_client *own;
        fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", CYRILLIC);
        fp_result *result;
        int64_t id;
        check_about(dialects[i].name);
        fp_config_set_body_format(config, dialects[i].format);
        fp_config_set_jws_claim(config, dialects[i].claim);
        own = fp_client_new(config);
        result = fp_invoice_init(own, request);
        went_well(result);
        id = fp_result_invoice_id(result);
        fp_result_free(result);
        result = fp_invoice_status(own, id);
        went_well(result);
        CHECK_INT(fp_result_invoice_id(result), id);
        fp_result_free(result);
        fp_client_free(own);
        fp_config_free(config);
        fp_invoice_request_free(request);
    }
    check_about("");
}

static void a_wrong_key_is_refused_by_the_gateway(void)
{
    fp_config *config = sandbox_config();
    fp_client *own;
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_result *result;
    fp_config_set_secret_key(config, "not-the-key");
    own = fp_client_new(config);
    result = fp_invoice_init(own, request);
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_FIX);
    CHECK(fp_result_gateway_code(result) > 0);
    CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
    CHECK_INT(fp_result_invoice_id(result), 0);
    CHECK(fp_result_qr_url(result) == NULL);
    fp_result_free(result);
    fp_client_free(own);
    fp_config_free(config);
    fp_invoice_request_free(request);
}

static void what_does_not_exist_is_refused(void)
{
    fp_result *result = fp_invoice_status(client, 999999999);
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    CHECK(fp_result_gateway_code(result) == 11068 || fp_result_gateway_code(result) == 340);
    CHECK(fp_result_gateway_message(result) != NULL);
    fp_result_free(result);
    result = fp_invoice_status_by_order(client, "no-such-order");
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    fp_result_free(result);
    result = fp_invoice_info(client, "no-such-customer");
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    fp_result_free(result);
    result = fp_invoice_pay(client, "no-such-customer", "user", "token");
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    fp_result_free(result);
    result = fp_invoice_wait(client, 999999999, 2000, NULL, NULL);
    CHECK(fp_result_code(result) != FP_OK);
    fp_result_free(result);
}

/* What a progress function is told of one wait, and what it does at which poll. */
struct watch {
    int64_t id;
    const char *const *deeds;        /* done after the poll of the same number; NULL ends the list */
    int polls, give_up_after;
    int seen_new, seen_process, bad;
};

static int32_t watch(void *userdata, const fp_result *latest)
{
    struct watch *w = userdata;
    int32_t status = fp_result_invoice_status(latest);
    w->polls++;
    w->seen_new += status == FP_INVOICE_NEW;
    w->seen_process += status == FP_INVOICE_PROCESS;
    w->bad += fp_result_code(latest) != FP_OK || fp_result_invoice_id(latest) != w->id;
    if (w->deeds && *w->deeds && !sandbox_do(w->id, *w->deeds++))
        w->bad++;
    return w->give_up_after && w->polls >= w->give_up_after;
}

static void a_wait_ends_with_every_end(void)
{
    static const struct { const char *deeds[3]; int32_t status; } ends[] = {
        { { "process", "pay", NULL }, FP_INVOICE_OK },
        { { "pay", NULL, NULL }, FP_INVOICE_OK },
        { { "process", "decline", NULL }, FP_INVOICE_FAILED },
        { { "decline", NULL, NULL }, FP_INVOICE_FAILED },
        { { "expire", NULL, NULL }, FP_INVOICE_INCOMPLETE },
    };
    size_t i;
    for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        struct watch w = { 0 };
        fp_result *result;
        int deeds = ends[i].deeds[1] ? 2 : 1;
        check_about(ends[i].deeds[deeds - 1]);
        w.id = create_any();
        w.deeds = ends[i].deeds;
        CHECK(w.id > 0);
        result = fp_invoice_wait(client, w.id, 20000, watch, &w);
        went_well(result);
        CHECK_INT(fp_result_invoice_status(result), ends[i].status);
        CHECK_INT(fp_result_invoice_id(result), w.id);
        CHECK_INT(w.polls, deeds + 1);          /* also after the last poll */
        CHECK_INT(w.seen_new, 1);
        CHECK_INT(w.seen_process, deeds - 1);
        CHECK_INT(w.bad, 0);
        fp_result_free(result);
    }
    check_about("");
}

static void a_wait_for_what_has_ended_asks_once(void)
{
    struct watch w = { 0 };
    fp_result *result;
    w.id = create_any();
    CHECK(sandbox_do(w.id, "pay"));
    result = fp_invoice_wait(client, w.id, 20000, watch, &w);
    went_well(result);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    CHECK_INT(w.polls, 1);
    fp_result_free(result);
}

static void a_wait_that_runs_out_says_that_the_invoice_is_open(void)
{
    int64_t id = create_any();
    struct watch w = { 0 };
    fp_result *result;
    w.id = id;
    result = fp_invoice_wait(client, id, 1500, watch, &w);
    CHECK_INT(fp_result_code(result), FP_ERR_TIMEOUT);
    CHECK_INT(fp_result_invoice_id(result), id);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
    CHECK(fp_result_advice(result) == FP_ADVICE_WAIT || fp_result_advice(result) == FP_ADVICE_ASK_STATUS);
    CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
    CHECK(w.seen_new >= 1);
    fp_result_free(result);

    /* The invoice is not lost: it can be paid and waited for again. */
    CHECK(sandbox_do(id, "pay"));
    result = fp_invoice_wait(client, id, 20000, NULL, NULL);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    fp_result_free(result);
}

static void the_progress_function_can_give_up(void)
{
    int give_up_after;
    for (give_up_after = 1; give_up_after <= 2; give_up_after++) {
        struct watch w = { 0 };
        fp_result *result;
        w.id = create_any();
        w.give_up_after = give_up_after;
        result = fp_invoice_wait(client, w.id, 20000, watch, &w);
        CHECK_INT(fp_result_code(result), FP_ERR_CANCELLED);
        CHECK_INT(fp_result_invoice_id(result), w.id);
        CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
        CHECK_INT(w.polls, give_up_after);
        fp_result_free(result);
    }
}

/* Paid is paid, also when the progress function wanted to give up at that very poll. */
static int32_t always_give_up(void *userdata, const fp_result *latest)
{
    *(int32_t *)userdata = fp_result_invoice_status(latest);
    return 1;
}

static void giving_up_does_not_hide_a_payment(void)
{
    int64_t id = create_any();
    int32_t seen = 0;
    fp_result *result;
    CHECK(sandbox_do(id, "pay"));
    result = fp_invoice_wait(client, id, 20000, always_give_up, &seen);
    CHECK_INT(seen, FP_INVOICE_OK);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    fp_result_free(result);
}

/* A callback is inside a call of the library and may use it, also the same client. */
static int32_t asks_too(void *userdata, const fp_result *latest)
{
    fp_result *result = fp_invoice_status(client, fp_result_invoice_id(latest));
    *(int32_t *)userdata += fp_result_code(result) == FP_OK;
    fp_result_free(result);
    return 0;
}

static void the_client_may_be_used_inside_a_callback(void)
{
    int64_t id = create_any();
    int32_t answers = 0;
    fp_result *result;
    CHECK(sandbox_do(id, "pay"));
    result = fp_invoice_wait(client, id, 20000, asks_too, &answers);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
    CHECK_INT(answers, 1);
    fp_result_free(result);
}

int main(void)
{
    client = sandbox_client();
    an_invoice_is_created_and_every_getter_tells_of_it();
    every_question_finds_the_same_invoice();
    a_card_that_is_declined_fails_the_invoice();
    a_payer_may_be_named_by_the_whole_link();
    every_field_of_a_request_arrives();
    every_body_and_signature_is_understood();
    a_wrong_key_is_refused_by_the_gateway();
    what_does_not_exist_is_refused();
    a_wait_ends_with_every_end();
    a_wait_for_what_has_ended_asks_once();
    a_wait_that_runs_out_says_that_the_invoice_is_open();
    the_progress_function_can_give_up();
    giving_up_does_not_hide_a_payment();
    the_client_may_be_used_inside_a_callback();
    fp_client_free(client);
    return check_end();
}

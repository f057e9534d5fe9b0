/* The rest of the Merchant API: optional fields, pages, payouts, phones, cards, tokens, and what the gateway's codes mean. */
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEA "\xd0\xa7\xd0\xb0\xd0\xb9"
#define LATER "2030-12-31 23:59:59"
#define SHOP "https://shop.example/"
#define NOBODY "http://127.0.0.1:1/x"
#define CARD "4716047261941981"
#define PAYOUT_CARD "4671593866478252"

static fp_client *client;

static fp_config *config_with_payouts(void)
{
    fp_config *config = sandbox_config();
    fp_config_set_payout_key(config, SANDBOX_PAYOUT_KEY);
    return config;
}

/* Fields out of names and values, up to a NULL. */
static fp_fields *fields_of(const char *const *pairs)
{
    fp_fields *fields = fp_fields_new();
    for (; pairs[0]; pairs += 2)
        CHECK_INT(fp_fields_set(fields, pairs[0], pairs[1]), FP_OK);
    return fields;
}

/* A call that went well; its result is freed, and its payment's id is answered. */
static int64_t went_well(fp_result *result)
{
    int64_t id = fp_result_payment_id(result);
    if (!CHECK_INT(fp_result_code(result), FP_OK))
        printf("  %s\n", fp_result_message(result));
    CHECK_TEXT(fp_result_message(result), "");
    fp_result_free(result);
    return id;
}

/* A call that was refused before anything was sent, with a message that has this part. */
static void is_refused(fp_result *result, const char *part)
{
    CHECK_INT(fp_result_code(result), FP_ERR_ARGUMENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_FIX);
    CHECK_PART(fp_result_message(result), part);
    fp_result_free(result);
}

static void a_refused_field_is_reported_by_the_call_and_nothing_is_sent(void)
{
    static const struct { const char *name, *value, *part; } table[] = {
        { NULL, "1", "name is NULL" }, { "pg_param1", NULL, "value is NULL" }, { "", "1", "is not a name" },
        { "a[", "1", "is not a name" }, { "a b", "1", "is not a name" }, { "\xff", "1", "is not a name" },
        { "pg_param1", "", "\"pg_param1\" is empty" }, { "pg_param1", "a\nb", "\"pg_param1\" has control characters" },
    };
    char *before = sandbox_record(), *after;
    size_t i;
    for (i = 0; i < sizeof table / sizeof table[0]; i++) {
        fp_fields *more = fp_fields_new();
        check_about(table[i].part);
        CHECK_INT(fp_fields_set(more, "pg_param2", "right"), FP_OK);
        CHECK_INT(fp_fields_set(more, table[i].name, table[i].value), FP_ERR_ARGUMENT);
        CHECK_INT(fp_fields_set(more, "pg_param3", ""), FP_ERR_ARGUMENT);
        CHECK_INT(fp_fields_set(more, "pg_param1", "right"), FP_OK);
        is_refused(fp_page_init(client, new_order(), "10", "Tea", more), table[i].part);
        fp_fields_free(more);
    }
    check_about("");
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
}

static void each_call_knows_what_it_takes(void)
{
    static const struct { const char *name, *value, *part; } page[] = {
        { "pg_colour", "red", "\"pg_colour\" is none that a payment page is known to take; fp_call sends any field" },
        { "pg_amount", "1", "\"pg_amount\" is an argument of a payment page" },
        { "pg_salt", "1", "\"pg_salt\" is set by the library itself" },
        { "pg_success_url", "shop.example", "pg_success_url \"shop.example\" is not a URL" },
        { "pg_request_method", "PUT", "none of GET, POST, XML" },
        { "pg_lifetime", "60", "not a number from 300 to 604800" },
        { "pg_recurring_lifetime", "157", "not a number from 1 to 156" },
        { "pg_user_id", "a b", "pg_user_id \"a b\" is not" },
        { "pg_receipt_positions[10][count]", "1", "ten positions" },
        { "pg_receipt_positions[0][count]", "1", "\"pg_receipt_positions[0][name]\" is missing" },
        { "own", "\xd7\xe0\xe9", "own is not UTF-8" },
    };
    char *before = sandbox_record(), *after;
    fp_fields *own = fp_fields_new();
    size_t i;
    for (i = 0; i < sizeof page / sizeof page[0]; i++) {
        fp_fields *more = fp_fields_new();
        check_about(page[i].part);
        CHECK_INT(fp_fields_set(more, page[i].name, page[i].value), FP_OK);
        is_refused(fp_page_init(client, new_order(), "10", "Tea", more), page[i].part);
        fp_fields_free(more);
    }
    check_about("");
    fp_fields_set(own, "own", "1");
    is_refused(fp_card_add(client, "u", SHOP, own), "a name of your own, which adding a card does not take");
    is_refused(fp_token_init(client, "1", "10", "Tea", "u", "t", own), "a name of your own");
    fp_fields_free(own);
    is_refused(fp_payout_page(client, "1", "10", "Prize", NULL), "\"pg_back_link\" is missing, and a payout page needs it");
    is_refused(fp_payout_iban(client, "1", "10", "Prize", NULL), "\"pg_recipient_iban\" is missing");
    is_refused(fp_payout_token(client, "1", "10", "Prize", "u", "t", NULL), "\"pg_order_time_limit\" is missing");
    is_refused(fp_card_add_for_payout(client, "u", SHOP, NULL), "\"pg_post_link\" is missing");
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
}

static void wrong_arguments_are_named_and_nothing_is_sent(void)
{
    char *before = sandbox_record(), *after;
    is_refused(fp_page_init(client, NULL, "10", "Tea", NULL), "order_id is NULL");
    is_refused(fp_page_init(client, "1", NULL, "Tea", NULL), "amount is NULL");
    is_refused(fp_page_init(client, "1", "1,5", "Tea", NULL), "amount \"1,5\" is not a decimal number");
    is_refused(fp_page_init(client, "1", "10", NULL, NULL), "description is NULL");
    is_refused(fp_page_init(client, "1", "10", "", NULL), "description is empty");
    is_refused(fp_page_init(NULL, "1", "10", "Tea", NULL), "client is NULL");
    is_refused(fp_payout_page(NULL, "1", "10", "Prize", NULL), "client is NULL");
    is_refused(fp_payout_iban(NULL, "1", "10", "Prize", NULL), "client is NULL");
    is_refused(fp_payout_token(NULL, "1", "10", "Prize", "u", "t", NULL), "client is NULL");
    is_refused(fp_payout_token(client, "1", "10", "Prize", NULL, "t", NULL), "user_id is NULL");
    is_refused(fp_payout_token(client, "1", "10", "Prize", "u", NULL, NULL), "card_token is NULL");
    is_refused(fp_payout_balance(NULL), "client is NULL");
    is_refused(fp_payout_status(NULL, "1", FP_PAYOUT_STATUS_V2), "client is NULL");
    is_refused(fp_payout_status(client, NULL, FP_PAYOUT_STATUS_V2), "order_id is NULL");
    is_refused(fp_payout_status(client, "1", 3), "question 3 is not an FP_PAYOUT_STATUS_ number");
    is_refused(fp_payout_status(client, "1", INT32_MIN), "is not an FP_PAYOUT_STATUS_ number");
    is_refused(fp_mobile_init(NULL, "1", "10", "Tea", NULL), "client is NULL");
    is_refused(fp_mobile_pay(NULL, 1, "77017777777", NULL), "client is NULL");
    is_refused(fp_mobile_pay(client, 0, "77017777777", NULL), "payment_id 0 is not a positive number");
    is_refused(fp_mobile_pay(client, 1, NULL, NULL), "phone is NULL");
    is_refused(fp_mobile_pay(client, 1, "8 701", NULL), "phone \"8 701\" is not");
    is_refused(fp_mobile_pay(client, 1, "77017777777", "kcell"), "system_code \"kcell\" is not");
    is_refused(fp_mobile_approve(NULL, 1, "111111"), "client is NULL");
    is_refused(fp_mobile_approve(client, -1, "111111"), "payment_id -1");
    is_refused(fp_mobile_approve(client, 1, NULL), "code is NULL");
    is_refused(fp_mobile_approve(client, 1, "11 11"), "code is not 1 to 16");
    is_refused(fp_refund_settle(NULL, 1, NULL, 1), "client is NULL");
    is_refused(fp_refund_settle(client, 0, NULL, 1), "payment_id 0 is not a positive number");
    is_refused(fp_refund_settle(client, 1, "a b", 1), "refund_key \"a b\" is not");
    is_refused(fp_refund_settle(client, 1, NULL, 2), "was_made 2 is neither 0 nor 1");
    is_refused(fp_refund_settle(client, 1, NULL, -1), "was_made -1 is neither 0 nor 1");
    is_refused(fp_card_add(NULL, "u", SHOP, NULL), "client is NULL");
    is_refused(fp_card_add(client, NULL, SHOP, NULL), "user_id is NULL");
    is_refused(fp_card_add(client, "u", NULL, NULL), "back_link is NULL");
    is_refused(fp_card_add(client, "u", "shop", NULL), "back_link \"shop\" is not a URL");
    is_refused(fp_card_add_for_payout(NULL, "u", SHOP, NULL), "client is NULL");
    is_refused(fp_card_list(NULL, "u"), "client is NULL");
    is_refused(fp_card_list(client, ""), "user_id \"\" is not");
    is_refused(fp_card_remove(NULL, "u", "t"), "client is NULL");
    is_refused(fp_card_remove(client, "u", ""), "card_token is empty");
    is_refused(fp_token_init(NULL, "1", "10", "Tea", "u", "t", NULL), "client is NULL");
    is_refused(fp_token_pay(NULL, 1), "client is NULL");
    is_refused(fp_token_pay(client, 0), "payment_id 0");
    is_refused(fp_token_direct(NULL, 1), "client is NULL");
    is_refused(fp_token_direct(client, INT64_MIN), "is not a positive number");
    CHECK_INT(fp_fields_set(NULL, "a", "1"), FP_ERR_ARGUMENT);
    fp_fields_free(NULL);
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
}

static void a_page_is_begun_with_every_kind_of_field_and_paid(void)
{
    static const char *const pairs[] = {
        "pg_currency", "KZT", "pg_success_url", SHOP "ok?a=1&b=2", "pg_success_url_method", "POST", "pg_lifetime", "300",
        "pg_receipt_positions[0][count]", "2", "pg_receipt_positions[0][name]", TEA, "pg_receipt_positions[0][tax_type]", "0",
        "pg_receipt_positions[0][price]", "5.25", "pg_receipt_positions[0][UnitCode]", "796",
        "pg_receipt_positions[0][GTIN]", "04870001570109", "pg_receipt_positions[0][NTIN]", "0200034567890", "basket[0][x]", TEA " & <b>\"", "table", "7", "pg_param1", "one", "pg_param1",
        "two", NULL,
    };
    fp_fields *more = fields_of(pairs);
    const char *order = new_order();
    fp_result *page = fp_page_init(client, order, "10.50", TEA, more), *status;
    int64_t id = fp_result_payment_id(page);
    char *record;
    fp_fields_free(more);
    CHECK_INT(fp_result_code(page), FP_OK);
    CHECK_TEXT(fp_result_order_id(page), order);
    CHECK(id > 0);
    CHECK(fp_result_redirect_url(page) != NULL && strncmp(fp_result_redirect_url(page), "http", 4) == 0);
    CHECK_TEXT(fp_result_field(page, "pg_redirect_url"), fp_result_redirect_url(page));
    fp_result_free(page);
    record = sandbox_record();
    CHECK_PART(record, "pg_param1=two");
    CHECK(record == NULL || strstr(record, "pg_param1=one") == NULL);
    free(record);

    status = fp_payment_status_by_order(client, order);
    CHECK_INT(fp_result_payment_id(status), id);
    CHECK_INT(fp_result_paid(status), 0);
    fp_result_free(status);
    CHECK(sandbox_pay(id));
    status = fp_payment_status(client, id);
    CHECK_INT(fp_result_code(status), FP_OK);
    CHECK_INT(fp_result_paid(status), 1);
    CHECK_INT(fp_result_payment_status(status), FP_PAYMENT_SUCCESS);
    CHECK(fp_result_amount(status) != NULL && atof(fp_result_amount(status)) == 10.5);
    CHECK_TEXT(fp_result_currency(status), "KZT");
    fp_result_free(status);
}

/* The token of a card that was just added, as the list has it; the caller frees it. */
static char *token_of(const char *user)
{
    fp_result *list = fp_card_list(client, user);
    const char *token = fp_result_field(list, "card[0]/pg_card_token");
    char *copy = NULL;
    CHECK_INT(fp_result_code(list), FP_OK);
    CHECK_INT((int64_t)fp_result_field_count(list, "card"), 1);
    if (CHECK(token != NULL)) {
        copy = malloc(strlen(token) + 1);
        if (copy)
            strcpy(copy, token);
    }
    fp_result_free(list);
    return copy;
}

static void a_stored_card_pays_and_is_removed(void)
{
    fp_result *page = fp_card_add(client, "payer-1", SHOP, NULL), *form, *list;
    int64_t id;
    char *token;
    const uint8_t *html;
    size_t len = 0;
    CHECK_INT(fp_result_code(page), FP_OK);
    CHECK(sandbox_type_in(fp_result_redirect_url(page), CARD));
    fp_result_free(page);
    token = token_of("payer-1");

    id = went_well(fp_token_init(client, new_order(), "10", TEA, "payer-1", token, NULL));
    form = fp_token_pay(client, id);
    CHECK_INT(fp_result_code(form), FP_OK);
    CHECK_INT(fp_result_payment_id(form), id);
    html = fp_result_body(form, &len);
    CHECK(html != NULL && len > 20);
    fp_result_free(form);
    went_well(fp_token_direct(client, id));
    form = fp_payment_status(client, id);
    CHECK_INT(fp_result_paid(form), 1);
    fp_result_free(form);

    went_well(fp_card_remove(client, "payer-1", token));
    list = fp_card_list(client, "payer-1");
    CHECK_INT((int64_t)fp_result_field_count(list, "card"), 0);
    fp_result_free(list);
    list = fp_card_remove(client, "payer-1", token);
    CHECK_INT(fp_result_code(list), FP_ERR_REFUSED);
    fp_result_free(list);
    free(token);
}

static void a_phone_pays_in_three_steps(void)
{
    int64_t id = went_well(fp_mobile_init(client, new_order(), "10", TEA, NULL));
    fp_result *result = fp_mobile_pay(client, id, "+77017777777", "KCELLKZT");
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_TEXT(fp_result_field(result, "pg_status"), "need_approve");
    fp_result_free(result);
    result = fp_mobile_approve(client, id, "000000");
    CHECK_INT(fp_result_code(result), FP_ERR_REFUSED);
    CHECK_INT(fp_result_gateway_code(result), 11002);
    CHECK_TEXT(fp_gateway_code_meaning(fp_result_gateway_code(result)), "the code from the SMS is wrong");
    fp_result_free(result);
    went_well(fp_mobile_approve(client, id, "111111"));
    result = fp_payment_status(client, id);
    CHECK_INT(fp_result_paid(result), 1);
    fp_result_free(result);
}

static const char *const account[] = {
    "pg_recipient_iban", "KZ86125KZT5004100100", "pg_recipient_iin", "900101300123", "pg_recipient_name", "Ann",
    "pg_recipient_kbe", "19", "pg_knp", "119", "pg_bank_bik", "KCJBKZKX", "pg_post_link", NOBODY, NULL,
};

static void money_is_paid_out_in_each_way_and_asked_about_in_each_form(void)
{
    static const char *const for_card[] = { "pg_post_link", NOBODY, "pg_order_time_limit", LATER, NULL };
    static const char *const for_page[] = {
        "pg_post_link", NOBODY, "pg_order_time_limit", LATER, "pg_back_link", SHOP, NULL,
    };
    static const int32_t questions[] = { FP_PAYOUT_STATUS_V2, FP_PAYOUT_STATUS_V1, FP_PAYOUT_STATUS_BY_ORDER };
    fp_fields *to_account = fields_of(account), *to_card = fields_of(for_card), *to_page = fields_of(for_page);
    fp_result *result = fp_payout_balance(client);
    const char *order = new_order();
    int64_t id;
    char *token;
    size_t i;
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK(fp_result_balance(result) != NULL && atof(fp_result_balance(result)) > 0);
    fp_result_free(result);
    result = fp_payout_status(client, order, FP_PAYOUT_STATUS_V2);
    CHECK_INT(fp_result_code(result), FP_ERR_UNKNOWN);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_WAIT);
    CHECK_TEXT(fp_result_order_id(result), order);
    CHECK_TEXT(fp_result_field(result, "pg_payment_id"), "0");
    CHECK_INT(fp_result_payment_status(result), FP_PAYMENT_NONE);
    fp_result_free(result);

    result = fp_payout_iban(client, order, "10.50", "Prize", to_account);
    id = fp_result_payment_id(result);
    CHECK(id > 0);
    CHECK(fp_result_amount(result) != NULL && atof(fp_result_amount(result)) == 10.5);
    CHECK_TEXT(fp_result_order_id(result), order);
    went_well(result);
    for (i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        result = fp_payout_status(client, order, questions[i]);
        CHECK_INT(fp_result_payment_status(result), FP_PAYMENT_SUCCESS);
        CHECK_INT(fp_result_paid(result), 1);
        CHECK_INT(went_well(result), id);
    }

    result = fp_card_add_for_payout(client, "winner-1", SHOP, to_account);
    is_refused(result, "\"pg_recipient_iban\" is none that adding a card for payouts is known to take");
    fp_fields_free(to_account);
    to_account = fp_fields_new();
    fp_fields_set(to_account, "pg_post_link", NOBODY);
    result = fp_card_add_for_payout(client, "winner-1", SHOP, to_account);
    CHECK(sandbox_type_in(fp_result_redirect_url(result), PAYOUT_CARD));
    went_well(result);
    token = token_of("winner-1");
    CHECK(went_well(fp_payout_token(client, new_order(), "5", "Prize", "winner-1", token, to_card)) > id);
    free(token);

    result = fp_payout_page(client, new_order(), "5", "Prize", to_page);
    CHECK(sandbox_type_in(fp_result_redirect_url(result), PAYOUT_CARD));
    CHECK(went_well(result) > id);
    fp_fields_free(to_account);
    fp_fields_free(to_card);
    fp_fields_free(to_page);
}

static void a_payout_without_its_key_is_not_sent(void)
{
    char *before = sandbox_record(), *after;
    fp_client *without = sandbox_client();
    fp_fields *more = fields_of(account);
    fp_result *results[3];
    size_t i;
    results[0] = fp_payout_iban(without, "1", "10", "Prize", more);
    results[1] = fp_payout_balance(without);
    results[2] = fp_payout_status(without, "1", FP_PAYOUT_STATUS_V2);
    for (i = 0; i < 3; i++) {
        CHECK_INT(fp_result_code(results[i]), FP_ERR_CONFIG);
        CHECK_INT(fp_result_sent(results[i]), FP_SENT_NO);
        CHECK_PART(fp_result_message(results[i]), "payout_key is not set");
        fp_result_free(results[i]);
    }
    fp_fields_free(more);
    fp_client_free(without);
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
}

/* How many payouts to accounts the gateway was asked for so far. */
static int payouts_asked_for(void)
{
    char *record = sandbox_record();
    const char *at = record;
    int count = 0;
    while ((at = strstr(at, "/api/to_iban")) != NULL) {
        count++;
        at++;
    }
    free(record);
    return count;
}

static void with_a_journal_a_payout_whose_answer_was_lost_is_found_and_never_made_twice(void)
{
    char folder[] = "/tmp/freedompay-rest-XXXXXX", path[64], *before, *after;
    fp_config *config = config_with_payouts();
    fp_fields *more = fields_of(account);
    const char *order = new_order();
    fp_result *result;
    fp_client *own;
    int64_t id;
    int asked_for;
    CHECK(mkdtemp(folder) != NULL);
    snprintf(path, sizeof path, "%s/journal", folder);
    fp_config_set_journal(config, path);
    own = fp_client_new(config);
    CHECK(sandbox_trap("lost-answer:to_iban"));
    result = fp_payout_iban(own, order, "10", "Prize", more);
    CHECK_INT(fp_result_code(result), FP_ERR_UNKNOWN);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_ASK_STATUS);
    fp_result_free(result);
    fp_client_free(own);
    asked_for = payouts_asked_for();
    CHECK(asked_for > 0);

    own = fp_client_new(config);
    result = fp_payout_iban(own, order, "10", "Prize", more);
    CHECK_INT(fp_result_from_journal(result), 0);
    id = went_well(result);
    CHECK(id > 0);
    CHECK_INT(payouts_asked_for(), asked_for);
    before = sandbox_record();
    result = fp_payout_iban(own, order, "10.00", "Prize", more);
    CHECK_INT(fp_result_from_journal(result), 1);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_INT(went_well(result), id);
    result = fp_payout_iban(own, order, "11", "Prize", more);
    CHECK_INT(fp_result_code(result), FP_ERR_CONFLICT);
    fp_result_free(result);
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
    fp_client_free(own);
    fp_config_free(config);
    fp_fields_free(more);
    unlink(path);
    snprintf(path, sizeof path, "%s/journal-wal", folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/journal-shm", folder);
    unlink(path);
    CHECK_INT(rmdir(folder), 0);
}

static void a_code_that_is_known_has_a_meaning(void)
{
    static const int32_t known[] = { 100, 340, 9998, 10009, 11068, 99999 }, unknown[] = { INT32_MIN, -1, 0, 7, 10002, INT32_MAX };
    size_t i;
    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        const char *meaning = fp_gateway_code_meaning(known[i]);
        CHECK(meaning != NULL && strlen(meaning) > 10);
        CHECK(meaning == fp_gateway_code_meaning(known[i]));
    }
    for (i = 0; i < sizeof unknown / sizeof unknown[0]; i++)
        CHECK(fp_gateway_code_meaning(unknown[i]) == NULL);
}

int main(void)
{
    fp_config *config = config_with_payouts();
    client = fp_client_new(config);
    fp_config_free(config);
    a_refused_field_is_reported_by_the_call_and_nothing_is_sent();
    each_call_knows_what_it_takes();
    wrong_arguments_are_named_and_nothing_is_sent();
    a_page_is_begun_with_every_kind_of_field_and_paid();
    a_stored_card_pays_and_is_removed();
    a_phone_pays_in_three_steps();
    money_is_paid_out_in_each_way_and_asked_about_in_each_form();
    a_payout_without_its_key_is_not_sent();
    with_a_journal_a_payout_whose_answer_was_lost_is_found_and_never_made_twice();
    a_code_that_is_known_has_a_meaning();
    fp_client_free(client);
    return check_end();
}

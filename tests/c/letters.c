/* A program's texts in the alphabet that it is written in: they arrive at the gateway as the right letters and come back as
 * the right bytes, in every function; what is no text in it is refused with its position. */
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Words in windows-1251 and in UTF-8. */
#define TABLE "\xd1\xf2\xee\xeb"
#define TABLE_UTF8 "\xd0\xa1\xd1\x82\xd0\xbe\xd0\xbb"
#define TILL "\xea\xe0\xf1\xf1\xe0"
#define TILL_UTF8 "\xd0\xba\xd0\xb0\xd1\x81\xd1\x81\xd0\xb0"
#define THANKS "\xd1\xef\xe0\xf1\xe8\xe1\xee"
#define THANKS_866 "\x91\xaf\xa0\xe1\xa8\xa1\xae"
#define KEY "\xea\xeb\xfe\xf7"
/* What windows-1251 has no byte for is among them: "Кант №5 [U+8336]" of "Қант №5 茶". */
#define SUGAR_UTF8 "\xd2\x9a\xd0\xb0\xd0\xbd\xd1\x82 \xe2\x84\x96" "5 \xe8\x8c\xb6"
#define SUGAR "\xca\xe0\xed\xf2 \xb9" "5 [U+8336]"

static const struct { const char *name, *order, *description, *order_utf8, *description_utf8; } alphabets[] = {
    { "windows-1251", "\xc7\xe0\xea\xe0\xe7", "\xd7\xe0\xe9 \xb9" "5 \xab\xa1\xe7\xe1\xe5\xea\xbb",
        "\xd0\x97\xd0\xb0\xd0\xba\xd0\xb0\xd0\xb7", "\xd0\xa7\xd0\xb0\xd0\xb9 \xe2\x84\x96" "5 \xc2\xab\xd0\x8e\xd0\xb7\xd0\xb1\xd0\xb5\xd0\xba\xc2\xbb" },
    { "CP866", "\x87\xa0\xaa\xa0\xa7", "\x97\xa0\xa9 \xfc" "5, \xf7\xe0\xa8\xaa",
        "\xd0\x97\xd0\xb0\xd0\xba\xd0\xb0\xd0\xb7", "\xd0\xa7\xd0\xb0\xd0\xb9 \xe2\x84\x96" "5, \xd1\x9e\xd1\x80\xd0\xb8\xd0\xba" },
    { "kz-1048", "\xd1\xbc\xeb\xe5\xec", "\x8d\xe0\xed\xf2, \xbf\xe9 \xb9" "5",
        "\xd0\xa1\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc", "\xd2\x9a\xd0\xb0\xd0\xbd\xd1\x82, \xd2\xaf\xd0\xb9 \xe2\x84\x96" "5" },
    { "koi8-r", "\xfa\xc1\xcb\xc1\xda", "\xfe\xc1\xca, \xa3\xcc\xcb\xc1",
        "\xd0\x97\xd0\xb0\xd0\xba\xd0\xb0\xd0\xb7", "\xd0\xa7\xd0\xb0\xd0\xb9, \xd1\x91\xd0\xbb\xd0\xba\xd0\xb0" },
    { "mac-cyrillic", "\x87\xe0\xea\xe0\xe7", "\x97\xe0\xe9 \xdc" "5 \xc7\xd8\xe7\xe1\xe5\xea\xc8",
        "\xd0\x97\xd0\xb0\xd0\xba\xd0\xb0\xd0\xb7", "\xd0\xa7\xd0\xb0\xd0\xb9 \xe2\x84\x96" "5 \xc2\xab\xd0\x8e\xd0\xb7\xd0\xb1\xd0\xb5\xd0\xba\xc2\xbb" },
    { "utf8", "\xd0\xa1\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc", "\xd2\x9a\xd0\xb0\xd0\xbd\xd1\x82 \xc2\xab" "10 \xe2\x82\xb8\xc2\xbb",
        "\xd0\xa1\xd3\x99\xd0\xbb\xd0\xb5\xd0\xbc", "\xd2\x9a\xd0\xb0\xd0\xbd\xd1\x82 \xc2\xab" "10 \xe2\x82\xb8\xc2\xbb" },
};

static char folder[] = "/tmp/freedompay-letters-XXXXXX";

/* A configuration of a program in windows-1251 for a gateway, which stays the caller's. */
static fp_config *windows(const char *url)
{
    fp_config *config = sandbox_config();
    fp_config_set_base_url(config, url);
    CHECK_INT(fp_config_set_text_encoding(config, "windows-1251"), FP_OK);
    return config;
}

static fp_client *client_of(fp_config *config)
{
    fp_client *client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

/* A call that was refused before anything was sent, in these words. */
static void is_refused(fp_result *result, const char *message)
{
    CHECK_INT(fp_result_code(result), FP_ERR_ARGUMENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_TEXT(fp_result_message(result), message);
    fp_result_free(result);
}

static void letters_arrive_and_come_back_as_the_bytes_that_were_given(void)
{
    size_t i;
    for (i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++) {
        const char *order = alphabets[i].order;
        fp_config *config = sandbox_config();
        /* The request is older than the encoding, and does not mind. */
        fp_invoice_request *request = fp_invoice_request_new(order, "10", alphabets[i].description);
        fp_client *client;
        fp_result *result, *seen;
        fp_task *task;
        char *record;
        check_about(alphabets[i].name);
        CHECK_INT(fp_config_set_text_encoding(config, alphabets[i].name), FP_OK);
        client = client_of(config);
        result = fp_invoice_init(client, request);
        CHECK_TEXT(fp_result_message(result), "");
        CHECK_TEXT(fp_result_order_id(result), order);
        CHECK_TEXT(fp_result_field(result, "status"), "ok");
        seen = fp_invoice_info(client, fp_result_qr_url(result));
        CHECK_TEXT(fp_result_description(seen), alphabets[i].description);
        fp_result_free(seen);
        fp_result_free(result);
        record = sandbox_invoices();
        CHECK_PART(record, alphabets[i].order_utf8);
        CHECK_PART(record, alphabets[i].description_utf8);
        free(record);
        result = fp_invoice_status_by_order(client, order);
        CHECK_INT(fp_result_code(result), FP_OK);
        CHECK_TEXT(fp_result_order_id(result), order);
        fp_result_free(result);
        task = fp_task_invoice_init(client, request);
        CHECK_INT(fp_task_join(task, 60000), FP_OK);
        result = fp_task_take(task);
        CHECK_TEXT(fp_result_order_id(result), order);
        fp_result_free(result);
        fp_task_free(task);
        fp_invoice_request_free(request);
        fp_client_free(client);
    }
    check_about("");
}

static void a_byte_that_is_no_text_is_refused_with_its_position(void)
{
    fp_config *config = windows(sandbox_url());
    fp_client *client = client_of(config);
    fp_invoice_request *request = fp_invoice_request_new("1", "10", "\xd7\xe0\x98");
    fp_fields *fields = fp_fields_new();
    fp_call *call = fp_call_new("/revoke.php");
    char *before = sandbox_record(), *after;
    is_refused(fp_invoice_init(client, request), "description is not windows-1251: the byte at position 2 does not fit");
    is_refused(fp_invoice_status_by_order(client, "\x98"), "order_id is not windows-1251: the byte at position 0 does not fit");
    CHECK_INT(fp_fields_set(fields, "table", TABLE "\x98"), FP_OK);
    is_refused(fp_page_init(client, "1", "10", "Tea", fields), "table is not windows-1251: the byte at position 4 does not fit");
    CHECK_INT(fp_call_set(call, "pg_param1", "\x98"), FP_OK);
    is_refused(fp_call_send(client, call), "pg_param1 is not windows-1251: the byte at position 0 does not fit");
    fp_invoice_request_free(request);
    request = fp_invoice_request_new("1", "10\xf0.", "Tea");
    is_refused(fp_invoice_init(client, request),
        "amount \"10\xf0.\" is not a decimal number such as 10 or 10.50");
    after = sandbox_record();
    CHECK_TEXT(after, before);
    free(before);
    free(after);
    fp_call_free(call);
    fp_fields_free(fields);
    fp_invoice_request_free(request);
    fp_client_free(client);
}

static void what_is_set_is_read_when_the_client_is_made(void)
{
    fp_config *config = sandbox_config(), *wrong = windows(sandbox_url());
    fp_client *client;
    char path[128];
    struct stat there;
    /* Not UTF-8, which is all that is known of it as yet. */
    snprintf(path, sizeof path, "%s/" TILL ".db", folder);
    CHECK_INT(fp_config_set_journal(config, path), FP_ERR_ARGUMENT);
    is_refused(fp_client_check(client = fp_client_new(config)), "journal is not UTF-8: the byte at position 31 does not fit");
    fp_client_free(client);
    CHECK_INT(fp_config_set_text_encoding(config, "CP1251"), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    {
        fp_invoice_request *request = fp_invoice_request_new(TABLE, "10", "Tea");
        fp_pending *pending;
        CHECK(invoice_of(fp_invoice_init(client, request)) > 0);
        pending = fp_client_pending(client);
        CHECK_INT((int64_t)fp_pending_len(pending), 1);
        CHECK_TEXT(fp_pending_order_id(pending, 0), TABLE);
        fp_pending_free(pending);
        fp_invoice_request_free(request);
    }
    fp_client_free(client);
    snprintf(path, sizeof path, "%s/" TILL_UTF8 ".db", folder);
    CHECK_INT(stat(path, &there), 0);

    CHECK_INT(fp_config_set_secret_key(wrong, KEY), FP_OK);
    CHECK_INT(fp_config_set_secret_key(wrong, KEY "\x98"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_secret_key(wrong, KEY), FP_OK);
    client = client_of(wrong);
    is_refused(fp_client_check(client), "secret_key is not windows-1251: the byte at position 4 does not fit");
    fp_client_free(client);
}

static void an_unknown_encoding_or_language_is_refused(void)
{
    static const char *const names[] = { "utf-16le", "windows-1252", "", "\xff" };
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        fp_config *config = sandbox_config();
        fp_client *client;
        fp_result *result;
        check_about(names[i]);
        CHECK_INT(fp_config_set_text_encoding(config, names[i]), FP_ERR_ARGUMENT);
        client = client_of(config);
        result = fp_client_check(client);
        CHECK_PART(fp_result_message(result), "is not one of utf-8, windows-1251, ibm866, koi8-r, kz-1048, mac-cyrillic");
        is_refused(result, fp_result_message(result));
        fp_client_free(client);
        config = sandbox_config();
        CHECK_INT(fp_config_set_language(config, names[i]), FP_ERR_ARGUMENT);
        client = client_of(config);
        result = fp_client_check(client);
        CHECK_PART(fp_result_message(result), "is not one of en, ru");
        is_refused(result, fp_result_message(result));
        fp_client_free(client);
    }
    check_about("");
    CHECK_INT(fp_config_set_text_encoding(NULL, "utf-8"), FP_ERR_ARGUMENT);
    CHECK_INT(fp_config_set_language(NULL, "en"), FP_ERR_ARGUMENT);
}

static void keep_line(void *userdata, int32_t level, const char *message)
{
    char *lines = userdata;
    size_t len = strlen(lines);
    snprintf(lines + len, 4096 - len, "%d %s\n", (int)level, message);
}

static void what_the_alphabet_lacks_comes_back_as_what_is_near_and_the_log_tells_the_rest(void)
{
    static const char *const answers[] = { "<root><status>ok</status><invoice_status>ok</invoice_status><invoice_id>77</invoice_id>"
        "<order_id>" TABLE_UTF8 "</order_id><description>" SUGAR_UTF8 "</description></root>",
        "<root><status>error</status><error_code>101</error_code><error_description>" TABLE_UTF8 "</error_description></root>" };
    static char lines[4096];
    canned *gateway = canned_start(answers, 2);
    fp_config *config = windows(canned_url(gateway));
    fp_client *client;
    fp_result *result;
    const uint8_t *body;
    size_t len;
    fp_config_set_log(config, keep_line, lines);
    client = client_of(config);
    result = fp_invoice_status_by_order(client, TABLE);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_TEXT(fp_result_order_id(result), TABLE);
    CHECK_TEXT(fp_result_description(result), SUGAR);
    body = fp_result_body(result, &len);
    CHECK(len == strlen(answers[0]) && memcmp(body, answers[0], len) == 0);
    CHECK_PART(lines, "2 windows-1251 has no letter for U+8336 of the answer; the number stands for it\n");
    fp_result_free(result);
    result = fp_invoice_status_by_order(client, TABLE);
    CHECK_TEXT(fp_result_gateway_message(result), TABLE);
    CHECK_PART(fp_result_message(result), ": " TABLE);
    CHECK_PART(lines, ": " TABLE);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(gateway);
}

static void own_fields_and_calls_are_sent_as_letters(void)
{
    fp_client *client = client_of(windows(sandbox_url()));
    fp_fields *fields = fp_fields_new();
    fp_call *call = fp_call_new("/get_status3.php");
    char *record;
    CHECK_INT(fp_fields_set(fields, "table", TABLE), FP_OK);
    fp_result_free(fp_page_init(client, new_order(), "10", "Tea", fields));
    CHECK_INT(fp_call_set(call, "pg_order_id", TILL), FP_OK);
    fp_result_free(fp_call_send(client, call));
    record = sandbox_record();
    CHECK_PART(record, TABLE_UTF8);
    CHECK_PART(record, TILL_UTF8);
    free(record);
    fp_call_free(call);
    fp_fields_free(fields);
    fp_client_free(client);
}

static int contains(const fp_buffer *buffer, const char *part)
{
    size_t len = strlen(part), i;
    for (i = 0; i + len <= fp_buffer_len(buffer); i++)
        if (memcmp(fp_buffer_data(buffer) + i, part, len) == 0)
            return 1;
    return 0;
}

static void a_slip_is_read_in_one_alphabet_and_printed_in_another(void)
{
    fp_client *client = client_of(windows(sandbox_url()));
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Tea");
    fp_result *result = fp_invoice_init(client, request);
    fp_receipt *receipt = fp_receipt_new(), *wrong = fp_receipt_new();
    fp_buffer *slip;
    CHECK_INT(fp_receipt_add_line(receipt, THANKS), FP_OK);
    slip = fp_qr_receipt(result, receipt);
    CHECK_INT(fp_buffer_code(slip), FP_OK);
    CHECK(contains(slip, THANKS_866));
    fp_buffer_free(slip);
    CHECK_INT(fp_receipt_add_line(wrong, "Tea\x98"), FP_OK);
    slip = fp_qr_receipt(result, wrong);
    CHECK_INT(fp_buffer_code(slip), FP_ERR_ARGUMENT);
    CHECK_TEXT(fp_buffer_message(slip), "line is not windows-1251: the byte at position 3 does not fit");
    fp_buffer_free(slip);
    fp_receipt_free(receipt);
    fp_receipt_free(wrong);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
}

/* In ibm866: the sentences that stand behind the English ones of the comments. */
static void messages_are_in_russian_where_that_was_asked_for(void)
{
    fp_config *config = fp_config_new(), *complete = sandbox_config();
    fp_client *client, *other;
    fp_pending *pending;
    fp_buffer *buffer;
    fp_callback *callback;
    fp_result *result;
    fp_config_set_text_encoding(config, "ibm866");
    CHECK_INT(fp_config_set_language(config, "RU"), FP_OK);
    client = client_of(config);
    result = fp_client_check(client);
    CHECK_INT(fp_result_code(result), FP_ERR_CONFIG);
    CHECK_TEXT(fp_result_message(result), "merchant_id \xad\xa5 \xa7\xa0\xa4\xa0\xad"); /* merchant_id is not set */
    buffer = fp_qr_png(result, 4);
    CHECK_TEXT(fp_buffer_message(buffer),
        "\xa2\xeb\xa7\xae\xa2 \xad\xa5 \xe3\xa4\xa0\xab\xe1\xef, \xaf\xae\xed\xe2\xae\xac\xe3 QR \xad\xa5\xe2: \xaf\xe0\xa8\xe7\xa8\xad\xa0 \xa2 fp_result_message"); /* the call did not go well */
    fp_buffer_free(buffer);
    fp_result_free(result);

    fp_config_set_text_encoding(complete, "ibm866");
    fp_config_set_language(complete, "ru");
    fp_config_set_base_url(complete, nobody_url());
    fp_config_set_timeout_ms(complete, 1000);
    other = client_of(complete);
    pending = fp_client_pending(other);
    CHECK_TEXT(fp_pending_message(pending), "\xa6\xe3\xe0\xad\xa0\xab \xad\xa5 \xa7\xa0\xa4\xa0\xad"); /* no journal is set */
    fp_pending_free(pending);
    callback = fp_callback_parse(other, "", NULL, NULL, 0);
    CHECK_PART(fp_callback_message(callback), "\xad\xa5 \xaf\xae\xab\xad\xeb\xa9 \xa0\xa4\xe0\xa5\xe1 \xa8 \xad\xa5 \xaf\xe3\xe2\xec"); /* neither absolute nor */
    fp_callback_free(callback);
    result = fp_invoice_status(other, 7);
    CHECK_TEXT(fp_result_message(result), /* refused the connection; nothing was sent */
        "127.0.0.1" " \xad\xa5 \xaf\xe0\xa8\xad\xa8\xac\xa0\xa5\xe2 \xe1\xae\xa5\xa4\xa8\xad\xa5\xad\xa8\xa5; \xad\xa8\xe7\xa5\xa3\xae \xad\xa5 \xae\xe2\xaf\xe0\xa0\xa2\xab\xa5\xad\xae");
    fp_result_free(result);
    fp_client_free(client);
    fp_client_free(other);
}

int main(void)
{
    char path[128];
    if (!mkdtemp(folder))
        abort();
    letters_arrive_and_come_back_as_the_bytes_that_were_given();
    a_byte_that_is_no_text_is_refused_with_its_position();
    what_is_set_is_read_when_the_client_is_made();
    an_unknown_encoding_or_language_is_refused();
    what_the_alphabet_lacks_comes_back_as_what_is_near_and_the_log_tells_the_rest();
    own_fields_and_calls_are_sent_as_letters();
    a_slip_is_read_in_one_alphabet_and_printed_in_another();
    messages_are_in_russian_where_that_was_asked_for();
    snprintf(path, sizeof path, "%s/" TILL_UTF8 ".db", folder);
    unlink(path);
    rmdir(folder);
    return check_end();
}

/* The runner of the table of behaviours for C. README.md says what it reads and what it answers. */
#include "line.h"

#include <freedompay.h>
#include <stdlib.h>
#include <string.h>
#ifndef _WIN32
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

static fp_client *client;
static fp_task *task;
static fp_result *last;          /* the last answer that was FP_OK */

static void tell_payment(const fp_result *result)
{
    size_t i;
    line_say_number("payment_id", fp_result_payment_id(result));
    line_say_number("payment_status", fp_result_payment_status(result));
    line_say_number("paid", fp_result_paid(result));
    line_say_number("captured", fp_result_captured(result));
    line_say_text("redirect_url", fp_result_redirect_url(result));
    line_say_text("balance", fp_result_balance(result));
    line_say_text("clearing_amount", fp_result_clearing_amount(result));
    line_say_text("refunded_amount", fp_result_refunded_amount(result));
    line_say_number("refund_id", fp_result_refund_id(result));
    line_say_list("refunds");
    for (i = 0; i < fp_result_refund_len(result); i++) {
        line_say_item();
        line_say_number("payment_id", fp_result_refund_payment_id(result, i));
        line_say_text("amount", fp_result_refund_amount(result, i));
        line_say_number("status", fp_result_refund_status(result, i));
        line_say_text("date_time", fp_result_refund_date_time(result, i));
        line_say_item_end();
    }
    line_say_list_end();
}

/* Tells the facts of a result, and keeps or frees it. */
static void tell(fp_result *result)
{
    int32_t code = fp_result_code(result);
    line_say_number("code", code);
    line_say_text("message", fp_result_message(result));
    line_say_number("invoice_id", fp_result_invoice_id(result));
    line_say_text("order_id", fp_result_order_id(result));
    line_say_number("http_status", fp_result_http_status(result));
    line_say_number("invoice_status", fp_result_invoice_status(result));
    line_say_number("sent", fp_result_sent(result));
    line_say_number("advice", fp_result_advice(result));
    line_say_number("gateway_code", fp_result_gateway_code(result));
    line_say_text("gateway_message", fp_result_gateway_message(result));
    line_say_number("from_journal", fp_result_from_journal(result));
    line_say_text("amount", fp_result_amount(result));
    line_say_text("currency", fp_result_currency(result));
    line_say_text("description", fp_result_description(result));
    line_say_text("card_pan", fp_result_card_pan(result));
    line_say_text("card_token", fp_result_card_token(result));
    line_say_text("date_time", fp_result_date_time(result));
    line_say_number("unix_time", fp_result_unix_time(result));
    line_say_text("qr_url", fp_result_qr_url(result));
    tell_payment(result);
    if (code == FP_OK) {
        fp_result_free(last);
        last = result;
    } else {
        fp_result_free(result);
    }
}

static void tell_bytes(fp_buffer *buffer)
{
    line_say_bytes("bytes.hex", fp_buffer_data(buffer), fp_buffer_len(buffer));
    line_say_text("message", fp_buffer_message(buffer));
    fp_buffer_free(buffer);
}

/* ---- the client */

static void check(void)
{
    tell(fp_client_check(client));
}

static void make_client(void)
{
    static const struct { const char *name; int32_t (*set)(fp_config *, const char *); } texts[] = {
        { "base_url", fp_config_set_base_url }, { "secret_key", fp_config_set_secret_key },
        { "payout_key", fp_config_set_payout_key }, { "proxy", fp_config_set_proxy },
        { "ca_file", fp_config_set_ca_file }, { "journal", fp_config_set_journal },
        { "language", fp_config_set_language },
    };
    static const struct { const char *name; int32_t (*set)(fp_config *, int64_t); } numbers[] = {
        { "merchant_id", fp_config_set_merchant_id }, { "connect_timeout_ms", fp_config_set_connect_timeout_ms },
        { "timeout_ms", fp_config_set_timeout_ms }, { "poll_interval_ms", fp_config_set_poll_interval_ms },
    };
    fp_config *config = fp_config_new();
    size_t i;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (line_has(texts[i].name))
            texts[i].set(config, line_text(texts[i].name));
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (line_has(numbers[i].name))
            numbers[i].set(config, line_number(numbers[i].name));
    if (line_has("body_format"))
        fp_config_set_body_format(config, (int32_t)line_number("body_format"));
    if (line_has("jws_claim"))
        fp_config_set_jws_claim(config, (int32_t)line_number("jws_claim"));
    if (line_has("app_name"))
        fp_config_set_app_info(config, line_text("app_name"), line_text("app_version"));
    if (line_has("allow_callback_field"))
        fp_config_allow_callback_field(config, line_text("allow_callback_field"));
    fp_client_free(client);
    client = fp_client_new(config);
    fp_config_free(config);
    check();
}

/* ---- the calls */

static fp_invoice_request *request(void)
{
    static const struct { const char *name; int32_t (*set)(fp_invoice_request *, const char *); } texts[] = {
        { "currency", fp_invoice_request_set_currency }, { "method", fp_invoice_request_set_method },
        { "check_url", fp_invoice_request_set_check_url }, { "result_url", fp_invoice_request_set_result_url },
        { "request_method", fp_invoice_request_set_request_method },
    };
    fp_invoice_request *made = fp_invoice_request_new(line_text("order_id"), line_text("amount"), line_text("description"));
    size_t i;
    if (line_has("amount_minor"))
        fp_invoice_request_set_amount_minor(made, line_number("amount_minor"), (uint32_t)line_number("exponent"));
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (line_has(texts[i].name))
            texts[i].set(made, line_text(texts[i].name));
    return made;
}

static void init(void)
{
    fp_invoice_request *made = request();
    tell(fp_invoice_init(client, made));
    fp_invoice_request_free(made);
}

static void status(void)
{
    tell(fp_invoice_status(client, line_number("invoice_id")));
}

static void status_by_order(void)
{
    tell(fp_invoice_status_by_order(client, line_text("order_id")));
}

static void recover(void)
{
    tell(fp_invoice_recover(client, line_text("order_id")));
}

static void info(void)
{
    tell(fp_invoice_info(client, line_text("customer")));
}

static void pay(void)
{
    tell(fp_invoice_pay(client, line_text("customer"), line_text("user_id"), line_text("card_token")));
}

struct polls { int64_t seen, give_up_after; };

static int32_t count_polls(void *userdata, const fp_result *latest)
{
    struct polls *polls = userdata;
    (void)latest;
    return ++polls->seen == polls->give_up_after;
}

static void wait_for_end(void)
{
    struct polls polls = { 0, 0 };
    int watched = line_has("give_up_after");
    polls.give_up_after = line_number("give_up_after");
    tell(fp_invoice_wait(client, line_number("invoice_id"), line_number("timeout_ms"), watched ? count_polls : NULL, &polls));
    if (watched)
        line_say_number("polls", polls.seen);
}

/* ---- what follows a payment, and other ways to pay */

static void invoice_cancel(void)
{
    tell(fp_invoice_cancel(client, line_number("invoice_id")));
}

static void invoice_refund(void)
{
    tell(fp_invoice_refund(client, line_number("invoice_id"), line_text("amount")));
}

static void payment_status(void)
{
    tell(fp_payment_status(client, line_number("payment_id")));
}

static void payment_status_by_order(void)
{
    tell(fp_payment_status_by_order(client, line_text("order_id")));
}

static void payment_cancel(void)
{
    tell(fp_payment_cancel(client, line_number("payment_id")));
}

static void payment_capture(void)
{
    tell(fp_payment_capture(client, line_number("payment_id"), line_text("amount")));
}

static void payment_refund(void)
{
    tell(fp_payment_refund(client, line_number("payment_id"), line_text("amount"), line_text("refund_key")));
}

static void refund_settle(void)
{
    tell(fp_refund_settle(client, line_number("payment_id"), line_text("refund_key"), (int32_t)line_number("was_made")));
}

/* Makes a call that takes fields: those of the line whose names begin with "field.". */
static void with_fields(fp_result *(*call)(const fp_fields *more))
{
    fp_fields *more = fp_fields_new();
    const char *name, *value;
    size_t at = 0;
    while ((name = line_next("field.", &at, &value)))
        fp_fields_set(more, name, value);
    tell(call(more));
    fp_fields_free(more);
}

typedef fp_result *sale(const fp_client *, const char *, const char *, const char *, const fp_fields *);
static sale *sale_to_make;

static fp_result *make_sale(const fp_fields *more)
{
    return sale_to_make(client, line_text("order_id"), line_text("amount"), line_text("description"), more);
}

static void page_init(void)
{
    sale_to_make = fp_page_init;
    with_fields(make_sale);
}

static void mobile_init(void)
{
    sale_to_make = fp_mobile_init;
    with_fields(make_sale);
}

static void payout_page(void)
{
    sale_to_make = fp_payout_page;
    with_fields(make_sale);
}

static void payout_iban(void)
{
    sale_to_make = fp_payout_iban;
    with_fields(make_sale);
}

static void mobile_pay(void)
{
    tell(fp_mobile_pay(client, line_number("payment_id"), line_text("phone"), line_text("system_code")));
}

static void mobile_approve(void)
{
    tell(fp_mobile_approve(client, line_number("payment_id"), line_text("approval_code")));
}

static fp_result *add_card(const fp_fields *more)
{
    return fp_card_add(client, line_text("user_id"), line_text("back_link"), more);
}

static void card_add(void)
{
    with_fields(add_card);
}

static fp_result *add_card_for_payout(const fp_fields *more)
{
    return fp_card_add_for_payout(client, line_text("user_id"), line_text("back_link"), more);
}

static void card_add_for_payout(void)
{
    with_fields(add_card_for_payout);
}

static void card_list(void)
{
    tell(fp_card_list(client, line_text("user_id")));
}

static void card_remove(void)
{
    tell(fp_card_remove(client, line_text("user_id"), line_text("card_token")));
}

typedef fp_result *card_sale(const fp_client *, const char *, const char *, const char *, const char *, const char *,
    const fp_fields *);
static card_sale *card_sale_to_make;

static fp_result *make_card_sale(const fp_fields *more)
{
    return card_sale_to_make(client, line_text("order_id"), line_text("amount"), line_text("description"), line_text("user_id"),
        line_text("card_token"), more);
}

static void token_init(void)
{
    card_sale_to_make = fp_token_init;
    with_fields(make_card_sale);
}

static void payout_token(void)
{
    card_sale_to_make = fp_payout_token;
    with_fields(make_card_sale);
}

static void token_pay(void)
{
    tell(fp_token_pay(client, line_number("payment_id")));
}

static void token_direct(void)
{
    tell(fp_token_direct(client, line_number("payment_id")));
}

static void payout_balance(void)
{
    tell(fp_payout_balance(client));
}

static void payout_status(void)
{
    tell(fp_payout_status(client, line_text("order_id"), (int32_t)line_number("question")));
}

static void send_call(void)
{
    fp_call *call = fp_call_new(line_text("path"));
    const char *name, *value;
    size_t at = 0;
    while ((name = line_next("field.", &at, &value)))
        fp_call_set(call, name, value);
    for (at = 0; (name = line_next("number.", &at, &value));)
        fp_call_set_number(call, name, value);
    if (line_has("scheme"))
        fp_call_set_scheme(call, (int32_t)line_number("scheme"));
    tell(fp_call_send(client, call));
    fp_call_free(call);
}

/* ---- what the gateway sends */

static fp_callback *callback;

static void parse_callback(void)
{
    const char *body = line_text("body");
    fp_callback_free(callback);
    callback = fp_callback_parse(client, line_text("url"), line_text("content_type"), (const uint8_t *)body, line_length("body"));
    line_say_number("code", fp_callback_code(callback));
    line_say_text("message", fp_callback_message(callback));
    line_say_number("kind", fp_callback_kind(callback));
    line_say_number("says_paid", fp_callback_paid(callback));
}

static void callback_field(void)
{
    line_say_text("text", fp_callback_field(callback, line_text("name")));
}

static void callback_confirm(void)
{
    tell(fp_callback_confirm(client, callback));
}

static void callback_reply(void)
{
    fp_buffer *reply = fp_callback_reply(callback, (int32_t)line_number("reply"), line_text("description"));
    line_say_number("code", fp_buffer_code(reply));
    line_say_text("message", fp_buffer_message(reply));
    line_say_span("text", (const char *)fp_buffer_data(reply), fp_buffer_len(reply));
    fp_buffer_free(reply);
}

/* ---- what the last answer has */

static void field_count(void)
{
    line_say_number("count", (int64_t)fp_result_field_count(last, line_text("path")));
}

static void meaning(void)
{
    line_say_text("text", fp_gateway_code_meaning((int32_t)line_number("gateway_code")));
}

static void field(void)
{
    line_say_text("text", fp_result_field(last, line_text("path")));
}

static void qr(void)
{
    static const struct { const char *form; fp_buffer *(*draw)(const fp_result *); } plain[] = {
        { "svg", fp_qr_svg }, { "text", fp_qr_text }, { "matrix", fp_qr_matrix }, { "picture", fp_qr_picture },
    };
    static const struct { const char *form; fp_buffer *(*draw)(const fp_result *, uint32_t); } sized[] = {
        { "png", fp_qr_png }, { "bmp", fp_qr_bmp }, { "escpos", fp_qr_escpos }, { "escpos_native", fp_qr_escpos_native },
        { "zpl", fp_qr_zpl }, { "data_uri", fp_qr_data_uri },
    };
    const char *form = line_text("form");
    size_t i;
    for (i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if (strcmp(form, plain[i].form) == 0) {
            tell_bytes(plain[i].draw(last));
            return;
        }
    for (i = 0; i < sizeof sized / sizeof sized[0]; i++)
        if (strcmp(form, sized[i].form) == 0) {
            tell_bytes(sized[i].draw(last, (uint32_t)line_number("size")));
            return;
        }
    line_fail("unsupported", form);
}

static void receipt(void)
{
    fp_receipt *slip = fp_receipt_new();
    if (line_has("line"))
        fp_receipt_add_line(slip, line_text("line"));
    if (line_has("amount_label"))
        fp_receipt_set_labels(slip, line_text("amount_label"), line_text("order_label"));
    if (line_has("paper_dots"))
        fp_receipt_set_paper_dots(slip, (uint32_t)line_number("paper_dots"));
    if (line_has("code_page"))
        fp_receipt_set_code_page(slip, line_text("code_page"), (uint32_t)line_number("selector"));
    if (line_has("cut"))
        fp_receipt_set_cut(slip, (int32_t)line_number("cut"));
    tell_bytes(fp_qr_receipt(last, slip));
    fp_receipt_free(slip);
}

static void list(fp_pending *entries, const char *name, const char *order_name, const char *id_name)
{
    size_t i;
    line_say_number("code", fp_pending_code(entries));
    line_say_text("message", fp_pending_message(entries));
    line_say_list(name);
    for (i = 0; i < fp_pending_len(entries); i++) {
        line_say_item();
        line_say_text(order_name, fp_pending_order_id(entries, i));
        if (id_name)
            line_say_number(id_name, fp_pending_invoice_id(entries, i));
        line_say_text("amount", fp_pending_amount(entries, i));
        line_say_item_end();
    }
    line_say_list_end();
    fp_pending_free(entries);
}

static void pending(void)
{
    list(fp_client_pending(client), "sales", "order_id", "invoice_id");
}

static void pending_refunds(void)
{
    list(fp_client_pending_refunds(client), "refunds", "refund_key", "payment_id");
}

static void pending_payouts(void)
{
    list(fp_client_pending_payouts(client), "payouts", "order_id", NULL);
}

/* ---- in the background */

static void start_init(void)
{
    fp_invoice_request *made = request();
    fp_task_free(task);
    task = fp_task_invoice_init(client, made);
    fp_invoice_request_free(made);
}

static void start_wait(void)
{
    fp_task_free(task);
    task = fp_task_invoice_wait(client, line_number("invoice_id"), line_number("timeout_ms"));
}

static void cancel(void)
{
    fp_task_cancel(task);
}

static void take(void)
{
    if (fp_task_join(task, 50000) != FP_OK)
        line_fail("error", "the task does not end");
    tell(fp_task_take(task));
}

/* ---- another process */

#ifdef _WIN32

static void fork_here(void)
{
    line_fail("unsupported", "fork");
}

static void join(void)
{
    line_fail("unsupported", "join");
}

#else

static void fork_here(void)
{
    pid_t child = fork();
    int how = 0;
    if (child < 0)
        line_fail("error", "no fork");
    if (child == 0)
        return;
    /* The judge speaks with the child now; nothing of what it says is read here before "join". */
    waitpid(child, &how, 0);
    line_say_number("exit", WIFEXITED(how) ? WEXITSTATUS(how) : -1);
}

static void join(void)
{
    _exit(0);
}

#endif

int main(void)
{
    static const struct { const char *name; void (*deed)(void); } deeds[] = {
        { "client", make_client }, { "check", check }, { "init", init }, { "status", status },
        { "status_by_order", status_by_order }, { "recover", recover }, { "info", info }, { "pay", pay },
        { "wait", wait_for_end }, { "field", field }, { "qr", qr }, { "receipt", receipt }, { "pending", pending },
        { "pending_refunds", pending_refunds }, { "pending_payouts", pending_payouts }, { "field_count", field_count },
        { "meaning", meaning }, { "invoice_cancel", invoice_cancel }, { "invoice_refund", invoice_refund },
        { "payment_status", payment_status }, { "payment_status_by_order", payment_status_by_order },
        { "payment_cancel", payment_cancel }, { "payment_capture", payment_capture }, { "payment_refund", payment_refund },
        { "refund_settle", refund_settle },
        { "page_init", page_init }, { "mobile_init", mobile_init }, { "mobile_pay", mobile_pay },
        { "mobile_approve", mobile_approve }, { "card_add", card_add }, { "card_add_for_payout", card_add_for_payout },
        { "card_list", card_list }, { "card_remove", card_remove }, { "token_init", token_init }, { "token_pay", token_pay },
        { "token_direct", token_direct }, { "payout_page", payout_page }, { "payout_iban", payout_iban },
        { "payout_token", payout_token }, { "payout_balance", payout_balance }, { "payout_status", payout_status },
        { "send", send_call }, { "callback", parse_callback }, { "callback_field", callback_field },
        { "callback_confirm", callback_confirm }, { "callback_reply", callback_reply },
        { "start_init", start_init }, { "start_wait", start_wait }, { "cancel", cancel }, { "take", take },
        { "fork", fork_here }, { "join", join },
    };
    while (line_read()) {
        const char *name = line_text("do");
        size_t i = 0, count = sizeof deeds / sizeof deeds[0];
        while (i < count && strcmp(name ? name : "", deeds[i].name) != 0)
            i++;
        if (i == count)
            line_fail("unsupported", name);
        deeds[i].deed();
        line_say_end();
    }
    fp_callback_free(callback);
    fp_task_free(task);
    fp_result_free(last);
    fp_client_free(client);
    return 0;
}

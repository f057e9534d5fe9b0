/* A till in C89: creates an invoice, shows its QR in the terminal and waits until it is known how the sale ended.
 *
 *   cc till.c -lfreedompay -o till && ./till ORDER_ID AMOUNT DESCRIPTION
 *
 * FREEDOMPAY_MERCHANT_ID is the merchant, FREEDOMPAY_SECRET_FILE a file whose first line is the secret key,
 * FREEDOMPAY_BASE_URL the gateway, FREEDOMPAY_CA_FILE an authority of its own to trust, FREEDOMPAY_JOURNAL the journal, and
 * FREEDOMPAY_WAIT_S how many seconds to wait for the payer (300).
 * Exit code: 0 paid, 10 still open, 20 refused, failed or expired, 30 unknown, 40 input or configuration,
 * 50 not sent. */
#include <freedompay.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verdict { int exit_code; const char *word, *next; };

/* Before the invoice exists: what a failed fp_invoice_init means. Only what certainly did nothing may be repeated. */
static struct verdict not_created(const fp_result *result)
{
    static const struct verdict input = { 40, "NOT SENT", "Correct the input or the settings." },
        away = { 50, "NOT SENT", "No invoice was created: try again." },
        refused = { 20, "REFUSED", "No invoice was created, nothing was paid." },
        unknown = { 30, "UNKNOWN", "Do not sell again: first ask for the status of this order id." };
    switch (fp_result_code(result)) {
    case FP_ERR_ARGUMENT: case FP_ERR_CONFIG: return input;
    case FP_ERR_NOT_SENT: return away;
    case FP_ERR_REFUSED:    /* for an earlier attempt's sake, perhaps, and that one may be paid */
        return fp_result_advice(result) == FP_ADVICE_ASK_STATUS ? unknown : refused;
    default: return unknown;
    }
}

/* After waiting: an invoice exists, so whatever is not known for certain may still be paid. */
static struct verdict waited(const fp_result *result)
{
    static const struct verdict paid = { 0, "PAID", "Hand over the goods." },
        open = { 10, "STILL OPEN", "It may be paid at any moment: ask for its status before selling again." },
        declined = { 20, "DECLINED", "Nothing was paid: offer another way to pay, under a new order id." },
        expired = { 20, "EXPIRED", "Nothing was paid: sell again under a new order id." },
        unknown = { 30, "UNKNOWN", "It may be paid: ask for its status until it is known." };
    if (fp_result_code(result) == FP_ERR_TIMEOUT && fp_result_invoice_status(result) != FP_INVOICE_NONE) return open;
    if (fp_result_code(result) != FP_OK) return unknown;
    switch (fp_result_invoice_status(result)) {
    case FP_INVOICE_OK: return paid;
    case FP_INVOICE_FAILED: return declined;
    case FP_INVOICE_INCOMPLETE: return expired;
    default: return unknown;
    }
}

/* Called after every poll, also after one that failed; any answer but 0 gives up waiting. */
static int32_t progress(void *userdata, const fp_result *latest)
{
    int32_t *shown = userdata, status = fp_result_invoice_status(latest);
    if (fp_result_code(latest) != FP_OK || status == *shown) return 0;
    *shown = status;
    if (status == FP_INVOICE_NEW) puts("... waiting for the payer");
    if (status == FP_INVOICE_PROCESS) puts("... the payer is paying");
    fflush(stdout);
    return 0;
}

static int sell(const fp_client *client, const fp_invoice_request *request, long wait_s)
{
    fp_result *result = fp_invoice_init(client, request);
    struct verdict verdict = not_created(result);
    if (fp_result_code(result) == FP_OK) {
        int64_t invoice_id = fp_result_invoice_id(result);
        int32_t shown = FP_INVOICE_NONE;
        const char *link = fp_result_qr_url(result);
        fp_buffer *qr = fp_qr_text(result);
        if (link) printf("%.*s\n%s\n", (int)fp_buffer_len(qr), (const char *)fp_buffer_data(qr), link);
        else puts("The gateway sent no readable QR.");
        printf("Invoice %.0f\n", (double)invoice_id);    /* a long may have 32 bits, and C89 has nothing longer */
        fflush(stdout);
        fp_buffer_free(qr);
        fp_result_free(result);
        result = fp_invoice_wait(client, invoice_id, (int64_t)wait_s * 1000, progress, &shown);
        verdict = waited(result);
    }
    printf("%s\n%s%s%s\n", verdict.word, fp_result_message(result), *fp_result_message(result) ? "\n" : "", verdict.next);
    fp_result_free(result);
    return verdict.exit_code;
}

/* A whole number above 0, or 0 for anything else. */
static long number(const char *text)
{
    char *rest;
    long value = strtol(text, &rest, 10);
    return *text && !*rest && value > 0 && value < 2147483647L ? value : 0;
}

int main(int argc, char **argv)
{
    const char *url = getenv("FREEDOMPAY_BASE_URL"), *wait = getenv("FREEDOMPAY_WAIT_S");
    const char *merchant = getenv("FREEDOMPAY_MERCHANT_ID"), *path = getenv("FREEDOMPAY_SECRET_FILE");
    const char *ca_file = getenv("FREEDOMPAY_CA_FILE"), *journal = getenv("FREEDOMPAY_JOURNAL");
    FILE *file = path ? fopen(path, "r") : NULL;
    char secret[1024] = "";
    long wait_s = wait ? number(wait) : 300;
    int read = file && fgets(secret, sizeof secret, file), exit_code;
    fp_config *config;
    fp_client *client;
    fp_invoice_request *request;
    if (file) fclose(file);
    if (argc != 4 || !merchant || !read || !wait_s) {
        fputs("usage: till ORDER_ID AMOUNT DESCRIPTION\n"
              "FREEDOMPAY_MERCHANT_ID and FREEDOMPAY_SECRET_FILE must be set.\n", stderr);
        return 40;
    }
    secret[strcspn(secret, "\r\n")] = '\0';
    config = fp_config_new();          /* what a setter refuses, fp_invoice_init reports, and it sends nothing */
    fp_config_set_merchant_id(config, number(merchant));
    fp_config_set_secret_key(config, secret);
    if (url) fp_config_set_base_url(config, url);
    if (ca_file) fp_config_set_ca_file(config, ca_file);
    if (journal) fp_config_set_journal(config, journal);
    client = fp_client_new(config);
    request = fp_invoice_request_new(argv[1], argv[2], argv[3]);
    exit_code = sell(client, request, wait_s);
    fp_invoice_request_free(request);
    fp_client_free(client);
    fp_config_free(config);
    return exit_code;
}

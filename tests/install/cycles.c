/* A hundred thousand cycles of making every kind of handle and freeing them in every order: the memory does not grow. */
#include "cycles.h"

#include <freedompay.h>
#include <stdlib.h>

static long checks, faults;

static void check(int ok, const char *what)
{
    checks++;
    if (!ok) {
        faults++;
        printf("%s does not hold\n", what);
    }
}

/* One handle of each kind, none of which has sent anything. */
struct handles {
    fp_config *config;
    fp_client *client;
    fp_invoice_request *request;
    fp_result *refused;
    fp_buffer *code;
    fp_receipt *receipt;
    fp_pending *pending;
    fp_task *task;
    fp_call *call;
};

static void make(struct handles *made, const fp_result *invoice)
{
    made->config = fp_config_new();
    fp_config_set_merchant_id(made->config, 123456);
    fp_config_set_secret_key(made->config, "sandbox-secret-key");
    made->client = fp_client_new(made->config);
    made->request = fp_invoice_request_new("order-1", "1,5", "Ticket");
    made->refused = fp_invoice_init(made->client, made->request);
    made->code = fp_qr_matrix(invoice);
    made->receipt = fp_receipt_new();
    fp_receipt_add_line(made->receipt, "Shop");
    made->pending = fp_client_pending(made->client);
    made->task = fp_task_invoice_wait(made->client, 0, 1000);
    made->call = fp_call_new("/revoke.php");
    fp_call_set(made->call, "pg_payment_id", "77");
}

static void free_one(struct handles *made, unsigned which)
{
    switch (which) {
    case 0: fp_config_free(made->config); break;
    case 1: fp_client_free(made->client); break;
    case 2: fp_invoice_request_free(made->request); break;
    case 3: fp_result_free(made->refused); break;
    case 4: fp_buffer_free(made->code); break;
    case 5: fp_receipt_free(made->receipt); break;
    case 6: fp_pending_free(made->pending); break;
    case 7: fp_task_free(made->task); break;
    default: fp_call_free(made->call); break;
    }
}

enum { KINDS = 9 };

static void free_in_an_order(struct handles *made, unsigned *seed)
{
    unsigned order[KINDS], i;
    for (i = 0; i < KINDS; i++)
        order[i] = i;
    for (i = KINDS - 1; i > 0; i--) {
        unsigned other = next_order(seed) % (i + 1), kept = order[i];
        order[i] = order[other];
        order[other] = kept;
    }
    for (i = 0; i < KINDS; i++)
        free_one(made, order[i]);
}

int main(int argc, char **argv)
{
    const char *url = getenv("FREEDOMPAY_BASE_URL");
    int cycles = argc > 1 ? atoi(argv[1]) : CYCLES, refused = 0, i;
    fp_config *config = fp_config_new();
    fp_client *client;
    fp_invoice_request *request;
    fp_result *invoice;
    unsigned seed = 1;
    long before = 0;
    fp_config_set_base_url(config, url ? url : "");
    fp_config_set_merchant_id(config, 123456);
    fp_config_set_secret_key(config, "sandbox-secret-key");
    client = fp_client_new(config);
    request = fp_invoice_request_new("cycles", "10", "Ticket");
    invoice = fp_invoice_init(client, request);
    check(fp_result_code(invoice) == FP_OK, "the invoice of which the codes are drawn");
    for (i = 0; i < cycles; i++) {
        struct handles made;
        if (i == WARM_UP)
            before = resident_kib();
        make(&made, invoice);
        refused += fp_result_code(made.refused) == FP_ERR_ARGUMENT && fp_buffer_len(made.code) > 400;
        free_in_an_order(&made, &seed);
    }
    check(refused == cycles, "each cycle did what it should");
    if (cycles > WARM_UP) {
        long after = resident_kib();
        printf("%d cycles: %ld KiB before, %ld KiB after\n", cycles, before, after);
        check(before > 0 && after - before <= MOST_GROWTH_KIB, "the memory does not grow");
    }
    fp_result_free(invoice);
    fp_invoice_request_free(request);
    fp_client_free(client);
    fp_config_free(config);
    printf("%ld passed, %ld failed\n", checks - faults, faults);
    return faults != 0;
}

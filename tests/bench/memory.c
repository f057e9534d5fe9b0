/* What a client and a result hold, and whether getters allocate. Every allocation of the process is counted here.
 *
 *   memory PORT CA_FILE      prints one line of JSON */
#include <freedompay.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define RESULTS 100

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void __libc_free(void *);
extern void *__libc_memalign(size_t, size_t);

static atomic_long allocations, held;

static void *count(void *memory)
{
    atomic_fetch_add(&allocations, 1);
    atomic_fetch_add(&held, memory ? (long)malloc_usable_size(memory) : 0);
    return memory;
}

void *malloc(size_t size) { return count(__libc_malloc(size)); }
void *calloc(size_t number, size_t size) { return count(__libc_calloc(number, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return count(__libc_memalign(alignment, size)); }
int posix_memalign(void **memory, size_t alignment, size_t size)
{
    *memory = count(__libc_memalign(alignment, size));
    return *memory ? 0 : 12;
}
void *realloc(void *old, size_t size)
{
    atomic_fetch_sub(&held, old ? (long)malloc_usable_size(old) : 0);
    return count(__libc_realloc(old, size));
}
void free(void *memory)
{
    atomic_fetch_sub(&held, memory ? (long)malloc_usable_size(memory) : 0);
    __libc_free(memory);
}

static fp_result *call(const fp_client *client, int number)
{
    char order_id[32];
    fp_invoice_request *request;
    fp_result *result;
    snprintf(order_id, sizeof order_id, "memory-%d", number);
    request = fp_invoice_request_new(order_id, "10.50", "Ticket");
    result = fp_invoice_init(client, request);
    fp_invoice_request_free(request);
    return result;
}

/* Every getter of a result that takes nothing else. */
static void get_everything(const fp_result *result)
{
    size_t len;
    fp_result_code(result);
    fp_result_message(result);
    fp_result_sent(result);
    fp_result_advice(result);
    fp_result_from_journal(result);
    fp_result_http_status(result);
    fp_result_gateway_code(result);
    fp_result_gateway_message(result);
    fp_result_invoice_id(result);
    fp_result_invoice_status(result);
    fp_result_order_id(result);
    fp_result_amount(result);
    fp_result_currency(result);
    fp_result_description(result);
    fp_result_card_pan(result);
    fp_result_card_token(result);
    fp_result_date_time(result);
    fp_result_unix_time(result);
    fp_result_qr_url(result);
    fp_result_field(result, "invoice_methods/qr");
    fp_result_body(result, &len);
}

int main(int argc, char **argv)
{
    char url[64];
    long before, client_bytes, result_bytes, getter_allocations;
    int i, failed = 0;
    fp_config *config;
    fp_client *client;
    fp_result *results[RESULTS];
    if (argc != 3) {
        fprintf(stderr, "usage: memory PORT CA_FILE\n");
        return 2;
    }
    snprintf(url, sizeof url, "https://localhost:%s", argv[1]);
    config = fp_config_new();
    fp_config_set_base_url(config, url);
    fp_config_set_ca_file(config, argv[2]);
    fp_config_set_merchant_id(config, 123456);
    fp_config_set_secret_key(config, "bench-secret-key");
    before = held;
    client = fp_client_new(config);
    fp_result_free(call(client, 0));            /* connected, its buffers made */
    client_bytes = held - before;
    before = held;
    for (i = 0; i < RESULTS; i++) {
        results[i] = call(client, 1 + i);
        failed |= fp_result_code(results[i]) != FP_OK;
    }
    result_bytes = (held - before) / RESULTS;
    before = allocations;
    for (i = 0; i < RESULTS; i++)
        get_everything(results[i]);
    getter_allocations = allocations - before;
    for (i = 0; i < RESULTS; i++)
        fp_result_free(results[i]);
    fp_client_free(client);
    fp_config_free(config);
    printf("{\"client_bytes\": %ld, \"result_bytes\": %ld, \"getter_allocations\": %ld}\n", client_bytes, result_bytes,
        getter_allocations);
    return failed;
}

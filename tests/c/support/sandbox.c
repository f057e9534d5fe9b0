/* HTTP by hand to the sandbox gateway, so that no fault of the library can hide itself. */
#include "sandbox.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const char *sandbox_url(void)
{
    const char *url = getenv("FREEDOMPAY_BASE_URL");
    if (!url || strncmp(url, "http://127.0.0.1:", 17) != 0) {
        printf("FREEDOMPAY_BASE_URL must be the address of a running sandbox, http://127.0.0.1:PORT\n0 passed, 1 failed\n");
        exit(1);
    }
    return url;
}

/* The whole answer up to the end of the connection, NUL-terminated; NULL when there is none. */
static char *ask_with(const char *method, const char *path, const char *form)
{
    struct sockaddr_in address = { 0 };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0, room = 1 << 16;
    char *answer = malloc(room), request[512];
    int request_len = snprintf(request, sizeof request,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: %zu\r\n\r\n%s", method, path, strlen(form), form);
    ssize_t n = -1;
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)atoi(sandbox_url() + 17));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s >= 0 && answer && request_len < (int)sizeof request && connect(s, (struct sockaddr *)&address, sizeof address) == 0
        && write(s, request, (size_t)request_len) == request_len)
        while ((n = read(s, answer + len, room - len - 1)) > 0) {
            len += (size_t)n;
            if (room - len < 4096) {
                char *larger = realloc(answer, room *= 2);
                if (!larger) {
                    n = -1;
                    break;
                }
                answer = larger;
            }
        }
    if (s >= 0)
        close(s);
    if (n < 0 || len == 0 || !answer) {
        free(answer);
        return NULL;
    }
    answer[len] = '\0';
    return answer;
}

static char *ask(const char *method, const char *path)
{
    return ask_with(method, path, "");
}

/* The body alone, without the Date of the head, so that two can be compared. */
static char *body_of(char *answer)
{
    char *body = answer ? strstr(answer, "\r\n\r\n") : NULL;
    if (!body || strncmp(answer, "HTTP/1.1 200", 12) != 0) {
        free(answer);
        printf("the sandbox does not tell what it has received\n0 passed, 1 failed\n");
        exit(1);
    }
    memmove(answer, body + 4, strlen(body + 4) + 1);
    return answer;
}

char *sandbox_record(void)
{
    return body_of(ask("GET", "/sandbox/requests"));
}

char *sandbox_invoices(void)
{
    return body_of(ask("GET", "/sandbox/invoices"));
}

/* Posts a form; 1 when the answer is a 200 or sends the browser on. */
static int post(const char *path, const char *form)
{
    char *answer = ask_with("POST", path, form);
    int ok = answer && (strncmp(answer, "HTTP/1.1 2", 10) == 0 || strncmp(answer, "HTTP/1.1 3", 10) == 0);
    free(answer);
    return ok;
}

int sandbox_do(int64_t invoice_id, const char *deed)
{
    char path[128];
    snprintf(path, sizeof path, "/sandbox/invoices/%" PRId64 "/%s", invoice_id, deed);
    return post(path, "");
}

int sandbox_pay(int64_t payment_id)
{
    char path[128];
    snprintf(path, sizeof path, "/sandbox/payments/%" PRId64 "/pay", payment_id);
    return post(path, "");
}

int sandbox_type_in(const char *url, const char *card)
{
    char form[64];
    size_t len = strlen(sandbox_url());
    snprintf(form, sizeof form, "card=%s", card);
    return url && strncmp(url, sandbox_url(), len) == 0 && post(url + len, form);
}

int sandbox_trap(const char *fault)
{
    char path[128];
    snprintf(path, sizeof path, "/sandbox/faults/%s?times=1", fault);
    return post(path, "");
}

fp_config *sandbox_config(void)
{
    fp_config *config = fp_config_new();
    fp_config_set_merchant_id(config, SANDBOX_MERCHANT);
    fp_config_set_secret_key(config, SANDBOX_KEY);
    fp_config_set_base_url(config, sandbox_url());
    fp_config_set_poll_interval_ms(config, 20);
    return config;
}

fp_client *sandbox_client(void)
{
    fp_config *config = sandbox_config();
    fp_client *client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

fp_client *sandbox_client_by_name(void)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    char url[64];
    snprintf(url, sizeof url, "http://localhost:%d", atoi(sandbox_url() + 17));
    fp_config_set_base_url(config, url);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

const char *new_order(void)
{
    static char orders[64][40];
    static unsigned count;
    char *order = orders[count % 64];
    snprintf(order, sizeof orders[0], "order-%ld-%u", (long)getpid(), count++);
    return order;
}

int64_t invoice_of(fp_result *result)
{
    int64_t id = fp_result_code(result) == FP_OK ? fp_result_invoice_id(result) : 0;
    fp_result_free(result);
    return id;
}

/* A till that never blocks, in C99: one poll() watches the keyboard and the call under way.
 *
 *   cc events.c -lfreedompay -o events && ./events ORDER_ID AMOUNT DESCRIPTION
 *
 * While the payer pays it goes on showing the time that has passed; a line with "c" gives the sale up. The descriptor of
 * fp_task_fd goes into any event loop in the same way: epoll, libuv, GLib, Qt's QSocketNotifier. The environment is that of
 * till.c, and so are the exit codes; 10 is also a sale that was given up. */
#define _POSIX_C_SOURCE 200809L
#include <freedompay.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TICK_MS = 1000 };

/* What the loop watches. */
struct till {
    fp_task *task;
    int keyboard;        /* -1 once it is closed */
    int seconds;
};

/* The user interface's own work, which no call of the library holds up. */
static void tick(struct till *till)
{
    fprintf(stderr, "\r%d s", ++till->seconds);
}

/* A line was typed, or the keyboard is gone. */
static void typed(struct till *till)
{
    char line[80];
    ssize_t len = read(till->keyboard, line, sizeof line);
    if (len <= 0) {
        till->keyboard = -1;
    } else if (line[0] == 'c') {
        puts("giving up");
        fp_task_cancel(till->task);        /* the task ends within 100 ms, and the loop sees it end */
    }
}

/* Runs the loop until the task has ended; its result is the caller's. */
static fp_result *run(struct till *till, fp_task *task)
{
    fp_result *result;
    till->task = task;
    while (!fp_task_done(task)) {
        struct pollfd watched[2];
        int ready;
        watched[0].fd = fp_task_fd(task);
        watched[1].fd = till->keyboard;
        watched[0].events = watched[1].events = POLLIN;
        ready = poll(watched, 2, TICK_MS);
        if (ready == 0) tick(till);
        if (ready > 0 && watched[1].revents) typed(till);
    }
    result = fp_task_take(task);
    fp_task_free(task);
    return result;
}

static void show(const fp_result *invoice)
{
    fp_buffer *code = fp_qr_text(invoice);
    printf("%.*s\nInvoice %.0f\n", (int)fp_buffer_len(code), (const char *)fp_buffer_data(code),
        (double)fp_result_invoice_id(invoice));    /* a long may have 32 bits */
    fflush(stdout);
    fp_buffer_free(code);
}

static int end(const fp_result *result, int exit_code, const char *word)
{
    const char *message = fp_result_message(result);
    printf("%s\n%s%s", word, message, *message ? "\n" : "");
    return exit_code;
}

/* An invoice that was given up or that is still open may yet be paid: nobody may call it unpaid. */
static int verdict(const fp_result *result)
{
    int32_t code = fp_result_code(result), status = fp_result_invoice_status(result);
    if (code == FP_OK && status == FP_INVOICE_OK) return end(result, 0, "PAID");
    if (code == FP_OK && status == FP_INVOICE_FAILED) return end(result, 20, "DECLINED");
    if (code == FP_OK && status == FP_INVOICE_INCOMPLETE) return end(result, 20, "EXPIRED");
    if (code == FP_ERR_TIMEOUT && status != FP_INVOICE_NONE) return end(result, 10, "STILL OPEN");
    if (code == FP_ERR_CANCELLED) return end(result, 10, "GIVEN UP");
    return end(result, 30, "UNKNOWN");
}

static int not_created(const fp_result *result)
{
    if (fp_result_sent(result) == FP_SENT_NO) return end(result, fp_result_advice(result) == FP_ADVICE_FIX ? 40 : 50, "NOT SENT");
    /* One that was refused for an earlier attempt's sake: that attempt may be paid. */
    if (fp_result_advice(result) == FP_ADVICE_ASK_STATUS) return end(result, 30, "UNKNOWN");
    if (fp_result_code(result) == FP_ERR_REFUSED) return end(result, 20, "REFUSED");
    return end(result, 30, "UNKNOWN");
}

static fp_client *client_of_environment(void)
{
    const char *url = getenv("FREEDOMPAY_BASE_URL"), *merchant = getenv("FREEDOMPAY_MERCHANT_ID");
    const char *path = getenv("FREEDOMPAY_SECRET_FILE");
    FILE *file = path ? fopen(path, "r") : NULL;
    char secret[1024] = "";
    fp_config *config = fp_config_new();
    fp_client *client;
    if (file) {
        if (!fgets(secret, sizeof secret, file)) secret[0] = '\0';
        fclose(file);
    }
    secret[strcspn(secret, "\r\n")] = '\0';
    fp_config_set_merchant_id(config, merchant ? strtol(merchant, NULL, 10) : 0);
    fp_config_set_secret_key(config, secret);
    if (url) fp_config_set_base_url(config, url);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

int main(int argc, char **argv)
{
    struct till till = { NULL, STDIN_FILENO, 0 };
    fp_client *client;
    fp_invoice_request *request;
    fp_result *result;
    int64_t invoice_id;
    int exit_code;
    if (argc != 4) {
        fputs("usage: events ORDER_ID AMOUNT DESCRIPTION\n", stderr);
        return 40;
    }
    client = client_of_environment();
    request = fp_invoice_request_new(argv[1], argv[2], argv[3]);
    result = run(&till, fp_task_invoice_init(client, request));
    if (fp_result_code(result) == FP_OK) {
        show(result);
        invoice_id = fp_result_invoice_id(result);
        fp_result_free(result);
        result = run(&till, fp_task_invoice_wait(client, invoice_id, 300000));
        exit_code = verdict(result);
    } else {
        exit_code = not_created(result);
    }
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
    return exit_code;
}

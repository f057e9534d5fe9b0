/* Sixteen threads on one client: each answer belongs to its question. */
#include "support/check.h"
#include "support/sandbox.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 16, ROUNDS = 6 };

struct worker {
    pthread_t thread;
    fp_client *client;
    int number;
    int right, wrong, polls, polls_elsewhere;
    char first_wrong[200];
};

static void judge(struct worker *w, int ok, const char *what, const fp_result *result)
{
    if (ok) {
        w->right++;
        return;
    }
    if (w->wrong++ == 0)
        snprintf(w->first_wrong, sizeof w->first_wrong, "%s: %s %s", what, fp_code_name(fp_result_code(result)),
            fp_result_message(result) ? fp_result_message(result) : "");
}

static int same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* A progress function gets the userdata of its own call, on the thread of that call. */
static int32_t progress(void *userdata, const fp_result *latest)
{
    struct worker *w = userdata;
    (void)latest;
    w->polls++;
    w->polls_elsewhere += !pthread_equal(pthread_self(), w->thread);
    return 0;
}

static void *work(void *argument)
{
    struct worker *w = argument;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        char order[64], amount[32], description[64];
        fp_invoice_request *request;
        fp_result *result;
        int64_t id;
        double value = 1 + w->number * 100 + round;
        snprintf(order, sizeof order, "threads-%ld-%d-%d", (long)getpid(), w->number, round);
        snprintf(amount, sizeof amount, "%.0f.%02d", value, round);
        snprintf(description, sizeof description, "Thread %d, round %d", w->number, round);
        request = fp_invoice_request_new(order, amount, description);
        result = fp_invoice_init(w->client, request);
        id = fp_result_invoice_id(result);
        judge(w, fp_result_code(result) == FP_OK && id > 0 && same(fp_result_order_id(result), order), "init", result);
        fp_result_free(result);
        fp_invoice_request_free(request);

        result = fp_invoice_status_by_order(w->client, order);
        judge(w, fp_result_code(result) == FP_OK && fp_result_invoice_id(result) == id, "status by order", result);
        fp_result_free(result);

        result = fp_invoice_status(w->client, id);
        judge(w, fp_result_code(result) == FP_OK && fp_result_invoice_id(result) == id && fp_result_amount(result)
                && atof(fp_result_amount(result)) == atof(amount), "status", result);
        fp_result_free(result);

        if (round % 2 == 0)
            judge(w, sandbox_do(id, w->number % 2 ? "pay" : "decline"), "sandbox", NULL);
        result = fp_invoice_wait(w->client, id, round % 2 == 0 ? 60000 : 1, progress, w);
        judge(w, fp_result_invoice_id(result) == id
                && (round % 2 ? fp_result_code(result) == FP_ERR_TIMEOUT
                              : fp_result_invoice_status(result) == (w->number % 2 ? FP_INVOICE_OK : FP_INVOICE_FAILED)),
            "wait", result);
        fp_result_free(result);
    }
    return NULL;
}

/* The client is freed by whoever is the last to need it; results are freed on another thread than they came from. */
static void *take_result(void *argument)
{
    fp_client *client = argument;
    return fp_invoice_status(client, 1);
}

static void a_result_may_move_to_another_thread(void)
{
    fp_client *client = sandbox_client();
    pthread_t thread;
    void *result = NULL;
    CHECK(pthread_create(&thread, NULL, take_result, client) == 0);
    pthread_join(thread, &result);
    fp_client_free(client);
    CHECK(result != NULL);
    CHECK_INT(fp_result_sent(result), FP_SENT_YES);
    fp_result_free(result);
}

int main(void)
{
    static struct worker workers[THREADS];
    fp_client *client = sandbox_client();
    int i;
    for (i = 0; i < THREADS; i++) {
        workers[i].client = client;
        workers[i].number = i;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        check_about(workers[i].first_wrong);
        CHECK_INT(workers[i].wrong, 0);
        CHECK(workers[i].right >= ROUNDS * 4);
        CHECK(workers[i].polls > 0);
        CHECK_INT(workers[i].polls_elsewhere, 0);
    }
    check_about("");
    fp_client_free(client);
    a_result_may_move_to_another_thread();
    return check_end();
}

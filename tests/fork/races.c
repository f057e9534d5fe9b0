/* What runs under ThreadSanitizer besides threads.c: tasks that are given up at every moment, and log lines and results that
 * move between threads. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WORKERS = 8, ROUNDS = 25 };

static atomic_int lines;

static void on_log(void *userdata, int32_t level, const char *message)
{
    (void)userdata;
    atomic_fetch_add(&lines, level > 0 && strlen(message) > 0);
}

static void *gives_up(void *argument)
{
    fp_task *task = argument;
    fp_task_cancel(task);
    return NULL;
}

struct worker {
    pthread_t thread;
    fp_client *client;
    long good, wrong;
};

/* One task given up by another thread, one freed while it runs, one left to end. */
static void *work(void *argument)
{
    struct worker *w = argument;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        char order[64];
        fp_invoice_request *request = fp_invoice_request_new(new_order(order, "race"), "10", "Ticket");
        fp_task *task = fp_task_invoice_init(w->client, request);
        fp_result *result;
        pthread_t other;
        volatile int turns;
        int32_t code;
        int64_t id;
        int given_up = round % 3 == 0;
        for (turns = 0; turns < round * 1000; turns++)
            continue;
        if (given_up && pthread_create(&other, NULL, gives_up, task) != 0)
            abort();
        if (fp_task_join(task, PATIENCE_S * 1000) != FP_OK)
            w->wrong++;
        if (given_up)
            pthread_join(other, NULL);
        result = fp_task_take(task);
        code = fp_result_code(result);
        id = fp_result_invoice_id(result);
        if (code == FP_OK || (given_up && code == FP_ERR_CANCELLED))
            w->good++;
        else
            w->wrong++;
        if (fp_task_take(task))
            w->wrong++;
        fp_result_free(result);
        fp_task_free(task);
        fp_invoice_request_free(request);
        if (code == FP_OK) {
            task = fp_task_invoice_wait(w->client, id, PATIENCE_S * 1000);
            if (round % 2)
                fp_task_done(task);
            fp_task_free(task);
        }
    }
    return NULL;
}

int main(void)
{
    static struct worker workers[WORKERS];
    char file[300];
    fp_config *config = sandbox_config(own_file(file, "races.journal"));
    fp_client *client;
    int i;
    fp_config_set_log(config, on_log, NULL);
    client = fp_client_new(config);
    fp_config_free(config);
    for (i = 0; i < WORKERS; i++) {
        workers[i].client = client;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (i = 0; i < WORKERS; i++) {
        pthread_join(workers[i].thread, NULL);
        CHECK_INT(workers[i].wrong, 0);
        CHECK_INT(workers[i].good, ROUNDS);
    }
    CHECK_INT(uses(client), 0);
    CHECK(atomic_load(&lines) > 0);
    fp_client_free(client);
    return check_end();
}

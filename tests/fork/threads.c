/* Sixteen threads on one client, thousands of calls: every answer belongs to its question.
 *
 *   threads [CALLS]     how many calls in all, without the journal; 6400 unless given */
#include "support.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 16 };

struct worker {
    pthread_t thread;
    fp_client *client;
    int number, rounds, journalled;
    long calls, wrong;
    char first_wrong[300];
};

static int same(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Counts the call, keeps what was wrong with the first bad one, and frees the result. */
static void judge(struct worker *w, const char *call, const char *order, int ok, fp_result *result)
{
    w->calls++;
    if (!ok && w->wrong++ == 0)
        snprintf(w->first_wrong, sizeof w->first_wrong, "%s of %s: %s %s (invoice %" PRId64 ", amount %s)", call, order,
            fp_code_name(fp_result_code(result)), fp_result_message(result), fp_result_invoice_id(result),
            fp_result_amount(result) ? fp_result_amount(result) : "none");
    fp_result_free(result);
}

/* Is it OK, about this invoice (0: any), this order and this amount? */
static int is_about(const fp_result *result, int64_t id, const char *order, const char *amount)
{
    const char *said = fp_result_amount(result), *about = fp_result_order_id(result);
    return fp_result_code(result) == FP_OK && (id ? fp_result_invoice_id(result) == id : fp_result_invoice_id(result) > 0)
        && (!about || same(about, order)) && (!said || atof(said) == atof(amount));
}

static int32_t until_seen(void *userdata, const fp_result *latest)
{
    struct worker *w = userdata;
    (void)latest;
    return !pthread_equal(w->thread, pthread_self());
}

static void *work(void *argument)
{
    struct worker *w = argument;
    int round;
    w->thread = pthread_self();
    for (round = 0; round < w->rounds; round++) {
        char prefix[40], order[64], amount[32], description[60];
        fp_invoice_request *request;
        fp_result *result;
        int64_t id;
        snprintf(prefix, sizeof prefix, "thread-%d-%d", w->number, round);
        new_order(order, prefix);
        snprintf(amount, sizeof amount, "%d.%02d", 1 + w->number * 1000 + round, round % 100);
        snprintf(description, sizeof description, "Thread %d, round %d", w->number, round);

        request = fp_invoice_request_new(order, amount, description);
        result = fp_invoice_init(w->client, request);
        id = fp_result_invoice_id(result);
        judge(w, "init", order, is_about(result, 0, order, amount) && same(fp_result_order_id(result), order)
                && fp_result_qr_url(result), result);
        if (w->journalled) {
            result = fp_invoice_init(w->client, request);
            judge(w, "init again", order, is_about(result, id, order, amount) && fp_result_from_journal(result) == 1, result);
        }
        fp_invoice_request_free(request);

        result = fp_invoice_status_by_order(w->client, order);
        judge(w, "status by order", order, is_about(result, id, order, amount), result);
        result = fp_invoice_status(w->client, id);
        judge(w, "status", order, is_about(result, id, order, amount) && fp_result_amount(result), result);
        if (round % 8 == 0 && sandbox_do(id, w->number % 2 ? "pay" : "decline")) {
            result = fp_invoice_wait(w->client, id, PATIENCE_S * 1000, until_seen, w);
            judge(w, "wait", order, is_about(result, id, order, amount)
                    && fp_result_invoice_status(result) == (w->number % 2 ? FP_INVOICE_OK : FP_INVOICE_FAILED), result);
        }
    }
    return NULL;
}

static void every_answer_belongs_to_its_question(const char *journal, long calls)
{
    static struct worker workers[THREADS];
    fp_client *client = sandbox_client(journal);
    int i, created = sandbox_count("thread-"), rounds = (int)(calls / THREADS / (journal ? 4 : 3)) + 1;
    long made = 0;
    memset(workers, 0, sizeof workers);
    for (i = 0; i < THREADS; i++) {
        workers[i].client = client;
        workers[i].number = i;
        workers[i].rounds = rounds;
        workers[i].journalled = journal != NULL;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            abort();
    }
    for (i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        check_about(workers[i].first_wrong);
        CHECK_INT(workers[i].wrong, 0);
        made += workers[i].calls;
    }
    check_about(journal ? "with a journal" : "without a journal");
    CHECK(made >= calls);
    printf("%ld calls\n", made);
    if (journal) {
        fp_pending *open = fp_client_pending(client);
        int ended = THREADS * ((rounds + 7) / 8);
        CHECK_INT((int64_t)fp_pending_len(open), THREADS * rounds - ended);
        fp_pending_free(open);
    }
    CHECK_INT(sandbox_count("thread-") - created, THREADS * rounds);
    fp_client_free(client);
    check_about("");
}

/* All of them sell the same order at the same moment: there is one invoice, and all of them have it or know nothing yet. */
struct rival {
    pthread_t thread;
    const fp_client *client;
    const char *order;
    pthread_barrier_t *start;
    int64_t id;
};

static void *sells(void *argument)
{
    struct rival *rival = argument;
    pthread_barrier_wait(rival->start);
    rival->id = create(rival->client, rival->order, "10", FP_ERR_UNKNOWN);
    return NULL;
}

/* The first sales of a day begin a journal that is not there yet, all at once. */
static void a_new_journal_is_begun_by_all(void)
{
    int round;
    for (round = 0; round < 30; round++) {
        struct rival rivals[THREADS];
        pthread_barrier_t start;
        char name[40], file[300], orders[THREADS][64];
        fp_client *client;
        int i, sold = 0;
        snprintf(name, sizeof name, "new-%d.journal", round);
        client = sandbox_client(own_file(file, name));
        pthread_barrier_init(&start, NULL, THREADS);
        for (i = 0; i < THREADS; i++) {
            rivals[i].client = client;
            rivals[i].order = new_order(orders[i], "new");
            rivals[i].start = &start;
            if (pthread_create(&rivals[i].thread, NULL, sells, &rivals[i]) != 0)
                abort();
        }
        for (i = 0; i < THREADS; i++) {
            pthread_join(rivals[i].thread, NULL);
            sold += rivals[i].id > 0;
        }
        pthread_barrier_destroy(&start);
        CHECK_INT(sold, THREADS);
        fp_client_free(client);
    }
}

static void one_order_sold_by_all_is_one_invoice(const char *journal)
{
    fp_client *client = sandbox_client(journal);
    int round;
    for (round = 0; round < 20; round++) {
        struct rival rivals[THREADS];
        pthread_barrier_t start;
        char order[64];
        int64_t id = 0;
        int i, sold = 0, others = 0;
        new_order(order, "rivals");
        pthread_barrier_init(&start, NULL, THREADS);
        for (i = 0; i < THREADS; i++) {
            rivals[i].client = client;
            rivals[i].order = order;
            rivals[i].start = &start;
            if (pthread_create(&rivals[i].thread, NULL, sells, &rivals[i]) != 0)
                abort();
        }
        for (i = 0; i < THREADS; i++) {
            pthread_join(rivals[i].thread, NULL);
            if (rivals[i].id > 0) {
                sold++;
                others += id && rivals[i].id != id;
                id = rivals[i].id;
            }
        }
        pthread_barrier_destroy(&start);
        CHECK(sold >= 1);
        CHECK_INT(others, 0);
        CHECK_INT(sandbox_count(order), 1);
    }
    fp_client_free(client);
}

int main(int argc, char **argv)
{
    long calls = argc > 1 ? atol(argv[1]) : 6400;
    char file[300];
    every_answer_belongs_to_its_question(NULL, calls);
    every_answer_belongs_to_its_question(own_file(file, "threads.journal"), calls / 2);
    a_new_journal_is_begun_by_all();
    one_order_sold_by_all_is_one_invoice(file);
    return check_end();
}

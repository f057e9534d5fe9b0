/* Forks while other threads are in the middle of calls, many times: no lock that one of them holds is taken in the child.
 *
 *   warm      the threads have been at it for a while, each call on a kept connection
 *   cold      the fork meets the very first calls of a process, when everything is set up
 *   by name   each call looks the name up, so the system's resolver is busy too. Its locks are not the library's: when the
 *             fork meets one, the child's question goes unanswered, and the call must end in time and say that nothing was sent
 *   tls       each call makes a handshake, with sessions to be resumed
 *   journal   SQLite is busy; a child that was forked in the middle of its work is told so, and sends nothing */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { REFUSED = 7 };
enum { THREADS = 4, WARM_ROUNDS = 150, NAME_ROUNDS = 60, TLS_ROUNDS = 100, JOURNAL_ROUNDS = 60, COLD_ROUNDS = 60 };

static atomic_int end_now, calls;

/* A new client each time means a new connection each time. */
struct load {
    fp_client *client;
    int anew;
    fp_client *(*make)(void);
};

static void *busy(void *argument)
{
    struct load *load = argument;
    void *good = load;
    while (!atomic_load(&end_now)) {
        fp_client *client = load->anew ? load->make() : load->client;
        if (uses(client) != 0)
            good = NULL;
        atomic_fetch_add(&calls, 1);
        if (load->anew)
            fp_client_free(client);
    }
    return good;
}

static int uses_and_frees(fp_client *client)
{
    int bad = uses(client);
    fp_client_free(client);
    return bad;
}

/* With a journal the fork waits for its work under way. Should that take too long, the child is refused, at once and before
   anything is sent. */
static int uses_or_is_refused(fp_client *client)
{
    char order[64];
    fp_invoice_request *request = fp_invoice_request_new(new_order(order, "refused"), "10", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    int32_t code = fp_result_code(result), sent = fp_result_sent(result);
    fp_result_free(result);
    fp_invoice_request_free(request);
    fp_client_free(client);
    if (code == FP_OK)
        return sandbox_count(order) == 1 ? 0 : 1;
    if (code == FP_ERR_JOURNAL && sent == FP_SENT_NO)
        return sandbox_count(order) == 0 ? REFUSED : 2;
    return 3;
}

struct outcome {
    int good, refused, not_sent, bad;
};

/* `rounds` forks, each after the threads have ended one more call. */
static struct outcome storm(struct load *load, int rounds, int (*body)(fp_client *client))
{
    struct outcome outcome = { 0, 0, 0, 0 };
    pthread_t threads[THREADS];
    int i, bad_threads = 0, seen = -1;
    atomic_store(&end_now, 0);
    atomic_store(&calls, 0);
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, busy, load) != 0)
            abort();
    for (i = 0; i < rounds && outcome.bad < 3; i++) {
        int code;
        while (atomic_load(&calls) == seen)
            usleep(50);
        seen = atomic_load(&calls);
        code = in_child(body, load->client);
        outcome.good += code == 0;
        outcome.refused += code == REFUSED;
        outcome.not_sent += code == NOT_SENT;
        outcome.bad += code != 0 && code != REFUSED && code != NOT_SENT;
    }
    atomic_store(&end_now, 1);
    for (i = 0; i < THREADS; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        bad_threads += !good;
    }
    CHECK_INT(bad_threads, 0);
    CHECK_INT(outcome.bad, 0);
    CHECK_INT(outcome.good + outcome.refused + outcome.not_sent, rounds);
    CHECK_INT(in_child(uses_and_frees, load->client), 0);
    CHECK_INT(uses(load->client), 0);
    return outcome;
}

static fp_client *client_by_name(void)
{
    fp_config *config = sandbox_config(NULL);
    fp_client *client;
    fp_config_set_base_url(config, sandbox_url_by_name());
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

/* The runner puts TLS in front of the sandbox. */
static fp_client *client_of_tls(void)
{
    fp_config *config = sandbox_config(NULL);
    fp_client *client;
    fp_config_set_base_url(config, getenv("FREEDOMPAY_TLS_URL"));
    fp_config_set_ca_file(config, getenv("FREEDOMPAY_TLS_CA"));
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

static void *first_use(void *client)
{
    uses(client);
    return NULL;
}

/* Runs in a process that has made no call yet: the threads make the first, and the fork comes `spin` turns later. */
static int spin;

static int meets_the_first_calls(fp_client *client)
{
    pthread_t threads[THREADS];
    volatile int turns;
    int i, code;
    for (i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, first_use, client) != 0)
            return 1;
    for (turns = 0; turns < spin; turns++)
        continue;
    code = in_child(uses_and_frees, client);
    for (i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    fp_client_free(client);
    return code == 0 || code == NOT_SENT ? code : 2;
}

/* Must come first: this process makes no call until all its children have. */
static void cold_forks_are_survived(void)
{
    int i, bad = 0;
    fp_client *clients[2];
    clients[0] = sandbox_client(NULL);
    clients[1] = client_by_name();
    for (i = 0; i < COLD_ROUNDS && bad < 3; i++) {
        int code;
        spin = i * 3000;
        code = in_child(meets_the_first_calls, clients[i % 2]);
        bad += code != 0 && !(i % 2 && code == NOT_SENT);
    }
    CHECK_INT(bad, 0);
    CHECK_INT(uses(clients[0]), 0);
    CHECK_INT(uses(clients[1]), 0);
    fp_client_free(clients[0]);
    fp_client_free(clients[1]);
}

static void warm_forks_are_survived(void)
{
    struct load load = { sandbox_client(NULL), 0, NULL };
    CHECK_INT(storm(&load, WARM_ROUNDS, uses_and_frees).good, WARM_ROUNDS);
    fp_client_free(load.client);
}

static void forks_in_the_middle_of_looking_up_are_survived(void)
{
    struct load load = { client_by_name(), 1, client_by_name };
    struct outcome outcome = storm(&load, NAME_ROUNDS, uses_and_frees);
    CHECK(outcome.good > 0);
    CHECK_INT(outcome.refused, 0);
    fp_client_free(load.client);
    CHECK(threads_become(1));
}

/* One client, so that its threads share its sessions; the gateway's side ends every connection, so that each call needs one. */
static void forks_in_the_middle_of_handshakes_are_survived(void)
{
    struct load load = { client_of_tls(), 0, NULL };
    CHECK_INT(storm(&load, TLS_ROUNDS, uses_and_frees).good, TLS_ROUNDS);
    fp_client_free(load.client);
}

static void forks_in_the_middle_of_the_journal_are_survived(void)
{
    char file[300];
    struct load load = { sandbox_client(own_file(file, "busy.journal")), 0, NULL };
    struct outcome outcome = storm(&load, JOURNAL_ROUNDS, uses_or_is_refused);
    CHECK_INT(outcome.not_sent, 0);
    CHECK(outcome.refused * 10 <= JOURNAL_ROUNDS);
    printf("with a journal in use: %d children sold, %d were refused\n", outcome.good, outcome.refused);
    fp_client_free(load.client);
}

int main(void)
{
    check_about("cold");
    cold_forks_are_survived();
    check_about("warm");
    warm_forks_are_survived();
    check_about("by name");
    forks_in_the_middle_of_looking_up_are_survived();
    check_about("tls");
    forks_in_the_middle_of_handshakes_are_survived();
    check_about("journal");
    forks_in_the_middle_of_the_journal_are_survived();
    return check_end();
}

/* A client that was used goes through a fork: the child uses it at once and frees it, the parent goes on with the connection
 * that it had. Once without a journal and once with one. */
#include "support.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int uses_and_frees(fp_client *client)
{
    int bad = uses(client);
    fp_client_free(client);
    return bad;
}

static int frees(fp_client *client)
{
    fp_client_free(client);
    return 0;
}

static int does_nothing(fp_client *client)
{
    (void)client;
    return 0;
}

/* What the child inherited is left open and alone; its own call has a connection of its own, kept for the next. */
static int has_its_own_connection(fp_client *client)
{
    int before[8], after[8], last[8], inherited = connections(before, 8);
    if (inherited != 1)
        return 10 + inherited;
    if (uses(client) != 0)
        return 1;
    if (connections(after, 8) != 2 || (after[0] != before[0] && after[1] != before[0]))
        return 2;
    if (uses(client) != 0 || connections(last, 8) != 2 || memcmp(after, last, 2 * sizeof *after) != 0)
        return 3;
    fp_client_free(client);
    /* Freed: its own is closed, the parent's is not touched. */
    return connections(last, 8) == 1 && last[0] == before[0] ? 0 : 4;
}

static void *one_use(void *client)
{
    return uses(client) == 0 ? client : NULL;
}

static int uses_from_threads(fp_client *client)
{
    pthread_t threads[4];
    int i, bad = 0;
    for (i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, one_use, client) != 0)
            return 100;
    for (i = 0; i < 4; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        bad += !good;
    }
    fp_client_free(client);
    return bad;
}

/* A child of a child, with a call between the forks and without one. */
static int forks_again(fp_client *client)
{
    if (in_child(has_its_own_connection, client) != 0)
        return 1;
    if (uses(client) != 0)
        return 2;
    if (in_child(uses_and_frees, client) != 0)
        return 3;
    if (uses(client) != 0)
        return 4;
    fp_client_free(client);
    return 0;
}

static void a_used_client_works_on_both_sides(const char *journal)
{
    static const struct { const char *name; int (*body)(fp_client *client); } children[] = {
        { "the child ends with it", does_nothing },
        { "the child frees it", frees },
        { "the child uses it and frees it", uses_and_frees },
        { "the child has its own connection", has_its_own_connection },
        { "the child uses it from threads", uses_from_threads },
        { "the child forks again", forks_again },
    };
    fp_client *client = sandbox_client(journal);
    int before[8], after[8];
    size_t i;
    CHECK_INT(uses(client), 0);
    CHECK_INT(connections(before, 8), 1);
    for (i = 0; i < sizeof children / sizeof children[0]; i++) {
        double start;
        check_about(children[i].name);
        CHECK_INT(in_child(children[i].body, client), 0);
        /* The parent's connection was not closed, not spoken on, and still wakes it. */
        start = seconds();
        CHECK_INT(uses(client), 0);
        CHECK(seconds() - start < 10);
        CHECK_INT(connections(after, 8), 1);
        CHECK_INT(after[0], before[0]);
    }
    check_about("");
    fp_client_free(client);
    CHECK_INT(connections(after, 8), 0);
}

static void a_client_that_was_not_used_works_in_the_child(const char *journal)
{
    fp_client *client = sandbox_client(journal);
    CHECK_INT(in_child(uses_and_frees, client), 0);
    CHECK_INT(uses(client), 0);
    fp_client_free(client);
}

static int makes_a_client(fp_client *client)
{
    fp_client *own = sandbox_client(NULL);
    int bad = uses(own);
    fp_client_free(own);
    return bad ? bad : uses_and_frees(client);
}

static void a_child_may_make_clients(const char *journal)
{
    fp_client *client = sandbox_client(journal);
    CHECK_INT(uses(client), 0);
    CHECK_INT(in_child(makes_a_client, client), 0);
    fp_client_free(client);
}

/* Results, requests and configurations are plain memory. */
static fp_result *inherited;
static fp_invoice_request *asked_for;

static int reads_what_it_inherited(fp_client *client)
{
    fp_result *result;
    int bad = fp_result_invoice_id(inherited) <= 0 || !fp_result_order_id(inherited) || !fp_result_qr_url(inherited);
    fp_result_free(inherited);
    fp_client_free(client);
    client = sandbox_client(NULL);
    result = fp_invoice_init(client, asked_for);
    bad |= (fp_result_code(result) != FP_OK) << 1;
    fp_result_free(result);
    fp_invoice_request_free(asked_for);
    fp_client_free(client);
    return bad;
}

static void what_a_call_gave_is_the_childs_too(void)
{
    fp_client *client = sandbox_client(NULL);
    char order[64];
    asked_for = fp_invoice_request_new(new_order(order, "given"), "10.00", "Ticket");
    inherited = fp_invoice_init(client, asked_for);
    CHECK_INT(fp_result_code(inherited), FP_OK);
    CHECK_INT(in_child(reads_what_it_inherited, client), 0);
    CHECK(fp_result_invoice_id(inherited) > 0);
    fp_result_free(inherited);
    fp_invoice_request_free(asked_for);
    fp_client_free(client);
}

/* The journal is one file for both: what the child sold, the parent knows, and the other way round. */
static const char *shared_order;

static int sells_what_the_parent_has_sold(fp_client *client)
{
    char order[64];
    int64_t first = create(client, shared_order, "10", FP_OK);
    int64_t conflict = create(client, shared_order, "11", FP_ERR_CONFLICT);
    snprintf(order, sizeof order, "%s-child", shared_order);
    if (first <= 0 || conflict != -FP_ERR_CONFLICT)
        return 1;
    if (create(client, order, "12", FP_OK) <= 0)
        return 2;
    fp_client_free(client);
    return 0;
}

static void both_sides_share_the_journal(const char *journal)
{
    fp_client *client = sandbox_client(journal);
    char order[64], childs[80];
    fp_result *again;
    fp_invoice_request *request;
    shared_order = new_order(order, "shared");
    CHECK(create(client, order, "10", FP_OK) > 0);
    CHECK_INT(in_child(sells_what_the_parent_has_sold, client), 0);
    CHECK_INT(sandbox_count(order), 2);
    snprintf(childs, sizeof childs, "%s-child", order);
    request = fp_invoice_request_new(childs, "12", "Ticket");
    again = fp_invoice_init(client, request);
    CHECK_INT(fp_result_code(again), FP_OK);
    CHECK_INT(fp_result_from_journal(again), 1);
    fp_result_free(again);
    fp_invoice_request_free(request);
    CHECK_INT(sandbox_count(order), 2);
    fp_client_free(client);
}

int main(void)
{
    char file[300];
    const char *journals[2] = { NULL, own_file(file, "fork.journal") };
    int i;
    for (i = 0; i < 2; i++) {
        a_used_client_works_on_both_sides(journals[i]);
        a_client_that_was_not_used_works_in_the_child(journals[i]);
        a_child_may_make_clients(journals[i]);
    }
    what_a_call_gave_is_the_childs_too();
    both_sides_share_the_journal(journals[1]);
    return check_end();
}

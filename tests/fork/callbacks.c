/* A fork inside a callback of the library: the child may use the client there, and may come back out of the callback and end
 * the call that it finds itself in. */
#include "support.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What happens at the next callback; the child's process id is left behind. */
static struct {
    fp_client *client;
    const char *at;         /* the log line, or a part of it */
    int comes_back;
    int armed;
    int64_t paid_by_child;
    pid_t child;
    int is_child;
} plan;

static void act(void)
{
    if (!plan.armed)
        return;
    plan.armed = 0;
    plan.child = fork();
    if (plan.child != 0)
        return;
    plan.is_child = 1;
    alarm(PATIENCE_S);
    if (uses(plan.client) != 0)
        _exit(40);
    if (!plan.comes_back)
        _exit(0);
    if (plan.paid_by_child && !sandbox_do(plan.paid_by_child, "pay"))
        _exit(41);
}

static void on_log(void *userdata, int32_t level, const char *message)
{
    (void)userdata;
    (void)level;
    if (plan.at && strstr(message, plan.at))
        act();
}

static int32_t on_progress(void *userdata, const fp_result *latest)
{
    (void)userdata;
    (void)latest;
    if (!plan.at)
        act();
    return 0;
}

static fp_client *client_that_logs(const char *journal)
{
    fp_config *config = sandbox_config(journal);
    fp_client *client;
    fp_config_set_log(config, on_log, NULL);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

static void arm(fp_client *client, const char *at, int comes_back, int64_t paid_by_child)
{
    plan.client = client;
    plan.at = at;
    plan.comes_back = comes_back;
    plan.paid_by_child = paid_by_child;
    plan.child = 0;
    plan.armed = 1;
}

/* In the child: ends here with what the call gave. In the parent: waits for the child. */
static int both_end(int bad, fp_client *client)
{
    if (!plan.is_child)
        return end_of(plan.child);
    if (!bad)
        bad = uses(client);
    fp_client_free(client);
    _exit(bad);
}

static void a_fork_in_a_log_callback(const char *journal, int comes_back)
{
    fp_client *client = client_that_logs(journal);
    char order[64];
    int64_t id;
    CHECK_INT(uses(client), 0);
    arm(client, "ok (", comes_back, 0);
    id = create(client, new_order(order, "logged"), "10", FP_OK);
    CHECK_INT(both_end(id <= 0, client), 0);
    CHECK(id > 0);
    CHECK_INT(sandbox_count(order), 1);
    CHECK_INT(uses(client), 0);
    fp_client_free(client);
}

static void a_fork_in_a_progress_callback(const char *journal, int comes_back)
{
    fp_client *client = client_that_logs(journal);
    char order[64];
    int64_t id = create(client, new_order(order, "progress"), "10", FP_OK);
    fp_result *result;
    int bad;
    CHECK(id > 0);
    arm(client, NULL, comes_back, id);
    result = fp_invoice_wait(client, id, comes_back ? PATIENCE_S * 1000 : 200, on_progress, NULL);
    bad = fp_result_code(result) != FP_OK || fp_result_invoice_status(result) != FP_INVOICE_OK;
    CHECK_INT(both_end(bad, client), 0);
    CHECK_INT(fp_result_code(result), comes_back ? FP_OK : FP_ERR_TIMEOUT);
    fp_result_free(result);
    CHECK_INT(uses(client), 0);
    fp_client_free(client);
}

/* The gateway is not there yet, so an init is about to be sent once more when the fork comes. Only one process may send it. */
static void an_init_is_not_sent_by_both_sides(const char *journal)
{
    fp_config *config = sandbox_config(journal);
    fp_client *client;
    char order[64];
    int64_t id;
    /* A proxy that nobody is: every attempt fails before anything is sent. */
    fp_config_set_log(config, on_log, NULL);
    fp_config_set_proxy(config, "http://127.0.0.1:1");
    client = fp_client_new(config);
    fp_config_free(config);
    plan.client = NULL;
    arm(sandbox_client(NULL), "again in", 1, 0);
    id = create(client, new_order(order, "forked"), "10", FP_ERR_NOT_SENT);
    if (plan.is_child)
        _exit(id == -FP_ERR_CANCELLED ? 0 : 50);
    CHECK_INT(id, -FP_ERR_NOT_SENT);
    CHECK_INT(end_of(plan.child), 0);
    fp_client_free(plan.client);
    fp_client_free(client);
}

int main(void)
{
    char file[300];
    const char *journals[2] = { NULL, own_file(file, "callbacks.journal") };
    int i, comes_back;
    for (i = 0; i < 2; i++) {
        for (comes_back = 0; comes_back < 2; comes_back++) {
            char about[100];
            snprintf(about, sizeof about, "the child %s, %s journal", comes_back ? "comes back" : "ends inside",
                i ? "with a" : "without a");
            check_about(about);
            a_fork_in_a_log_callback(journals[i], comes_back);
            a_fork_in_a_progress_callback(journals[i], comes_back);
        }
        an_init_is_not_sent_by_both_sides(journals[i]);
    }
    return check_end();
}

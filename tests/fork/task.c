/* A fork while a task is running: it is the parent's. In the child it is done and given up, and nothing there waits for it;
 * in the parent it ends as if nothing had been. */
#include "support.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

static fp_task *task;
static int was_taken;

/* How long a call may take that does not wait. Generous; what waits would take PATIENCE_S. */
enum { AT_ONCE_S = 10 };

static int finds_it_done(fp_client *client)
{
    double start = seconds();
    fp_result *result;
    if (fp_task_done(task) != 1)
        return 1;
    if (fp_task_fd(task) != -1)
        return 2;
    if (fp_task_join(task, PATIENCE_S * 1000) != FP_OK)
        return 3;
    fp_task_cancel(task);
    result = fp_task_take(task);
    if (!result || fp_result_code(result) != FP_ERR_CANCELLED || fp_result_sent(result) != FP_SENT_MAYBE)
        return 4;
    fp_result_free(result);
    if (fp_task_take(task))
        return 5;
    fp_task_free(task);
    if (uses(client) != 0)
        return 6;
    fp_client_free(client);
    return seconds() - start < AT_ONCE_S ? 0 : 7;
}

static int frees_it_running(fp_client *client)
{
    double start = seconds();
    fp_task_free(task);
    fp_client_free(client);
    return seconds() - start < AT_ONCE_S ? 0 : 1;
}

static int starts_its_own(fp_client *client)
{
    char order[64];
    fp_invoice_request *request = fp_invoice_request_new(new_order(order, "childs-task"), "10", "Ticket");
    fp_task *own = fp_task_invoice_init(client, request);
    struct pollfd readable = { .fd = fp_task_fd(own), .events = POLLIN };
    fp_result *result;
    int bad;
    fp_invoice_request_free(request);
    if (poll(&readable, 1, PATIENCE_S * 1000) != 1 || fp_task_done(own) != 1)
        return 1;
    result = fp_task_take(own);
    bad = fp_result_code(result) != FP_OK;
    fp_result_free(result);
    fp_task_free(own);
    fp_task_free(task);
    fp_client_free(client);
    return bad << 1;
}

static void a_running_wait_is_the_parents(const char *journal)
{
    static int (*const bodies[])(fp_client *client) = { finds_it_done, frees_it_running, starts_its_own };
    size_t i;
    for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        fp_client *client = sandbox_client(journal);
        char order[64];
        int64_t id = create(client, new_order(order, "waited"), "10", FP_OK);
        fp_result *result;
        CHECK(id > 0);
        task = fp_task_invoice_wait(client, id, PATIENCE_S * 1000);
        CHECK_INT(in_child(bodies[i], client), 0);
        CHECK_INT(fp_task_done(task), 0);
        CHECK(sandbox_do(id, "pay"));
        CHECK_INT(fp_task_join(task, PATIENCE_S * 1000), FP_OK);
        result = fp_task_take(task);
        CHECK_INT(fp_result_code(result), FP_OK);
        CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_OK);
        fp_result_free(result);
        CHECK(fp_task_take(task) == NULL);
        fp_task_free(task);
        fp_client_free(client);
        CHECK(threads_become(1));
    }
}

/* An init of which nobody knows whether it arrived. Freed in the child, it goes on in the parent until that gives it up. */
static void a_running_init_is_the_parents(void)
{
    fp_config *config = sandbox_config(NULL);
    fp_client *client;
    fp_invoice_request *request;
    fp_result *result;
    char order[64];
    fp_config_set_base_url(config, silent_url());
    client = fp_client_new(config);
    fp_config_free(config);
    request = fp_invoice_request_new(new_order(order, "silent"), "10", "Ticket");
    task = fp_task_invoice_init(client, request);
    fp_invoice_request_free(request);
    CHECK_INT(in_child(frees_it_running, client), 0);
    CHECK_INT(fp_task_done(task), 0);
    fp_task_cancel(task);
    CHECK_INT(fp_task_join(task, PATIENCE_S * 1000), FP_OK);
    result = fp_task_take(task);
    CHECK_INT(fp_result_code(result), FP_ERR_CANCELLED);
    fp_result_free(result);
    fp_task_free(task);
    fp_client_free(client);
    CHECK(threads_become(1));
}

/* A task that had ended before the fork has a result, and that is plain memory. */
static int takes_what_there_is(fp_client *client)
{
    fp_result *result = fp_task_take(task);
    int32_t code = result ? fp_result_code(result) : -1;
    fp_result_free(result);
    if (was_taken)
        return result ? 1 : 0;
    if (code != FP_OK)
        return 2;
    if (fp_task_take(task))
        return 3;
    fp_task_free(task);
    return uses(client) << 2;
}

/* As a daemon does it: whatever stood at these numbers, they are the child's own files now. */
static int has_all_descriptors_for_itself(fp_client *client)
{
    enum { OWN = 64 };
    int fd;
    for (fd = 3; fd < 1024; fd++)
        close(fd);
    for (fd = 3; fd < OWN; fd++)
        if (open("/dev/null", O_RDONLY) != fd)
            return 1;
    fp_task_free(task);
    fp_client_free(client);
    for (fd = 3; fd < OWN; fd++)
        if (fcntl(fd, F_GETFD) == -1)
            return 2;
    return 0;
}

static void a_task_that_had_ended_gives_its_result_to_both(void)
{
    fp_client *client = sandbox_client(NULL);
    char order[64];
    fp_invoice_request *request = fp_invoice_request_new(new_order(order, "ended"), "10", "Ticket");
    fp_result *result;
    task = fp_task_invoice_init(client, request);
    fp_invoice_request_free(request);
    CHECK_INT(fp_task_join(task, PATIENCE_S * 1000), FP_OK);
    CHECK(threads_become(1));
    was_taken = 0;
    CHECK_INT(in_child(takes_what_there_is, client), 0);
    result = fp_task_take(task);
    CHECK_INT(fp_result_code(result), FP_OK);
    fp_result_free(result);
    was_taken = 1;
    CHECK_INT(in_child(takes_what_there_is, client), 0);
    CHECK_INT(in_child(has_all_descriptors_for_itself, client), 0);
    fp_task_free(task);
    fp_client_free(client);
}

/* Tasks come and go while children are made; none of them hangs on a task's lock. */
static void forks_at_any_moment_of_a_task(void)
{
    fp_client *client = sandbox_client(NULL);
    int i, bad_children = 0, bad_tasks = 0;
    for (i = 0; i < 100; i++) {
        char order[64];
        fp_invoice_request *request = fp_invoice_request_new(new_order(order, "moment"), "10", "Ticket");
        volatile int turns;
        fp_result *result;
        task = fp_task_invoice_init(client, request);
        fp_invoice_request_free(request);
        for (turns = 0; turns < i * 2000; turns++)
            continue;
        bad_children += in_child(frees_it_running, client) != 0;
        if (fp_task_join(task, PATIENCE_S * 1000) != FP_OK)
            bad_tasks++;
        result = fp_task_take(task);
        bad_tasks += fp_result_code(result) != FP_OK;
        fp_result_free(result);
        fp_task_free(task);
    }
    CHECK_INT(bad_children, 0);
    CHECK_INT(bad_tasks, 0);
    fp_client_free(client);
}

int main(void)
{
    char file[300];
    a_running_wait_is_the_parents(NULL);
    a_running_wait_is_the_parents(own_file(file, "task.journal"));
    a_running_init_is_the_parents();
    a_task_that_had_ended_gives_its_result_to_both();
    forks_at_any_moment_of_a_task();
    return check_end();
}

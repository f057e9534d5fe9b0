/* A client that has been used goes through a fork: the child uses it at once and frees it, the parent goes on. Nothing
 * waits for what only the other process has. */
#include "support/check.h"
#include "support/sandbox.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_COUNT_ERRORS 0
#endif

enum { PATIENCE_S = 60 };

static int64_t create(const fp_client *client, const char *order)
{
    fp_invoice_request *request = fp_invoice_request_new(order, "10", "Ticket");
    int64_t id = invoice_of(fp_invoice_init(client, request));
    fp_invoice_request_free(request);
    return id;
}

/* The same, for a client that then goes through a fork. The child forgets what this call made instead of freeing it, because
 * freeing could wait for threads that only the parent has; valgrind.supp knows this function by its name. */
__attribute__((noinline)) static int64_t create_before_a_fork(const fp_client *client, const char *order)
{
    int64_t id = create(client, order);
    __asm__ volatile("");       /* no tail call, so that the name stands in the stack */
    return id;
}

/* Runs `body` in a child and gives its exit code; a child that hangs is ended by its alarm and gives -1. */
static int in_child(int (*body)(fp_client *client), fp_client *client)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        _exit(body(client));
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

/* The same for a parent in which other threads run, its own or the library's that look up a name: the child is ended before
 * valgrind looks for leaks in it, because what those threads had at the moment of the fork is lost in the child, and no
 * library could free it. Wrong uses of memory still count. */
static int in_child_of_threads(int (*body)(fp_client *client), fp_client *client)
{
    int verdict[2], status = 0;
    unsigned char code = 255;
    pid_t child;
    if (pipe(verdict) != 0)
        return -1;
    child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        code = (unsigned char)body(client);
        if (VALGRIND_COUNT_ERRORS > 0)
            code = 99;
        if (write(verdict[1], &code, 1) == 1)
            kill(getpid(), SIGKILL);
        _exit(1);
    }
    close(verdict[1]);
    if (child < 0 || read(verdict[0], &code, 1) != 1)
        code = 255;
    close(verdict[0]);
    if (child > 0)
        waitpid(child, &status, 0);
    return code;
}

/* The one of the two that the test at hand takes. */
static int (*run_child)(int (*body)(fp_client *client), fp_client *client) = in_child;

static int uses_and_frees(fp_client *client)
{
    char order[40];
    int64_t id;
    fp_result *result;
    snprintf(order, sizeof order, "child-%ld", (long)getpid());
    id = create(client, order);
    if (id <= 0)
        return 1;
    result = fp_invoice_status(client, id);
    if (fp_result_code(result) != FP_OK || fp_result_invoice_id(result) != id)
        return 2;
    fp_result_free(result);
    fp_client_free(client);
    return 0;
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

/* Threads of its own work in a child, too. */
static void *one_invoice(void *client)
{
    static _Atomic int count;
    char order[60];
    snprintf(order, sizeof order, "child-thread-%ld-%d", (long)getpid(), count++);
    return create(client, order) > 0 ? client : NULL;
}

static int uses_from_threads(fp_client *client)
{
    pthread_t threads[4];
    int i, bad = 0;
    for (i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, one_invoice, client) != 0)
            return 1;
    for (i = 0; i < 4; i++) {
        void *answer = NULL;
        pthread_join(threads[i], &answer);
        bad += answer == NULL;
    }
    fp_client_free(client);
    return bad;
}

/* A grandchild works, and so does the child after it. */
static int forks_again(fp_client *client)
{
    char order[40];
    if (run_child(uses_and_frees, client) != 0)
        return 1;
    snprintf(order, sizeof order, "child-%ld", (long)getpid());
    if (create_before_a_fork(client, order) <= 0)
        return 2;
    if (run_child(uses_and_frees, client) != 0)
        return 3;
    fp_client_free(client);
    return 0;
}

/* Frees the client at its end. */
static void a_used_client_works_on_both_sides(fp_client *client)
{
    static const struct { const char *name; int (*body)(fp_client *client); } children[] = {
        { "the child uses it and frees it", uses_and_frees },
        { "the child frees it", frees },
        { "the child ends with it", does_nothing },
        { "the child uses it from threads", uses_from_threads },
        { "the child forks again", forks_again },
    };
    size_t i;
    CHECK(create_before_a_fork(client, new_order()) > 0);
    for (i = 0; i < sizeof children / sizeof children[0]; i++) {
        check_about(children[i].name);
        CHECK_INT(run_child(children[i].body, client), 0);
        CHECK(create_before_a_fork(client, new_order()) > 0);
    }
    check_about("");
    fp_client_free(client);
}

static void a_client_that_was_not_used_before_works_in_the_child(void)
{
    fp_client *client = sandbox_client();
    CHECK_INT(in_child(uses_and_frees, client), 0);
    CHECK(create_before_a_fork(client, new_order()) > 0);
    fp_client_free(client);
}

/* The fork comes while other threads of the parent are in the middle of calls: no lock of theirs is taken in the child. */
static _Atomic int busy_end;

static void *busy(void *client)
{
    static _Atomic int count;
    void *good = client;
    while (!busy_end) {
        char order[60];
        snprintf(order, sizeof order, "busy-%ld-%d", (long)getpid(), count++);
        if (create_before_a_fork(client, order) <= 0)
            good = NULL;
    }
    return good;
}

static void a_fork_in_the_middle_of_calls_is_survived(fp_client *client)
{
    pthread_t threads[4];
    int i, bad_children = 0, bad_threads = 0;
    busy_end = 0;
    for (i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, busy, client) != 0)
            abort();
    for (i = 0; i < 8; i++)
        bad_children += run_child(uses_and_frees, client) != 0;
    busy_end = 1;
    for (i = 0; i < 4; i++) {
        void *good = NULL;
        pthread_join(threads[i], &good);
        bad_threads += good == NULL;
    }
    CHECK_INT(bad_children, 0);
    CHECK_INT(bad_threads, 0);
    CHECK(create_before_a_fork(client, new_order()) > 0);
    fp_client_free(client);
}

/* Using, freeing and ending do not wait for anything that the child lacks. */
static void the_child_is_not_slow(void)
{
    fp_client *client = sandbox_client();
    struct timespec start, end;
    CHECK(create_before_a_fork(client, new_order()) > 0);
    clock_gettime(CLOCK_MONOTONIC, &start);
    CHECK_INT(in_child(uses_and_frees, client), 0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK(end.tv_sec - start.tv_sec < 25);      /* the call's own limit is 30 s */
    fp_client_free(client);
}

int main(void)
{
    a_used_client_works_on_both_sides(sandbox_client());
    a_client_that_was_not_used_before_works_in_the_child();
    the_child_is_not_slow();
    run_child = in_child_of_threads;
    a_used_client_works_on_both_sides(sandbox_client_by_name());
    a_fork_in_the_middle_of_calls_is_survived(sandbox_client());
    a_fork_in_the_middle_of_calls_is_survived(sandbox_client_by_name());
    return check_end();
}

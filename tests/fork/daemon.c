/* A program that becomes a daemon: it sells, forks, and its first process ends at once, the way that libc's daemon() does it.
 * The child goes on with the same client and journal, and no sale is lost or made twice. */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROUNDS = 10, SALES = 5 };

/* What the daemon finds, given to the first process of the test through a pipe. */
struct found {
    int sold, again_from_journal, pending_before, pending_after;
};

static void sell(const fp_client *client, const char *name, int number, int *sold, int *from_journal)
{
    char order[64];
    fp_invoice_request *request;
    fp_result *result;
    snprintf(order, sizeof order, "%s-%d", name, number);
    request = fp_invoice_request_new(order, "10", "Ticket");
    result = fp_invoice_init(client, request);
    *sold += fp_result_code(result) == FP_OK;
    *from_journal += fp_result_from_journal(result) == 1;
    fp_result_free(result);
    fp_invoice_request_free(request);
}

static int pending(const fp_client *client)
{
    fp_pending *list = fp_client_pending(client);
    int len = (int)fp_pending_len(list);
    fp_pending_free(list);
    return len;
}

/* The daemon: its parent is gone, which the end of `alive` says. */
static void daemon_goes_on(fp_client *client, const char *name, int alive, int report)
{
    struct found found = { 0, 0, 0, 0 };
    char byte;
    int i;
    alarm(PATIENCE_S);
    while (read(alive, &byte, 1) > 0)
        continue;
    found.pending_before = pending(client);
    for (i = 0; i < 2 * SALES; i++)
        sell(client, name, i, &found.sold, &found.again_from_journal);
    found.pending_after = pending(client);
    fp_client_free(client);
    if (write(report, &found, sizeof found) != sizeof found)
        _exit(1);
    _exit(0);
}

/* In a process of its own. `exits`: with exit(), so that whatever runs at the end of a process runs too. */
static void becomes_a_daemon(const char *journal, const char *name, int exits, int report)
{
    fp_client *client = sandbox_client(journal);
    int alive[2], i, sold = 0, from_journal = 0;
    alarm(PATIENCE_S);
    if (pipe(alive) != 0)
        _exit(1);
    for (i = 0; i < SALES; i++)
        sell(client, name, i, &sold, &from_journal);
    if (sold != SALES || from_journal != 0)
        _exit(2);
    if (fork() == 0) {
        close(alive[1]);
        setsid();
        daemon_goes_on(client, name, alive[0], report);
    }
    if (exits)
        exit(0);
    _exit(0);
}

static void a_daemon_loses_nothing(const char *journal, int round)
{
    struct found found;
    char name[64];
    int report[2];
    ssize_t got;
    pid_t first;
    memset(&found, 0, sizeof found);
    new_order(name, "daemon");
    CHECK(pipe(report) == 0);
    first = fork();
    if (first == 0) {
        close(report[0]);
        becomes_a_daemon(journal, name, round % 2, report[1]);
    }
    close(report[1]);
    CHECK_INT(end_of(first), 0);
    got = read(report[0], &found, sizeof found);
    close(report[0]);
    CHECK_INT(got, sizeof found);
    CHECK_INT(found.sold, 2 * SALES);
    CHECK_INT(found.again_from_journal, SALES);
    CHECK_INT(found.pending_after - found.pending_before, SALES);
    CHECK_INT(sandbox_count(name), 2 * SALES);
}

/* A process that comes later finds every sale of all of them. */
static void a_later_process_finds_all(const char *journal)
{
    fp_client *client = sandbox_client(journal);
    CHECK_INT(pending(client), ROUNDS * 2 * SALES);
    fp_client_free(client);
}

int main(void)
{
    char file[300];
    int round;
    own_file(file, "daemon.journal");
    for (round = 0; round < ROUNDS; round++)
        a_daemon_loses_nothing(file, round);
    a_later_process_finds_all(file);
    return check_end();
}

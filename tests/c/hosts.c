/* Old hosts: what they do to their process must not break a call, and a call nothing of theirs. Each runs as a process of its
 * own; this one never calls the library. */
#define _GNU_SOURCE
#include "support/check.h"
#include "support/sandbox.h"

#include <dlfcn.h>
#include <errno.h>
#include <fenv.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* What include/README.md says that a call needs. */
#define STACK_BYTES (256 * 1024)
#define PATIENCE_S 60

static fp_client *client;

/* The payer is no part of the host, and its connection not of those that signals may interrupt. */
static int pays(int64_t id)
{
    sigset_t alarms, before;
    int ok;
    sigemptyset(&alarms);
    sigaddset(&alarms, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &alarms, &before);
    ok = sandbox_do(id, "pay");
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return ok;
}

/* A sale, its code as a picture, and a question in the background; the name of the gateway's host is looked up. */
static int sells(void)
{
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10.50", "Tea");
    fp_result *invoice = fp_invoice_init(client, request);
    int64_t id = fp_result_invoice_id(invoice);
    fp_task *task = fp_task_invoice_wait(client, id, 60000);
    fp_buffer *picture = fp_qr_png(invoice, 4);
    fp_result *end = NULL;
    int ok = fp_result_code(invoice) == FP_OK && fp_buffer_len(picture) > 0 && pays(id)
        && fp_task_join(task, 60000) == FP_OK && (end = fp_task_take(task)) && fp_result_paid(end) == 1;
    if (!ok)
        fprintf(stderr, "%s %s\n", fp_result_message(invoice), end ? fp_result_message(end) : "");
    fp_result_free(end);
    fp_buffer_free(picture);
    fp_task_free(task);
    fp_result_free(invoice);
    fp_invoice_request_free(request);
    return ok;
}

/* ---- one that sells when it is ending ---------------------------------------------------------------------------- */

static void sell_and_leave(void)
{
    int ok = sells();
    fp_client_free(client);
    _exit(ok ? 0 : 1);
}

/* The end of the process is the host's; its exit code says how that went. */
static int in_atexit(void)
{
    return atexit(sell_and_leave) == 0 && sells();
}

static int sold_in_the_end;

static void sell_in_the_end(void *data)
{
    (void)data;
    sold_in_the_end = sells();
}

static pthread_key_t key;

static void *sells_then_ends(void *sold)
{
    *(int *)sold = pthread_setspecific(key, sold) == 0 && sells();
    return NULL;
}

static int in_the_destructor_of_a_threads_data(void)
{
    pthread_t thread;
    int sold = 0;
    return pthread_key_create(&key, sell_in_the_end) == 0 && pthread_create(&thread, NULL, sells_then_ends, &sold) == 0
        && pthread_join(thread, NULL) == 0 && sold && sold_in_the_end;
}

/* ---- one without standard input and output ------------------------------------------------------------------------ */

static int prints_while_all_is_closed(void)
{
    int fd, ok;
    close(0), close(1), close(2);
    ok = sells();
    /* Where the numbers are the library's, this goes to the gateway. */
    for (fd = 0; fd <= 2; fd++) {
        struct stat what;
        ok &= fstat(fd, &what) != 0 || S_ISCHR(what.st_mode);
        ok &= write(fd, "what a host prints", 18) != 0;
    }
    return ok && sells();
}

/* ---- one of Delphi's kind: floating-point exceptions on, rounding its own way ---------------------------------------- */

static int traps_and_rounds(void)
{
    int ok = feenableexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW) != -1 && fesetround(FE_UPWARD) == 0 && sells();
    return ok && fegetround() == FE_UPWARD && (fegetexcept() & FE_DIVBYZERO || getenv("TILL_UNDER"));
}

/* ---- one whose threads have little stack ----------------------------------------------------------------------------- */

static void *sells_here(void *sold)
{
    *(int *)sold = sells();
    return NULL;
}

static int on_a_small_stack(void)
{
    pthread_attr_t small;
    pthread_t thread;
    int sold = 0;
    return pthread_attr_init(&small) == 0 && pthread_attr_setstacksize(&small, STACK_BYTES) == 0
        && pthread_create(&thread, &small, sells_here, &sold) == 0 && pthread_join(thread, NULL) == 0 && sold;
}

/* ---- one that cancels its threads ------------------------------------------------------------------------------------ */

static int begun[2], go_on[2];      /* pipes */
static int was_given_up;

/* By the time that it goes on its thread is cancelled, and the functions that it calls are those that would end it. */
static int32_t seen(void *userdata, const fp_result *latest)
{
    char byte = 0;
    (void)userdata, (void)latest;
    return write(begun[1], &byte, 1) == 1 && read(go_on[0], &byte, 1) == 1;
}

static void *waits(void *unused)
{
    fp_result *end = fp_invoice_wait(client, 1, 60000, seen, NULL);
    (void)unused;
    was_given_up = fp_result_code(end) == FP_ERR_CANCELLED;
    fp_result_free(end);
    pthread_testcancel();
    return NULL;
}

static int cancels_a_thread(void)
{
    pthread_t thread;
    void *end = NULL;
    char byte = 0;
    return pipe(begun) == 0 && pipe(go_on) == 0 && pthread_create(&thread, NULL, waits, NULL) == 0
        && read(begun[0], &byte, 1) == 1 && pthread_cancel(thread) == 0 && write(go_on[1], &byte, 1) == 1
        && pthread_join(thread, &end) == 0 && end == PTHREAD_CANCELED && was_given_up && sells();
}

/* ---- one whose locale is Russian, in an alphabet that is not UTF-8 --------------------------------------------------------- */

static int is_russian;
static const char no_such_file[] = "\xcd\xe5\xf2 \xf4\xe0\xe9\xeb\xe0";

/* What the C library would say there. It is this program's for all of it, and in the C locale but for this host. */
int __xpg_strerror_r(int number, char *room, size_t size);
int __xpg_strerror_r(int number, char *room, size_t size)
{
    return snprintf(room, size, is_russian ? no_such_file : "error %d", number) < (int)size ? 0 : ERANGE;
}

const char *gai_strerror(int number)
{
    (void)number;
    return is_russian ? no_such_file : "no such name";
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    void *next = dlsym(RTLD_NEXT, "getaddrinfo");
    int (*system)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    memcpy(&system, &next, sizeof system);
    return is_russian ? EAI_NONAME : system(name, service, hints, found);
}

static int is_told(fp_config *config, const char *beginning, const char *end)
{
    fp_client *other = fp_client_new(config);
    fp_result *result = fp_invoice_status(other, 1);
    const char *said = fp_result_message(result);
    size_t len = strlen(said), end_len = strlen(end);
    int ok = strncmp(said, beginning, strlen(beginning)) == 0 && len > end_len && strcmp(said + len - end_len, end) == 0;
    if (!ok)
        fprintf(stderr, "%s\n", said);
    fp_result_free(result);
    fp_client_free(other);
    fp_config_free(config);
    return ok;
}

static int has_a_russian_locale(void)
{
    fp_config *no_file = sandbox_config(), *no_name = sandbox_config();
    is_russian = 1;
    fp_config_set_ca_file(no_file, "/nowhere/at-all.pem");
    fp_config_set_base_url(no_name, "https://gateway.invalid");
    return is_told(no_file, "ca_file /nowhere/at-all.pem cannot be read: ", "entity not found (os error 2)")
        & is_told(no_name, "the name gateway.invalid could not be resolved ", "(the system has no address for it); nothing was sent");
}

/* ---- one that is interrupted a thousand times a second, and restarts nothing --------------------------------------------- */

static volatile sig_atomic_t interruptions;

static void count(int signal)
{
    (void)signal;
    interruptions++;
}

static int under_alarms(void)
{
    struct sigaction action = { .sa_handler = count };
    struct itimerval each_ms = { { 0, 1000 }, { 0, 1000 } };
    int ok = sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &each_ms, NULL) == 0;
    while (ok && interruptions < 100)
        ok = sells();
    return ok;
}

/* -------------------------------------------------------------------------------------------------------------------------- */

static const struct host {
    const char *name;
    int (*runs)(void);
    const char *set, *to;
} hosts[] = {
    { "sells in atexit", in_atexit, NULL, NULL },
    { "sells in the destructor of a thread's data", in_the_destructor_of_a_threads_data, NULL, NULL },
    { "has closed its standard input and output", prints_while_all_is_closed, NULL, NULL },
    { "traps floating-point exceptions", traps_and_rounds, NULL, NULL },
    { "has threads of 256 kB of stack", on_a_small_stack, NULL, NULL },
    { "cancels its threads", cancels_a_thread, NULL, NULL },
    { "has a Russian locale", has_a_russian_locale, NULL, NULL },
    { "is interrupted by signals", under_alarms, NULL, NULL },
    { "has an environment that is none of the library's business", sells, "RUST_MIN_STACK", "1" },
};

static int ends_well(const struct host *host)
{
    int status = 0;
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        if (host->set && setenv(host->set, host->to, 1) != 0)
            exit(1);
        client = sandbox_client_by_name();
        exit(host->runs() ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
    size_t i;
    for (i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        check_about(hosts[i].name);
        CHECK(ends_well(&hosts[i]));
    }
    return check_end();
}

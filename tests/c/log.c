/* The log comes on the thread of the call, never with the secret; and the library itself prints nothing. */
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECRET "hush-4711-hush"

struct log {
    pthread_t thread;
    int messages, elsewhere, strange_levels, warnings, with_secret, several_lines, empty;
    char all[1 << 16];
};

static void on_log(void *userdata, int32_t level, const char *message)
{
    struct log *log = userdata;
    size_t len = strlen(log->all);
    log->messages++;
    log->elsewhere += !pthread_equal(log->thread, pthread_self());
    log->strange_levels += level < FP_LOG_ERROR || level > FP_LOG_DEBUG;
    log->warnings += level == FP_LOG_WARN;
    log->empty += !message || !*message;
    if (!message)
        return;
    log->with_secret += strstr(message, SECRET) != NULL || strstr(message, SANDBOX_KEY) != NULL;
    log->several_lines += strchr(message, '\n') != NULL;
    snprintf(log->all + len, sizeof log->all - len, "%d %s\n", (int)level, message);
}

static fp_client *client_with_log(struct log *log, const char *url, const char *key)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    log->thread = pthread_self();
    fp_config_set_base_url(config, url);
    fp_config_set_secret_key(config, key);
    fp_config_set_timeout_ms(config, 10000);
    CHECK_INT(fp_config_set_log(config, on_log, log), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

static void check_log(const struct log *log)
{
    CHECK(log->messages > 0);
    CHECK_INT(log->elsewhere, 0);
    CHECK_INT(log->strange_levels, 0);
    CHECK_INT(log->with_secret, 0);
    CHECK_INT(log->several_lines, 0);
    CHECK_INT(log->empty, 0);
}

/* A payment and every kind of failure, all logged. */
static void live_through_everything(struct log *log)
{
    static const char *const answers[] = { "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<root><status>ok</status><invoice_status>new"
        "</invoice_status><invoice_id>77</invoice_id><invoice_methods><qr>%%%</qr></invoice_methods></root>",
        "<html>\nseveral\nlines\n</html>", CANNED_CLOSE };
    canned *gateway = canned_start(answers, 3);
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10", "Ticket");
    fp_client *good = client_with_log(log, sandbox_url(), SANDBOX_KEY);
    fp_client *wrong_key = client_with_log(log, sandbox_url(), SECRET);
    fp_client *odd = client_with_log(log, canned_url(gateway), SECRET);
    fp_client *nobody = client_with_log(log, nobody_url(), SECRET);
    int64_t id = invoice_of(fp_invoice_init(good, request));
    int i;
    CHECK(id > 0);
    fp_result_free(fp_invoice_wait(good, id, 100, NULL, NULL));
    fp_result_free(fp_invoice_info(good, SECRET));
    fp_result_free(fp_invoice_pay(good, "customer", "user", SECRET));
    fp_result_free(fp_invoice_init(wrong_key, request));
    for (i = 0; i < 3; i++)
        fp_result_free(fp_invoice_init(odd, request));
    fp_result_free(fp_invoice_init(nobody, request));
    fp_client_free(good);
    fp_client_free(wrong_key);
    fp_client_free(odd);
    fp_client_free(nobody);
    fp_invoice_request_free(request);
    canned_stop(gateway);
}

static void the_log_comes_on_the_thread_of_the_call(void)
{
    static struct log log;
    live_through_everything(&log);
    check_log(&log);
    CHECK(log.warnings > 0);        /* the code of a picture that cannot be read */
    if (getenv("FREEDOMPAY_SHOW_LOG"))
        fputs(log.all, stdout);
}

static void *log_on_a_thread(void *argument)
{
    struct log *log = argument;
    fp_client *client = client_with_log(log, sandbox_url(), SECRET);
    fp_result_free(fp_invoice_status(client, 1));
    fp_client_free(client);
    return NULL;
}

static void another_thread_is_another_thread(void)
{
    static struct log log;
    pthread_t thread;
    if (pthread_create(&thread, NULL, log_on_a_thread, &log) != 0)
        abort();
    pthread_join(thread, NULL);
    check_log(&log);
}

/* The log function may use the library, and is not called for ever by that. */
struct nested { const fp_client *client; int depth, deepest, calls; };

static void asks_in_the_log(void *userdata, int32_t level, const char *message)
{
    struct nested *nested = userdata;
    (void)level;
    (void)message;
    nested->calls++;
    if (++nested->depth > nested->deepest)
        nested->deepest = nested->depth;
    if (nested->depth == 1 && nested->client)
        fp_result_free(fp_invoice_status(nested->client, 1));
    nested->depth--;
}

static void the_log_function_may_use_the_library(void)
{
    struct nested nested = { 0 };
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_config_set_log(config, asks_in_the_log, &nested);
    client = fp_client_new(config);
    fp_config_free(config);
    nested.client = client;
    fp_result_free(fp_invoice_status(client, 1));
    CHECK(nested.calls > 0);
    CHECK(nested.deepest <= 2);
    nested.client = NULL;
    fp_client_free(client);
}

/* Both streams of the process go to a file meanwhile. */
static void nothing_is_printed(void)
{
    static struct log log;
    char path[] = "/tmp/freedompay-printed-XXXXXX";
    struct stat written;
    int file = mkstemp(path), out = dup(1), err = dup(2);
    fflush(stdout);
    fflush(stderr);
    if (file < 0 || out < 0 || err < 0)
        abort();
    setenv("RUST_LOG", "trace", 1);
    setenv("RUST_BACKTRACE", "1", 1);
    dup2(file, 1);
    dup2(file, 2);
    live_through_everything(&log);
    if (write(1, "x", 1) != 1)
        abort();
    fflush(stdout);
    fflush(stderr);
    dup2(out, 1);
    dup2(err, 2);
    CHECK(fstat(file, &written) == 0);
    CHECK_INT(written.st_size, 1);      /* the x alone, which shows that the file would have caught it */
    close(file);
    close(out);
    close(err);
    unlink(path);
}

int main(void)
{
    the_log_comes_on_the_thread_of_the_call();
    another_thread_is_another_thread();
    the_log_function_may_use_the_library();
    nothing_is_printed();
    return check_end();
}

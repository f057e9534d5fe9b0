/* What lies between the library and the gateway: connections that were closed meanwhile, proxies, the environment; and
 * that nothing is left open behind a client. */
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CREATED "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id></root>"

static fp_result *init(const fp_client *client)
{
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10.50", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    fp_invoice_request_free(request);
    return result;
}

static void wait_a_moment(void)
{
    struct timespec moment = { 0, 5000000 };
    nanosleep(&moment, NULL);
}

/* The gateway closes the connection after each answer without having said so. The next order must not be lost on it. */
static void a_connection_closed_meanwhile_loses_no_order(void)
{
    char answer[400];
    const char *answers[1];
    canned *gateway;
    fp_config *config = sandbox_config();
    fp_client *client;
    int i;
    snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(CREATED), CREATED);
    answers[0] = answer;
    gateway = canned_start(answers, 1);
    fp_config_set_base_url(config, canned_url(gateway));
    client = fp_client_new(config);
    fp_config_free(config);
    for (i = 0; i < 5; i++) {
        fp_result *result = init(client);
        if (!CHECK_INT(fp_result_code(result), FP_OK))
            printf("  order %d: %s\n", i + 1, fp_result_message(result));
        fp_result_free(result);
        while (canned_closed(gateway) < i + 1)
            wait_a_moment();
    }
    CHECK_INT(canned_count(gateway), 5);
    fp_client_free(client);
    canned_stop(gateway);
}

/* Writing to what the other side has closed must not end the host: its disposition of SIGPIPE is left as it is. */
static void signals_are_left_as_they_are(void)
{
    struct sigaction action;
    fp_client *client = sandbox_client();
    CHECK(invoice_of(init(client)) > 0);
    fp_client_free(client);
    CHECK(sigaction(SIGPIPE, NULL, &action) == 0 && action.sa_handler == SIG_DFL);
}

static void the_environment_is_not_read(void)
{
    static const char *const names[] = { "http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
    fp_client *client;
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        setenv(names[i], nobody_url(), 1);
    client = sandbox_client();
    CHECK(invoice_of(init(client)) > 0);
    fp_client_free(client);
    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        unsetenv(names[i]);
}

static fp_client *client_behind(const char *proxy, const char *url)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_config_set_base_url(config, url);
    fp_config_set_timeout_ms(config, 10000);
    CHECK_INT(fp_config_set_proxy(config, proxy), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

/* Such as one that holds on one link only, and does not say on which: whatever the system says of it, the host is named. */
static void an_address_that_the_system_refuses_is_named(void)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_result *result;
    fp_config_set_base_url(config, "https://[fe80::1]:1");
    client = fp_client_new(config);
    fp_config_free(config);
    result = init(client);
    CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
    CHECK_PART(fp_result_message(result), "the connection with [fe80::1] failed (");
    fp_result_free(result);
    fp_client_free(client);
}

static void a_proxy_that_is_not_there_sends_nothing(void)
{
    fp_client *client = client_behind(nobody_url(), "https://api.freedompay.uz");
    fp_result *result = init(client);
    CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    fp_result_free(result);
    fp_client_free(client);
}

/* The tunnel is asked for by name, with the password for the proxy and nothing of the order; refused, nothing was sent. */
static void a_proxy_that_refuses_the_tunnel_sends_nothing(void)
{
    static const char *const answers[] = {
        "HTTP/1.1 407 Proxy Authentication Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n" };
    canned *proxy = canned_start(answers, 1);
    char with_password[100];
    fp_client *client;
    fp_result *result;
    snprintf(with_password, sizeof with_password, "http://till:hush-hush@%s", canned_url(proxy) + strlen("http://"));
    client = client_behind(with_password, "https://api.freedompay.uz");
    result = init(client);
    CHECK_INT(fp_result_code(result), FP_ERR_NOT_SENT);
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK_PART(canned_request(proxy), "CONNECT api.freedompay.uz:443 HTTP/1.1\r\n");
    CHECK_PART(canned_request(proxy), "dGlsbDpodXNoLWh1c2g=");      /* till:hush-hush */
    CHECK(strstr(canned_request(proxy), "order") == NULL);
    CHECK(strstr(canned_request(proxy), "Signature") == NULL);
    CHECK(fp_result_message(result) != NULL && strstr(fp_result_message(result), "hush") == NULL);
    fp_result_free(result);
    fp_client_free(client);
    canned_stop(proxy);
}

static void the_amount_is_sent_to_the_letter(void)
{
    static const char *const answers[] = { CREATED };
    static const struct { int32_t format; const char *part; } bodies[] = {
        { FP_BODY_JSON, "\"amount\":10.50," },
        { FP_BODY_MULTIPART, "name=\"amount\"\r\n\r\n10.50\r\n" },
    };
    size_t i;
    for (i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        canned *gateway = canned_start(answers, 1);
        fp_config *config = sandbox_config();
        fp_client *client;
        fp_config_set_base_url(config, canned_url(gateway));
        fp_config_set_body_format(config, bodies[i].format);
        fp_config_set_app_info(config, "till", "4.2");
        client = fp_client_new(config);
        fp_config_free(config);
        fp_result_free(init(client));
        CHECK_PART(canned_request(gateway), bodies[i].part);
        CHECK_PART(canned_request(gateway), "till/4.2");
        fp_client_free(client);
        canned_stop(gateway);
    }
}

/* The pause between two polls is not longer than the wait itself. */
static void a_wait_ends_in_its_time_whatever_the_interval(void)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_result *result;
    struct timespec start, end;
    fp_config_set_poll_interval_ms(config, 86400000);
    client = fp_client_new(config);
    fp_config_free(config);
    clock_gettime(CLOCK_MONOTONIC, &start);
    result = fp_invoice_wait(client, invoice_of(init(client)), 2000, NULL, NULL);
    clock_gettime(CLOCK_MONOTONIC, &end);
    CHECK_INT(fp_result_code(result), FP_ERR_TIMEOUT);
    CHECK_INT(fp_result_invoice_status(result), FP_INVOICE_NEW);
    CHECK(end.tv_sec - start.tv_sec < 60);
    fp_result_free(result);
    fp_client_free(client);
}

/* How many entries a folder of /proc/self has. */
static int entries(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

/* Freeing a client does not wait for its last thread, so this does: until the folder has `expected` entries, or 10 s. */
static int settled(const char *path, int expected)
{
    int tries;
    for (tries = 0; tries < 2000 && entries(path) != expected; tries++)
        wait_a_moment();
    return entries(path);
}

static void nothing_is_left_behind(fp_client *(*make)(void))
{
    int threads = entries("/proc/self/task"), files, i;
    fp_client *client = make();
    CHECK(invoice_of(init(client)) > 0);
    fp_client_free(client);
    CHECK_INT(settled("/proc/self/task", threads), threads);
    files = entries("/proc/self/fd");
    for (i = 0; i < 30; i++) {
        client = make();
        CHECK(invoice_of(init(client)) > 0);
        fp_client_free(client);
    }
    CHECK_INT(settled("/proc/self/task", threads), threads);
    CHECK_INT(settled("/proc/self/fd", files), files);
}

int main(void)
{
    a_connection_closed_meanwhile_loses_no_order();
    signals_are_left_as_they_are();
    the_environment_is_not_read();
    an_address_that_the_system_refuses_is_named();
    a_proxy_that_is_not_there_sends_nothing();
    a_proxy_that_refuses_the_tunnel_sends_nothing();
    the_amount_is_sent_to_the_letter();
    a_wait_ends_in_its_time_whatever_the_interval();
    nothing_is_left_behind(sandbox_client);
    nothing_is_left_behind(sandbox_client_by_name);
    return check_end();
}

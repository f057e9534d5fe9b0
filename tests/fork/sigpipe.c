/* The library raises no SIGPIPE, which would end a host that does not ignore it: not when the gateway goes away in the middle of
 * a call, and not when a task is freed while it runs. The calls run in a child, so that the signal can be seen. */
#include "support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROUNDS = 20 };

/* How the gateway goes away: after so many bytes of the request, in the ordinary way or by a reset. */
struct manner {
    const char *name;
    int bytes, resets;
};

static int listener;
static struct manner manner;

static void *goes_away(void *unused)
{
    (void)unused;
    for (;;) {
        char bytes[4096];
        int s = accept(listener, NULL, NULL), left = manner.bytes;
        struct linger at_once = { 1, 0 };
        while (s >= 0 && left > 0) {
            ssize_t n = recv(s, bytes, (size_t)left < sizeof bytes ? (size_t)left : sizeof bytes, 0);
            if (n <= 0)
                break;
            left -= (int)n;
        }
        if (manner.resets)
            setsockopt(s, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        close(s);
    }
    return NULL;
}

static char url[40];

static void listen_somewhere(void)
{
    struct sockaddr_in address = { 0 };
    socklen_t len = sizeof address;
    listener = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0
        || getsockname(listener, (struct sockaddr *)&address, &len) != 0)
        abort();
    snprintf(url, sizeof url, "%s://127.0.0.1:%d", manner.resets & 2 ? "https" : "http", ntohs(address.sin_port));
}

static int calls(fp_client *client)
{
    int i, answered = 0;
    for (i = 0; i < ROUNDS; i++) {
        char order[64];
        fp_invoice_request *request = fp_invoice_request_new(new_order(order, "pipe"), "10", "Ticket");
        fp_result *result = fp_invoice_init(client, request);
        answered += fp_result_code(result) == FP_OK;
        fp_result_free(result);
        fp_invoice_request_free(request);
    }
    return answered;
}

static int survives(fp_client *client)
{
    pthread_t thread;
    fp_config *config;
    (void)client;
    signal(SIGPIPE, SIG_DFL);
    listen_somewhere();
    if (pthread_create(&thread, NULL, goes_away, NULL) != 0)
        return 1;
    config = sandbox_config(NULL);
    fp_config_set_base_url(config, url);
    fp_config_set_timeout_ms(config, 100);
    client = fp_client_new(config);
    fp_config_free(config);
    if (calls(client) != 0)
        return 2;
    fp_client_free(client);
    return 0;
}

static int frees_running_tasks(fp_client *client)
{
    int i;
    signal(SIGPIPE, SIG_DFL);
    for (i = 0; i < ROUNDS; i++)
        fp_task_free(fp_task_invoice_wait(client, 1, PATIENCE_S * 1000));
    return threads_become(1) ? 0 : 1;
}

int main(void)
{
    static const struct manner manners[] = {
        { "at once", 0, 0 }, { "at once, by a reset", 0, 1 }, { "in the head", 20, 0 }, { "in the head, by a reset", 20, 1 },
        { "later", 200, 0 }, { "later, by a reset", 200, 1 },
        { "TLS, at once", 0, 2 }, { "TLS, in the hello, by a reset", 100, 3 },
    };
    fp_client *client = sandbox_client(NULL);
    size_t i;
    CHECK_INT(in_child(frees_running_tasks, client), 0);
    for (i = 0; i < sizeof manners / sizeof manners[0]; i++) {
        manner = manners[i];
        check_about(manner.name);
        CHECK_INT(in_child(survives, client), 0);
    }
    fp_client_free(client);
    return check_end();
}

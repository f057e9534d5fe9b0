/* One thread, one connection at a time, one request on each. */
#include "canned.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

const char CANNED_HANG[] = "hang", CANNED_CLOSE[] = "close", CANNED_DEAF[] = "deaf", CANNED_ENDLESS[] = "endless",
           CANNED_DRIP[] = "drip";

struct canned {
    const char *const *answers;
    size_t answer_count;
    int listener, stop[2], taken, closed;
    char url[40], request[1 << 16];
    pthread_mutex_t lock;
    pthread_t thread;
};

/* A socket that listens on a free loopback port. */
static int listen_somewhere(char *url, size_t size)
{
    struct sockaddr_in address = { 0 };
    socklen_t len = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof address) != 0 || listen(s, 64) != 0
        || getsockname(s, (struct sockaddr *)&address, &len) != 0) {
        perror("canned gateway");
        exit(1);
    }
    snprintf(url, size, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return s;
}

/* Is there something to read before the gateway is stopped? */
static int readable(const canned *gateway, int s)
{
    struct pollfd fds[2] = { { .fd = s, .events = POLLIN }, { .fd = gateway->stop[0], .events = POLLIN } };
    return poll(fds, 2, -1) > 0 && !fds[1].revents;
}

static int is_whole(const char *request)
{
    const char *end = strstr(request, "\r\n\r\n"), *line;
    size_t body = 0;
    if (!end)
        return 0;
    for (line = request; line < end; line = strstr(line, "\r\n") + 2) {
        if (strncasecmp(line, "content-length:", 15) == 0)
            body = strtoul(line + 15, NULL, 10);
        if (strncasecmp(line, "transfer-encoding: chunked", 26) == 0)
            return strstr(end, "\r\n0\r\n\r\n") != NULL;
    }
    return strlen(end + 4) >= body;
}

/* Reads one request; 0 when the other side closes first or the gateway is stopped. */
static int read_request(canned *gateway, int s, char *request, size_t room)
{
    size_t len = 0;
    request[0] = '\0';
    while (!is_whole(request)) {
        ssize_t n = readable(gateway, s) ? read(s, request + len, room - len - 1) : 0;
        if (n <= 0)
            return 0;
        len += (size_t)n;
        request[len] = '\0';
    }
    return 1;
}

/* 0 when the other side takes no more. */
static int write_all(int s, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(s, text, len, MSG_NOSIGNAL);
        if (n <= 0)
            return 0;
        text += n;
        len -= (size_t)n;
    }
    return 1;
}

/* Writes spaces until the other side closes, or until far more than any answer may have; a pause of `pause_ms` between. */
static void go_on(canned *gateway, int s, size_t at_once, int pause_ms)
{
    static const char head[] = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n<root>";
    char spaces[4096];
    size_t written = 0;
    int open = write_all(s, head, sizeof head - 1);
    memset(spaces, ' ', sizeof spaces);
    while (open && written < (64u << 20)) {
        struct pollfd fds[2] = { { .fd = s, .events = POLLIN }, { .fd = gateway->stop[0], .events = POLLIN } };
        if (poll(fds, 2, pause_ms) > 0)
            return;
        open = write_all(s, spaces, at_once);
        written += at_once;
    }
}

static void answer(canned *gateway, int s)
{
    static const char form[] = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nConnection: close\r\n"
                               "Content-Length: %zu\r\n\r\n";
    char request[sizeof gateway->request];
    const char *text;
    char head[160];
    size_t number, last = gateway->answer_count - 1;
    pthread_mutex_lock(&gateway->lock);
    number = (size_t)gateway->taken;
    text = gateway->answers[number < last ? number : last];
    if (text == CANNED_DEAF)
        gateway->taken++;
    pthread_mutex_unlock(&gateway->lock);
    if (text == CANNED_DEAF || !read_request(gateway, s, request, sizeof request))
        return;
    pthread_mutex_lock(&gateway->lock);
    gateway->taken++;
    memcpy(gateway->request, request, sizeof request);
    pthread_mutex_unlock(&gateway->lock);
    if (text == CANNED_HANG) {
        while (readable(gateway, s) && read(s, request, sizeof request) > 0)
            continue;
    } else if (text == CANNED_ENDLESS) {
        go_on(gateway, s, 4096, 0);
    } else if (text == CANNED_DRIP) {
        go_on(gateway, s, 1, 20);
    } else if (text != CANNED_CLOSE) {
        if (strncmp(text, "HTTP/", 5) != 0)
            write_all(s, head, (size_t)snprintf(head, sizeof head, form, strlen(text)));
        write_all(s, text, strlen(text));
        shutdown(s, SHUT_WR);
    }
}

static void *serve(void *argument)
{
    canned *gateway = argument;
    while (readable(gateway, gateway->listener)) {
        int s = accept(gateway->listener, NULL, NULL);
        if (s >= 0) {
            answer(gateway, s);
            close(s);
            pthread_mutex_lock(&gateway->lock);
            gateway->closed++;
            pthread_mutex_unlock(&gateway->lock);
        }
    }
    return NULL;
}

canned *canned_start(const char *const *answers, size_t count)
{
    canned *gateway = calloc(1, sizeof *gateway);
    if (!gateway || pipe(gateway->stop) != 0)
        abort();
    gateway->answers = answers;
    gateway->answer_count = count;
    gateway->listener = listen_somewhere(gateway->url, sizeof gateway->url);
    pthread_mutex_init(&gateway->lock, NULL);
    if (pthread_create(&gateway->thread, NULL, serve, gateway) != 0)
        abort();
    return gateway;
}

const char *canned_url(const canned *gateway)
{
    return gateway->url;
}

static int read_count(canned *gateway, const int *count)
{
    int value;
    pthread_mutex_lock(&gateway->lock);
    value = *count;
    pthread_mutex_unlock(&gateway->lock);
    return value;
}

int canned_count(canned *gateway)
{
    return read_count(gateway, &gateway->taken);
}

int canned_closed(canned *gateway)
{
    return read_count(gateway, &gateway->closed);
}

const char *canned_request(canned *gateway)
{
    return gateway->request;
}

void canned_stop(canned *gateway)
{
    if (write(gateway->stop[1], "", 1) != 1)
        abort();
    pthread_join(gateway->thread, NULL);
    pthread_mutex_destroy(&gateway->lock);
    close(gateway->listener);
    close(gateway->stop[0]);
    close(gateway->stop[1]);
    free(gateway);
}

const char *nobody_url(void)
{
    static char url[40];
    close(listen_somewhere(url, sizeof url));
    return url;
}

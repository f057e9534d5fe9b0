#include "support.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long passed, failed;
static char subject[200];

void check_about(const char *about)
{
    snprintf(subject, sizeof subject, "%s", about);
}

static int count(int ok)
{
    if (ok)
        passed++;
    else
        failed++;
    fflush(stdout);     /* a child must not print it again */
    return ok;
}

int check(int ok, const char *what, const char *file, int line)
{
    if (!ok)
        printf("%s:%d: %s%s%s does not hold\n", file, line, subject, *subject ? ": " : "", what);
    return count(ok);
}

int check_int(int64_t actual, int64_t expected, const char *what, const char *file, int line)
{
    if (actual != expected)
        printf("%s:%d: %s%s%s is %" PRId64 ", not %" PRId64 "\n", file, line, subject, *subject ? ": " : "", what, actual,
            expected);
    return count(actual == expected);
}

int check_end(void)
{
    printf("%ld passed, %ld failed\n", passed, failed);
    return passed > 0 && failed == 0 ? 0 : 1;
}

static void give_up(const char *why)
{
    printf("%s\n0 passed, 1 failed\n", why);
    exit(1);
}

const char *sandbox_url(void)
{
    const char *url = getenv("FREEDOMPAY_BASE_URL");
    if (!url || strncmp(url, "http://127.0.0.1:", 17) != 0)
        give_up("FREEDOMPAY_BASE_URL must be the address of a running sandbox, http://127.0.0.1:PORT");
    return url;
}

static int sandbox_port(void)
{
    return atoi(sandbox_url() + 17);
}

const char *sandbox_url_by_name(void)
{
    static _Thread_local char url[40];
    snprintf(url, sizeof url, "http://localhost:%d", sandbox_port());
    return url;
}

/* The whole answer up to the end of the connection, NUL-terminated. By hand, so that no fault of the library hides itself. */
static char *ask(const char *method, const char *path)
{
    struct sockaddr_in address = { 0 };
    int s = socket(AF_INET, SOCK_STREAM, 0);
    size_t len = 0, room = 1 << 20;
    char *answer = malloc(room), request[256];
    int request_len = snprintf(request, sizeof request,
        "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", method, path);
    ssize_t n = -1;
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)sandbox_port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s >= 0 && answer && connect(s, (struct sockaddr *)&address, sizeof address) == 0
        && write(s, request, (size_t)request_len) == request_len)
        while ((n = read(s, answer + len, room - len - 1)) > 0) {
            len += (size_t)n;
            if (room - len < 4096 && !(answer = realloc(answer, room *= 2)))
                give_up("no memory");
        }
    if (n < 0 || len == 0)
        give_up("the sandbox does not answer");
    close(s);
    answer[len] = '\0';
    return answer;
}

int sandbox_count(const char *order_prefix)
{
    char wanted[100], *answer = ask("GET", "/sandbox/invoices");
    const char *at = answer;
    int found = 0;
    snprintf(wanted, sizeof wanted, "\"order_id\":\"%s", order_prefix);
    while ((at = strstr(at, wanted))) {
        found++;
        at += strlen(wanted);
    }
    free(answer);
    return found;
}

int sandbox_do(int64_t invoice_id, const char *deed)
{
    char path[128], *answer;
    int ok;
    snprintf(path, sizeof path, "/sandbox/invoices/%" PRId64 "/%s", invoice_id, deed);
    answer = ask("POST", path);
    ok = strncmp(answer, "HTTP/1.1 2", 10) == 0;
    free(answer);
    return ok;
}

const char *silent_url(void)
{
    static char url[40];
    struct sockaddr_in address = { 0 };
    socklen_t len = sizeof address;
    int s = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    /* The system takes the connections; nobody accepts them. */
    if (s < 0 || bind(s, (struct sockaddr *)&address, sizeof address) != 0 || listen(s, 64) != 0
        || getsockname(s, (struct sockaddr *)&address, &len) != 0)
        give_up("no socket");
    snprintf(url, sizeof url, "http://127.0.0.1:%d", ntohs(address.sin_port));
    return url;
}

char *new_order(char *room, const char *prefix)
{
    static atomic_int number;
    snprintf(room, 64, "%s-%ld-%d", prefix, (long)getpid(), atomic_fetch_add(&number, 1));
    return room;
}

int end_of(pid_t child)
{
    int status = 0;
    if (child <= 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
        printf("a child %s\n", WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "hung" : "crashed");
        fflush(stdout);
        return -1;
    }
    return WEXITSTATUS(status);
}

int in_child(int (*body)(fp_client *client), fp_client *client)
{
    pid_t child = fork();
    if (child == 0) {
        alarm(PATIENCE_S);
        _exit(body(client));
    }
    return end_of(child);
}

static int entries(const char *folder)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    int found = 0;
    if (!open)
        give_up("/proc is needed");
    while ((entry = readdir(open)))
        found += entry->d_name[0] != '.';
    closedir(open);
    return found;
}

int thread_count(void)
{
    return entries("/proc/self/task");
}

int descriptor_count(void)
{
    return entries("/proc/self/fd") - 1;    /* the one that looks */
}

int threads_become(int most)
{
    double end = seconds() + PATIENCE_S;
    struct timespec pause = { 0, 2000000 };
    while (thread_count() > most && seconds() < end)
        nanosleep(&pause, NULL);
    return thread_count() <= most;
}

int connections(int *ports, int room)
{
    int s, found = 0;
    for (s = 0; s < 1024 && found < room; s++) {
        struct sockaddr_in peer, own;
        socklen_t peer_len = sizeof peer, own_len = sizeof own;
        if (getpeername(s, (struct sockaddr *)&peer, &peer_len) == 0 && peer.sin_family == AF_INET
            && ntohs(peer.sin_port) == sandbox_port() && getsockname(s, (struct sockaddr *)&own, &own_len) == 0)
            ports[found++] = ntohs(own.sin_port);
    }
    return found;
}

char *own_file(char *room, const char *name)
{
    const char *folder = getenv("FREEDOMPAY_TEST_DIR");
    if (!folder)
        give_up("FREEDOMPAY_TEST_DIR must be a folder of this run's own");
    snprintf(room, 300, "%s/%s", folder, name);
    return room;
}

double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The gateway of the benchmark: TLS 1.3, HTTP/1.1 with connections kept alive, and an answer that says yes to
 * every request: an invoice with the id that is asked about, or with a new one.
 *
 *   server CERTIFICATE KEY PORT_FILE      listens on a free loopback port and writes its number to PORT_FILE
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

/* Every body is as long as the next: the id has ten digits. */
#define FIRST_ID 1000000000LL
static const char BODY[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root>\n  <status>ok</status>\n"
    "  <invoice_status>new</invoice_status>\n  <error_code>0</error_code>\n  <error_description></error_description>\n"
    "  <invoice_id>%010lld</invoice_id>\n  <invoice_methods>\n    <qr>aHR0cHM6Ly9jdXN0b21lci5mcmVlZG9tcGF5Lmt6L3BheS5odG1s"
    "P2N1c3RvbWVyPWt6b2JkMnZncDE3MjE0MTQzNzYxNzc0Nzc1MzkyOTQ2</qr>\n  </invoice_methods>\n"
    "  <dt>2019-08-24T14:15:22Z</dt>\n</root>\n";

static SSL_CTX *context;
static char form[2048];
static atomic_llong last_id = FIRST_ID;

/* How long the request at the start of the buffer is; 0 when it is not whole yet. */
static size_t whole_request(const char *buffer, size_t len)
{
    const char *end = strstr(buffer, "\r\n\r\n"), *line = buffer;
    size_t body = 0, total;
    if (!end)
        return 0;
    for (; line < end; line = strstr(line, "\r\n") + 2)
        if (strncasecmp(line, "content-length:", 15) == 0)
            body = strtoul(line + 15, NULL, 10);
    total = (size_t)(end - buffer) + 4 + body;
    return len >= total ? total : 0;
}

/* The id that is asked about, or a new one. */
static long long id_for(const char *request)
{
    const char *asked = strstr(request, "\"invoice_id\":");
    return asked ? strtoll(asked + 13, NULL, 10) : atomic_fetch_add(&last_id, 1);
}

static void *serve(void *argument)
{
    int s = (int)(intptr_t)argument;
    SSL *ssl = SSL_new(context);
    char buffer[16384], answer[2048];
    size_t len = 0, used;
    int answer_len;
    SSL_set_fd(ssl, s);
    if (SSL_accept(ssl) == 1) {
        for (;;) {
            int n = SSL_read(ssl, buffer + len, (int)(sizeof buffer - 1 - len));
            if (n <= 0)
                break;
            len += (size_t)n;
            buffer[len] = '\0';
            while ((used = whole_request(buffer, len)) > 0) {
                answer_len = snprintf(answer, sizeof answer, form, id_for(buffer));
                memmove(buffer, buffer + used, len - used + 1);
                len -= used;
                if (SSL_write(ssl, answer, answer_len) != answer_len)
                    break;
            }
            if (len == sizeof buffer - 1)
                break;
        }
        SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    close(s);
    return NULL;
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = { 0 };
    socklen_t address_len = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    FILE *file;
    if (argc != 4) {
        fprintf(stderr, "usage: %s CERTIFICATE KEY PORT_FILE\n", argv[0]);
        return 2;
    }
    signal(SIGPIPE, SIG_IGN);
    context = SSL_CTX_new(TLS_server_method());
    if (!context || SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) != 1
        || SSL_CTX_use_certificate_chain_file(context, argv[1]) != 1
        || SSL_CTX_use_PrivateKey_file(context, argv[2], SSL_FILETYPE_PEM) != 1) {
        fprintf(stderr, "the certificate or its key cannot be used\n");
        return 1;
    }
    snprintf(form, sizeof form, "HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\n"
        "Content-Length: %zu\r\nConnection: keep-alive\r\n\r\n%s", sizeof BODY - 1 - strlen("%010lld") + 10, BODY);
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 64) != 0
        || getsockname(listener, (struct sockaddr *)&address, &address_len) != 0) {
        perror("server");
        return 1;
    }
    file = fopen(argv[3], "w");
    if (!file || fprintf(file, "%d\n", ntohs(address.sin_port)) < 0 || fclose(file) != 0) {
        perror(argv[3]);
        return 1;
    }
    for (;;) {
        int s = accept(listener, NULL, NULL);
        pthread_t thread;
        if (s < 0)
            continue;
        setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (pthread_create(&thread, NULL, serve, (void *)(intptr_t)s) == 0)
            pthread_detach(thread);
        else
            close(s);
    }
}

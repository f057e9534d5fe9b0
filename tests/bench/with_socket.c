/* The floor: the same bytes over a bare OpenSSL connection. Nothing is signed, composed or parsed; the answer is only
 * read to its end. */
#include "bench.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char BODY[] = "{\"order_id\":\"bench-00000000\",\"merchant_id\":" MERCHANT_ID ",\"amount\":10.50,"
    "\"description\":\"Ticket\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}";

static const struct bench *settings;
static SSL_CTX *context;

struct connection {
    SSL *ssl;
    int socket;
    char request[2048];
    int request_len;
};

int client_call(void *self, const char *order_id)
{
    struct connection *connection = self;
    char answer[4096];
    int len = 0, whole = 0;
    (void)order_id;
    if (SSL_write(connection->ssl, connection->request, connection->request_len) != connection->request_len)
        return 1;
    while (!whole) {
        int n = SSL_read(connection->ssl, answer + len, (int)sizeof answer - 1 - len);
        const char *end;
        const char *length;
        if (n <= 0)
            return 1;
        len += n;
        answer[len] = '\0';
        end = strstr(answer, "\r\n\r\n");
        length = strstr(answer, "Content-Length: ");
        whole = end && length && answer + len >= end + 4 + atol(length + 16);
    }
    return 0;
}

int client_start(const struct bench *bench)
{
    settings = bench;
    context = SSL_CTX_new(TLS_client_method());
    if (!context || SSL_CTX_load_verify_locations(context, bench->ca_file, NULL) != 1)
        return 1;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    return 0;
}

void *client_open(void)
{
    struct connection *connection = calloc(1, sizeof *connection);
    struct sockaddr_in address = { 0 };
    int one = 1;
    char signature[226];
    if (!connection)
        return NULL;
    memset(signature, 'a', sizeof signature - 1);       /* as long as a real one */
    signature[sizeof signature - 1] = '\0';
    connection->request_len = snprintf(connection->request, sizeof connection->request,
        "POST " PATH " HTTP/1.1\r\nHost: localhost:%d\r\nAccept: */*\r\nContent-Type: application/json\r\n"
        "X-JWS-Signature: %s\r\nContent-Length: %zu\r\n\r\n%s", settings->port, signature, sizeof BODY - 1, BODY);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)settings->port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->socket = socket(AF_INET, SOCK_STREAM, 0);
    connection->ssl = SSL_new(context);
    if (!connection->ssl || connect(connection->socket, (struct sockaddr *)&address, sizeof address) != 0)
        return NULL;
    setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL_set_fd(connection->ssl, connection->socket);
    SSL_set_tlsext_host_name(connection->ssl, "localhost");
    SSL_set1_host(connection->ssl, "localhost");
    return SSL_connect(connection->ssl) == 1 ? connection : NULL;
}

void client_close(void *self)
{
    struct connection *connection = self;
    SSL_shutdown(connection->ssl);
    SSL_free(connection->ssl);
    close(connection->socket);
    free(connection);
}

void client_end(void)
{
    SSL_CTX_free(context);
}

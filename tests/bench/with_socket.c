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

struct connection {
    SSL *ssl;
    char request[2048];
    int request_len;
};

static int exchange(void *self, const char *order_id)
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

int main(int argc, char **argv)
{
    struct bench bench = bench_arguments(argc, argv);
    static struct connection connection;
    struct sockaddr_in address = { 0 };
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1, code;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    char signature[226];
    memset(signature, 'a', sizeof signature - 1);       /* as long as a real one */
    signature[sizeof signature - 1] = '\0';
    connection.request_len = snprintf(connection.request, sizeof connection.request,
        "POST " PATH " HTTP/1.1\r\nHost: localhost:%d\r\nAccept: */*\r\nContent-Type: application/json\r\n"
        "X-JWS-Signature: %s\r\nContent-Length: %zu\r\n\r\n%s", bench.port, signature, sizeof BODY - 1, BODY);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)bench.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!context || SSL_CTX_load_verify_locations(context, bench.ca_file, NULL) != 1)
        return 1;
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    connection.ssl = SSL_new(context);
    if (!connection.ssl || connect(s, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    SSL_set_fd(connection.ssl, s);
    SSL_set_tlsext_host_name(connection.ssl, "localhost");
    SSL_set1_host(connection.ssl, "localhost");
    if (SSL_connect(connection.ssl) != 1)
        return 1;
    code = bench_run(&bench, exchange, &connection);
    SSL_shutdown(connection.ssl);
    SSL_free(connection.ssl);
    SSL_CTX_free(context);
    close(s);
    return code;
}

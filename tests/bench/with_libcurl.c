/* The same invoice by hand, as a C programmer would do it without the library: libcurl, libxml2 and OpenSSL's HMAC. With
 * MULTIPART defined as the form of the page on Init, which nobody signs; else as signed JSON. */
#include "bench.h"

#include <curl/curl.h>
#include <libxml/parser.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct bench *settings;

/* One handle a thread: a handle must not be shared. */
struct client {
    CURL *curl;
    char url[128];
    char answer[1 << 16];
    size_t answer_len;
};

static size_t keep(char *data, size_t size, size_t count, void *userdata)
{
    struct client *client = userdata;
    size_t len = size * count;
    if (client->answer_len + len > sizeof client->answer)
        return 0;
    memcpy(client->answer + client->answer_len, data, len);
    client->answer_len += len;
    return len;
}

/* The text of the child of that name, to be freed with xmlFree; NULL when there is none. */
static char *child(xmlNode *parent, const char *name)
{
    xmlNode *node;
    for (node = parent ? parent->children : NULL; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
            return (char *)xmlNodeGetContent(node);
    return NULL;
}

static xmlNode *child_element(xmlNode *parent, const char *name)
{
    xmlNode *node;
    for (node = parent ? parent->children : NULL; node; node = node->next)
        if (node->type == XML_ELEMENT_NODE && strcmp((const char *)node->name, name) == 0)
            return node;
    return NULL;
}

/* Reads the id, the state and the link of the payer; 0 when all three are there. */
static int read_answer(const struct client *client)
{
    xmlDoc *document = xmlReadMemory(client->answer, (int)client->answer_len, NULL, NULL,
        XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    xmlNode *root = document ? xmlDocGetRootElement(document) : NULL;
    char *status = child(root, "status"), *state = child(root, "invoice_status"), *id = child(root, "invoice_id");
    char *qr = child(child_element(root, "invoice_methods"), "qr");
    unsigned char link[1024];
    int len = qr && strlen(qr) < 1024 ? EVP_DecodeBlock(link, (const unsigned char *)qr, (int)strlen(qr)) : 0;
    int ok = status && strcmp(status, "ok") == 0 && state && strcmp(state, "new") == 0 && id && strtoll(id, NULL, 10) > 0
        && len > 4 && memcmp(link, "http", 4) == 0;
    xmlFree(status);
    xmlFree(state);
    xmlFree(id);
    xmlFree(qr);
    xmlFreeDoc(document);
    return !ok;
}

#ifdef MULTIPART

static void part(curl_mime *form, const char *name, const char *value)
{
    curl_mimepart *added = curl_mime_addpart(form);
    curl_mime_name(added, name);
    curl_mime_data(added, value, CURL_ZERO_TERMINATED);
}

static CURLcode post(struct client *client, const char *order_id)
{
    curl_mime *form = curl_mime_init(client->curl);
    CURLcode code;
    part(form, "order_id", order_id);
    part(form, "merchant_id", MERCHANT_ID);
    part(form, "amount", "10.50");
    part(form, "description", "Ticket");
    part(form, "invoice_method", "qr");
    part(form, "currency", "KZT");
    curl_easy_setopt(client->curl, CURLOPT_MIMEPOST, form);
    code = curl_easy_perform(client->curl);
    curl_mime_free(form);
    return code;
}

#else

/* base64url without padding; gives the length. */
static size_t base64url(const unsigned char *bytes, size_t len, char *out)
{
    int n = EVP_EncodeBlock((unsigned char *)out, bytes, (int)len);
    char *c;
    while (n > 0 && out[n - 1] == '=')
        n--;
    out[n] = '\0';
    for (c = out; *c; c++)
        *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
    return (size_t)n;
}

/* The detached JWS of the body, HS512. */
static void sign(const char *body, size_t body_len, char *out, size_t room)
{
    static const char header[] = "{\"uri\":\"" PATH "\",\"merchant_id\":\"" MERCHANT_ID
        "\",\"method\":\"POST\",\"params\":\"\",\"alg\":\"HS512\"}";
    char encoded[256], input[4096], mac_text[128];
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned mac_len = 0;
    size_t len = base64url((const unsigned char *)header, sizeof header - 1, encoded);
    memcpy(input, encoded, len);
    input[len] = '.';
    len += 1 + base64url((const unsigned char *)body, body_len, input + len + 1);
    HMAC(EVP_sha512(), SECRET_KEY, sizeof SECRET_KEY - 1, (const unsigned char *)input, len, mac, &mac_len);
    base64url(mac, mac_len, mac_text);
    snprintf(out, room, "X-JWS-Signature: %s..%s", encoded, mac_text);
}

static CURLcode post(struct client *client, const char *order_id)
{
    char body[512], signature[512];
    struct curl_slist *headers = NULL;
    CURLcode code;
    int len = snprintf(body, sizeof body, "{\"order_id\":\"%s\",\"merchant_id\":" MERCHANT_ID ",\"amount\":10.50,"
        "\"description\":\"Ticket\",\"invoice_method\":\"qr\",\"currency\":\"KZT\"}", order_id);
    sign(body, (size_t)len, signature, sizeof signature);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    headers = curl_slist_append(headers, signature);
    curl_easy_setopt(client->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(client->curl, CURLOPT_POSTFIELDSIZE, (long)len);
    code = curl_easy_perform(client->curl);
    curl_slist_free_all(headers);
    return code;
}

#endif

int client_call(void *self, const char *order_id)
{
    struct client *client = self;
    long http_status = 0;
    CURLcode code;
    client->answer_len = 0;
    code = post(client, order_id);
    curl_easy_getinfo(client->curl, CURLINFO_RESPONSE_CODE, &http_status);
    if (code != CURLE_OK || http_status != 200) {
        fprintf(stderr, "libcurl: %s, HTTP status %ld\n", curl_easy_strerror(code), http_status);
        return 1;
    }
    return read_answer(client);
}

int client_start(const struct bench *bench)
{
    settings = bench;
    xmlInitParser();
    return curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK;
}

void *client_open(void)
{
    struct client *client = calloc(1, sizeof *client);
    if (!client || !(client->curl = curl_easy_init()))
        return NULL;
    snprintf(client->url, sizeof client->url, "https://localhost:%d" PATH, settings->port);
    curl_easy_setopt(client->curl, CURLOPT_URL, client->url);
    curl_easy_setopt(client->curl, CURLOPT_CAINFO, settings->ca_file);
    curl_easy_setopt(client->curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(client->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(client->curl, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
    curl_easy_setopt(client->curl, CURLOPT_TIMEOUT_MS, 30000L);
    curl_easy_setopt(client->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(client->curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(client->curl, CURLOPT_WRITEDATA, client);
    return client;
}

void client_close(void *self)
{
    struct client *client = self;
    curl_easy_cleanup(client->curl);
    free(client);
}

void client_end(void)
{
    curl_global_cleanup();
    xmlCleanupParser();
}

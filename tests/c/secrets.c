/* Keys are gone with the last handle that holds them: no copy is left in the memory of the process, neither in what was freed
 * nor on the stack. It is looked for in the whole of the process, as a core file would have it. */
#define _GNU_SOURCE
#include "support/check.h"
#include "support/sandbox.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A key as this program keeps it: no byte of it is the key's, so that the search finds only what the library left. */
#define MASK 0x15
#define KEY_LEN 32
#define PART 12
static const char hidden_secret[] = "d`rBTS~spwTYa'Lqe_^lfOx&rgzw!G'g";
static const char hidden_payout[] = "'f{y`aD#B  -ls ZbFo]dxdSfs&#Y!`t";

/* Writes the key where it is only for as long as it is needed. */
static void uncover(char key[KEY_LEN + 1], const char *hidden)
{
    size_t i;
    for (i = 0; i < KEY_LEN; i++)
        key[i] = (char)(hidden[i] ^ MASK);
    key[KEY_LEN] = '\0';
}

static void cover(char key[KEY_LEN + 1])
{
    volatile char *each = key;
    size_t i;
    for (i = 0; i <= KEY_LEN; i++)
        each[i] = 0;
}

/* How often PART characters of the key stand anywhere in the process, whichever part of it. */
static int copies_of(const char *hidden)
{
    static char block[1 << 16];
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY), found = 0;
    char line[600];
    if (!maps || memory < 0)
        return -1;
    while (fgets(line, sizeof line, maps)) {
        unsigned long start, end, at;
        char mode[5];
        if (sscanf(line, "%lx-%lx %4s", &start, &end, mode) != 3 || mode[0] != 'r' || mode[1] != 'w')
            continue;
        for (at = start; at < end; at += sizeof block - PART) {
            ssize_t len = pread(memory, block, end - at < sizeof block ? end - at : sizeof block, (off_t)at), i;
            for (i = 0; i + PART <= len; i++) {
                size_t first, same;
                const char *place = (const char *)at + i;
                if (place >= block - PART && place < block + sizeof block)
                    continue; /* what was read of elsewhere */
                for (first = 0; first + PART <= KEY_LEN; first += PART) {
                    for (same = 0; same < PART && block[i + (ssize_t)same] == (hidden[first + same] ^ MASK); same++)
                        ;
                    if (same == PART) {
                        found++;
                        printf("  a copy at %p in %s", (const void *)place, line);
                    }
                }
            }
        }
    }
    memset(block, 0, sizeof block);
    close(memory);
    fclose(maps);
    return found;
}

static fp_client *client_with_keys(void)
{
    char key[KEY_LEN + 1];
    fp_config *config = fp_config_new();
    fp_client *client;
    fp_config_set_base_url(config, sandbox_url());
    fp_config_set_merchant_id(config, SANDBOX_MERCHANT);
    uncover(key, hidden_secret);
    CHECK_INT(fp_config_set_secret_key(config, key), FP_OK);
    uncover(key, hidden_payout);
    CHECK_INT(fp_config_set_payout_key(config, key), FP_OK);
    cover(key);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

/* Every way in which a key signs or verifies. The gateway has other keys and refuses all of it. */
static void use(const fp_client *client)
{
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10.50", "Ticket");
    static const char form[] = "pg_order_id=1&pg_payment_id=1&pg_result=1&pg_salt=s&pg_sig=0123456789abcdef0123456789abcdef";
    fp_callback *callback;
    fp_result_free(fp_invoice_init(client, request));
    fp_result_free(fp_invoice_status(client, 1));
    fp_result_free(fp_payment_status(client, 1));
    fp_result_free(fp_payment_refund(client, 1, "1", "key"));
    fp_result_free(fp_payout_balance(client));
    callback = fp_callback_parse(client, "/result", "application/x-www-form-urlencoded", (const uint8_t *)form, sizeof form - 1);
    CHECK_INT(fp_callback_code(callback), FP_ERR_SIGNATURE);
    fp_callback_free(callback);
    fp_invoice_request_free(request);
}

int main(void)
{
    fp_client *client = client_with_keys();
    use(client);
    /* The search can find: both keys are there as long as the client is. */
    printf("with a client:\n");
    CHECK(copies_of(hidden_secret) > 0);
    CHECK(copies_of(hidden_payout) > 0);
    fp_client_free(client);
    printf("without:\n");
    CHECK_INT(copies_of(hidden_secret), 0);
    CHECK_INT(copies_of(hidden_payout), 0);
    return check_end();
}

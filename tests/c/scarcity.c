/* The machine has nothing left: no descriptor, no thread, no room on the disk, no memory for what is large because of what a
 * gateway sent. Each is a code that says what happened to the order; none ends the host, and all is well afterwards.
 *
 * What is scarce is so for the main thread alone, by functions of the C library that stand here in front of its own. Valgrind
 * puts its own allocator in front of all of them, so that memory is not scarce under it. */
#define _GNU_SOURCE
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what is scarce ---------------------------------------------------------------------------------------------- */

static _Thread_local int no_threads, disk_is_full;
/* Allocations from this size on fail; 0: none. And how many did. */
static _Thread_local size_t too_large;
static _Thread_local int refused_allocations;

/* The function of the C library behind one of this program's. */
static void *behind(const char *name)
{
    void *function = dlsym(RTLD_NEXT, name);
    if (!function)
        _exit(98);
    return function;
}

static int is_too_large(size_t size)
{
    if (too_large == 0 || size < too_large)
        return 0;
    refused_allocations++;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    static void *(*next)(size_t);
    if (!next)
        *(void **)&next = behind("malloc");
    return is_too_large(size) ? NULL : next(size);
}

void *realloc(void *old, size_t size)
{
    static void *(*next)(void *, size_t);
    if (!next)
        *(void **)&next = behind("realloc");
    return is_too_large(size) ? NULL : next(old, size);
}

/* dlsym itself may want one before it can be asked for the real one. */
void *calloc(size_t count, size_t size)
{
    static void *(*next)(size_t, size_t);
    static int asking;
    static char early[4096];
    static size_t used;
    if (!next && !asking) {
        asking = 1;
        *(void **)&next = behind("calloc");
        asking = 0;
    }
    if (!next) {
        void *place = early + used;
        used += (count * size + 15) / 16 * 16;
        return used <= sizeof early ? place : NULL;
    }
    return is_too_large(count * size) ? NULL : next(count, size);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument)
{
    static int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    if (!next)
        *(void **)&next = behind("pthread_create");
    return no_threads ? EAGAIN : next(thread, attributes, body, argument);
}

/* Only files fill a disk; sockets and pipes go on. */
static int does_not_fit(int file)
{
    struct stat about;
    if (!disk_is_full || fstat(file, &about) != 0 || !S_ISREG(about.st_mode))
        return 0;
    errno = ENOSPC;
    return 1;
}

ssize_t write(int file, const void *bytes, size_t len)
{
    static ssize_t (*next)(int, const void *, size_t);
    if (!next)
        *(void **)&next = behind("write");
    return does_not_fit(file) ? -1 : next(file, bytes, len);
}

ssize_t pwrite64(int file, const void *bytes, size_t len, off64_t place)
{
    static ssize_t (*next)(int, const void *, size_t, off64_t);
    if (!next)
        *(void **)&next = behind("pwrite64");
    return does_not_fit(file) ? -1 : next(file, bytes, len, place);
}

/* No new descriptor from now on; the answer is for `descriptors_again`. */
static rlim_t no_descriptors(void)
{
    struct rlimit limit;
    rlim_t before;
    int next = dup(0);
    CHECK(next >= 0 && close(next) == 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0);
    before = limit.rlim_cur;
    limit.rlim_cur = (rlim_t)next;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0 && dup(0) == -1);
    return before;
}

static void descriptors_again(rlim_t before)
{
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = before;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* ---- what happens then ------------------------------------------------------------------------------------------- */

static fp_result *init_order(const fp_client *client, const char *order)
{
    fp_invoice_request *request = fp_invoice_request_new(order, "10.50", "Ticket");
    fp_result *result = fp_invoice_init(client, request);
    fp_invoice_request_free(request);
    return result;
}

/* The order ended with this code and was certainly not sent. */
static void not_sent(fp_result *result, int32_t code)
{
    if (!CHECK_INT(fp_result_code(result), code))
        printf("  %s\n", fp_result_message(result));
    CHECK_INT(fp_result_sent(result), FP_SENT_NO);
    CHECK(fp_result_message(result) != NULL && *fp_result_message(result) != '\0');
    fp_result_free(result);
}

static char journal[200];

static fp_client *client_with_journal(fp_log_fn log)
{
    fp_config *config = sandbox_config();
    fp_client *client;
    CHECK_INT(fp_config_set_journal(config, journal), FP_OK);
    if (log)
        CHECK_INT(fp_config_set_log(config, log, NULL), FP_OK);
    client = fp_client_new(config);
    fp_config_free(config);
    return client;
}

static void without_descriptors_nothing_is_sent(void)
{
    const char *order = new_order(), *kept = new_order();
    fp_client *bare = sandbox_client(), *named = sandbox_client_by_name(), *keeping = client_with_journal(NULL);
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10.50", "Ticket");
    char *record = sandbox_record(), *record_after;
    rlim_t before = no_descriptors();
    fp_task *task;
    not_sent(init_order(bare, order), FP_ERR_NOT_SENT);
    not_sent(init_order(named, order), FP_ERR_NOT_SENT);
    not_sent(init_order(keeping, kept), FP_ERR_JOURNAL);
    not_sent(fp_client_check(keeping), FP_ERR_JOURNAL);
    task = fp_task_invoice_init(bare, request);
    CHECK_INT(fp_task_join(task, 60000), FP_OK);
    CHECK_INT(fp_task_fd(task), -1);
    not_sent(fp_task_take(task), FP_ERR_NOT_SENT);
    fp_task_free(task);
    descriptors_again(before);

    record_after = sandbox_record();
    CHECK(record && record_after && strcmp(record, record_after) == 0);
    free(record);
    free(record_after);
    CHECK(invoice_of(init_order(bare, order)) > 0);
    CHECK(invoice_of(init_order(named, new_order())) > 0);
    CHECK(invoice_of(init_order(keeping, kept)) > 0);
    fp_invoice_request_free(request);
    fp_client_free(bare);
    fp_client_free(named);
    fp_client_free(keeping);
}

static void without_threads_nothing_is_sent(void)
{
    fp_client *named = sandbox_client_by_name();
    fp_invoice_request *request = fp_invoice_request_new(new_order(), "10.50", "Ticket");
    fp_result *result;
    fp_task *task;
    no_threads = 1;
    not_sent(init_order(named, new_order()), FP_ERR_NOT_SENT);
    task = fp_task_invoice_init(named, request);
    CHECK_INT(fp_task_done(task), 1);
    result = fp_task_take(task);
    CHECK_INT(fp_result_advice(result), FP_ADVICE_RETRY);
    not_sent(result, FP_ERR_INTERNAL);
    fp_task_free(task);
    no_threads = 0;
    CHECK(invoice_of(init_order(named, new_order())) > 0);
    fp_invoice_request_free(request);
    fp_client_free(named);
}

/* Nothing more fits on the disk once the gateway has answered: the end of the exchange is logged before it is kept. */
static void fill_the_disk(void *userdata, int32_t level, const char *message)
{
    (void)userdata;
    if (level == FP_LOG_INFO && strstr(message, "invoice/init: ok"))
        disk_is_full = 1;
}

static void on_a_full_disk_nothing_is_sent_and_no_answer_is_lost(void)
{
    const char *order = new_order();
    fp_client *client = client_with_journal(NULL), *filling = client_with_journal(fill_the_disk);
    char *record = sandbox_record(), *record_after;
    fp_result *result;
    int64_t invoice;
    disk_is_full = 1;
    result = init_order(client, order);
    CHECK_PART(fp_result_message(result), "full");
    not_sent(result, FP_ERR_JOURNAL);
    disk_is_full = 0;
    record_after = sandbox_record();
    CHECK(record && record_after && strcmp(record, record_after) == 0);
    free(record);
    free(record_after);

    result = init_order(filling, order);
    CHECK_INT(disk_is_full, 1);
    CHECK_INT(fp_result_code(result), FP_OK);
    invoice = fp_result_invoice_id(result);
    CHECK(invoice > 0);
    fp_result_free(result);
    disk_is_full = 0;

    /* The journal has the attempt and not its end, so the gateway is asked: there is one invoice. */
    result = init_order(client, order);
    CHECK_INT(fp_result_code(result), FP_OK);
    CHECK_INT(fp_result_invoice_id(result), invoice);
    fp_result_free(result);
    fp_client_free(client);
    fp_client_free(filling);
}

/* ---- memory ------------------------------------------------------------------------------------------------------ */

#define FILL (900 * 1024)
#define QUIET "\"status\":\"ok\",\"invoice_status\":\"new\",\"invoice_id\":77"

/* An answer of FILL bytes: one long value, or as many fields as there are. */
static char *long_answer(int is_json, int has_many)
{
    static const char *const fields[2][2] = { { "<a>1</a>", "x" }, { ",\"a\":1", "x" } };
    char *answer = malloc(FILL + 1000);
    size_t len, end = has_many ? FILL / 8 : FILL;
    if (!answer)
        return NULL;
    strcpy(answer, is_json ? "{" QUIET : "<r><status>ok</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id>");
    if (!has_many)
        strcat(answer, is_json ? ",\"x\":\"" : "<x>");
    for (len = strlen(answer); len < end;) {
        const char *part = fields[is_json][has_many ? 0 : 1];
        memcpy(answer + len, part, strlen(part));
        len += strlen(part);
    }
    answer[len] = '\0';
    if (!has_many)
        strcat(answer, is_json ? "\"" : "</x>");
    strcat(answer, is_json ? "}" : "</r>");
    return answer;
}

/* A picture of tests/qr/pictures as the answer's code. */
static char *picture_answer(const char *name)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static unsigned char bytes[512 * 1024];
    char path[1000], *answer = malloc(sizeof bytes * 2), *out;
    size_t len = 0, i;
    FILE *file;
    snprintf(path, sizeof path, "%.*s/../qr/pictures/%s", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, name);
    file = fopen(path, "rb");
    if (file) {
        len = fread(bytes, 1, sizeof bytes - 3, file);
        fclose(file);
    }
    CHECK(len > 0);
    if (!answer)
        return NULL;
    out = answer + sprintf(answer, "{" QUIET ",\"invoice_methods\":{\"qr\":\"");
    for (i = 0; i < len; i += 3) {
        unsigned three = (unsigned)bytes[i] << 16 | (unsigned)bytes[i + 1] << 8 | bytes[i + 2];
        *out++ = digits[three >> 18];
        *out++ = digits[three >> 12 & 63];
        *out++ = digits[three >> 6 & 63];
        *out++ = digits[three & 63];
    }
    strcpy(out, "\"}}");
    return answer;
}

/* One order, with no memory for what is as large as that. The host lives, and nothing is called refused or not sent. */
static int order_without_memory(const char *answer, size_t from, int is_picture)
{
    const char *answers[1];
    canned *gateway;
    fp_config *config = sandbox_config();
    fp_client *client;
    fp_result *result;
    int refused;
    answers[0] = answer;
    gateway = canned_start(answers, 1);
    fp_config_set_base_url(config, canned_url(gateway));
    client = fp_client_new(config);
    fp_config_free(config);
    refused_allocations = 0;
    too_large = from;
    result = init_order(client, new_order());
    too_large = 0;
    refused = refused_allocations;
    if (fp_result_code(result) != FP_OK) {
        CHECK(!is_picture);
        CHECK(fp_result_code(result) == FP_ERR_ANSWER || fp_result_code(result) == FP_ERR_UNKNOWN);
        CHECK_PART(fp_result_message(result), "memory");
        CHECK(fp_result_sent(result) != FP_SENT_NO);
    } else {
        CHECK_INT(fp_result_invoice_id(result), 77);
    }
    fp_result_free(result);
    CHECK_INT(canned_count(gateway), 1);
    fp_client_free(client);
    canned_stop(gateway);
    return refused;
}

static void without_memory_for_a_large_answer_its_order_is_unknown(void)
{
    static const struct { const char *name; int is_json, has_many; const char *picture; } answers[] = {
        { "a long XML", 0, 0, NULL }, { "a long JSON", 1, 0, NULL },
        { "an XML of many fields", 0, 1, NULL }, { "a JSON of many fields", 1, 1, NULL },
        { "a large PNG", 0, 0, "large.png" }, { "a large JPEG", 0, 0, "large.jpg" },
    };
    static const size_t sizes[] = { (size_t)1 << 17, (size_t)1 << 20, (size_t)1 << 23 };
    size_t i, j;
    for (i = 0; i < sizeof answers / sizeof answers[0]; i++) {
        char *answer = answers[i].picture ? picture_answer(answers[i].picture) : long_answer(answers[i].is_json, answers[i].has_many);
        int refused = 0;
        check_about(answers[i].name);
        for (j = 0; j < sizeof sizes / sizeof sizes[0]; j++)
            refused += order_without_memory(answer, sizes[j], answers[i].picture != NULL);
        CHECK(refused > 0);
        CHECK_INT(order_without_memory(answer, 0, 0), 0);
        free(answer);
    }
    check_about("");
}

int main(void)
{
    const char *folder = getenv("TMPDIR");
    snprintf(journal, sizeof journal, "%s/freedompay-scarcity-%ld", folder ? folder : "/tmp", (long)getpid());
    without_descriptors_nothing_is_sent();
    without_threads_nothing_is_sent();
    on_a_full_disk_nothing_is_sent_and_no_answer_is_lost();
    if (!getenv("LD_PRELOAD") || !strstr(getenv("LD_PRELOAD"), "vgpreload"))
        without_memory_for_a_large_answer_its_order_is_unknown();
    {
        static const char *const ends[] = { "", "-wal", "-shm" };
        char path[300];
        size_t i;
        for (i = 0; i < sizeof ends / sizeof ends[0]; i++) {
            snprintf(path, sizeof path, "%s%s", journal, ends[i]);
            remove(path);
        }
    }
    return check_end();
}

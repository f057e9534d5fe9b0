/* The library as a plug-in: loaded and unloaded a thousand times, in two copies at once, and without a thread of its own until
 * one is needed. Not linked with the library: FREEDOMPAY_LIBRARY names it. */
#include "support.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOADS = 1000, SIDE_BY_SIDE = 200 };

struct library {
    void *handle;
    fp_config *(*config_new)(void);
    void (*config_free)(fp_config *);
    int32_t (*set_merchant_id)(fp_config *, int64_t);
    int32_t (*set_secret_key)(fp_config *, const char *);
    int32_t (*set_base_url)(fp_config *, const char *);
    int32_t (*set_journal)(fp_config *, const char *);
    int32_t (*set_poll_interval_ms)(fp_config *, int64_t);
    fp_client *(*client_new)(const fp_config *);
    void (*client_free)(fp_client *);
    fp_invoice_request *(*request_new)(const char *, const char *, const char *);
    void (*request_free)(fp_invoice_request *);
    fp_result *(*init)(const fp_client *, const fp_invoice_request *);
    fp_result *(*wait)(const fp_client *, int64_t, int64_t, fp_progress_fn, void *);
    fp_task *(*task_wait)(const fp_client *, int64_t, int64_t);
    void (*task_free)(fp_task *);
    int32_t (*code)(const fp_result *);
    int64_t (*invoice_id)(const fp_result *);
    const char *(*order_id)(const fp_result *);
    void (*result_free)(fp_result *);
};

/* ISO C has no cast from an object pointer to a function pointer; POSIX has this. */
static int find(void *handle, const char *name, void *place)
{
    void *symbol = dlsym(handle, name);
    memcpy(place, &symbol, sizeof symbol);
    return symbol != NULL;
}

static int load(struct library *l, const char *path)
{
    l->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!l->handle) {
        printf("%s\n", dlerror());
        return 0;
    }
    return find(l->handle, "fp_config_new", &l->config_new) && find(l->handle, "fp_config_free", &l->config_free)
        && find(l->handle, "fp_config_set_merchant_id", &l->set_merchant_id)
        && find(l->handle, "fp_config_set_secret_key", &l->set_secret_key)
        && find(l->handle, "fp_config_set_base_url", &l->set_base_url)
        && find(l->handle, "fp_config_set_journal", &l->set_journal)
        && find(l->handle, "fp_config_set_poll_interval_ms", &l->set_poll_interval_ms)
        && find(l->handle, "fp_client_new", &l->client_new) && find(l->handle, "fp_client_free", &l->client_free)
        && find(l->handle, "fp_invoice_request_new", &l->request_new)
        && find(l->handle, "fp_invoice_request_free", &l->request_free) && find(l->handle, "fp_invoice_init", &l->init)
        && find(l->handle, "fp_invoice_wait", &l->wait) && find(l->handle, "fp_task_invoice_wait", &l->task_wait)
        && find(l->handle, "fp_task_free", &l->task_free) && find(l->handle, "fp_result_code", &l->code)
        && find(l->handle, "fp_result_invoice_id", &l->invoice_id) && find(l->handle, "fp_result_order_id", &l->order_id)
        && find(l->handle, "fp_result_free", &l->result_free);
}

static fp_client *client_of(const struct library *l, const char *url, const char *journal)
{
    fp_config *config = l->config_new();
    fp_client *client;
    l->set_merchant_id(config, 123456);
    l->set_secret_key(config, "sandbox-secret-key");
    l->set_base_url(config, url);
    l->set_poll_interval_ms(config, 20);
    if (journal)
        l->set_journal(config, journal);
    client = l->client_new(config);
    l->config_free(config);
    return client;
}

/* The invoice's id when the answer is about the order that was asked for, else minus the code. */
static int64_t sell(const struct library *l, const fp_client *client, const char *prefix)
{
    char order[64];
    fp_invoice_request *request = l->request_new(new_order(order, prefix), "10", "Ticket");
    fp_result *result = l->init(client, request);
    int32_t code = l->code(result);
    int64_t id = code == FP_OK && strcmp(l->order_id(result), order) == 0 ? l->invoice_id(result) : -(int64_t)code;
    l->result_free(result);
    l->request_free(request);
    return id;
}

static const char *library_path(void)
{
    const char *path = getenv("FREEDOMPAY_LIBRARY");
    if (!path) {
        printf("FREEDOMPAY_LIBRARY must name the library\n0 passed, 1 failed\n");
        exit(1);
    }
    return path;
}

/* Must come first: the library has not been in this process yet. */
static void no_thread_is_started_before_it_is_needed(void);

static struct library counted;
static int most_threads;

static int32_t count_threads(void *userdata, const fp_result *latest)
{
    int now = thread_count();
    (void)userdata;
    (void)latest;
    if (now > most_threads)
        most_threads = now;
    return 0;
}

static void no_thread_is_started_before_it_is_needed(void)
{
    fp_client *client, *by_name;
    fp_result *result;
    fp_task *task;
    int64_t id;
    CHECK_INT(thread_count(), 1);
    if (!CHECK(load(&counted, library_path())))
        return;
    CHECK_INT(thread_count(), 1);
    client = client_of(&counted, sandbox_url(), NULL);
    by_name = client_of(&counted, sandbox_url_by_name(), NULL);
    CHECK_INT(thread_count(), 1);
    /* To an address: none at all, in the middle of a call neither. */
    id = sell(&counted, client, "thread");
    CHECK(id > 0);
    CHECK_INT(thread_count(), 1);
    result = counted.wait(client, id, 100, count_threads, NULL);
    CHECK_INT(counted.code(result), FP_ERR_TIMEOUT);
    counted.result_free(result);
    CHECK_INT(most_threads, 1);
    /* To a name: one that ends with the system's answer. */
    CHECK(sell(&counted, by_name, "thread") > 0);
    CHECK(threads_become(1));
    /* And these checks can see one. */
    task = counted.task_wait(client, id, PATIENCE_S * 1000);
    CHECK_INT(thread_count(), 2);
    counted.task_free(task);
    CHECK(threads_become(1));
    counted.client_free(client);
    counted.client_free(by_name);
    CHECK_INT(dlclose(counted.handle), 0);
}

static void a_thousand_loads_leave_nothing_behind(void)
{
    int i, bad = 0, threads, descriptors;
    char file[300];
    own_file(file, "unload.journal");
    threads = thread_count();
    descriptors = descriptor_count();
    for (i = 0; i < LOADS && bad < 3; i++) {
        struct library l;
        fp_client *client;
        fp_task *task = NULL;
        int64_t id;
        if (!load(&l, library_path())) {
            bad++;
            break;
        }
        client = client_of(&l, i % 10 == 1 ? sandbox_url_by_name() : sandbox_url(), i % 10 == 2 ? file : NULL);
        id = sell(&l, client, "load");
        bad += id <= 0;
        if (i % 10 == 3)
            task = l.task_wait(client, id, PATIENCE_S * 1000);
        l.client_free(client);
        if (task)
            l.task_free(task);      /* given up; its thread may still be on its way out when the library goes */
        bad += dlclose(l.handle) != 0;
    }
    CHECK_INT(i, LOADS);
    CHECK_INT(bad, 0);
    CHECK(threads_become(threads));
    CHECK_INT(descriptor_count(), descriptors);
    CHECK_INT(sandbox_count("load-"), LOADS);
}

struct side {
    pthread_t thread;
    struct library library;
    fp_client *client;
    const char *prefix;
    int good;
};

static void *sells_all_the_time(void *argument)
{
    struct side *side = argument;
    int i;
    for (i = 0; i < SIDE_BY_SIDE; i++)
        side->good += sell(&side->library, side->client, side->prefix) > 0;
    return NULL;
}

static int copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb"), *out = fopen(to, "wb");
    static char bytes[1 << 16];
    size_t n;
    int ok = in && out;
    while (ok && (n = fread(bytes, 1, sizeof bytes, in)) > 0)
        ok = fwrite(bytes, 1, n, out) == n;
    return in && fclose(in) == 0 && out && fclose(out) == 0 && ok;
}

static void two_copies_work_side_by_side(void)
{
    static struct side sides[2];
    static const char *const names[2] = { "first.so", "second.so" }, *const prefixes[2] = { "first", "second" };
    char path[300], journal[300];
    int i, threads = thread_count();
    for (i = 0; i < 2; i++) {
        CHECK(copy(library_path(), own_file(path, names[i])));
        if (!CHECK(load(&sides[i].library, path)))
            return;
        sides[i].client = client_of(&sides[i].library, i ? sandbox_url_by_name() : sandbox_url(),
            own_file(journal, prefixes[i]));
        sides[i].prefix = prefixes[i];
    }
    CHECK(sides[0].library.init != sides[1].library.init);
    for (i = 0; i < 2; i++)
        CHECK(pthread_create(&sides[i].thread, NULL, sells_all_the_time, &sides[i]) == 0);
    for (i = 0; i < 2; i++)
        pthread_join(sides[i].thread, NULL);
    for (i = 0; i < 2; i++) {
        CHECK_INT(sides[i].good, SIDE_BY_SIDE);
        sides[i].library.client_free(sides[i].client);
    }
    /* One goes, the other stays. */
    CHECK_INT(dlclose(sides[0].library.handle), 0);
    sides[1].client = client_of(&sides[1].library, sandbox_url(), NULL);
    CHECK(sell(&sides[1].library, sides[1].client, "second") > 0);
    sides[1].library.client_free(sides[1].client);
    CHECK_INT(dlclose(sides[1].library.handle), 0);
    CHECK(threads_become(threads));
    CHECK_INT(sandbox_count("first-"), SIDE_BY_SIDE);
    CHECK_INT(sandbox_count("second-"), SIDE_BY_SIDE + 1);
}

int main(void)
{
    no_thread_is_started_before_it_is_needed();
    a_thousand_loads_leave_nothing_behind();
    two_copies_work_side_by_side();
    return check_end();
}

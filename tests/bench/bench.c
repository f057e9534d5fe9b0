/* The clock around the calls. Times come from the client's own process, processor time from all of its threads. */
#include "bench.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* One thread's share of the calls. */
struct lane {
    const struct bench *bench;
    pthread_t thread;
    long first, warm_up, calls;
    double *times;
    int failed;
};

static pthread_barrier_t start;

static double wall_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double cpu_us(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e6 + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int call(struct lane *lane, void *self, long number)
{
    char order_id[32];
    snprintf(order_id, sizeof order_id, "bench-%08ld", lane->first + number);
    if (client_call(self, order_id) == 0)
        return 0;
    fprintf(stderr, "call %ld failed\n", lane->first + number);
    lane->failed = 1;
    return 1;
}

static void *run(void *argument)
{
    struct lane *lane = argument;
    void *self = client_open();
    long i;
    lane->failed = !self;
    for (i = 0; i < lane->warm_up && !lane->failed; i++)
        call(lane, self, i);
    /* Once when everybody is warm, once when the clock runs. */
    pthread_barrier_wait(&start);
    pthread_barrier_wait(&start);
    for (i = 0; i < lane->calls && !lane->failed; i++) {
        double began = wall_us();
        call(lane, self, lane->warm_up + i);
        lane->times[i] = wall_us() - began;
    }
    if (self)
        client_close(self);
    return NULL;
}

/* A number of /proc/self/status, such as that of the threads or of the most memory so far. */
static long own(const char *what)
{
    char line[256];
    long number = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, what, strlen(what)) == 0)
            number = atol(line + strlen(what));
    if (status)
        fclose(status);
    return number;
}

int main(int argc, char **argv)
{
    struct bench bench = { 0 };
    struct lane *lanes;
    double *times, wall, cpu;
    long calls, threads_used;
    int i, failed = 0;
    if (argc < 5 || argc > 6 || atoi(argv[1]) <= 0 || atol(argv[4]) <= 0 || (argc == 6 && atoi(argv[5]) <= 0)) {
        fprintf(stderr, "usage: %s PORT CA_FILE WARM_UP CALLS [THREADS]\n", argv[0]);
        return 2;
    }
    bench.port = atoi(argv[1]);
    bench.ca_file = argv[2];
    bench.warm_up = atol(argv[3]);
    bench.threads = argc == 6 ? atoi(argv[5]) : 1;
    bench.calls = calls = atol(argv[4]) / bench.threads * bench.threads;
    lanes = calloc((size_t)bench.threads, sizeof *lanes);
    times = calloc((size_t)calls, sizeof *times);
    if (!lanes || !times || calls == 0 || client_start(&bench) != 0)
        return 1;
    pthread_barrier_init(&start, NULL, (unsigned)bench.threads + 1);
    for (i = 0; i < bench.threads; i++) {
        struct lane *lane = &lanes[i];
        lane->bench = &bench;
        lane->warm_up = bench.warm_up / bench.threads;
        lane->calls = calls / bench.threads;
        lane->first = i * (lane->warm_up + lane->calls);
        lane->times = times + i * lane->calls;
        if (pthread_create(&lane->thread, NULL, run, lane) != 0)
            return 1;
    }
    pthread_barrier_wait(&start);
    cpu = cpu_us();
    wall = wall_us();
    pthread_barrier_wait(&start);
    /* What the client itself has beside this thread and the lanes. */
    threads_used = own("Threads:") - 1 - bench.threads;
    for (i = 0; i < bench.threads; i++) {
        pthread_join(lanes[i].thread, NULL);
        failed |= lanes[i].failed;
    }
    wall = wall_us() - wall;
    cpu = cpu_us() - cpu;
    qsort(times, (size_t)calls, sizeof *times, ascending);
    if (!failed)
        printf("{\"p50_us\": %.1f, \"p99_us\": %.1f, \"cpu_us\": %.1f, \"calls_per_second\": %.0f, \"peak_kib\": %ld, "
               "\"own_threads\": %ld}\n",
            times[calls / 2], times[calls * 99 / 100], cpu / (double)calls, (double)calls * 1e6 / wall, own("VmHWM:"),
            threads_used);
    client_end();
    free(times);
    free(lanes);
    return failed;
}

/* The clock around the calls. Times come from the client's own process, processor time from all of its threads. */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct bench bench_arguments(int argc, char **argv)
{
    struct bench bench;
    if (argc != 5 || atoi(argv[1]) <= 0 || atol(argv[4]) <= 0) {
        fprintf(stderr, "usage: %s PORT CA_FILE WARM_UP CALLS\n", argv[0]);
        exit(2);
    }
    bench.port = atoi(argv[1]);
    bench.ca_file = argv[2];
    bench.warm_up = atol(argv[3]);
    bench.calls = atol(argv[4]);
    return bench;
}

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

int bench_run(const struct bench *bench, bench_call call, void *self)
{
    double *times = calloc((size_t)bench->calls, sizeof *times), cpu = 0, start;
    long i;
    char order_id[32];
    if (!times)
        return 1;
    for (i = -bench->warm_up; i < bench->calls; i++) {
        if (i == 0)
            cpu = cpu_us();
        snprintf(order_id, sizeof order_id, "bench-%08ld", i + bench->warm_up);
        start = wall_us();
        if (call(self, order_id) != 0) {
            fprintf(stderr, "call %ld failed\n", i + bench->warm_up);
            free(times);
            return 1;
        }
        if (i >= 0)
            times[i] = wall_us() - start;
    }
    cpu = cpu_us() - cpu;
    qsort(times, (size_t)bench->calls, sizeof *times, ascending);
    printf("%.1f %.1f %.1f\n", times[bench->calls / 2], times[bench->calls * 99 / 100], cpu / (double)bench->calls);
    free(times);
    return 0;
}

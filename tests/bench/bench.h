/* What the benchmark's clients share: how they are called, how calls are timed, and the bytes of one invoice. */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#define MERCHANT_ID "123456"
#define SECRET_KEY "bench-secret-key"
#define PATH "/v5/merchant/invoice/init"

/* CLIENT PORT CA_FILE WARM_UP CALLS */
struct bench {
    int port;
    const char *ca_file;
    long warm_up, calls;
};

/* Makes one invoice under the order id; 0 when its id, its state and its link were read, anything else ends the run. */
typedef int (*bench_call)(void *self, const char *order_id);

/* Reads the arguments; ends the program when they are wrong. */
struct bench bench_arguments(int argc, char **argv);

/* Makes the calls and prints "p50 P99 CPU" of the timed ones in microseconds a call. The exit code of the program. */
int bench_run(const struct bench *bench, bench_call call, void *self);

#endif

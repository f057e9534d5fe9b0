/* What the benchmark's clients share: how they are called, how calls are timed, and the bytes of one invoice.
 *
 *   CLIENT PORT CA_FILE WARM_UP CALLS [THREADS]
 *
 * bench.c has main(): it makes WARM_UP calls that are not counted and CALLS that are, spread over THREADS (1), and prints
 * one line of JSON. A client says how a call is made. */
#ifndef BENCH_H
#define BENCH_H

#define MERCHANT_ID "123456"
#define SECRET_KEY "bench-secret-key"
#define PATH "/v5/merchant/invoice/init"

struct bench {
    int port;
    const char *ca_file;
    long warm_up, calls;
    int threads;
};

/* What all threads share is made and ended once. 0, or anything else to end the run. */
int client_start(const struct bench *bench);
void client_end(void);

/* What one thread has for itself; NULL ends the run. */
void *client_open(void);
void client_close(void *self);

/* Makes one invoice under the order id; 0 when its id, its state and its link were read, anything else ends the run. */
int client_call(void *self, const char *order_id);

#endif

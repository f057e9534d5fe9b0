/* What the fork and thread programs share: checks that are counted, a client of the sandbox, and children that cannot hang.
 *
 * A check that fails is printed and counted, and the program goes on. Checks belong to the main thread of the first process;
 * a child says what it found by its exit code. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <freedompay.h>

#include <sys/types.h>

#define CHECK(condition) check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_INT(actual, expected) check_int((actual), (expected), #actual, __FILE__, __LINE__)

/* What the following checks are about; it stands in front of each that fails. Copied. */
void check_about(const char *about);
int check(int ok, const char *what, const char *file, int line);
int check_int(int64_t actual, int64_t expected, const char *what, const char *file, int line);

/* Prints "N passed, N failed" and gives the program's exit code: 0 only if something passed and nothing failed. */
int check_end(void);

/* ---- the sandbox ------------------------------------------------------------------------------------------------- */

/* The address that the runner gives in FREEDOMPAY_BASE_URL, and the same by the name localhost, which has to be looked up. */
const char *sandbox_url(void);
const char *sandbox_url_by_name(void);

/* A configuration for the sandbox; journal may be NULL. */
fp_config *sandbox_config(const char *journal);
fp_client *sandbox_client(const char *journal);

/* How many of the gateway's invoices have an order id that begins so. */
int sandbox_count(const char *order_prefix);

/* `deed` is what happens to the invoice: "pay" or "decline". 1 when the gateway did it. */
int sandbox_do(int64_t invoice_id, const char *deed);

/* A gateway that takes connections and never answers: http://127.0.0.1:PORT, for as long as the process lives. */
const char *silent_url(void);

/* ---- calls --------------------------------------------------------------------------------------------------------- */

/* An order id that nothing else uses: "PREFIX-PID-NUMBER", in the caller's room of 64. Any thread, any process. */
char *new_order(char *room, const char *prefix);

/* Creates an invoice of `amount`; its id, or minus the code of the failure, which is printed unless it is `expected`. */
int64_t create(const fp_client *client, const char *order, const char *amount, int32_t expected);

/* Init and status of a new order; 0 when both went well, else a number for the exit code: NOT_SENT for that code. */
enum { NOT_SENT = 9 };
int uses(fp_client *client);

/* ---- processes ------------------------------------------------------------------------------------------------------- */

/* How long a child may take. Far more than anything needs; only a child that hangs meets it. */
enum { PATIENCE_S = 40 };

/* Runs `body` in a child: its exit code, -1 when it hung or crashed. */
int in_child(int (*body)(fp_client *client), fp_client *client);

/* The child's exit code, -1 when it hung or crashed. The child has set its own alarm. */
int end_of(pid_t child);

/* How many threads, how many descriptors this process has. */
int thread_count(void);
int descriptor_count(void);

/* Waits until there are no more than `most` threads; 0 when there still are after PATIENCE_S. */
int threads_become(int most);

/* The local ports of this process's connections to the sandbox, at most `room`, in order of their descriptors. */
int connections(int *ports, int room);

/* A folder of this run's own, from the runner in FREEDOMPAY_TEST_DIR, and a file in it, in the caller's room of 300. */
char *own_file(char *room, const char *name);

/* Seconds that grow. */
double seconds(void);

#endif

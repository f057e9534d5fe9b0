/* The sandbox gateway as a test sees it beside the library: what it has received, and what the payer does. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <freedompay.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SANDBOX_MERCHANT 123456
#define SANDBOX_KEY "sandbox-secret-key"
#define SANDBOX_PAYOUT_KEY "sandbox-payout-key"

/* The address that the runner gives in FREEDOMPAY_BASE_URL. Ends the program when there is none. */
const char *sandbox_url(void);

/* Everything the gateway has received, as it says it; the caller frees it. Two equal records: nothing was sent between. */
char *sandbox_record(void);

/* Every invoice of the gateway, as it says it; the caller frees it. */
char *sandbox_invoices(void);

/* `deed` is what happens to the invoice: "process", "pay", "decline" or "expire". 1 when the gateway did it. */
int sandbox_do(int64_t invoice_id, const char *deed);

/* The payer pays the payment of this id. 1 when the gateway says so. */
int sandbox_pay(int64_t payment_id);

/* Somebody types a card's number in on the page at this address of the gateway. 1 when the gateway took it. */
int sandbox_type_in(const char *url, const char *card);

/* What goes wrong once: "lost-answer:to_iban" and so on, in the words of the sandbox. 1 when the gateway knows it. */
int sandbox_trap(const char *fault);

/* A configuration that works with the sandbox, and a client of it. */
fp_config *sandbox_config(void);
fp_client *sandbox_client(void);

/* The same, with "localhost" in its address, so that a name has to be looked up. */
fp_client *sandbox_client_by_name(void);

/* An order id that no other has, in a buffer that the next 64 calls leave alone. Main thread only. */
const char *new_order(void);

/* Of the invoice that a call created; the result is freed. 0 when it did not go well. */
int64_t invoice_of(fp_result *result);

#ifdef __cplusplus
}
#endif

#endif

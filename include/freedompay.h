/*
 * libfreedompay: Freedom Pay QR payments for tills, shops and scripts.
 *
 * Made by build.rs from src/ffi; not to be edited. The rules that hold for every function, about texts, ownership,
 * threads and fork, are in include/README.md.
 */
#ifndef FREEDOMPAY_H
#define FREEDOMPAY_H


#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif


/*
 It went well. Of a result: the question was answered.
 */
#define FP_OK 0

/*
 The caller's input is wrong; nothing was sent.
 */
#define FP_ERR_ARGUMENT 1

/*
 The client's configuration is not complete; nothing was sent.
 */
#define FP_ERR_CONFIG 2

/*
 Name, connection, proxy or TLS failed; the gateway has not seen the request.
 */
#define FP_ERR_NOT_SENT 3

/*
 The gateway may have seen the request; never repeat it blindly.
 */
#define FP_ERR_UNKNOWN 4

/*
 The gateway answered error.
 */
#define FP_ERR_REFUSED 5

/*
 The gateway answered something that is not the protocol.
 */
#define FP_ERR_ANSWER 6

/*
 Waiting ended and the invoice is still open.
 */
#define FP_ERR_TIMEOUT 7

/*
 The caller gave up.
 */
#define FP_ERR_CANCELLED 8

/*
 A callback's signature is missing or wrong, or does not prove what it says.
 */
#define FP_ERR_SIGNATURE 9

/*
 The order id, refund key or callback is known with another amount, currency or recipient. With FP_SENT_NO nothing was
 sent; else the gateway has something else under it, and a person looks there before it is sold again.
 */
#define FP_ERR_CONFLICT 10

/*
 The journal cannot be read or written; nothing was sent.
 */
#define FP_ERR_JOURNAL 11

/*
 A defect of the library.
 */
#define FP_ERR_INTERNAL 12

/*
 The request did certainly not reach the gateway.
 */
#define FP_SENT_NO 0

/*
 The request may have reached the gateway.
 */
#define FP_SENT_MAYBE 1

/*
 The request reached the gateway.
 */
#define FP_SENT_YES 2

/*
 Nothing to do.
 */
#define FP_ADVICE_NONE 0

/*
 Do the same again.
 */
#define FP_ADVICE_RETRY 1

/*
 Ask for the status before anything else.
 */
#define FP_ADVICE_ASK_STATUS 2

/*
 Correct the input or the configuration; the same again fails again.
 */
#define FP_ADVICE_FIX 3

/*
 Ask for the status again a little later.
 */
#define FP_ADVICE_WAIT 4

/*
 The result is about no invoice, or its state is not known.
 */
#define FP_INVOICE_NONE 0

/*
 Nobody has looked at the invoice yet.
 */
#define FP_INVOICE_NEW 1

/*
 The payer or the payment system is at work.
 */
#define FP_INVOICE_PROCESS 2

/*
 Paid.
 */
#define FP_INVOICE_OK 3

/*
 The payment failed.
 */
#define FP_INVOICE_FAILED 4

/*
 The invoice expired unpaid.
 */
#define FP_INVOICE_INCOMPLETE 5

/*
 A word that this version does not know: fp_result_field(result, "invoice_status").
 */
#define FP_INVOICE_OTHER 6

/*
 The answer does not say where a payment stands.
 */
#define FP_PAYMENT_NONE 0

/*
 Nobody has paid yet.
 */
#define FP_PAYMENT_NEW 1

/*
 The payment system is at work.
 */
#define FP_PAYMENT_PROCESS 2

/*
 Waiting for the payer or the payment system.
 */
#define FP_PAYMENT_PENDING 3

/*
 Paid in part.
 */
#define FP_PAYMENT_PARTIAL 4

/*
 Paid; with fp_result_captured 0 the money is only held.
 */
#define FP_PAYMENT_SUCCESS 5

/*
 The payment failed.
 */
#define FP_PAYMENT_ERROR 6

/*
 The payment failed.
 */
#define FP_PAYMENT_FAILED 7

/*
 It expired unpaid.
 */
#define FP_PAYMENT_INCOMPLETE 8

/*
 Given back.
 */
#define FP_PAYMENT_REVOKED 9

/*
 Given back.
 */
#define FP_PAYMENT_REFUNDED 10

/*
 A hold that was let go.
 */
#define FP_PAYMENT_CANCELED 11

/*
 The merchant refused it.
 */
#define FP_PAYMENT_REJECTED 12

/*
 It expired unpaid.
 */
#define FP_PAYMENT_EXPIRED 13

/*
 A word that this version does not know: fp_result_field(result, "pg_payment_status").
 */
#define FP_PAYMENT_OTHER 14

/*
 /api/payment_status2.
 */
#define FP_PAYOUT_STATUS_V2 0

/*
 /api/payment_status, older.
 */
#define FP_PAYOUT_STATUS_V1 1

/*
 /get_status2.php, by the order as for payments.
 */
#define FP_PAYOUT_STATUS_BY_ORDER 2

/*
 multipart/form-data without a secret key, JSON with one.
 */
#define FP_BODY_AUTO 0

/*
 multipart/form-data.
 */
#define FP_BODY_MULTIPART 1

/*
 application/json.
 */
#define FP_BODY_JSON 2

/*
 The signature's header has uri and the merchant id as text.
 */
#define FP_JWS_URI 0

/*
 The signature's header has path and the merchant id as a number.
 */
#define FP_JWS_PATH 1

/*
 A callback of no known kind.
 */
#define FP_CALLBACK_UNKNOWN 0

/*
 The question whether an order may be paid (check_url).
 */
#define FP_CALLBACK_CHECK 1

/*
 How a payment ended (result_url).
 */
#define FP_CALLBACK_RESULT 2

/*
 How a payout ended (post_link).
 */
#define FP_CALLBACK_PAYOUT 3

/*
 The payer's browser comes back; it proves nothing.
 */
#define FP_CALLBACK_REDIRECT 4

/*
 A check: the order may be paid. A result: it is taken note of.
 */
#define FP_REPLY_OK 0

/*
 The payment is not wanted; the payer reads why.
 */
#define FP_REPLY_REJECTED 1

/*
 The merchant's own fault.
 */
#define FP_REPLY_ERROR 2

/*
 By the path of the call: /v5/ is FP_SCHEME_JWS, /api/ is FP_SCHEME_PG_SIG_PAYOUT, everything else FP_SCHEME_PG_SIG.
 */
#define FP_SCHEME_AUTO 0

/*
 A signature in the X-JWS-Signature header.
 */
#define FP_SCHEME_JWS 1

/*
 pg_sig with the secret key.
 */
#define FP_SCHEME_PG_SIG 2

/*
 pg_sig with the payout key.
 */
#define FP_SCHEME_PG_SIG_PAYOUT 3

/*
 A call ended in a failure.
 */
#define FP_LOG_ERROR 1

/*
 Something is off, and the call goes on.
 */
#define FP_LOG_WARN 2

/*
 One line for each call.
 */
#define FP_LOG_INFO 3

/*
 Each attempt and pause.
 */
#define FP_LOG_DEBUG 4

/*
 Bytes. One thread at a time; it may move between threads.
 */
typedef struct fp_buffer fp_buffer;

/*
 A call of any path. One thread at a time; it may be sent several times, and each time is one more order.

 Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The call remembers its
 first refusal, and fp_call_send reports that and sends nothing. Names and values are read in the encoding of the client
 that sends the call: what is not text in it is that call's refusal.
 */
typedef struct fp_call fp_call;

/*
 A callback as it was received. One thread at a time; it may move between threads. Its texts are valid until it is freed.

 It is a hint that something has happened: pg_sig covers the values and not their names, so that the library refuses every
 message that could mean two things, and the proof is still the gateway's own word, fp_callback_confirm.
 */
typedef struct fp_callback fp_callback;

/*
 A merchant's client. Many threads may use it at once, and after a fork the child as well as the parent. It starts
 no thread until a host name has to be looked up, and connects at the first call.
 */
typedef struct fp_client fp_client;

/*
 A merchant's settings, copied by fp_client_new. One thread at a time.

 Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The configuration
 remembers its first refusal, and every call of a client made from it reports that and sends nothing.

 Texts are in the encoding of fp_config_set_text_encoding. fp_client_new reads those beyond ASCII, in the encoding that is
 set then; the setter's answer is of the one that is set already. Set it first.
 */
typedef struct fp_config fp_config;

/*
 Optional fields of a request. One thread at a time; it may be used for several calls.

 A setter answers FP_OK, or FP_ERR_ARGUMENT when the field is refused or a pointer is NULL. The fields remember their
 first refusal, and a call that would have used them reports that and sends nothing.

 Each call knows which fields it takes, and refuses a pg_ name that is none of them: fp_call_send sends any field. Names
 without pg_ are your own, where the call takes those; they come back in its callbacks. What the call's own arguments say
 (order, amount, description) and what the library adds (pg_merchant_id, pg_salt, pg_sig) is refused.
 */
typedef struct fp_fields fp_fields;

/*
 A sale, before it is an invoice. One thread at a time; it may be used for several calls.

 Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The request
 remembers its first refusal, and fp_invoice_init reports that and sends nothing. Texts are read in the encoding of the
 client that uses the request: what is not text in it is that call's refusal.
 */
typedef struct fp_invoice_request fp_invoice_request;

/*
 A list of sales, of refunds or of payouts, as it was when it was asked for. One thread at a time; it may move between
 threads.
 */
typedef struct fp_pending fp_pending;

/*
 How a merchant's slips look; made once, used by fp_qr_receipt for every sale. One thread at a time; it may move
 between threads.

 Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The receipt remembers
 its first refusal, and fp_qr_receipt reports that. Texts are copied, and read in the encoding of the client whose result is
 printed; their control characters never reach the printer: in UTF-8 they are printed as spaces, elsewhere they are refused.
 */
typedef struct fp_receipt fp_receipt;

/*
 What a call answered, whether it went well or not. One thread at a time; it may move between threads. Texts and
 bytes are borrowed from it and valid until it is freed. A NULL result answers FP_ERR_ARGUMENT, NULL or 0.
 */
typedef struct fp_result fp_result;

/*
 A call under way on a thread of its own, for user interfaces that must not block. Every function may be called from
 any thread, fp_task_free from one, last.
 */
typedef struct fp_task fp_task;

/*
 Takes one line of the log: the level is an FP_LOG_ number, the message is valid during the call only.
 */
typedef void (*fp_log_fn)(void *userdata, int32_t level, const char *message);

/*
 Sees the end of each poll of fp_invoice_wait, also of one that failed; latest is valid during the call only. A
 non-zero answer gives up. It must return normally: no exception, no longjmp and no pthread_exit through the library.
 */
typedef int32_t (*fp_progress_fn)(void *userdata, const fp_result *latest);

/*
 The name of FP_OK or of an FP_ERR_ code, such as "FP_ERR_NOT_SENT"; "unknown code" for every other number.

 The text is never freed.
 */
const char *fp_code_name(int32_t code);

/*
 What an error code of the gateway means (fp_result_gateway_code), in a few English words; NULL for a code that this version
 does not know, which is no error: the gateway's codes are an open set, and fp_result_gateway_message has its own words.

 The text is never freed.
 */
const char *fp_gateway_code_meaning(int32_t code);

/*
 The library's version, such as "0.1.0". The text is never freed.
 */
const char *fp_version(void);

/*
 The number of the ABI, 1: it grows when a program that was built before could no longer run.
 */
uint32_t fp_abi_version(void);

/*
 A configuration with every default: https://api.freedompay.uz, 10 s to connect, 30 s for a whole call, a poll each
 second, no proxy, no journal, no log, texts in UTF-8, sentences in English. The environment is not read. Never NULL; free
 it with fp_config_free.
 */
fp_config *fp_config_new(void);

/*
 Frees a configuration; clients made from it go on. NULL is fine.
 */
void fp_config_free(fp_config *config);

/*
 The merchant's id, a positive number, issued upon connection. Required.
 */
int32_t fp_config_set_merchant_id(fp_config *config, int64_t merchant_id);

/*
 The key that requests are signed with (X-JWS-Signature). Without one they go unsigned. It is zeroed when the last
 handle that holds it is freed, and stands in no message and no log line.
 */
int32_t fp_config_set_secret_key(fp_config *config,
                                 const char *key);

/*
 The key that payouts are signed with; the gateway gives it out apart from the other. Kept as the secret key is.
 */
int32_t fp_config_set_payout_key(fp_config *config,
                                 const char *key);

/*
 A field beginning with pg_ that callbacks may have besides those that the protocol names. pg_sig covers no names: each
 one that is allowed is one more that a forger can give to a value, so allow only what the gateway is known to send.
 */
int32_t fp_config_allow_callback_field(fp_config *config,
                                       const char *name);

/*
 Where the gateway is: https://api.freedompay.uz (the default), .kz or .kg. https, or http to a loopback address;
 no user name, no query, no fragment.
 */
int32_t fp_config_set_base_url(fp_config *config,
                               const char *url);

/*
 How request fields are written: an FP_BODY_ number. FP_BODY_AUTO is the default.
 */
int32_t fp_config_set_body_format(fp_config *config, int32_t format);

/*
 Which form the header of the signature takes: an FP_JWS_ number. FP_JWS_URI is the default.
 */
int32_t fp_config_set_jws_claim(fp_config *config, int32_t claim);

/*
 How long finding the gateway, connecting and the TLS handshake may take, in milliseconds from 1 to 86400000.
 10000 by default.
 */
int32_t fp_config_set_connect_timeout_ms(fp_config *config, int64_t ms);

/*
 How long a whole call may take, repetitions included, in milliseconds from 1 to 86400000. 30000 by default.
 */
int32_t fp_config_set_timeout_ms(fp_config *config, int64_t ms);

/*
 The time between two polls of fp_invoice_wait, in milliseconds from 1 to 86400000. 1000 by default.
 */
int32_t fp_config_set_poll_interval_ms(fp_config *config, int64_t ms);

/*
 An HTTP proxy, such as http://user:password@10.0.0.1:3128. None unless set; the environment is not read.
 */
int32_t fp_config_set_proxy(fp_config *config, const char *url);

/*
 The encoding of the program's texts, in any case: "utf-8" (the default), "windows-1251" (also "cp1251"), "ibm866" (also
 "cp866"), "koi8-r", "kz-1048" (also "rk1048"; the one with Kazakh and Kyrgyz letters), "mac-cyrillic". Every text that
 is given to the library is read in it, and every text that comes back is written in it: fields of answers, messages, log
 lines, file names as well. What is bytes stays as it is: fp_result_body, fp_qr_ and fp_callback_reply give what their lines
 say, and fp_callback_parse takes what a web server has received.

 A byte that is no text in it is FP_ERR_ARGUMENT with the argument's name and the byte's position, at the latest by the
 call that uses it. A letter that it does not have comes back as the nearest that it has (include/README.md has the table),
 and what has nothing near as its number, such as [U+8336]; the log says which those are.
 */
int32_t fp_config_set_text_encoding(fp_config *config,
                                    const char *name);

/*
 The language of the sentences that people read (fp_result_message and the other messages): "en", the default, or "ru".
 Log lines are in English, and what the gateway says stays in its own words.
 */
int32_t fp_config_set_language(fp_config *config,
                               const char *language);

/*
 The path of a PEM file with certificates that are trusted besides the built-in roots. It is read by fp_client_new;
 one that cannot be read makes every call answer FP_ERR_CONFIG.
 */
int32_t fp_config_set_ca_file(fp_config *config,
                              const char *path);

/*
 The name and version of the calling program, sent as a part of User-Agent: words of Latin letters, digits, '.', '-'
 and '_'.
 */
int32_t fp_config_set_app_info(fp_config *config,
                               const char *name,
                               const char *version);

/*
 The path of the journal, a file that keeps every sale over a power cut: each is written and synced before its init
 is sent, its outcome after. Several processes of one machine may name the same file, which is on a disk of that
 machine: on a network drive every call answers FP_ERR_JOURNAL. None unless set. It is opened by the first call that
 needs it: an init whose sale cannot be written answers FP_ERR_JOURNAL and sends nothing.
 */
int32_t fp_config_set_journal(fp_config *config,
                              const char *path);

/*
 Where log lines go; NULL: nowhere, the default. The function runs on the thread that is inside a call of the
 library, on several at once when several threads use the client. It must return normally: no exception, no longjmp and
 no pthread_exit through the library. It and userdata must live until the last client and the last task that came from
 this configuration are freed.
 */
int32_t fp_config_set_log(fp_config *config,
                          fp_log_fn log,
                          void *userdata);

/*
 A client with a copy of the configuration. Never NULL: what is wrong with the configuration is the answer of every
 call. Free it with fp_client_free.
 */
fp_client *fp_client_new(const fp_config *config);

/*
 Frees a client; no call may be inside of it. Results that it gave stay valid. NULL is fine.
 */
void fp_client_free(fp_client *client);

/*
 Whether the client can be used: FP_OK, FP_ERR_CONFIG when something is missing or the CA file cannot be read,
 FP_ERR_ARGUMENT when a setter had refused a value, FP_ERR_JOURNAL when the journal cannot be used. Sends nothing.
 */
fp_result *fp_client_check(const fp_client *client);

/*
 A sale under the merchant's own order id, for an amount in units of the currency, with a description that the payer
 sees.

 order_id: 1 to 50 characters, unique for ever and not for a day, no control characters, no white space at its ends.
 amount: "10" or "10.50", from "0.01" to "99999999.99", never through a floating point number; NULL when
 fp_invoice_request_set_amount_minor follows. description: 1 to 1024 characters. All are copied. Never NULL: what is
 wrong is the answer of fp_invoice_init. Free it with fp_invoice_request_free.
 */
fp_invoice_request *fp_invoice_request_new(const char *order_id,
                                           const char *amount,
                                           const char *description);

/*
 Frees a request. NULL is fine.
 */
void fp_invoice_request_free(fp_invoice_request *request);

/*
 The amount as an integer count of minor units: 1050 with exponent 2 is 10.50. The exponent is 0, 1 or 2.
 */
int32_t fp_invoice_request_set_amount_minor(fp_invoice_request *request, int64_t minor, uint32_t exponent);

/*
 The currency of the amount, three capital letters such as KZT. Without it the gateway takes the shop's own.
 */
int32_t fp_invoice_request_set_currency(fp_invoice_request *request, const char *currency);

/*
 The ways to pay, separated by commas. Only "qr" is documented, and it is the default.
 */
int32_t fp_invoice_request_set_method(fp_invoice_request *request, const char *methods);

/*
 Where the gateway asks whether the sale may still be paid: an http or https URL of at most 255 characters.
 */
int32_t fp_invoice_request_set_check_url(fp_invoice_request *request, const char *url);

/*
 Where the gateway tells the result: an http or https URL of at most 255 characters. Required unless the shop's
 settings have one.
 */
int32_t fp_invoice_request_set_result_url(fp_invoice_request *request,
                                          const char *url);

/*
 How the gateway calls the two URLs: "GET", "POST" or "XML".
 */
int32_t fp_invoice_request_set_request_method(fp_invoice_request *request, const char *method);

/*
 Creates an invoice; the one call that makes a sale.

 It is sent once. After FP_ERR_NOT_SENT it may be made again; after FP_ERR_UNKNOWN or FP_ERR_ANSWER the invoice may
 exist: ask with fp_invoice_status_by_order first. With a journal, the same order id gives the same invoice again, an
 attempt of unknown outcome is asked about before there is another, FP_ERR_CONFLICT says that the order id is taken by
 another amount or currency, and FP_ERR_JOURNAL that the sale could not be written; nothing was sent then. Blocks at
 most as long as fp_config_set_timeout_ms says.
 */
fp_result *fp_invoice_init(const fp_client *client,
                           const fp_invoice_request *request);

/*
 Asks the gateway about a sale in the journal until it knows, within the time of fp_config_set_timeout_ms.

 FP_OK with its state; FP_ERR_REFUSED with the gateway's "not found" when the sale certainly does not exist and a new
 attempt is safe; FP_ERR_UNKNOWN while that is not certain, also of an invoice that the gateway has made and does not
 show; FP_ERR_CONFLICT when the gateway has it with another amount or currency; FP_ERR_ARGUMENT when the journal does not
 have the order; FP_ERR_CONFIG without a journal.
 */
fp_result *fp_invoice_recover(const fp_client *client,
                              const char *order_id);

/*
 Asks where an invoice stands. invoice_id: positive, from fp_result_invoice_id. A passing fault is met by asking
 again within the call's time.
 */
fp_result *fp_invoice_status(const fp_client *client,
                             int64_t invoice_id);

/*
 Asks where the newest invoice of an order stands: the way to find a sale whose answer was lost. FP_ERR_REFUSED with the
 gateway's "not found" (code 11068 or 340) proves nothing within a minute of the last attempt, which may still arrive:
 with a journal fp_invoice_recover knows when it counts.
 */
fp_result *fp_invoice_status_by_order(const fp_client *client,
                                      const char *order_id);

/*
 What a payer's app shows of an invoice. customer: the value in the payer's link, or the whole link.
 */
fp_result *fp_invoice_info(const fp_client *client, const char *customer);

/*
 Pays an invoice with a card that was stored for user_id before, as a payer's app does. It is sent once; after
 FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_invoice_info before anything else.
 */
fp_result *fp_invoice_pay(const fp_client *client,
                          const char *customer,
                          const char *user_id,
                          const char *card_token);

/*
 Lets go of the money that an invoice holds, before it was taken (/cancel.php; a payment's id is its invoice's). A
 payment that was taken is FP_ERR_REFUSED: it needs fp_invoice_refund. Signed with the secret key.
 */
fp_result *fp_invoice_cancel(const fp_client *client,
                             int64_t invoice_id);

/*
 Gives a paid invoice back: amount in decimal text, NULL for all that is left of it. It is fp_payment_refund without a
 key of the caller's, with the same care: after FP_ERR_UNKNOWN or FP_ERR_ANSWER the refund may have happened.
 */
fp_result *fp_invoice_refund(const fp_client *client,
                             int64_t invoice_id,
                             const char *amount);

/*
 Polls until the invoice is paid, failed or expired: then FP_OK with that state.

 FP_ERR_TIMEOUT with the last known state when its end is not known after timeout_ms (1 to 86400000);
 FP_ERR_CANCELLED when progress gave up, and FP_ERR_REFUSED when the gateway refused a question, with that state, too.
 Passing faults do not end the wait. "Not found" does only after 60 seconds, because the gateway's own copies may lag
 behind a fresh invoice, and never once the invoice was seen; fp_result_gateway_code tells it from an unpaid one.
 progress may be NULL; it is called on this thread after every poll.
 */
fp_result *fp_invoice_wait(const fp_client *client,
                           int64_t invoice_id,
                           int64_t timeout_ms,
                           fp_progress_fn progress,
                           void *userdata);

/*
 Asks where a payment stands, with its refunds (/get_status3.php). The proof of a payment: FP_OK, fp_result_paid 1 and
 the order, amount and currency that were asked for.
 */
fp_result *fp_payment_status(const fp_client *client,
                             int64_t payment_id);

/*
 Asks where the newest payment of an order stands. After a refund that is the refund itself, with a negative amount.
 */
fp_result *fp_payment_status_by_order(const fp_client *client,
                                      const char *order_id);

/*
 Lets a hold go: the payer's money was never taken (/cancel.php). A payment that was taken is FP_ERR_REFUSED: it needs
 fp_payment_refund. Sent once; after FP_ERR_UNKNOWN ask with fp_payment_status.
 */
fp_result *fp_payment_cancel(const fp_client *client,
                             int64_t payment_id);

/*
 Takes a hold, or a part of it (clearing, /do_capture.php): amount in decimal text, NULL for all. The rest is let go.
 The gateway takes a hold by itself after five days. Sent once; after FP_ERR_UNKNOWN ask with fp_payment_status.
 */
fp_result *fp_payment_capture(const fp_client *client,
                              int64_t payment_id,
                              const char *amount);

/*
 Gives a payment back, or a part of it (/revoke.php): amount in decimal text, NULL for all that is left.

 refund_key is the caller's own name for this refund, 1 to 64 characters; NULL: none. It goes to the gateway as
 pg_idempotency_key, and with a journal the same key again gives the same refund again, FP_ERR_CONFLICT when it is
 asked for with another amount.

 Sent once. After FP_ERR_UNKNOWN or FP_ERR_ANSWER the refund may have happened: with a journal, the same call again asks
 the gateway first, finds the refund in the payment's list (FP_OK, fp_result_refund_id) or says FP_ERR_UNKNOWN with
 FP_ADVICE_WAIT while "not there" proves nothing yet (60 seconds), and only then sends it anew. Without a journal, look at
 the list of fp_payment_status before repeating it. FP_ERR_UNKNOWN with FP_ADVICE_FIX is what no question can find out: see
 fp_refund_settle.
 */
fp_result *fp_payment_refund(const fp_client *client,
                             int64_t payment_id,
                             const char *amount,
                             const char *refund_key);

/*
 Writes into the journal how a refund ended, as a person has seen it in the merchant's account: was_made 1, it was made; 0, it
 was not. For a refund that ends with FP_ERR_UNKNOWN and FP_ADVICE_FIX, and holds up every later one of its payment: more was
 given back than the gateway lists. Asks the gateway nothing.

 refund_key is the one that it was asked for with, NULL when it had none; a payment has one refund at most whose end is not
 known (fp_client_pending_refunds). After 1 the same key gives FP_OK out of the journal, with fp_result_refund_id 0;
 after 0 the refund may be tried anew, under its key too.

 FP_OK: it is written. FP_ERR_CONFIG without a journal; FP_ERR_ARGUMENT when the journal has no such refund whose end is not
 known, or was_made is another number; FP_ERR_UNKNOWN with FP_ADVICE_WAIT while the refund may still arrive, so that nobody can
 know its end: 60 seconds after the attempt, and the client's timeout more when its process ended in it.
 */
fp_result *fp_refund_settle(const fp_client *client,
                            int64_t payment_id,
                            const char *refund_key,
                            int32_t was_made);

/*
 No fields yet. Never NULL; free it with fp_fields_free.
 */
fp_fields *fp_fields_new(void);

/*
 Frees fields. NULL is fine.
 */
void fp_fields_free(fp_fields *fields);

/*
 Sets a field; the same name again replaces its value.

 name: the gateway's, such as "pg_success_url"; nested as a form writes it, "pg_receipt_positions[0][count]"; or one of
 your own. Latin letters, digits, "_" and "-". value: text in the encoding of the client that uses the fields, without
 control characters, never empty: leave the field out instead, because no source says how an empty value is signed.

 The call that takes the fields checks the values with a known rule: addresses are http or https with at most 255
 characters; pg_request_method is GET, POST or XML; pg_success_url_method and its like GET, POST, AUTOGET or AUTOPOST;
 pg_lifetime 300 to 604800 seconds; pg_recurring_lifetime 1 to 156 months; pg_user_id 1 to 50 of Latin letters, digits, "_"
 and "-"; pg_order_time_limit as in "2026-03-01 18:00:00"; pg_currency three capital letters; pg_idempotency_key 1 to
 64 visible characters; of pg_receipt_positions at most ten, from 0 to 9, each with count, name, tax_type (0 to 99)
 and price, perhaps UnitCode, GTIN and NTIN.
 */
int32_t fp_fields_set(fp_fields *fields,
                      const char *name,
                      const char *value);

/*
 Begins a payment on the gateway's page (/init_payment.php): send the payer's browser to fp_result_redirect_url, and ask
 about fp_result_payment_id with fp_payment_status. An answer without either is FP_ERR_ANSWER.

 order_id: 1 to 50 characters. amount: decimal text such as "10.50", in units of the currency. description: 1 to 1024
 characters; the payer sees it. more may be NULL; it takes what the page's documentation lists (pg_currency, pg_result_url,
 pg_success_url, pg_failure_url, pg_lifetime, pg_auto_clearing "0" where the money is only to be held,
 pg_receipt_positions, and pg_payment_route "frame" for a page inside yours), and names of your own.

 Sent once, and not journalled: a second page for an order takes no money unless the payer pays on it, too. After
 FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status_by_order. The page with amount control is left out, because no
 source that could be read names its path; fp_call_new reaches it for those who have it.
 */
fp_result *fp_page_init(const fp_client *client,
                        const char *order_id,
                        const char *amount,
                        const char *description,
                        const fp_fields *more_fields);

/*
 Begins a payout to a card that its owner gives on the gateway's page (/api/reg2nonreg): fp_result_redirect_url.

 order_id, amount and description as for fp_page_init. more must have pg_back_link, pg_post_link and pg_order_time_limit; it
 also takes pg_user_id, pg_payment_route and pg_user_email. Needs fp_config_set_payout_key.

 Sent once. With a journal it is kept from happening twice as fp_payout_iban is: the same order id gives the same page
 again. A payout that was found by asking has no link (NULL): the gateway gives that only in the answer that was lost.
 */
fp_result *fp_payout_page(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);

/*
 Pays out to a bank account (/api/to_iban).

 order_id, amount and description as for fp_page_init. more must have pg_recipient_iban, pg_recipient_iin, pg_recipient_name,
 pg_recipient_kbe, pg_knp, pg_bank_bik and pg_post_link. Needs fp_config_set_payout_key.

 FP_OK means that the gateway took it on; fp_payout_status tells its end. It is sent once, and money must never leave
 twice. With a journal the order id is the payout's name for ever: the same again is answered from the journal
 (fp_result_from_journal); after an unknown outcome the gateway is asked first, "not there" counts 60 seconds after the
 attempt was over, before that FP_ERR_UNKNOWN with FP_ADVICE_WAIT; FP_ERR_CONFLICT says that the order id was used for another
 amount or recipient. A payout that the gateway has as failed is FP_ERR_REFUSED, and another needs an order id of its own.
 Without a journal, ask with fp_payout_status before anything is repeated.
 */
fp_result *fp_payout_iban(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);

/*
 Pays out to a card that was stored for payouts by fp_card_add_for_payout (/api/reg2reg).

 user_id: whose card it is, 1 to 50 Latin letters, digits, "_" and "-". card_token: the card. more must have
 pg_order_time_limit and pg_post_link; it also takes pg_back_link and pg_idempotency_key. Everything else is as with
 fp_payout_iban, the journal too.
 */
fp_result *fp_payout_token(const fp_client *client,
                           const char *order_id,
                           const char *amount,
                           const char *description,
                           const char *user_id,
                           const char *card_token,
                           const fp_fields *more_fields);

/*
 Asks what is left to pay out (/api/balance_status): fp_result_balance. Needs fp_config_set_payout_key.
 */
fp_result *fp_payout_balance(const fp_client *client);

/*
 Asks where a payout stands: fp_result_payment_status is FP_PAYMENT_SUCCESS, FP_PAYMENT_PROCESS or FP_PAYMENT_ERROR, and
 fp_result_payment_id its number, 0 while it has none. question: which of the three that the gateway knows, an FP_PAYOUT_STATUS_
 number. Needs fp_config_set_payout_key.

 FP_ERR_UNKNOWN with FP_ADVICE_WAIT when the gateway knows of none (pg_payment_id 0): within a minute of the payout that
 proves nothing, after that there is none. FP_ERR_REFUSED when the gateway says so with a code (340, 11068).
 */
fp_result *fp_payout_status(const fp_client *client,
                            const char *order_id,
                            int32_t question);

/*
 Begins a payment from the balance of a phone (/init_payment.php): fp_result_payment_id is what the next steps name.

 order_id, amount, description and more as for fp_page_init. Nothing is charged yet. Sent once; after FP_ERR_UNKNOWN or
 FP_ERR_ANSWER ask with fp_payment_status_by_order. That it is this path is the word of one reader of the documentation.
 */
fp_result *fp_mobile_init(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);

/*
 Asks the operator of a phone for a payment that was begun (/mfs/pay).

 phone: 7 to 15 digits with the country's code, perhaps behind a "+". system_code: the operator in the gateway's word
 (TELE2KZT, ALTELKZT, BEELINEKZT, KCELLKZT, ACTIVKZT), NULL lets the gateway find out. FP_OK; fp_result_field(result,
 "pg_status") is "need_approve" when the payer gets a code by SMS that fp_mobile_approve wants. Sent once; after
 FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status. No source that could be read names the path that sends the code
 again; fp_call_new reaches it for those who have it.
 */
fp_result *fp_mobile_pay(const fp_client *client,
                         int64_t payment_id,
                         const char *phone,
                         const char *system_code);

/*
 Gives the code that the payer got (/mfs/approve): 1 to 16 digits or Latin letters. FP_OK; while fp_result_field(result,
 "pg_status") is "process" (fp_result_payment_status: FP_PAYMENT_PROCESS) the operator is at work, and fp_payment_status
 tells the end. Sent once.
 */
fp_result *fp_mobile_approve(const fp_client *client,
                             int64_t payment_id,
                             const char *code);

/*
 Begins adding a card of a user (/v1/merchant/ID/cardstorage/add): its owner gives it on the page at
 fp_result_redirect_url, and the browser comes back to back_link. The card's token comes to pg_post_link, and stands in
 fp_card_list.

 user_id: the merchant's own name for the user, 1 to 50 Latin letters, digits, "_" and "-". back_link: an http or https
 address of at most 255 characters. more may be NULL; it takes pg_post_link and pg_order_id. Sent once; a second page for
 the same card does no harm. Signed with the secret key. No source that could be read names the path of a card's status;
 fp_call_new reaches it for those who have it.
 */
fp_result *fp_card_add(const fp_client *client,
                       const char *user_id,
                       const char *back_link,
                       const fp_fields *more_fields);

/*
 The same for a card that fp_payout_token pays to (/v1/merchant/ID/cardstoragepayout/add). more must have pg_post_link. It
 is signed with the secret key, not with the payout key: the gateway takes no other here.
 */
fp_result *fp_card_add_for_payout(const fp_client *client,
                                  const char *user_id,
                                  const char *back_link,
                                  const fp_fields *more_fields);

/*
 Asks for the stored cards of a user (/v1/merchant/ID/cardstorage/list). fp_result_field_count(result, "card") is how many
 there are; fp_result_field reads "card[0]/pg_card_token", "card[0]/pg_card_hash" (the masked number), "card[0]/pg_status",
 "card[0]/created_at" and what else the gateway gives.
 */
fp_result *fp_card_list(const fp_client *client,
                        const char *user_id);

/*
 Removes a stored card (/v1/merchant/ID/cardstorage/remove). FP_OK when the answer says that it was removed. Sent once, and
 may be asked for again.
 */
fp_result *fp_card_remove(const fp_client *client,
                          const char *user_id,
                          const char *card_token);

/*
 Begins a payment with a stored card (/v1/merchant/ID/card/init): fp_result_payment_id is what fp_token_pay or
 fp_token_direct then charges. Nothing is charged yet.

 order_id, amount and description as for fp_page_init; user_id and card_token as in fp_card_list. more may be NULL; it takes
 the addresses and methods of fp_page_init, pg_currency, pg_param1 to 3, pg_idempotency_key and pg_receipt_positions. Sent
 once; after FP_ERR_UNKNOWN or FP_ERR_ANSWER ask with fp_payment_status_by_order.
 */
fp_result *fp_token_init(const fp_client *client,
                         const char *order_id,
                         const char *amount,
                         const char *description,
                         const char *user_id,
                         const char *card_token,
                         const fp_fields *more_fields);

/*
 The page on which the payer gives the card's CVC (/v1/merchant/ID/card/pay): fp_result_body is HTML for a browser, which
 nobody signs. Where the payment stands is asked with fp_payment_status. Sent once.
 */
fp_result *fp_token_pay(const fp_client *client,
                        int64_t payment_id);

/*
 Charges a stored card without the payer, as was agreed with them (/v1/merchant/ID/card/direct). FP_OK means that the gateway
 took it on: fp_payment_status is the proof. Sent once; after FP_ERR_UNKNOWN or FP_ERR_ANSWER ask that before anything else.
 */
fp_result *fp_token_direct(const fp_client *client,
                           int64_t payment_id);

/*
 Frees a result with all its texts. NULL is fine.
 */
void fp_result_free(fp_result *result);

/*
 FP_OK or an FP_ERR_ number; NULL: FP_ERR_ARGUMENT.
 */
int32_t fp_result_code(const fp_result *result);

/*
 One sentence for a person, "" when the code is FP_OK; NULL for a NULL result. It has no secret in it.
 */
const char *fp_result_message(const fp_result *result);

/*
 Whether the request reached the gateway: an FP_SENT_ number.
 */
int32_t fp_result_sent(const fp_result *result);

/*
 What to do next: an FP_ADVICE_ number.
 */
int32_t fp_result_advice(const fp_result *result);

/*
 1: answered from the journal, nothing was sent now; else 0.
 */
int32_t fp_result_from_journal(const fp_result *result);

/*
 The answer's HTTP status; 0: no answer.
 */
int32_t fp_result_http_status(const fp_result *result);

/*
 error_code of the answer; 0: none.
 */
int32_t fp_result_gateway_code(const fp_result *result);

/*
 error_description of the answer, in the gateway's words.
 */
const char *fp_result_gateway_message(const fp_result *result);

/*
 The gateway's id of the invoice, the one asked about when no answer came; 0: none.
 */
int64_t fp_result_invoice_id(const fp_result *result);

/*
 Where the invoice stands: an FP_INVOICE_ number.
 */
int32_t fp_result_invoice_status(const fp_result *result);

/*
 The merchant's order id: the one asked about, also when the answer does not repeat it.
 */
const char *fp_result_order_id(const fp_result *result);

/*
 The amount in decimal digits, as the gateway wrote it. Of a payout that was asked for it is pg_payment_amount, where the
 answer has it. Of a refund that was found by asking it is the payment's own: the refund's stands in the list, at
 fp_result_refund_amount.
 */
const char *fp_result_amount(const fp_result *result);

/*
 The currency, such as KZT.
 */
const char *fp_result_currency(const fp_result *result);

/*
 The description that the payer sees.
 */
const char *fp_result_description(const fp_result *result);

/*
 The payer's card number, masked by the gateway.
 */
const char *fp_result_card_pan(const fp_result *result);

/*
 The payer's card as a token.
 */
const char *fp_result_card_token(const fp_result *result);

/*
 The moment of the answer (dt), or of the payment (pg_payment_date, in a zone that no source names), as the gateway
 wrote it.
 */
const char *fp_result_date_time(const fp_result *result);

/*
 The moment of the answer in seconds since 1970; 0: none, or it cannot be read.
 */
int64_t fp_result_unix_time(const fp_result *result);

/*
 The link that the payer's phone opens, read out of the picture where the gateway sent one; NULL when the answer has
 none that can be read.
 */
const char *fp_result_qr_url(const fp_result *result);

/*
 Any field of the answer by its path: "invoice_methods/qr", "dt", "items/item[1]/name" ([n] counts from 0). NULL
 when there is none, or when it has no text of its own. It answers also for FP_ERR_REFUSED and FP_ERR_ANSWER.
 */
const char *fp_result_field(const fp_result *result,
                            const char *path);

/*
 How many fields of the answer stand at a path: "pg_refund_payments/pg_refund_payment", "card". 0: none.
 */
size_t fp_result_field_count(const fp_result *result, const char *path);

/*
 The answer's bytes as they came, and their number in len (which may be NULL); NULL and 0 when no answer came. A sale
 that was found by asking and is answered from the journal has a body of the library's own.
 */
const uint8_t *fp_result_body(const fp_result *result,
                              size_t *len);

/*
 The gateway's id of the payment (pg_payment_id), the one asked about when no answer came; 0: none.
 */
int64_t fp_result_payment_id(const fp_result *result);

/*
 Where the payment stands: an FP_PAYMENT_ number.
 */
int32_t fp_result_payment_status(const fp_result *result);

/*
 1: the gateway says that the money was paid and taken, of a payment (fp_payment_status) or of an invoice
 (FP_INVOICE_OK); 0: it does not, or the money is only held. A later refund leaves it 1: fp_result_refund_len.
 */
int32_t fp_result_paid(const fp_result *result);

/*
 1: the money was taken; 0: it is only held; -1: the answer does not say (pg_captured).
 */
int32_t fp_result_captured(const fp_result *result);

/*
 Where to send the payer's browser (pg_redirect_url).
 */
const char *fp_result_redirect_url(const fp_result *result);

/*
 What is left to pay out (pg_balance), decimal text as the gateway wrote it.
 */
const char *fp_result_balance(const fp_result *result);

/*
 What was taken of a hold (pg_clearing_amount), decimal text as the gateway wrote it.
 */
const char *fp_result_clearing_amount(const fp_result *result);

/*
 What was given back in all, decimal text as the gateway wrote it: negative where it is pg_refund_amount.
 */
const char *fp_result_refunded_amount(const fp_result *result);

/*
 The gateway's id of the refund that was made (pg_revoke_payment_id), or found in the payment's list; 0: none.
 */
int64_t fp_result_refund_id(const fp_result *result);

/*
 How many refunds the payment has, those that failed included.
 */
size_t fp_result_refund_len(const fp_result *result);

/*
 The gateway's id of refund number index, counted from 0; 0: none.
 */
int64_t fp_result_refund_payment_id(const fp_result *result, size_t index);

/*
 What refund number index gave back: decimal text as the gateway wrote it, negative.
 */
const char *fp_result_refund_amount(const fp_result *result, size_t index);

/*
 Where refund number index stands: an FP_PAYMENT_ number. A refund that failed stays in the list as
 FP_PAYMENT_ERROR.
 */
int32_t fp_result_refund_status(const fp_result *result, size_t index);

/*
 When refund number index was made: YYYY-MM-DD HH:MM:SS, in a zone that no source names.
 */
const char *fp_result_refund_date_time(const fp_result *result, size_t index);

/*
 Reads and verifies what the merchant's web server has received. Never NULL; free it with fp_callback_free.

 url: the merchant's own, as the gateway was told it, with the query that was received; absolute, or from its path on (in
 CGI's words, REQUEST_URI). content_type: the request's, or NULL. body, len: the body's bytes, at most 1 MiB; NULL with 0.
 Fields are read from the query, from urlencoded and multipart bodies, and from XML. All three are what was received, in
 UTF-8 whatever the client's text encoding is; fp_callback_field gives the values in that.

 fp_callback_code is FP_ERR_SIGNATURE when the signature is missing, wrong, or fits another message as well, FP_ERR_ARGUMENT
 when the request cannot be read, FP_ERR_CONFIG without a key, FP_ERR_INTERNAL for a defect. Answer such a request
 with an HTTP error and nothing else.
 */
fp_callback *fp_callback_parse(const fp_client *client,
                               const char *url,
                               const char *content_type,
                               const uint8_t *body,
                               size_t len);

/*
 FP_OK, FP_ERR_SIGNATURE, FP_ERR_ARGUMENT, FP_ERR_CONFIG or FP_ERR_INTERNAL; NULL: FP_ERR_ARGUMENT.
 */
int32_t fp_callback_code(const fp_callback *callback);

/*
 One sentence for a person, "" when the code is FP_OK. A missing and a wrong signature are told in the same words.
 */
const char *fp_callback_message(const fp_callback *callback);

/*
 What it is about: an FP_CALLBACK_ number; FP_CALLBACK_UNKNOWN also where the code is not FP_OK.
 */
int32_t fp_callback_kind(const fp_callback *callback);

/*
 1: it says that the payment was made (pg_result 1), if only held (pg_captured 0); else 0. A hint: the proof is
 fp_callback_confirm.
 */
int32_t fp_callback_paid(const fp_callback *callback);

/*
 A field as it was received: "pg_order_id", "a[0][b]". NULL when there is none, or the code is not FP_OK.
 */
const char *fp_callback_field(const fp_callback *callback, const char *name);

/*
 Asks the gateway about what a callback speaks of: the proof that the callback is not. As fp_payment_status, or for a
 payout as fp_payout_status; FP_ERR_CONFLICT, with FP_SENT_YES, when order, amount or currency differ from the
 callback's, or from those of the journal's sale.
 */
fp_result *fp_callback_confirm(const fp_client *client,
                               const fp_callback *callback);

/*
 The answer to echo, as text/xml under HTTP 200: reply is an FP_REPLY_ number, description what a payer reads of a
 rejection (1024 characters at most, its semicolons become commas; NULL: none). Signed XML in UTF-8. With a journal,
 the same result again gets the answer that it got first, signed anew; a check asks anew each time, and FP_REPLY_ERROR is
 an answer of the moment: neither is kept.

 The buffer is empty, and fp_buffer_code and fp_buffer_message say why: FP_REPLY_REJECTED to a result whose pg_can_reject
 is not 1, an answer to a redirect, a callback whose code is not FP_OK, a journal that cannot be written. Answer with an
 HTTP error then. Free the buffer with fp_buffer_free.
 */
fp_buffer *fp_callback_reply(const fp_callback *callback,
                             int32_t reply,
                             const char *description);

/*
 Frees a callback. NULL is fine.
 */
void fp_callback_free(fp_callback *callback);

/*
 A call of a path, such as "/revoke.php" or "/v1/merchant/7/card/init": beginning with "/", without a query. Never NULL.
 Free it with fp_call_free.
 */
fp_call *fp_call_new(const char *path);

/*
 Frees a call. NULL is fine.
 */
void fp_call_free(fp_call *call);

/*
 Adds a field; "pg_receipt_positions[0][count]" nests, the same name again repeats it. Under
 pg_sig the library adds pg_merchant_id where the call does not set it, pg_salt and pg_sig. An empty value is
 refused: no source says how it is signed. A list has ten positions at most: the sources disagree on the order in
 which more are signed.
 */
int32_t fp_call_set(fp_call *call,
                    const char *name,
                    const char *value);

/*
 Adds a field that a JSON body writes as a number: decimal digits such as "10.50", sent as they are.
 */
int32_t fp_call_set_number(fp_call *call, const char *name, const char *digits);

/*
 How the call is signed: an FP_SCHEME_ number. FP_SCHEME_AUTO is the default.
 */
int32_t fp_call_set_scheme(fp_call *call, int32_t scheme);

/*
 Sends a call, once: FP_OK when the answer is no refusal and, under pg_sig, is rightly signed. What it means is read with
 fp_result_field. After FP_ERR_UNKNOWN or FP_ERR_ANSWER it may have been done. It does not go through the journal.
 */
fp_result *fp_call_send(const fp_client *client,
                        const fp_call *call);

/*
 A PNG of one bit a pixel with the quiet zone, black on white. pixels_per_module: from 1 to 64. Never NULL; free it
 with fp_buffer_free.
 */
fp_buffer *fp_qr_png(const fp_result *result,
                     uint32_t pixels_per_module);

/*
 A Windows bitmap of one bit a pixel with the quiet zone, black on white, which a till on Windows shows without any
 library. pixels_per_module: from 1 to 64. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_bmp(const fp_result *result,
                     uint32_t pixels_per_module);

/*
 An SVG drawing with the quiet zone, in UTF-8: one black path on a white square, 4 pixels a module unless the page
 says otherwise; it scales to any size. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_svg(const fp_result *result);

/*
 The code for a terminal, in UTF-8: Unicode half blocks with the quiet zone, black on white by the terminal's own
 codes. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_text(const fp_result *result);

/*
 The code for a receipt printer as dots: one ESC/POS raster (GS v 0) of the paper's whole width, the code in its
 middle with the quiet zone, a module as large as fits and at least 3 dots. To be sent at the start of a line; it
 changes no setting of the printer and neither feeds nor cuts. paper_dots: 384 for 58 mm paper, 576 for 80 mm; any
 multiple of 8 from 256 to 1024. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_escpos(const fp_result *result,
                        uint32_t paper_dots);

/*
 The code drawn by the receipt printer itself (GS ( k): a few hundred bytes, for printers that know the command; the
 others print nothing or rubbish. It is centred, with paper fed for the quiet zone, a module as large as fits, from 3
 to 16 dots; the alignment is left at the left. paper_dots: as for fp_qr_escpos. Never NULL; free it with
 fp_buffer_free.
 */
fp_buffer *fp_qr_escpos_native(const fp_result *result,
                               uint32_t paper_dots);

/*
 A whole label for a printer that speaks ZPL, in ASCII: the code with its quiet zone as a graphic (^GFA) in the upper
 left corner. For a label of one's own take the part from ^GFA to ^FS. dots_per_module: from 1 to 64; most printers
 have 203 dots to the inch, where 4 to 8 are usual. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_zpl(const fp_result *result,
                     uint32_t dots_per_module);

/*
 The modules for a program that draws by itself: one byte each, row by row, 1 is dark, 0 is light. The side is the
 square root of the length. There is no quiet zone: leave four light modules on every side. Never NULL; free it with
 fp_buffer_free.
 */
fp_buffer *fp_qr_matrix(const fp_result *result);

/*
 The PNG of fp_qr_png as a data: URI in ASCII, for the src of an <img>. pixels_per_module: from 1 to 64. Never NULL;
 free it with fp_buffer_free.
 */
fp_buffer *fp_qr_data_uri(const fp_result *result,
                          uint32_t pixels_per_module);

/*
 A slip for the payer as one ESC/POS block: the receipt's lines, the amount, the code and the order id. The amount is
 the gateway's, else the one that was asked for. The receipt's texts are read in the encoding of the result's client.
 A receipt that has refused a value gives an empty buffer and that refusal. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_receipt(const fp_result *result,
                         const fp_receipt *receipt);

/*
 The picture that the gateway sent instead of the link, as it came; it is here also when no link can be read from it.
 An empty buffer when it sent none. Never NULL; free it with fp_buffer_free.
 */
fp_buffer *fp_qr_picture(const fp_result *result);

/*
 The kind of that picture: "image/png" or "image/jpeg"; NULL when there is none.
 */
const char *fp_qr_picture_type(const fp_result *result);

/*
 A slip for 58 mm paper in code page cp866, with the amount, the code and the order id, not cut. Never NULL; free it
 with fp_receipt_free.
 */
fp_receipt *fp_receipt_new(void);

/*
 Frees a receipt. NULL is fine.
 */
void fp_receipt_free(fp_receipt *receipt);

/*
 The printer's paper in dots: 384 for 58 mm, 576 for 80 mm; any multiple of 8 from 256 to 1024.
 */
int32_t fp_receipt_set_paper_dots(fp_receipt *receipt, uint32_t paper_dots);

/*
 The alphabet that is printed, "cp866", "windows-1251" or "kz-1048", and the printer's own number for it (ESC t), from 0
 to 255, which its manual or its self-test tells: often 17 for cp866 and 46 for windows-1251. A character that the
 code page has not is printed as the nearest it has, else as a question mark.
 */
int32_t fp_receipt_set_code_page(fp_receipt *receipt,
                                 const char *code_page,
                                 uint32_t selector);

/*
 One more line above the amount, such as the shop's name: centred, wrapped between words. At most 100 lines of at
 most 500 characters; "" is an empty line.
 */
int32_t fp_receipt_add_line(fp_receipt *receipt,
                            const char *line);

/*
 What stands above the amount and before the order id, in the payer's language; "" for nothing, as in a new receipt.
 */
int32_t fp_receipt_set_labels(fp_receipt *receipt,
                              const char *amount,
                              const char *order_id);

/*
 1: the printer draws the code itself, as with fp_qr_escpos_native; 0: it is sent as dots, as in a new receipt.
 */
int32_t fp_receipt_set_native_code(fp_receipt *receipt,
                                   int32_t native);

/*
 1: the paper is fed to the knife and cut; 0: it is fed by four lines, as in a new receipt.
 */
int32_t fp_receipt_set_cut(fp_receipt *receipt, int32_t cut);

/*
 FP_OK, or the FP_ERR_ number that says why a buffer is empty; fp_buffer_message says it in words. NULL: FP_ERR_ARGUMENT.
 */
int32_t fp_buffer_code(const fp_buffer *buffer);

/*
 The bytes, valid until the buffer is freed. A NUL stands behind the last one. NULL for a NULL buffer.
 */
const uint8_t *fp_buffer_data(const fp_buffer *buffer);

/*
 How many bytes there are, without the NUL behind them. 0 for a NULL buffer.
 */
size_t fp_buffer_len(const fp_buffer *buffer);

/*
 Why a buffer is empty, in one sentence for a person; "" when it has what was asked for, NULL for a NULL buffer. Valid
 until the buffer is freed.
 */
const char *fp_buffer_message(const fp_buffer *buffer);

/*
 Frees a buffer. NULL is fine.
 */
void fp_buffer_free(fp_buffer *buffer);

/*
 fp_invoice_init in the background. client and request are the caller's and may be freed at once. Never NULL; free it
 with fp_task_free.
 */
fp_task *fp_task_invoice_init(const fp_client *client,
                              const fp_invoice_request *request);

/*
 fp_invoice_wait in the background, without a progress function. Never NULL; free it with fp_task_free.
 */
fp_task *fp_task_invoice_wait(const fp_client *client, int64_t invoice_id, int64_t timeout_ms);

/*
 1 when the call has ended, else 0. Never blocks. 1 for a NULL task: there is nothing to wait for.
 */
int32_t fp_task_done(const fp_task *task);

/*
 Waits until the call has ended, timeout_ms at most (0: only looks): FP_OK when it has, FP_ERR_TIMEOUT when it has
 not, FP_ERR_ARGUMENT for a NULL task or a negative time.
 */
int32_t fp_task_join(const fp_task *task,
                     int64_t timeout_ms);

/*
 Gives the call up, from any thread: it ends within 100 ms, with FP_ERR_CANCELLED unless it had ended already. Of an
 init, fp_result_sent says whether it may have arrived; a journal keeps it as unknown then.
 */
void fp_task_cancel(fp_task *task);

/*
 The call's result, once; NULL before it has ended and after it was taken. Free it with fp_result_free.
 */
fp_result *fp_task_take(fp_task *task);

/*
 What an event loop watches: a descriptor that becomes readable when the call has ended, for poll and epoll; on Windows
 a handle that is signalled then, for WaitForMultipleObjects and message loops. It belongs to the task: do not read from
 it and do not close it. -1 when the system had none to give.
 */
int32_t fp_task_fd(const fp_task *task);

/*
 Frees a task; a call that has not ended is given up. Never waits. NULL is fine.
 */
void fp_task_free(fp_task *task);

/*
 Every sale whose end is not known, the oldest first: in flight when the power failed, lost in the network, or still
 open when the till gave up waiting. Asks the gateway nothing. Never NULL; free it with fp_pending_free.
 */
fp_pending *fp_client_pending(const fp_client *client);

/*
 Every refund whose end is not known, the oldest first: fp_pending_invoice_id is the payment, fp_pending_amount what was
 asked for (NULL: all that was left), fp_pending_order_id the caller's refund_key (NULL: none). Asks the gateway nothing:
 the same refund again finds out. Never NULL; free it with fp_pending_free.
 */
fp_pending *fp_client_pending_refunds(const fp_client *client);

/*
 Every payout whose end is not known, the oldest first: fp_pending_order_id and fp_pending_amount; fp_pending_invoice_id
 is 0. Asks the gateway nothing: the same payout again finds out. Never NULL; free it with fp_pending_free.
 */
fp_pending *fp_client_pending_payouts(const fp_client *client);

/*
 FP_OK, FP_ERR_CONFIG without a journal, FP_ERR_JOURNAL when it cannot be read; the list is empty then. NULL:
 FP_ERR_ARGUMENT.
 */
int32_t fp_pending_code(const fp_pending *pending);

/*
 One sentence for a person, "" when the code is FP_OK. Valid until the list is freed.
 */
const char *fp_pending_message(const fp_pending *pending);

/*
 How many there are.
 */
size_t fp_pending_len(const fp_pending *pending);

/*
 The merchant's order id of a sale; index from 0. NULL beyond the end. Valid until the list is freed.
 */
const char *fp_pending_order_id(const fp_pending *pending, size_t index);

/*
 The gateway's id of a sale; 0: the answer was lost.
 */
int64_t fp_pending_invoice_id(const fp_pending *pending, size_t index);

/*
 The amount, as it was asked for; NULL for a refund of all that was left. NULL beyond the end. Valid until the list is freed.
 */
const char *fp_pending_amount(const fp_pending *pending,
                              size_t index);

/*
 Frees a list. NULL is fine.
 */
void fp_pending_free(fp_pending *pending);

#ifdef __cplusplus
}
#endif

#endif /* FREEDOMPAY_H */

/* A gateway that answers exactly what a test tells it to, also what no gateway should ever answer. */
#ifndef CANNED_H
#define CANNED_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct canned canned;

/* An answer is the body of a 200; the whole answer when it begins with "HTTP/"; or one of these. */
extern const char CANNED_HANG[];     /* reads the request and never answers */
extern const char CANNED_CLOSE[];    /* reads the request and closes the connection */
extern const char CANNED_DEAF[];     /* closes the connection before it reads anything */
extern const char CANNED_ENDLESS[];  /* begins a good answer and goes on with spaces until the other side has had enough */
extern const char CANNED_DRIP[];     /* a good head, then a space now and then, for as long as the other side waits */

/* Starts a gateway on a free port. Each request takes the next answer, the last one repeats. The list stays the caller's. */
canned *canned_start(const char *const *answers, size_t count);

/* http://127.0.0.1:PORT */
const char *canned_url(const canned *gateway);

/* How many connections have taken an answer so far. */
int canned_count(canned *gateway);

/* How many connections the gateway has closed so far. */
int canned_closed(canned *gateway);

/* The last request as it came, head and body; valid until the next one. */
const char *canned_request(canned *gateway);

void canned_stop(canned *gateway);

/* The address of a port on which nobody listens. */
const char *nobody_url(void);

#ifdef __cplusplus
}
#endif

#endif

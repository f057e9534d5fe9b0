/* One line from the judge and one to it: flat JSON objects, as much of JSON as README.md promises and no more. */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Reads the next line of stdin; 0 at its end. What cannot be understood ends the process with an "error". */
int line_read(void);

/* A text of the line, NUL behind it, also one that was given as bytes (.hex); NULL when it has none of that name. Valid until the
 * next line. */
const char *line_text(const char *name);

/* How long that text is. */
size_t line_length(const char *name);

int line_has(const char *name);

/* A number of the line; 0 when it has none of that name. */
int64_t line_number(const char *name);

/* The next text whose name begins with prefix, from number *at on, which moves behind it: its name behind the prefix; NULL: no more. */
const char *line_next(const char *prefix, size_t *at, const char **value);

/* The answer, member after member, then its end. NULL is null. */
void line_say_text(const char *name, const char *text);
void line_say_span(const char *name, const char *text, size_t len);
void line_say_number(const char *name, int64_t number);
void line_say_bytes(const char *name, const uint8_t *bytes, size_t len);
void line_say_list(const char *name);        /* then items, then line_say_list_end */
void line_say_item(void);                    /* then members, then line_say_item_end */
void line_say_item_end(void);
void line_say_list_end(void);
void line_say_end(void);

/* Answers so and ends the process. */
void line_fail(const char *kind, const char *text);

#ifdef __cplusplus
}
#endif

#endif

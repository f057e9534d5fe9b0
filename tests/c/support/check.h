/* The checks of the C and C++ test programs. A check that fails is counted and printed, and the program goes on, so that
 * one run shows every fault. Checks belong to the main thread. */
#ifndef CHECK_H
#define CHECK_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CHECK(condition) check((condition) ? 1 : 0, #condition, __FILE__, __LINE__)
#define CHECK_INT(actual, expected) check_int((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK_TEXT(actual, expected) check_text((actual), (expected), #actual, __FILE__, __LINE__)
/* Is `part` somewhere in `whole`? */
#define CHECK_PART(whole, part) check_part((whole), (part), #whole, __FILE__, __LINE__)

/* What the following checks are about; it stands in front of each that fails. Copied. */
void check_about(const char *about);

int check(int ok, const char *what, const char *file, int line);
int check_int(int64_t actual, int64_t expected, const char *what, const char *file, int line);
int check_text(const char *actual, const char *expected, const char *what, const char *file, int line);
int check_part(const char *whole, const char *part, const char *what, const char *file, int line);

/* Prints "N passed, N failed" and gives the exit code of the program: 0 only if something passed and nothing failed. */
int check_end(void);

#ifdef __cplusplus
}
#endif

#endif

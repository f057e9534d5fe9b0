/* The counting behind check.h. */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static long passed, failed;
static char subject[200];

void check_about(const char *about)
{
    snprintf(subject, sizeof subject, "%s", about ? about : "NULL");
}

static void print_place(const char *what, const char *file, int line)
{
    printf("%s:%d: %s%s%s", file, line, subject, *subject ? ": " : "", what);
}

static int count(int ok)
{
    if (ok)
        passed++;
    else
        failed++;
    return ok;
}

int check(int ok, const char *what, const char *file, int line)
{
    if (!ok) {
        print_place(what, file, line);
        printf(" does not hold\n");
    }
    return count(ok);
}

int check_int(int64_t actual, int64_t expected, const char *what, const char *file, int line)
{
    if (actual != expected) {
        print_place(what, file, line);
        printf(" is %" PRId64 ", not %" PRId64 "\n", actual, expected);
    }
    return count(actual == expected);
}

int check_text(const char *actual, const char *expected, const char *what, const char *file, int line)
{
    int ok = actual && expected ? strcmp(actual, expected) == 0 : actual == expected;
    if (!ok) {
        print_place(what, file, line);
        printf(" is \"%s\", not \"%s\"\n", actual ? actual : "(NULL)", expected ? expected : "(NULL)");
    }
    return count(ok);
}

int check_part(const char *whole, const char *part, const char *what, const char *file, int line)
{
    int ok = whole && strstr(whole, part);
    if (!ok) {
        print_place(what, file, line);
        printf(" is \"%.300s\", which has no \"%s\"\n", whole ? whole : "(NULL)", part);
    }
    return count(ok);
}

int check_end(void)
{
    printf("%ld passed, %ld failed\n", passed, failed);
    return passed > 0 && failed == 0 ? 0 : 1;
}

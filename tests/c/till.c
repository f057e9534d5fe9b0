/* The example till as its user sees it: what it prints and its exit code, for every way in which a sale can end. */
#include "support/canned.h"
#include "support/check.h"
#include "support/sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char printed[1 << 16], url[200];

/* Runs the till, under the program in TILL_UNDER if there is one, and gives its exit code, -1 when it did not end by
 * itself; what it printed is in `printed`. */
static int till(const char *arguments)
{
    char command[1024];
    FILE *out;
    size_t len;
    int status;
    snprintf(command, sizeof command, "%s \"%s\" %s 2>&1", getenv("TILL_UNDER") ? getenv("TILL_UNDER") : "",
        getenv("TILL") ? getenv("TILL") : "till", arguments);
    out = popen(command, "r");
    if (!out)
        return -1;
    len = fread(printed, 1, sizeof printed - 1, out);
    printed[len] = '\0';
    status = pclose(out);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The order id is new each time. */
static int sale(const char *rest)
{
    char arguments[300];
    snprintf(arguments, sizeof arguments, "%s %s", new_order(), rest);
    return till(arguments);
}

static void use_answers(const char *const *answers, size_t count, int expected, const char *word)
{
    canned *gateway = canned_start(answers, count);
    setenv("FREEDOMPAY_BASE_URL", canned_url(gateway), 1);
    check_about(word);
    if (!CHECK_INT(sale("10 Ticket"), expected))
        fputs(printed, stdout);
    CHECK_PART(printed, word);
    check_about("");
    canned_stop(gateway);
    setenv("FREEDOMPAY_BASE_URL", url, 1);
}

#define CREATED "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>77</invoice_id><invoice_methods>" \
    "<qr>aHR0cHM6Ly9leGFtcGxlLmNvbS8=</qr></invoice_methods><dt>2019-08-24T14:15:22Z</dt></root>"
#define STATUS(word) "<root><status>ok</status><invoice_status>" word "</invoice_status><invoice_id>77</invoice_id></root>"

int main(void)
{
    char secret[] = "/tmp/freedompay-secret-XXXXXX";
    int file = mkstemp(secret);
    if (file < 0 || write(file, SANDBOX_KEY "\n", strlen(SANDBOX_KEY) + 1) < 0)
        abort();
    close(file);
    snprintf(url, sizeof url, "%s", sandbox_url());
    setenv("FREEDOMPAY_MERCHANT_ID", "123456", 1);
    setenv("FREEDOMPAY_SECRET_FILE", secret, 1);

    /* The runner's sandbox for this program pays by itself. */
    if (!CHECK_INT(sale("10.50 Ticket"), 0))
        fputs(printed, stdout);
    CHECK_PART(printed, "PAID");
    CHECK_PART(printed, "\xe2\x96\x88");
    CHECK_PART(printed, "customer=");
    CHECK(strstr(printed, SANDBOX_KEY) == NULL);

    {
        static const char *const declined[] = { CREATED, STATUS("process"), STATUS("failed") };
        static const char *const expired[] = { CREATED, STATUS("new"), STATUS("incomplete") };
        static const char *const strange[] = { CREATED, "<html></html>", CANNED_CLOSE, STATUS("ok") };
        static const char *const refused[] = { "<root><status>error</status><error_code>101</error_code></root>" };
        static const char *const repeated[] = { "<root><status>error</status><error_code>9991</error_code></root>" };
        static const char *const lost[] = { CANNED_CLOSE };
        static const char *const nonsense[] = { "<html></html>" };
        static const char *const open[] = { CREATED, STATUS("new") };
        static const char *const dark[] = { CREATED, CANNED_CLOSE };
        use_answers(declined, 3, 20, "DECLINED");
        CHECK_PART(printed, "... the payer is paying");
        use_answers(expired, 3, 20, "EXPIRED");
        CHECK_PART(printed, "... waiting for the payer");
        use_answers(strange, 4, 0, "PAID");
        use_answers(refused, 1, 20, "REFUSED");
        use_answers(repeated, 1, 30, "UNKNOWN");
        use_answers(lost, 1, 30, "UNKNOWN");
        use_answers(nonsense, 1, 30, "UNKNOWN");
        setenv("FREEDOMPAY_WAIT_S", "3", 1);
        use_answers(open, 2, 10, "STILL OPEN");
        use_answers(dark, 2, 30, "UNKNOWN");
        unsetenv("FREEDOMPAY_WAIT_S");
    }

    CHECK_INT(till(""), 40);
    CHECK_PART(printed, "usage");
    CHECK_INT(till("1 10"), 40);
    CHECK_INT(sale("1,5 Ticket"), 40);
    CHECK_PART(printed, "1,5");
    CHECK_INT(till("'' 10 Ticket"), 40);
    CHECK_INT(sale("10 ''"), 40);
    setenv("FREEDOMPAY_WAIT_S", "soon", 1);
    CHECK_INT(sale("10 Ticket"), 40);
    unsetenv("FREEDOMPAY_WAIT_S");
    setenv("FREEDOMPAY_MERCHANT_ID", "12x", 1);
    CHECK_INT(sale("10 Ticket"), 40);
    setenv("FREEDOMPAY_MERCHANT_ID", "123456", 1);
    setenv("FREEDOMPAY_SECRET_FILE", "/nonexistent", 1);
    CHECK_INT(sale("10 Ticket"), 40);
    setenv("FREEDOMPAY_SECRET_FILE", "/dev/null", 1);
    CHECK_INT(sale("10 Ticket"), 40);
    unsetenv("FREEDOMPAY_SECRET_FILE");
    CHECK_INT(sale("10 Ticket"), 40);
    setenv("FREEDOMPAY_SECRET_FILE", secret, 1);
    setenv("FREEDOMPAY_BASE_URL", "http://api.freedompay.uz", 1);
    CHECK_INT(sale("10 Ticket"), 40);
    setenv("FREEDOMPAY_BASE_URL", nobody_url(), 1);
    CHECK_INT(sale("10 Ticket"), 50);
    CHECK_PART(printed, "try again");

    setenv("FREEDOMPAY_BASE_URL", url, 1);
    unlink(secret);
    return check_end();
}

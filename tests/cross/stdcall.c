/* A payment through fps_..., the functions for programs that call as Visual Basic 6 does: 32 bits, stdcall, plain names.
 *
 *   stdcall.exe FREEDOMPAY.DLL
 *
 * FREEDOMPAY_BASE_URL is a sandbox whose payer pays. Ends with "N passed, N failed". */
#include "check.h"

#include <freedompay.h>
#include <stdio.h>
#include <windows.h>

static HMODULE library;

/* A function by its plain name, as Declare of Visual Basic finds it. */
static FARPROC find(const char *name)
{
    FARPROC found = GetProcAddress(library, name);
    check_about(name);
    CHECK(found);
    check_about("");
    if (!found)
        ExitProcess((UINT)check_end());
    return found;
}

static char *top_of_stack(void)
{
    char *top;
    __asm__ volatile("movl %%esp, %0" : "=r"(top));
    return top;
}

static int polls;

static int32_t __stdcall count(void *userdata, const fp_result *latest)
{
    (void)latest;
    polls += *(int *)userdata;
    return 0;
}

/* Who calls in another convention than the function has moves the stack by the arguments, at every call. */
static void a_call_leaves_the_stack_as_it_was(void)
{
    const char *(__stdcall *code_name)(int32_t) = (void *)find("fps_code_name");
    char *before = top_of_stack();
    int i;
    for (i = 0; i < 1000; i++)
        code_name(FP_ERR_NOT_SENT);
    CHECK(top_of_stack() == before);
    CHECK_TEXT(code_name(FP_ERR_NOT_SENT), "FP_ERR_NOT_SENT");
}

static void a_payment_is_taken(void)
{
    fp_config *(__stdcall *config_new)(void) = (void *)find("fps_config_new");
    int32_t(__stdcall *set_url)(fp_config *, const char *) = (void *)find("fps_config_set_base_url");
    int32_t(__stdcall *set_key)(fp_config *, const char *) = (void *)find("fps_config_set_secret_key");
    int32_t(__stdcall *set_merchant)(fp_config *, int64_t) = (void *)find("fps_config_set_merchant_id");
    int32_t(__stdcall *set_poll)(fp_config *, int64_t) = (void *)find("fps_config_set_poll_interval_ms");
    fp_client *(__stdcall *client_new)(const fp_config *) = (void *)find("fps_client_new");
    fp_invoice_request *(__stdcall *request_new)(const char *, const char *, const char *)
        = (void *)find("fps_invoice_request_new");
    fp_result *(__stdcall *init)(const fp_client *, const fp_invoice_request *) = (void *)find("fps_invoice_init");
    fp_result *(__stdcall *wait)(const fp_client *, int64_t, int64_t, int32_t(__stdcall *)(void *, const fp_result *), void *)
        = (void *)find("fps_invoice_wait");
    int64_t(__stdcall *invoice_id)(const fp_result *) = (void *)find("fps_result_invoice_id");
    int32_t(__stdcall *code)(const fp_result *) = (void *)find("fps_result_code");
    int32_t(__stdcall *status)(const fp_result *) = (void *)find("fps_result_invoice_status");
    const char *(__stdcall *message)(const fp_result *) = (void *)find("fps_result_message");
    fp_config *config = config_new();
    fp_result *invoice, *end;
    int step = 1;
    CHECK_INT(set_url(config, getenv("FREEDOMPAY_BASE_URL")), FP_OK);
    CHECK_INT(set_key(config, "sandbox-secret-key"), FP_OK);
    CHECK_INT(set_merchant(config, 123456), FP_OK);
    CHECK_INT(set_poll(config, 20), FP_OK);
    invoice = init(client_new(config), request_new("stdcall-1", "10.50", "Tea"));
    CHECK_INT(code(invoice), FP_OK);
    CHECK_TEXT(message(invoice), "");
    end = wait(client_new(config), invoice_id(invoice), 60000, count, &step);
    CHECK_INT(code(end), FP_OK);
    CHECK_INT(status(end), FP_INVOICE_OK);
    CHECK(polls > 0);
}

int main(int argc, char **argv)
{
    library = LoadLibraryA(argc == 2 ? argv[1] : "");
    if (!CHECK(library))
        return check_end();
    a_call_leaves_the_stack_as_it_was();
    a_payment_is_taken();
    return check_end();
}

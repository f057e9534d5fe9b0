/* What only Windows has, against the DLL as it is loaded by hand: names beyond ASCII, a task's handle, unloading.
 *
 *   windows.exe FREEDOMPAY.DLL
 *
 * FREEDOMPAY_BASE_URL is a sandbox. Ends with "N passed, N failed". */
#include "check.h"

#include <freedompay.h>
#include <stdio.h>
#include <windows.h>

/* Of each function that is used here: its type and its place. */
#define FUNCTIONS(F)                                                                                                  \
    F(fp_abi_version) F(fp_config_new) F(fp_config_free) F(fp_config_set_merchant_id) F(fp_config_set_secret_key)     \
    F(fp_config_set_base_url) F(fp_config_set_journal) F(fp_config_set_poll_interval_ms) F(fp_client_new)             \
    F(fp_client_free) F(fp_invoice_request_new) F(fp_invoice_request_free) F(fp_invoice_init) F(fp_result_code)       \
    F(fp_result_message) F(fp_result_invoice_id) F(fp_result_from_journal) F(fp_result_free) F(fp_client_pending)     \
    F(fp_pending_len) F(fp_pending_free) F(fp_task_invoice_wait) F(fp_task_fd) F(fp_task_done) F(fp_task_cancel)      \
    F(fp_task_take) F(fp_task_free)

#define PLACE(name) static __typeof__(&name) p_##name;
FUNCTIONS(PLACE)

static HMODULE load(const char *path)
{
    HMODULE library = LoadLibraryA(path);
    int missing = 0;
    if (!CHECK(library))
        return NULL;
#define FIND(name)                                                                                                    \
    *(FARPROC *)&p_##name = GetProcAddress(library, #name);                                                           \
    missing += !p_##name;
    FUNCTIONS(FIND)
    return CHECK_INT(missing, 0) ? library : NULL;
}

static fp_client *client_of(const char *journal)
{
    fp_config *config = p_fp_config_new();
    fp_client *client;
    p_fp_config_set_merchant_id(config, 123456);
    p_fp_config_set_secret_key(config, "sandbox-secret-key");
    p_fp_config_set_base_url(config, getenv("FREEDOMPAY_BASE_URL"));
    p_fp_config_set_poll_interval_ms(config, 20);
    if (journal)
        p_fp_config_set_journal(config, journal);
    client = p_fp_client_new(config);
    p_fp_config_free(config);
    return client;
}

static fp_result *init(const fp_client *client, const char *order_id)
{
    fp_invoice_request *request = p_fp_invoice_request_new(order_id, "10.50", "Tea");
    fp_result *result = p_fp_invoice_init(client, request);
    p_fp_invoice_request_free(request);
    return result;
}

static void a_library_that_was_not_used_can_be_unloaded(const char *path)
{
    int round;
    for (round = 0; round < 50; round++) {
        HMODULE library = load(path);
        if (!library)
            return;
        CHECK_INT(p_fp_abi_version(), 1);
        CHECK(FreeLibrary(library));
        CHECK(!GetModuleHandleA(path));
    }
}

/* C:\Касса\продажи.db, in the encoding of the library's texts and in that of Windows. */
static void a_journal_lies_where_its_name_says_in_any_letters(void)
{
    static const char name[] = "C:\\\xd0\x9a\xd0\xb0\xd1\x81\xd1\x81\xd0\xb0\\"
                               "\xd0\xbf\xd1\x80\xd0\xbe\xd0\xb4\xd0\xb0\xd0\xb6\xd0\xb8.db";
    static const WCHAR folder[] = L"C:\\\x041a\x0430\x0441\x0441\x0430";
    static const WCHAR file[] = L"C:\\\x041a\x0430\x0441\x0441\x0430\\\x043f\x0440\x043e\x0434\x0430\x0436\x0438.db";
    fp_client *client;
    fp_pending *pending;
    fp_result *result;
    int64_t invoice_id;
    DeleteFileW(file);
    CHECK(CreateDirectoryW(folder, NULL) || GetLastError() == ERROR_ALREADY_EXISTS);
    client = client_of(name);
    result = init(client, "windows-journal");
    CHECK_INT(p_fp_result_code(result), FP_OK);
    CHECK_TEXT(p_fp_result_message(result), "");
    invoice_id = p_fp_result_invoice_id(result);
    p_fp_result_free(result);
    p_fp_client_free(client);
    CHECK(GetFileAttributesW(file) != INVALID_FILE_ATTRIBUTES);

    client = client_of(name);
    result = init(client, "windows-journal");
    CHECK_INT(p_fp_result_from_journal(result), 1);
    CHECK_INT(p_fp_result_invoice_id(result), invoice_id);
    pending = p_fp_client_pending(client);
    CHECK_INT((int64_t)p_fp_pending_len(pending), 1);
    p_fp_pending_free(pending);
    p_fp_result_free(result);
    p_fp_client_free(client);
}

static void a_message_loop_can_wait_for_the_handle_of_a_task(const fp_client *client, int64_t invoice_id)
{
    fp_task *task = p_fp_task_invoice_wait(client, invoice_id, 60000);
    HANDLE handle = (HANDLE)(intptr_t)p_fp_task_fd(task);
    fp_result *result;
    CHECK_INT(WaitForSingleObject(handle, 0), WAIT_TIMEOUT);
    p_fp_task_cancel(task);
    CHECK_INT(WaitForSingleObject(handle, 10000), WAIT_OBJECT_0);
    CHECK_INT(p_fp_task_done(task), 1);
    result = p_fp_task_take(task);
    CHECK_INT(p_fp_result_code(result), FP_ERR_CANCELLED);
    p_fp_result_free(result);
    p_fp_task_free(task);
}

/* Its thread runs on for a moment: the library must still be there, and the process must end without a hang. */
static void a_library_can_be_unloaded_right_after_a_wait_was_given_up(HMODULE library, const char *path)
{
    fp_client *client = client_of(NULL);
    fp_result *result = init(client, "windows-unload");
    int64_t invoice_id = p_fp_result_invoice_id(result);
    fp_task *task;
    CHECK_INT(p_fp_result_code(result), FP_OK);
    p_fp_result_free(result);
    a_message_loop_can_wait_for_the_handle_of_a_task(client, invoice_id);
    task = p_fp_task_invoice_wait(client, invoice_id, 60000);
    Sleep(50);
    p_fp_task_free(task);
    p_fp_client_free(client);
    CHECK(FreeLibrary(library));
    Sleep(300);
    CHECK(GetModuleHandleA(path));
}

int main(int argc, char **argv)
{
    HMODULE library;
    if (argc != 2)
        return 2;
    a_library_that_was_not_used_can_be_unloaded(argv[1]);
    library = load(argv[1]);
    if (library) {
        a_journal_lies_where_its_name_says_in_any_letters();
        a_library_can_be_unloaded_right_after_a_wait_was_given_up(library, argv[1]);
    }
    return check_end();
}

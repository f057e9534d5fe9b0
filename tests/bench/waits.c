/* What it costs to wait for many invoices at once from one process, each asked about once a second.
 *
 *   waits PORT CA_FILE INVOICES SECONDS      prints one line of JSON
 *
 * The gateway of the benchmark says "new" of every invoice, so that no wait ends before its time. */
#include <dirent.h>
#include <freedompay.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static double cpu_seconds(void)
{
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static long number_of(const char *what)
{
    char line[256];
    long number = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, what, strlen(what)) == 0)
            number = atol(line + strlen(what));
    if (status)
        fclose(status);
    return number;
}

static int sockets(void)
{
    char path[300], target[64];
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        ssize_t len;
        snprintf(path, sizeof path, "/proc/self/fd/%s", entry->d_name);
        len = readlink(path, target, sizeof target - 1);
        count += len > 7 && memcmp(target, "socket:", 7) == 0;
    }
    if (folder)
        closedir(folder);
    return count;
}

int main(int argc, char **argv)
{
    int count = argc == 5 ? atoi(argv[3]) : 0, seconds = argc == 5 ? atoi(argv[4]) : 0, i, still = 0, most_sockets = 0;
    char url[64];
    double cpu;
    fp_task **tasks = calloc((size_t)(count > 0 ? count : 1), sizeof *tasks);
    fp_config *config = fp_config_new();
    fp_client *client;
    if (count <= 0 || seconds <= 0 || !tasks) {
        fprintf(stderr, "usage: waits PORT CA_FILE INVOICES SECONDS\n");
        return 2;
    }
    snprintf(url, sizeof url, "https://localhost:%s", argv[1]);
    fp_config_set_base_url(config, url);
    fp_config_set_ca_file(config, argv[2]);
    fp_config_set_merchant_id(config, 123456);
    fp_config_set_secret_key(config, "bench-secret-key");
    fp_config_set_poll_interval_ms(config, 1000);
    client = fp_client_new(config);
    for (i = 0; i < count; i++)
        tasks[i] = fp_task_invoice_wait(client, 1000000000LL + i, 600000);
    sleep(3);           /* every one has asked at least once: the first questions came all together */
    most_sockets = sockets();
    cpu = cpu_seconds();
    sleep((unsigned)seconds);
    cpu = cpu_seconds() - cpu;
    i = sockets();
    most_sockets = i > most_sockets ? i : most_sockets;
    for (i = 0; i < count; i++)
        still += !fp_task_done(tasks[i]);
    printf("{\"invoices\": %d, \"still_waiting\": %d, \"cores\": %.4f, \"sockets\": %d, \"threads\": %ld, \"peak_kib\": %ld}\n",
        count, still, cpu / seconds, most_sockets, number_of("Threads:"), number_of("VmHWM:"));
    for (i = 0; i < count; i++)
        fp_task_free(tasks[i]);
    free(tasks);
    fp_client_free(client);
    fp_config_free(config);
    return still != count;
}

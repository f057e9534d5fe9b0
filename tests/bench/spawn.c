/* How long a whole process takes, from its start to its end.
 *
 *   spawn TIMES PROGRAM ARGUMENT...      prints the median in microseconds
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <fcntl.h>
#include <unistd.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    long times = argc > 2 ? atol(argv[1]) : 0, i;
    double *took = times > 0 ? calloc((size_t)times, sizeof *took) : NULL;
    if (!took) {
        fprintf(stderr, "usage: %s TIMES PROGRAM ARGUMENT...\n", argv[0]);
        return 2;
    }
    for (i = 0; i < times; i++) {
        struct timespec start, end;
        int status = 0;
        pid_t child;
        clock_gettime(CLOCK_MONOTONIC, &start);
        child = fork();
        if (child == 0) {
            int null = open("/dev/null", O_WRONLY);
            dup2(null, 1);
            execv(argv[2], argv + 2);
            _exit(127);
        }
        if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            fprintf(stderr, "%s failed\n", argv[2]);
            return 1;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        took[i] = (double)(end.tv_sec - start.tv_sec) * 1e6 + (double)(end.tv_nsec - start.tv_nsec) / 1e3;
    }
    qsort(took, (size_t)times, sizeof *took, ascending);
    printf("%.0f\n", took[times / 2]);
    free(took);
    return 0;
}

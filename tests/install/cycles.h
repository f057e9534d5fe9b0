/* What the tests of a hundred thousand cycles share: the memory that this process has, and the bounds of its growth. */
#ifndef CYCLES_H
#define CYCLES_H

#include <stdio.h>
#include <unistd.h>

/* The smallest block that malloc gives has 32 bytes: one that is lost in each cycle makes 2800 KiB. */
enum { CYCLES = 100000, WARM_UP = 10000, MOST_GROWTH_KIB = 2000 };

/* The memory of this process that is in use, in KiB. */
static long resident_kib(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file) {
        if (fscanf(file, "%ld %ld", &pages, &resident) != 2)
            resident = 0;
        fclose(file);
    }
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What of a cycle is freed first: another order each time. */
static unsigned next_order(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 16;
}

#endif

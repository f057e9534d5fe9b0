<?php

// That what is made is freed.

declare(strict_types=1);

// What the allocator may keep for itself. Each loop below would leak several times as much.
const SLACK = 768 * 1024;

/** Bytes of this process that are in memory. */
function resident(): int
{
    gc_collect_cycles();
    return (int) explode(' ', file_get_contents('/proc/self/statm'))[1] * 4096;
}

/** A process for each call is slow, and its memory ends with it: PHP's own is counted then. */
function leaves_nothing(int $cycles, callable $body): void
{
    $cycles = by_tool() ? min($cycles, 50) : $cycles;
    $used = by_tool() ? memory_get_usage(...) : resident(...);
    for ($i = 0; $i < $cycles / 5; $i++) {
        $body();
    }
    $before = $used();
    for ($i = 0; $i < $cycles; $i++) {
        $body();
    }
    gc_collect_cycles();
    $growth = $used() - $before;
    $slack = by_tool() ? 4_096 : SLACK;
    check($growth < $slack, "the process grew by $growth bytes");
}

<?php

// The clock around the calls of the PHP clients, with the arguments and the line of JSON of bench.c.

declare(strict_types=1);

const MERCHANT_ID = '123456';
const SECRET_KEY = 'bench-secret-key';
const PATH = '/v5/merchant/invoice/init';

/** @return array{int, string, int, int} PORT, CA_FILE, WARM_UP, CALLS */
function arguments(): array
{
    global $argv;
    if (count($argv) !== 5) {
        fwrite(STDERR, "usage: $argv[0] PORT CA_FILE WARM_UP CALLS\n");
        exit(2);
    }
    return [(int) $argv[1], $argv[2], (int) $argv[3], (int) $argv[4]];
}

/** Processor time of this process and of those that it started and that have ended, in microseconds. */
function cpu_us(): float
{
    $us = 0;
    foreach ([0, 1] as $whose) {
        $used = getrusage($whose);
        $us += ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1e6
            + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
    }
    return $us;
}

/**
 * Makes the calls, each with its own order id, and prints what the timed ones took, as bench.c does.
 *
 * @param callable(string): bool $create takes the order id; true when the invoice's id, its state and its link were read
 */
function run(callable $create, int $warmUp, int $calls): void
{
    $times = [];
    $cpu = 0.0;
    for ($number = 0; $number < $warmUp + $calls; $number++) {
        if ($number === $warmUp) {
            $cpu = cpu_us();
        }
        $start = hrtime(true);
        if (!$create(sprintf('bench-%08d', $number))) {
            fwrite(STDERR, "call $number failed\n");
            exit(1);
        }
        if ($number >= $warmUp) {
            $times[] = (hrtime(true) - $start) / 1e3;
        }
    }
    $cpu = cpu_us() - $cpu;
    sort($times);
    echo json_encode([
        'p50_us' => round($times[intdiv($calls, 2)], 1),
        'p99_us' => round($times[intdiv($calls * 99, 100)], 1),
        'cpu_us' => round($cpu / $calls, 1),
        'peak_kib' => getrusage()['ru_maxrss'],
    ]), "\n";
}

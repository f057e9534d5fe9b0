<?php

// What a getter costs through FFI beside an empty C function: prints nanoseconds of both as JSON.
//
//   getters.php LIBRARY EMPTY

declare(strict_types=1);

[, $library, $nothing] = $argv;
$ours = FFI::cdef('int32_t fp_result_code(const void *); void *fp_config_new(void); void *fp_client_new(void *);
    void *fp_client_check(void *);', $library);
$empty = FFI::cdef('int32_t empty(const void *);', $nothing);
// A result without a gateway: of a client that is not complete.
$result = $ours->fp_client_check($ours->fp_client_new($ours->fp_config_new()));

/** @param callable(): void $calls ten thousand of them */
function best(callable $calls): int
{
    $best = PHP_INT_MAX;
    for ($run = 0; $run < 50; $run++) {
        $start = hrtime(true);
        $calls();
        $best = min($best, hrtime(true) - $start);
    }
    return intdiv($best, 10_000);
}

echo json_encode([
    'getter_ns' => best(static function () use ($ours, $result): void {
        for ($i = 0; $i < 10_000; $i++) {
            $ours->fp_result_code($result);
        }
    }),
    'empty_ns' => best(static function () use ($empty, $result): void {
        for ($i = 0; $i < 10_000; $i++) {
            $empty->empty($result);
        }
    }),
]), "\n";

<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * Waits in slices: between two of them PHP runs the handlers of signals.
 *
 * @internal
 */
final class Patience
{
    private const SLICE_MS = 100;

    /**
     * Waits until a call has ended, at most $timeoutMs. Has it?
     *
     * @param callable(int): bool $hasEnded looks for as many milliseconds at most
     */
    public static function wait(int $timeoutMs, callable $hasEnded): bool
    {
        $begin = hrtime(true);
        $left = $timeoutMs;
        do {
            $ended = $hasEnded(min($left, self::SLICE_MS));
            $left = $timeoutMs - (int) ((hrtime(true) - $begin) / 1_000_000);
        } while (!$ended && $left > 0);
        return $ended;
    }
}

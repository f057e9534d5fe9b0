<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

/**
 * Runs a function of PHP whose warnings say what its answer says as well: a pipe is broken, a
 * signal came. The host's own error handler shall not see them, and not throw for them.
 *
 * @internal
 */
final class Quietly
{
    /**
     * @template T
     * @param callable(): T $body
     * @return T
     */
    public static function run(callable $body): mixed
    {
        set_error_handler(static fn (): bool => true);
        try {
            return $body();
        } finally {
            restore_error_handler();
        }
    }
}

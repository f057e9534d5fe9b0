<?php

declare(strict_types=1);

namespace FreedomPay\Link;

use FreedomPay\Code;
use FreedomPay\Failure;
use FreedomPay\Invoice;

/**
 * One poll of a wait, shown to the caller's progress function.
 *
 * @internal
 */
final class Poll
{
    /**
     * Lends what the poll learned. Does the function give the wait up?
     *
     * @param callable(Invoice): mixed $progress
     */
    public static function givesUp(callable $progress, Result $latest): bool
    {
        try {
            $failed = $latest->number('code') !== Code::Ok->value;
            $error = $failed ? Failure::of($latest, withInvoice: false) : null;
            return (bool) $progress(Invoice::of($latest, $error));
        } finally {
            $latest->giveBack();
        }
    }
}

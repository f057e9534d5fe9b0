<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * Holds PHP's signal handlers off while a call is under way: one that throws there would throw
 * through C, or between a question and its answer.
 *
 * @internal
 */
final class Signals
{
    private bool $held = false;

    public function hold(): void
    {
        if (function_exists('pcntl_async_signals') && pcntl_async_signals()) {
            $this->held = true;
            pcntl_async_signals(false);
        }
    }

    /** Runs the handlers of the signals that have come since. What they throw comes out here. */
    public function release(): void
    {
        if ($this->held) {
            $this->held = false;
            pcntl_async_signals(true);
            pcntl_signal_dispatch();
        }
    }
}

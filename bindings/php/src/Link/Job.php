<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * A call in the background: an fp_task.
 *
 * @internal
 */
interface Job
{
    /** Has the call ended? Never blocks. */
    public function done(): bool;

    /** Waits until the call has ended, at most $timeoutMs, which is not negative. Has it ended? */
    public function join(int $timeoutMs): bool;

    /** Gives the call up, if it has not ended. */
    public function cancel(): void;

    /** Its answer, once; null: it has not ended, or its answer was taken. */
    public function take(): ?Result;

    /** Frees it. A call that has not ended is given up. Later calls throw ArgumentException. */
    public function close(): void;
}

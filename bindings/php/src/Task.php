<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Job;

/**
 * A call in the background: Client::startInvoiceInit(), Client::startInvoiceWait().
 *
 * It frees itself; close() does so at a certain moment. A call that has not ended is given up then,
 * and nothing waits for it. The client may be closed before.
 *
 * A forked child has no part in it: there the task is done, and its result is a
 * CancelledException. In the parent it goes on.
 */
final class Task
{
    /** @internal */
    public function __construct(private readonly Job $job)
    {
    }

    /** A copy would be of a call under way, not of a value. */
    private function __clone()
    {
    }

    /** @return never */
    public function __serialize(): array
    {
        throw new \Exception("Serialization of 'FreedomPay\\Task' is not allowed");
    }

    /** Ends the use of this task, once. Every later call throws ArgumentException. */
    public function close(): void
    {
        $this->job->close();
    }

    /** Has the call ended? Never blocks. */
    public function done(): bool
    {
        return $this->job->done();
    }

    /**
     * Waits until the call has ended, at most $timeoutMs. Has it ended?
     *
     * @throws ArgumentException the time is negative
     */
    public function join(int $timeoutMs): bool
    {
        if ($timeoutMs < 0) {
            throw new ArgumentException('timeoutMs is negative');
        }
        return $this->job->join($timeoutMs);
    }

    /**
     * Gives the call up: it ends within 100 ms, with a CancelledException. One that has ended
     * already keeps its result. $sent of a cancelled init says whether it may have arrived; a
     * journal keeps it as pending then.
     */
    public function cancel(): void
    {
        $this->job->cancel();
    }

    /**
     * What the call answered, once. Never blocks.
     *
     * @throws Exception\FreedomPayException what the call ended with
     * @throws ArgumentException             it has not ended, or its result was taken
     */
    public function result(): Invoice
    {
        $ended = $this->job->done();
        $result = $this->job->take();
        if ($result === null) {
            $reason = $ended ? 'the result of the task was taken' : 'the task has not ended';
            throw new ArgumentException($reason);
        }
        return Invoice::of(Failure::unless($result));
    }
}

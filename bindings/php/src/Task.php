<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;
use FFI\CData;
use FreedomPay\Exception\ArgumentException;

/**
 * A call under way on a thread of the library: Client::startInit(), Client::startWait().
 *
 * It frees itself; close() does so at a certain moment. A call that has not ended is given up then,
 * and nothing waits for it. The client may be closed before.
 *
 * A forked child has not the thread: there the task is done, and its result is a
 * CancelledException. In the parent it goes on.
 */
final class Task
{
    // For so long join() lets no signal handler run.
    private const SLICE_MS = 100;

    private ?FFI $ffi = null;
    private ?CData $handle = null;
    /** @var callable|null */
    private mixed $log = null;

    /**
     * @internal
     * @param CData                             $handle an fp_task, owned from now on
     * @param callable(int, string): mixed|null $log    that of the client
     */
    public function __construct(CData $handle, ?callable $log)
    {
        $this->ffi = Library::ffi();
        $this->handle = $handle;
        $this->log = $log;
    }

    public function __destruct()
    {
        $this->close();
    }

    private function __clone()
    {
    }

    /** Ends the use of this task, once. Every later call throws ArgumentException. */
    public function close(): void
    {
        if ($this->handle !== null) {
            [$handle, $this->handle] = [$this->handle, null];
            $this->ffi->fp_task_free($handle);
        }
    }

    /** Has the call ended? Never blocks. */
    public function done(): bool
    {
        return $this->ffi->fp_task_done($this->held()) === 1;
    }

    /**
     * Waits until the call has ended, at most $timeoutMs. Has it ended?
     *
     * @throws ArgumentException the time is negative
     */
    public function join(int $timeoutMs): bool
    {
        $begin = hrtime(true);
        $left = $timeoutMs;
        do {
            $code = $this->ffi->fp_task_join($this->held(), min($left, self::SLICE_MS));
            if ($code === Code::Argument->value) {
                throw new ArgumentException('timeoutMs is negative');
            }
            $left = $timeoutMs - intdiv(hrtime(true) - $begin, 1_000_000);
        } while ($code !== Code::Ok->value && $left > 0);
        return $code === Code::Ok->value;
    }

    /**
     * Gives the call up: it ends within 100 ms, with a CancelledException. One that has ended
     * already keeps its result. $sent of a cancelled init says whether it may have arrived; a
     * journal keeps it as pending then.
     */
    public function cancel(): void
    {
        $this->ffi->fp_task_cancel($this->held());
    }

    /**
     * What the call answered, once. Never blocks.
     *
     * @throws Exception\FreedomPayException what the call ended with
     * @throws ArgumentException             it has not ended, or its result was taken
     */
    public function result(): Invoice
    {
        $ended = $this->done();
        $handle = $this->held();
        $result = Call::run($this->log, function () use ($handle): ?Result {
            $taken = $this->ffi->fp_task_take($handle);
            return $taken === null ? null : new Result($taken, owned: true);
        });
        if ($result === null) {
            $reason = $ended ? 'the result of the task was taken' : 'the task has not ended';
            throw new ArgumentException($reason);
        }
        return Invoice::of($result->succeeded());
    }

    private function held(): CData
    {
        return $this->handle ?? throw new ArgumentException('the task is closed');
    }
}

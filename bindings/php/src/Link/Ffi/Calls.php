<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Invoice;
use FreedomPay\Link\Log;
use FreedomPay\Link\Poll;
use FreedomPay\Link\Signals;

/**
 * The calls of the library under way, and what they call back: their log, and the progress of a
 * wait. All of it runs on the thread that made the call.
 *
 * An exception cannot pass through C: it is kept and thrown once the call has returned. PHP keeps
 * the C side of a closure until the request ends, so there is one of each for the process, and the
 * innermost call of the fiber that runs is the one that they belong to: a progress function may
 * suspend its fiber, and calls of others begin and end meanwhile.
 *
 * @internal
 */
final class Calls
{
    /** @var list<self> */
    private static array $underWay = [];
    private static ?CData $onLog = null;
    private static ?CData $onProgress = null;

    private ?\Throwable $caught = null;
    private readonly Signals $signals;
    /** The number of its fiber, which is not kept alive by this; null: it is made outside of fibers. */
    private readonly ?int $fiber;

    /** @param (callable(Invoice): mixed)|null $progress */
    private function __construct(
        private readonly Abi $abi,
        private readonly Log $log,
        private readonly mixed $progress,
    ) {
        $this->signals = new Signals();
        $this->fiber = self::fiber();
    }

    /** The fp_log_fn of every client. */
    public static function onLog(Abi $abi): CData
    {
        return self::$onLog ??= $abi->callback('fp_log_fn', self::log(...));
    }

    /** The fp_progress_fn of every wait. */
    public static function onProgress(Abi $abi): CData
    {
        return self::$onProgress ??= $abi->callback('fp_progress_fn', self::progress(...));
    }

    /**
     * Runs $body, which calls the library once.
     *
     * @template T
     * @param callable(): T                   $body
     * @param (callable(Invoice): mixed)|null $progress
     * @return T
     */
    public static function run(
        Abi $abi,
        Log $log,
        callable $body,
        ?callable $progress = null,
    ): mixed {
        $call = new self($abi, $log, $progress);
        self::$underWay[] = $call;
        $call->signals->hold();
        try {
            $answer = $body();
        } finally {
            $call->leave();
            $call->signals->release();
        }
        if ($call->caught !== null) {
            throw $call->caught;
        }
        return $answer;
    }

    private static function log(?CData $userdata, int $level, ?string $message): void
    {
        self::innermost()?->log->line($level, $message ?? '');
    }

    private static function progress(?CData $userdata, CData $latest): int
    {
        return self::innermost()?->progressed($latest) ?? 0;
    }

    /** The call that the library is inside of, in the fiber that runs. */
    private static function innermost(): ?self
    {
        $fiber = self::fiber();
        foreach (array_reverse(self::$underWay) as $call) {
            if ($call->fiber === $fiber) {
                return $call;
            }
        }
        return null;
    }

    private static function fiber(): ?int
    {
        $fiber = \Fiber::getCurrent();
        return $fiber === null ? null : spl_object_id($fiber);
    }

    private function leave(): void
    {
        $others = array_filter(self::$underWay, fn (self $call): bool => $call !== $this);
        self::$underWay = array_values($others);
    }

    /**
     * One poll has ended: 1 gives the waiting up, 0 goes on.
     *
     * In a fiber that is destroyed while the function has it suspended, nothing runs any more but
     * what stands in finally. The library must be returned to all the same.
     */
    private function progressed(CData $latest): int
    {
        $answer = 1;
        try {
            $this->signals->release();
            if ($this->progress === null) {
                $answer = 0;
            } else {
                $lent = new FfiResult($this->abi, $latest, owned: false);
                $answer = Poll::givesUp($this->progress, $lent) ? 1 : 0;
            }
        } catch (\Throwable $e) {
            $this->caught = $e;
        } finally {
            $this->signals->hold();
            return $answer;
        }
    }
}

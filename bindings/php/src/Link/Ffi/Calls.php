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
 * innermost call is the one that they belong to.
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

    /** @param (callable(Invoice): mixed)|null $progress */
    private function __construct(
        private readonly Abi $abi,
        private readonly Log $log,
        private readonly mixed $progress,
    ) {
        $this->signals = new Signals();
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
            array_pop(self::$underWay);
            $call->signals->release();
        }
        if ($call->caught !== null) {
            throw $call->caught;
        }
        return $answer;
    }

    private static function log(?CData $userdata, int $level, ?string $message): void
    {
        $call = end(self::$underWay);
        if ($call !== false) {
            $call->log->line($level, $message ?? '');
        }
    }

    private static function progress(?CData $userdata, CData $latest): int
    {
        $call = end(self::$underWay);
        return $call === false ? 0 : $call->progressed($latest);
    }

    /** One poll has ended: 1 gives the waiting up, 0 goes on. */
    private function progressed(CData $latest): int
    {
        try {
            $this->signals->release();
            if ($this->progress === null) {
                return 0;
            }
            $lent = new FfiResult($this->abi, $latest, owned: false);
            return Poll::givesUp($this->progress, $lent) ? 1 : 0;
        } catch (\Throwable $e) {
            $this->caught = $e;
            return 1;
        } finally {
            $this->signals->hold();
        }
    }
}

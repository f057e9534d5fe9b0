<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI\CData;

/**
 * One call of the library under way, and what it calls back: its log, and the progress of a wait.
 *
 * An exception cannot pass through C: it is kept and thrown once the call has returned. PHP keeps
 * the C side of a closure until the request ends, so there is one of each for the process, and the
 * innermost call is the one that they belong to.
 *
 * @internal
 */
final class Call
{
    /** @var list<self> */
    private static array $underWay = [];
    private static ?CData $callbacks = null;

    private ?\Throwable $caught = null;
    private bool $asyncSignals = false;

    private function __construct(private readonly mixed $log, private readonly mixed $progress)
    {
    }

    /** The fp_log_fn of every client. */
    public static function onLog(): CData
    {
        return self::callbacks()->log;
    }

    /** The fp_progress_fn of every wait. */
    public static function onProgress(): CData
    {
        return self::callbacks()->progress;
    }

    /**
     * Runs $body, which calls the library once.
     *
     * @template T
     * @param callable(int, string): mixed|null $log
     * @param callable(): T                     $body
     * @param callable(Invoice): mixed|null     $progress
     * @return T
     */
    public static function run(?callable $log, callable $body, ?callable $progress = null): mixed
    {
        $call = new self($log, $progress);
        self::$underWay[] = $call;
        $call->holdSignals();
        try {
            $answer = $body();
        } finally {
            array_pop(self::$underWay);
            $call->releaseSignals();
        }
        if ($call->caught !== null) {
            throw $call->caught;
        }
        return $answer;
    }

    private static function callbacks(): CData
    {
        if (self::$callbacks === null) {
            $callbacks = Library::ffi()->new('struct { fp_log_fn log; fp_progress_fn progress; }');
            $callbacks->log = self::log(...);
            $callbacks->progress = self::progress(...);
            self::$callbacks = $callbacks;
        }
        return self::$callbacks;
    }

    private static function log(?CData $userdata, int $level, ?string $message): void
    {
        $call = end(self::$underWay);
        if ($call !== false) {
            $call->logged($level, $message ?? '');
        }
    }

    private static function progress(?CData $userdata, CData $latest): int
    {
        return end(self::$underWay)->progressed($latest);
    }

    /** One poll has ended: 1 gives the waiting up, 0 goes on. */
    private function progressed(CData $latest): int
    {
        try {
            $this->releaseSignals();
            if ($this->progress === null) {
                return 0;
            }
            $lent = new Result($latest, owned: false);
            try {
                $failed = $lent->read('code') !== Code::Ok->value;
                $error = $failed ? Failure::of($lent, withInvoice: false) : null;
                return ($this->progress)(Invoice::of($lent, $error)) ? 1 : 0;
            } finally {
                $lent->giveBack();
            }
        } catch (\Throwable $e) {
            $this->caught = $e;
            return 1;
        } finally {
            $this->holdSignals();
        }
    }

    /** What a log function throws is reported and dropped: it must not cost anyone the answer. */
    private function logged(int $level, string $message): void
    {
        if ($this->log === null) {
            return;
        }
        try {
            ($this->log)($level, $message);
        } catch (\Throwable $e) {
            error_log('freedompay: the log function threw ' . $e::class . ': ' . $e->getMessage());
        }
    }

    /** A signal handler could throw as a callback begins or ends, outside its try. */
    private function holdSignals(): void
    {
        if (function_exists('pcntl_async_signals') && pcntl_async_signals()) {
            $this->asyncSignals = true;
            pcntl_async_signals(false);
        }
    }

    private function releaseSignals(): void
    {
        if ($this->asyncSignals) {
            $this->asyncSignals = false;
            pcntl_async_signals(true);
            pcntl_signal_dispatch();
        }
    }
}

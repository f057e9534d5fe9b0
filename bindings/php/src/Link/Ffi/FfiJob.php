<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Job;
use FreedomPay\Link\Log;
use FreedomPay\Link\Patience;

/**
 * An fp_task: a call on a thread of the library. In a forked child, which has not the thread, it is
 * done.
 *
 * @internal
 */
final class FfiJob implements Job
{
    private ?CData $handle;

    public function __construct(
        private readonly Abi $abi,
        CData $handle,
        private readonly Log $log,
    ) {
        $this->handle = $handle;
    }

    public function __destruct()
    {
        $this->close();
    }

    public function close(): void
    {
        if ($this->handle !== null) {
            [$handle, $this->handle] = [$this->handle, null];
            $this->abi->run('fp_task_free', $handle);
        }
    }

    public function done(): bool
    {
        return $this->abi->number('fp_task_done', $this->held()) === 1;
    }

    public function join(int $timeoutMs): bool
    {
        return Patience::wait($timeoutMs, fn (int $slice): bool
            => $this->abi->number('fp_task_join', $this->held(), $slice) === Code::Ok->value);
    }

    public function cancel(): void
    {
        $this->abi->run('fp_task_cancel', $this->held());
    }

    public function take(): ?FfiResult
    {
        $handle = $this->held();
        return Calls::run($this->abi, $this->log, function () use ($handle): ?FfiResult {
            $taken = $this->abi->pointer('fp_task_take', $handle);
            return $taken === null ? null : new FfiResult($this->abi, $taken, owned: true);
        });
    }

    private function held(): CData
    {
        return $this->handle ?? throw new ArgumentException('the task is closed');
    }

    private function __clone()
    {
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Failure;
use FreedomPay\Link\Job;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Session;

/**
 * An fp_client.
 *
 * @internal
 */
final class FfiSession implements Session
{
    private ?CData $handle;
    private int $inside = 0;
    private bool $closed = false;

    private function __construct(
        private readonly Abi $abi,
        CData $handle,
        private readonly Log $log,
    ) {
        $this->handle = $handle;
    }

    /** @throws ArgumentException a setting was refused */
    public static function open(Abi $abi, #[\SensitiveParameter] Parts $parts, Log $log): self
    {
        $handles = new Handles($abi);
        try {
            $config = $handles->make($parts);
            if ($log->isRead()) {
                $abi->number('fp_config_set_log', $config, Calls::onLog($abi), null);
            }
            $open = static fn (): CData => $abi->handle('fp_client_new', $config);
            $session = new self($abi, Calls::run($abi, $log, $open), $log);
        } finally {
            $handles->free();
        }
        if ($handles->refused !== null) {
            $check = $session->ask('client_check', []);  // the library says what it refused
            throw $check->number('code') === Code::Ok->value
                ? new ArgumentException("$handles->refused was refused")
                : Failure::of($check, withInvoice: false);
        }
        return $session;
    }

    public function __destruct()
    {
        $this->close();
    }

    public function close(): void
    {
        $this->closed = true;
        if ($this->inside === 0 && $this->handle !== null) {
            [$handle, $this->handle] = [$this->handle, null];
            $this->abi->run('fp_client_free', $handle);
        }
    }

    public function ask(string $call, array $arguments, ?callable $progress = null): FfiResult
    {
        $handles = new Handles($this->abi);
        try {
            $given = $handles->arguments($arguments);
            if ($call === 'invoice_wait') {
                array_push($given, Calls::onProgress($this->abi), null);
            }
            return $this->inside(
                fn (CData $client): FfiResult => new FfiResult(
                    $this->abi,
                    $this->abi->handle("fp_$call", $client, ...$given),
                    owned: true,
                ),
                $progress,
            );
        } finally {
            $handles->free();
        }
    }

    public function start(string $call, array $arguments): Job
    {
        $handles = new Handles($this->abi);
        try {
            $given = $handles->arguments($arguments);
            return $this->inside(fn (CData $client): FfiJob => new FfiJob(
                $this->abi,
                $this->abi->handle("fp_task_$call", $client, ...$given),
                $this->log,
            ));
        } finally {
            $handles->free();
        }
    }

    public function pending(string $call): array
    {
        return $this->inside(function (CData $client) use ($call): array {
            $pending = $this->abi->handle("fp_$call", $client);
            try {
                return $this->listed($pending);
            } finally {
                $this->abi->run('fp_pending_free', $pending);
            }
        });
    }

    public function notice(string $url, ?string $contentType, string $body): FfiNotice
    {
        $bytes = $this->abi->lent($body);
        $length = strlen($body);
        return $this->inside(fn (CData $client): FfiNotice => new FfiNotice(
            $this->abi,
            $this,
            $this->abi->handle('fp_callback_parse', $client, $url, $contentType, $bytes, $length),
        ));
    }

    /** Asks the gateway whether a callback is true. */
    public function confirm(CData $callback): FfiResult
    {
        return $this->inside(fn (CData $client): FfiResult => new FfiResult(
            $this->abi,
            $this->abi->handle('fp_callback_confirm', $client, $callback),
            owned: true,
        ));
    }

    /** @return list<array{string|null, int, string|null}> */
    private function listed(CData $pending): array
    {
        $code = $this->abi->number('fp_pending_code', $pending);
        if ($code !== Code::Ok->value) {
            throw Failure::unsent($code, $this->abi->text('fp_pending_message', $pending));
        }
        $all = [];
        $count = $this->abi->number('fp_pending_len', $pending);
        for ($index = 0; $index < $count; $index++) {
            $all[] = [
                $this->abi->text('fp_pending_order_id', $pending, $index),
                $this->abi->number('fp_pending_invoice_id', $pending, $index),
                $this->abi->text('fp_pending_amount', $pending, $index),
            ];
        }
        return $all;
    }

    /**
     * Runs $body, which calls the library once with the client. Closed meanwhile, the client is
     * freed behind it.
     *
     * @template T
     * @param callable(CData): T $body
     * @return T
     */
    private function inside(callable $body, ?callable $progress = null): mixed
    {
        $client = $this->handle;
        if ($this->closed || $client === null) {
            throw new ArgumentException('the client is closed');
        }
        $this->inside++;
        try {
            return Calls::run($this->abi, $this->log, static fn () => $body($client), $progress);
        } finally {
            $this->leave();
        }
    }

    private function leave(): void
    {
        $this->inside--;
        if ($this->closed) {
            $this->close();
        }
    }

    private function __clone()
    {
    }
}

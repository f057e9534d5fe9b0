<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Link\Bytes;
use FreedomPay\Link\Notice;

/**
 * An fp_callback.
 *
 * @internal
 */
final class FfiNotice implements Notice
{
    public function __construct(
        private readonly Abi $abi,
        private readonly FfiSession $session,
        private readonly CData $handle,
    ) {
    }

    public function __destruct()
    {
        $this->abi->run('fp_callback_free', $this->handle);
    }

    public function number(string $name): int
    {
        return $this->abi->number("fp_callback_$name", $this->handle);
    }

    public function message(): string
    {
        return $this->abi->text('fp_callback_message', $this->handle) ?? '';
    }

    public function field(string $name): ?string
    {
        return $this->abi->text('fp_callback_field', $this->handle, $name);
    }

    public function reply(int $reply, ?string $description): Bytes
    {
        return $this->abi->bytes('fp_callback_reply', $this->handle, $reply, $description);
    }

    public function confirm(): FfiResult
    {
        return $this->session->confirm($this->handle);
    }

    private function __clone()
    {
    }
}

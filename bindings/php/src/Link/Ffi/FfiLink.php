<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Link;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;

/**
 * The library in this process.
 *
 * @internal
 */
final class FfiLink implements Link
{
    public function __construct(private readonly Abi $abi)
    {
    }

    public function version(): string
    {
        return $this->abi->text('fp_version') ?? '';
    }

    public function codeName(int $code): string
    {
        return $this->abi->text('fp_code_name', $code) ?? '';
    }

    public function meaning(int $gatewayCode): ?string
    {
        return $this->abi->text('fp_gateway_code_meaning', $gatewayCode);
    }

    public function open(#[\SensitiveParameter] Parts $config, Log $log): FfiSession
    {
        return FfiSession::open($this->abi, $config, $log);
    }

    /** What a receipt has refused, only a slip tells, be it of no invoice at all. */
    public function checkReceipt(Parts $receipt): void
    {
        $handles = new Handles($this->abi);
        $nothing = $this->abi->handle('fp_client_check', null);
        try {
            $handle = $handles->make($receipt);
            if ($handles->refused !== null) {
                $slip = $this->abi->bytes('fp_qr_receipt', $nothing, $handle);
                throw new ArgumentException($slip->message ?: "$handles->refused was refused");
            }
        } finally {
            $this->abi->run('fp_result_free', $nothing);
            $handles->free();
        }
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Result;
use FreedomPay\Link\Parts;

/**
 * An fp_result: owned, or only lent by the library.
 *
 * @internal
 */
final class FfiResult implements Result
{
    private ?CData $handle;

    public function __construct(
        private readonly Abi $abi,
        CData $handle,
        private readonly bool $owned,
    ) {
        $this->handle = $handle;
    }

    public function __destruct()
    {
        [$handle, $this->handle] = [$this->handle ?? null, null];
        if ($handle !== null && $this->owned) {
            $this->abi->run('fp_result_free', $handle);
        }
    }

    public function giveBack(): void
    {
        if (!$this->owned) {
            $this->handle = null;
        }
    }

    public function number(string $name): int
    {
        return $this->abi->number("fp_result_$name", $this->held());
    }

    public function text(string $name): ?string
    {
        return $this->abi->text("fp_result_$name", $this->held());
    }

    public function field(string $path): ?string
    {
        return $this->abi->text('fp_result_field', $this->held(), $path);
    }

    public function count(string $path): int
    {
        return $this->abi->number('fp_result_field_count', $this->held(), $path);
    }

    public function refunds(): array
    {
        $held = $this->held();
        $refunds = [];
        $count = $this->abi->number('fp_result_refund_len', $held);
        for ($index = 0; $index < $count; $index++) {
            $refunds[] = [
                $this->abi->number('fp_result_refund_payment_id', $held, $index),
                $this->abi->text('fp_result_refund_amount', $held, $index),
                $this->abi->number('fp_result_refund_status', $held, $index),
                $this->abi->text('fp_result_refund_date_time', $held, $index),
            ];
        }
        return $refunds;
    }

    public function body(): string
    {
        return $this->abi->lentBytes('fp_result_body', $this->held());
    }

    public function qr(string $form, int|Parts|null $argument = null): string
    {
        $handles = new Handles($this->abi);
        try {
            $given = $argument === null ? [] : $handles->arguments([$argument]);
            $bytes = $this->abi->bytes("fp_qr_$form", $this->held(), ...$given);
        } finally {
            $handles->free();
        }
        // The buffer's reason is a text only: whether there is a code, the modules tell.
        if ($bytes->message !== '' && $this->modules() !== '') {
            throw new ArgumentException($bytes->message);
        }
        return $bytes->content;
    }

    public function picture(): string
    {
        return $this->abi->bytes('fp_qr_picture', $this->held())->content;
    }

    public function pictureType(): ?string
    {
        return $this->abi->text('fp_qr_picture_type', $this->held());
    }

    private function modules(): string
    {
        return $this->abi->bytes('fp_qr_matrix', $this->held())->content;
    }

    private function held(): CData
    {
        return $this->handle
            ?? throw new ArgumentException('this invoice was only lent to the progress function');
    }

    private function __clone()
    {
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;
use FFI\CData;
use FreedomPay\Exception\ArgumentException;

/**
 * The answer of one call, as the library holds it: owned, or only lent by the library.
 *
 * @internal
 */
final class Result
{
    private ?FFI $ffi = null;
    private ?CData $handle = null;
    private bool $owned = false;

    public function __construct(CData $handle, bool $owned)
    {
        $this->ffi = Library::ffi();
        $this->handle = $handle;
        $this->owned = $owned;
    }

    public function __destruct()
    {
        [$handle, $this->handle] = [$this->handle, null];
        if ($this->owned && $handle !== null) {
            $this->ffi->fp_result_free($handle);
        }
    }

    private function __clone()
    {
    }

    /** Ends a loan: the handle must not be touched any more. */
    public function giveBack(): void
    {
        $this->handle = null;
    }

    /**
     * Itself, when the call went well.
     *
     * @throws Exception\FreedomPayException the exception that it stands for
     */
    public function succeeded(): self
    {
        if ($this->read('code') !== Code::Ok->value) {
            throw Failure::of($this, withInvoice: true);
        }
        return $this;
    }

    /** A number or a text: fp_result_<name>. A text that the answer does not have is null. */
    public function read(string $name): int|string|null
    {
        return $this->ffi->{"fp_result_$name"}($this->held());
    }

    /** Any field of the answer by its path, such as invoice_methods/qr; null: no such field. */
    public function field(string $path): ?string
    {
        return $this->ffi->fp_result_field($this->held(), Check::text('path', $path));
    }

    /** The raw answer, empty when there was none. */
    public function body(): string
    {
        $length = $this->ffi->new('size_t');
        $data = $this->ffi->fp_result_body($this->held(), FFI::addr($length));
        return $data === null || $length->cdata === 0 ? '' : FFI::string($data, $length->cdata);
    }

    /** The QR code for a terminal, in Unicode half blocks; empty when the answer has no code. */
    public function qrText(): string
    {
        $buffer = $this->ffi->fp_qr_text($this->held());
        try {
            $length = $this->ffi->fp_buffer_len($buffer);
            $data = $this->ffi->fp_buffer_data($buffer);
            return $data === null || $length === 0 ? '' : FFI::string($data, $length);
        } finally {
            $this->ffi->fp_buffer_free($buffer);
        }
    }

    private function held(): CData
    {
        return $this->handle
            ?? throw new ArgumentException('this invoice was only lent to the progress function');
    }
}

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

    /**
     * fp_qr_<form>, a form of the QR code; empty when the answer has no code.
     *
     * @throws ArgumentException the code is there and the form was refused, as for its size
     */
    public function qr(string $form, CData|int ...$arguments): string
    {
        $result = $this->held();
        [$content, $reason] = Buffer::take($this->ffi->{"fp_qr_$form"}($result, ...$arguments));
        // The buffer's reason is a text only: whether there is a code, the modules tell.
        if ($reason !== '' && Buffer::take($this->ffi->fp_qr_matrix($result))[0] !== '') {
            throw new ArgumentException($reason);
        }
        return $content;
    }

    /** The picture that the gateway sent instead of the link, empty when it sent none. */
    public function picture(): string
    {
        return Buffer::take($this->ffi->fp_qr_picture($this->held()))[0];
    }

    /** The media type of that picture; null: there is none. */
    public function pictureType(): ?string
    {
        return $this->ffi->fp_qr_picture_type($this->held());
    }

    private function held(): CData
    {
        return $this->handle
            ?? throw new ArgumentException('this invoice was only lent to the progress function');
    }
}

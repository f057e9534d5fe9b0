<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Link\Result;

/**
 * What one answer says of an invoice; it never changes afterwards. A field that the answer does not
 * have is null. The answer itself is freed with the last reference.
 */
final class Invoice
{
    use AnswerFacts;

    /** The gateway's number; 0 only where a poll failed. */
    public readonly int $invoiceId;
    /** Null: a number that this version does not know. */
    public readonly ?InvoiceStatus $status;
    /** The same as a number, also one without a name. */
    public readonly int $statusNumber;
    /** The payer's link, which the QR code shows. */
    public readonly ?string $qrUrl;

    /** @param FreedomPayException|null $error in a progress function: why a poll failed */
    private function __construct(
        Result $result,
        public readonly ?FreedomPayException $error,
    ) {
        $this->read($result);
        $this->invoiceId = $result->number('invoice_id');
        $this->statusNumber = $result->number('invoice_status');
        $this->status = InvoiceStatus::tryFrom($this->statusNumber);
        $this->qrUrl = $result->text('qr_url');
    }

    /** @internal */
    public static function of(Result $result, ?FreedomPayException $error = null): self
    {
        return new self($result, $error);
    }

    /** Is the money certain? True for InvoiceStatus::Ok alone. */
    public function isPaid(): bool
    {
        return $this->status === InvoiceStatus::Ok;
    }

    /**
     * The QR code for a terminal, in Unicode half blocks; empty when the answer has no code. All
     * the forms below are empty as this one is.
     *
     * @throws Exception\ArgumentException in a progress function's invoice, once that returned; in
     *                                     the forms below also for a size out of range
     */
    public function qrText(): string
    {
        return $this->result->qr('text');
    }

    /** A PNG, black on white with its quiet zone, of 1 to 64 pixels a module. */
    public function qrPng(int $pixelsPerModule = 4): string
    {
        return $this->result->qr('png', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /** The same as a Windows bitmap. */
    public function qrBmp(int $pixelsPerModule = 4): string
    {
        return $this->result->qr('bmp', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /** An SVG drawing with its quiet zone, which scales to any size. */
    public function qrSvg(): string
    {
        return $this->result->qr('svg');
    }

    /** The PNG as a data: URI, for the src of an <img>. */
    public function qrDataUri(int $pixelsPerModule = 4): string
    {
        return $this->result->qr('data_uri', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /**
     * The modules for a program that draws by itself: $matrix[$row][$column], true is dark. There
     * is no quiet zone: leave four light modules on every side.
     *
     * @return list<list<bool>>
     */
    public function qrMatrix(): array
    {
        $modules = $this->result->qr('matrix');
        if ($modules === '') {
            return [];
        }
        $isDark = static fn (string $module): bool => $module === "\1";
        return array_map(
            static fn (string $row): array => array_map($isDark, str_split($row)),
            str_split($modules, max(1, (int) round(sqrt(strlen($modules))))),
        );
    }

    /**
     * The code for a receipt printer as dots (GS v 0), in the middle of the paper. It neither feeds
     * nor cuts, and is sent at the start of a line.
     *
     * @param int $paperDots 384 for 58 mm, 576 for 80 mm; a multiple of 8 from 256 to 1024
     */
    public function qrEscpos(int $paperDots = 384): string
    {
        return $this->result->qr('escpos', Check::uint32('paperDots', $paperDots));
    }

    /** The same, drawn by the printer itself (GS ( k): only some printers can. */
    public function qrEscposNative(int $paperDots = 384): string
    {
        return $this->result->qr('escpos_native', Check::uint32('paperDots', $paperDots));
    }

    /**
     * A whole label for a printer that speaks ZPL, of 1 to 64 dots a module: at 203 dots to the
     * inch 4 to 8 are usual.
     */
    public function qrZpl(int $dotsPerModule): string
    {
        return $this->result->qr('zpl', Check::uint32('dotsPerModule', $dotsPerModule));
    }

    /** A slip for the payer as one ESC/POS block; empty when the answer has no code. */
    public function receipt(Receipt $receipt): string
    {
        return $this->result->qr('receipt', $receipt->parts());
    }

    /**
     * The picture that the gateway sent instead of the link, as it came; null: it sent none. It is
     * here also when no link can be read from it, and the forms are empty.
     */
    public function qrPicture(): ?string
    {
        $picture = $this->result->picture();
        return $picture === '' ? null : $picture;
    }

    /** "image/png" or "image/jpeg"; null: the gateway sent no picture. */
    public function qrPictureType(): ?string
    {
        return $this->result->pictureType();
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Link\Answer;

/**
 * What one answer says of an invoice; it never changes afterwards. A field that the answer does not
 * have is null. The answer itself is freed with the last reference.
 */
final class Invoice
{
    /**
     * @param int                      $invoiceId    the gateway's; 0 only where a poll failed
     * @param InvoiceStatus|null       $status       null: a number that this version does not know
     * @param int                      $statusNumber the same as a number, also one without a name
     * @param string|null              $amount       as the gateway wrote it
     * @param string|null              $cardPan      the card number, masked by the gateway
     * @param string|null              $dateTime     the gateway's time, as it wrote it
     * @param int|null                 $unixTime     the same instant in seconds
     * @param string|null              $qrUrl        the payer's link, which the QR code shows
     * @param bool                     $fromJournal  given again out of the journal, not sent
     * @param int|null                 $httpStatus   the HTTP status of the answer
     * @param string                   $body         the raw answer
     * @param FreedomPayException|null $error        in a progress function: why a poll failed
     */
    private function __construct(
        private readonly Answer $answer,
        public readonly int $invoiceId,
        public readonly ?InvoiceStatus $status,
        public readonly int $statusNumber,
        public readonly ?string $orderId,
        public readonly ?string $amount,
        public readonly ?string $currency,
        public readonly ?string $description,
        public readonly ?string $cardPan,
        public readonly ?string $cardToken,
        public readonly ?string $dateTime,
        public readonly ?int $unixTime,
        public readonly ?string $qrUrl,
        public readonly bool $fromJournal,
        public readonly ?int $httpStatus,
        public readonly string $body,
        public readonly ?FreedomPayException $error,
    ) {
    }

    /**
     * Copies everything with a name out of an answer.
     *
     * @internal
     */
    public static function of(Answer $answer, ?FreedomPayException $error = null): self
    {
        $status = $answer->number('invoice_status');
        return new self(
            $answer,
            $answer->number('invoice_id'),
            InvoiceStatus::tryFrom($status),
            $status,
            $answer->text('order_id'),
            $answer->text('amount'),
            $answer->text('currency'),
            $answer->text('description'),
            $answer->text('card_pan'),
            $answer->text('card_token'),
            $answer->text('date_time'),
            $answer->number('unix_time') ?: null,
            $answer->text('qr_url'),
            $answer->number('from_journal') !== 0,
            $answer->number('http_status') ?: null,
            $answer->body(),
            $error,
        );
    }

    /** @return never */
    public function __serialize(): array
    {
        throw new \Exception("Serialization of 'FreedomPay\\Invoice' is not allowed");
    }

    /** Is the money certain? True for InvoiceStatus::Ok alone. */
    public function isPaid(): bool
    {
        return $this->status === InvoiceStatus::Ok;
    }

    /**
     * Any field of the answer: "invoice_methods/qr", "pg_card_pan"; null: no such field.
     *
     * @throws Exception\ArgumentException in a progress function's invoice, once that returned
     */
    public function field(string $path): ?string
    {
        return $this->answer->field(Check::text('path', $path));
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
        return $this->answer->qr('text');
    }

    /** A PNG, black on white with its quiet zone, of 1 to 64 pixels a module. */
    public function qrPng(int $pixelsPerModule = 4): string
    {
        return $this->answer->qr('png', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /** The same as a Windows bitmap. */
    public function qrBmp(int $pixelsPerModule = 4): string
    {
        return $this->answer->qr('bmp', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /** An SVG drawing with its quiet zone, which scales to any size. */
    public function qrSvg(): string
    {
        return $this->answer->qr('svg');
    }

    /** The PNG as a data: URI, for the src of an <img>. */
    public function qrDataUri(int $pixelsPerModule = 4): string
    {
        return $this->answer->qr('data_uri', Check::uint32('pixelsPerModule', $pixelsPerModule));
    }

    /**
     * The modules for a program that draws by itself: $matrix[$row][$column], true is dark. There
     * is no quiet zone: leave four light modules on every side.
     *
     * @return list<list<bool>>
     */
    public function qrMatrix(): array
    {
        $modules = $this->answer->qr('matrix');
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
        return $this->answer->qr('escpos', Check::uint32('paperDots', $paperDots));
    }

    /** The same, drawn by the printer itself (GS ( k): only some printers can. */
    public function qrEscposNative(int $paperDots = 384): string
    {
        return $this->answer->qr('escpos_native', Check::uint32('paperDots', $paperDots));
    }

    /**
     * A whole label for a printer that speaks ZPL, of 1 to 64 dots a module: at 203 dots to the
     * inch 4 to 8 are usual.
     */
    public function qrZpl(int $dotsPerModule): string
    {
        return $this->answer->qr('zpl', Check::uint32('dotsPerModule', $dotsPerModule));
    }

    /** A slip for the payer as one ESC/POS block; empty when the answer has no code. */
    public function receipt(Receipt $receipt): string
    {
        return $this->answer->qr('receipt', $receipt->parts());
    }

    /**
     * The picture that the gateway sent instead of the link, as it came; null: it sent none. It is
     * here also when no link can be read from it, and the forms are empty.
     */
    public function qrPicture(): ?string
    {
        $picture = $this->answer->picture();
        return $picture === '' ? null : $picture;
    }

    /** "image/png" or "image/jpeg"; null: the gateway sent no picture. */
    public function qrPictureType(): ?string
    {
        return $this->answer->pictureType();
    }
}

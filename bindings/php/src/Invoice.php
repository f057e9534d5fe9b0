<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;

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
        private readonly Result $result,
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
     * Copies everything with a name out of a result.
     *
     * @internal
     */
    public static function of(Result $result, ?FreedomPayException $error = null): self
    {
        $status = $result->read('invoice_status');
        return new self(
            $result,
            $result->read('invoice_id'),
            InvoiceStatus::tryFrom($status),
            $status,
            $result->read('order_id'),
            $result->read('amount'),
            $result->read('currency'),
            $result->read('description'),
            $result->read('card_pan'),
            $result->read('card_token'),
            $result->read('date_time'),
            $result->read('unix_time') ?: null,
            $result->read('qr_url'),
            $result->read('from_journal') !== 0,
            $result->read('http_status') ?: null,
            $result->body(),
            $error,
        );
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
        return $this->result->field($path);
    }

    /**
     * The QR code for a terminal, in Unicode half blocks; empty when the answer has no code.
     *
     * @throws Exception\ArgumentException in a progress function's invoice, once that returned
     */
    public function qrText(): string
    {
        return $this->result->qrText();
    }
}

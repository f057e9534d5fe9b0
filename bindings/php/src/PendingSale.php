<?php

declare(strict_types=1);

namespace FreedomPay;

/** A sale in the journal whose end is not known, as it was asked for. */
final class PendingSale
{
    /**
     * @param string   $orderId   the merchant's own number for it
     * @param int|null $invoiceId the gateway's; null: the answer was lost, see invoiceRecover()
     * @param string   $amount    in units of the currency
     */
    private function __construct(
        public readonly string $orderId,
        public readonly ?int $invoiceId,
        public readonly string $amount,
    ) {
    }

    /**
     * @internal
     * @param array{string|null, int, string|null} $sale order id, invoice id (0: none), amount
     */
    public static function of(array $sale): self
    {
        [$orderId, $invoiceId, $amount] = $sale;
        return new self($orderId ?? '', $invoiceId ?: null, $amount ?? '');
    }
}

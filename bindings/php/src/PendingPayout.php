<?php

declare(strict_types=1);

namespace FreedomPay;

/** A payout in the journal whose end is not known, as it was asked for. */
final class PendingPayout
{
    /**
     * @param string $orderId the merchant's own number for it
     * @param string $amount  in units of the currency
     */
    private function __construct(
        public readonly string $orderId,
        public readonly string $amount,
    ) {
    }

    /**
     * @internal
     * @param array{string|null, int, string|null} $payout order id, 0, amount
     */
    public static function of(array $payout): self
    {
        [$orderId, , $amount] = $payout;
        return new self($orderId ?? '', $amount ?? '');
    }
}

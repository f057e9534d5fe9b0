<?php

declare(strict_types=1);

namespace FreedomPay;

/** A refund in the journal whose end is not known, as it was asked for. */
final class PendingRefund
{
    /**
     * @param int         $paymentId what is to be given back
     * @param string|null $amount    in units of the currency; null: all that was left
     * @param string|null $refundKey the caller's own name for it; null: none
     */
    private function __construct(
        public readonly int $paymentId,
        public readonly ?string $amount,
        public readonly ?string $refundKey,
    ) {
    }

    /**
     * @internal
     * @param array{string|null, int, string|null} $refund refund key, payment id, amount
     */
    public static function of(array $refund): self
    {
        [$refundKey, $paymentId, $amount] = $refund;
        return new self($paymentId, $amount, $refundKey);
    }
}

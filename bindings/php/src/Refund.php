<?php

declare(strict_types=1);

namespace FreedomPay;

/** Money that was given back, or was to be. */
final class Refund
{
    /**
     * @param int|null           $paymentId    the gateway's number of it
     * @param string|null        $amount       as the gateway wrote it: negative
     * @param PaymentStatus|null $status       a refund that failed stays in the list, as Error
     * @param int                $statusNumber the same as a number, also one without a name
     * @param string|null        $dateTime     YYYY-MM-DD HH:MM:SS, in a zone that no source names
     */
    private function __construct(
        public readonly ?int $paymentId,
        public readonly ?string $amount,
        public readonly ?PaymentStatus $status,
        public readonly int $statusNumber,
        public readonly ?string $dateTime,
    ) {
    }

    /**
     * @internal
     * @param array{int, string|null, int, string|null} $refund payment id, amount, status, time
     */
    public static function of(array $refund): self
    {
        [$paymentId, $amount, $status, $dateTime] = $refund;
        $name = PaymentStatus::tryFrom($status);
        return new self($paymentId ?: null, $amount, $name, $status, $dateTime);
    }
}

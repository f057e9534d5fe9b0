<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Result;

/**
 * What one answer says of a payment, of a payout, or of what is done to one; it never changes
 * afterwards. A field that the answer does not have is null.
 */
final class Payment
{
    use AnswerFacts;

    /** The gateway's number; null: it has none yet. */
    public readonly ?int $paymentId;
    /** Null: a number that this version does not know. */
    public readonly ?PaymentStatus $status;
    /** The same as a number, also one without a name. */
    public readonly int $statusNumber;
    /** True: the money was taken, false: it is only held, null: not said. */
    public readonly ?bool $captured;
    /** How much of a hold was taken. */
    public readonly ?string $clearingAmount;
    /** How much was given back in all: negative where it is pg_refund_amount. */
    public readonly ?string $refundedAmount;
    /** The gateway's number of the refund that was made, or found. */
    public readonly ?int $refundId;
    /** @var list<Refund> each time that money was given back, those that failed included */
    public readonly array $refunds;
    /** Where to send the payer's browser. */
    public readonly ?string $redirectUrl;
    /** What is left to pay out. */
    public readonly ?string $balance;

    private readonly bool $paid;

    private function __construct(Result $result)
    {
        $this->read($result);
        $captured = $result->number('captured');
        $this->paymentId = $result->number('payment_id') ?: null;
        $this->statusNumber = $result->number('payment_status');
        $this->status = PaymentStatus::tryFrom($this->statusNumber);
        $this->paid = $result->number('paid') === 1;
        $this->captured = $captured < 0 ? null : $captured === 1;
        $this->clearingAmount = $result->text('clearing_amount');
        $this->refundedAmount = $result->text('refunded_amount');
        $this->refundId = $result->number('refund_id') ?: null;
        $this->refunds = array_map(Refund::of(...), $result->refunds());
        $this->redirectUrl = $result->text('redirect_url');
        $this->balance = $result->text('balance');
    }

    /** @internal */
    public static function of(Result $result): self
    {
        return new self($result);
    }

    /**
     * Does this answer prove that the money was paid and taken? Only that of paymentStatus() can. A
     * later refund leaves it true: see $refunds.
     */
    public function isPaid(): bool
    {
        return $this->paid;
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Notice;

/**
 * What the gateway sent to a page of the merchant's, rightly signed: Client::callback().
 *
 * It is a hint: whether money was paid, confirm() asks the gateway.
 */
final class Callback
{
    /** Null: a number that this version does not know. */
    public readonly ?CallbackKind $kind;
    /** The merchant's order. */
    public readonly ?string $orderId;
    /** The gateway's number of the payment, in its digits. */
    public readonly ?string $paymentId;
    /** In decimal digits, as the gateway wrote it. */
    public readonly ?string $amount;
    public readonly ?string $currency;

    /** @internal */
    public function __construct(private readonly Notice $notice)
    {
        $code = $notice->number('code');
        if ($code !== Code::Ok->value) {
            throw Failure::unsent($code, $notice->message());
        }
        $this->kind = CallbackKind::tryFrom($notice->number('kind'));
        $this->orderId = $notice->field('pg_order_id');
        $this->paymentId = $notice->field('pg_payment_id');
        $this->amount = $notice->field('pg_amount');
        $this->currency = $notice->field('pg_currency');
    }

    /** Does it say that the money was paid? */
    public function isPaid(): bool
    {
        return $this->notice->number('paid') === 1;
    }

    /** Any of its fields: the gateway's ("pg_card_pan"), and one's own; null: no such field. */
    public function field(string $name): ?string
    {
        return $this->notice->field(Check::text('name', $name));
    }

    /**
     * Asks the gateway where the payment or the payout stands: the proof that the callback is not,
     * Payment::isPaid().
     *
     * @throws Exception\ConflictException   order, amount or currency are not those of the callback
     * @throws Exception\FreedomPayException it is not known now
     */
    public function confirm(): Payment
    {
        return Payment::of(Failure::unless($this->notice->confirm()));
    }

    /**
     * To a check: the order may be paid. To a result: it is taken note of.
     *
     * @throws Exception\ArgumentException nobody waits for an answer, as with a redirect
     * @throws Exception\JournalException  the journal cannot be written
     */
    public function accept(?string $description = null): Reply
    {
        return $this->reply(Verdict::Ok, $description);
    }

    /**
     * The payment is not wanted: the payer reads why.
     *
     * @throws Exception\ArgumentException to a result whose field('pg_can_reject') is not 1
     */
    public function reject(string $description): Reply
    {
        return $this->reply(Verdict::Rejected, $description);
    }

    /** The merchant's own fault. */
    public function error(string $description): Reply
    {
        return $this->reply(Verdict::Error, $description);
    }

    private function reply(Verdict $verdict, ?string $description): Reply
    {
        $text = Check::optional('description', $description);
        $bytes = $this->notice->reply($verdict->value, $text);
        if ($bytes->code !== Code::Ok->value) {
            throw Failure::unsent($bytes->code, $bytes->message);
        }
        return new Reply($bytes->content);
    }
}

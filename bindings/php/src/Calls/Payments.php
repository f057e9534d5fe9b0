<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Answer;
use FreedomPay\Check;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Invoice;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Result;
use FreedomPay\Payment;

/**
 * What a client does with payments: begin one on the gateway's page, from a phone's balance or with
 * a stored card; ask, take, let go, give back.
 *
 * $more are fields of the gateway's ("pg_success_url"), where a call takes them, and names of one's
 * own. An array inside is written as a form writes it: 'pg_receipt_positions' => [['count' => 1]].
 *
 * @internal
 */
trait Payments
{
    /**
     * Where a payment stands, with its refunds: the proof is Payment::isPaid() and the order, amount
     * and currency that were asked for.
     */
    public function paymentStatus(int $paymentId): Payment
    {
        return $this->payment('payment_status', ['payment_id' => $paymentId]);
    }

    /**
     * Where the newest payment of an order stands. After a refund that is the refund itself, with a
     * negative amount.
     */
    public function paymentStatusByOrder(string $orderId): Payment
    {
        Check::text('orderId', $orderId);
        return $this->payment('payment_status_by_order', ['order_id' => $orderId]);
    }

    /**
     * Lets a hold go: the payer's money was never taken. One that was is refused, it needs
     * paymentRefund(). After OutcomeUnknownException ask with paymentStatus().
     */
    public function paymentCancel(int $paymentId): Payment
    {
        return $this->payment('payment_cancel', ['payment_id' => $paymentId]);
    }

    /**
     * Takes a hold, or a part of it, and lets the rest go. The gateway takes it by itself after five
     * days. After OutcomeUnknownException ask with paymentStatus().
     *
     * @param string|int|null $amount null: all of it
     */
    public function paymentCapture(int $paymentId, mixed $amount = null): Payment
    {
        $part = Check::part($amount);
        return $this->payment('payment_capture', ['payment_id' => $paymentId, 'amount' => $part]);
    }

    /**
     * Gives a payment back, or a part of it. See Payment::$refundId.
     *
     * After OutcomeUnknownException and BadAnswerException the refund may have happened. With a
     * journal the same call again asks the gateway first, and sends it anew only when it is
     * certainly not there; without one look at Payment::$refunds of paymentStatus() before that.
     * OutcomeUnknownException with Advice::Fix is what no question can find out: refundSettle().
     *
     * @param string|int|null $amount    null: all that is left
     * @param string|null     $refundKey the caller's own name for this refund: with a journal the
     *                                   same key again is the same refund again
     *
     * @throws \FreedomPay\Exception\ConflictException the key stands for another amount
     */
    public function paymentRefund(
        int $paymentId,
        mixed $amount = null,
        ?string $refundKey = null,
    ): Payment {
        return $this->payment('payment_refund', [
            'payment_id' => $paymentId,
            'amount' => Check::part($amount),
            'refund_key' => Check::optional('refundKey', $refundKey),
        ]);
    }

    /**
     * Writes into the journal how a refund ended, as a person has seen it in the merchant's account.
     * Sends nothing. For one that ends with OutcomeUnknownException and Advice::Fix, and holds up
     * every later one of its payment: more was given back than the gateway lists.
     *
     * @param bool        $wasMade   true: the same key gives it again, without a $refundId; false:
     *                               it may be tried anew
     * @param string|null $refundKey the one that it was asked for with; null: it had none
     *
     * @throws ConfigException         there is no journal
     * @throws ArgumentException       it has no such refund whose end is not known
     * @throws OutcomeUnknownException with Advice::Wait: it may still arrive, and nobody can know
     */
    public function refundSettle(int $paymentId, bool $wasMade, ?string $refundKey = null): void
    {
        $this->ask('refund_settle', [
            'payment_id' => $paymentId,
            'refund_key' => Check::optional('refundKey', $refundKey),
            'was_made' => $wasMade ? 1 : 0,
        ]);
    }

    /** Lets the money go that an invoice holds, as paymentCancel(). */
    public function invoiceCancel(int $invoiceId): Payment
    {
        return $this->payment('invoice_cancel', ['invoice_id' => $invoiceId]);
    }

    /**
     * Gives a paid invoice back, as paymentRefund() without a key.
     *
     * @param string|int|null $amount null: all that is left
     */
    public function invoiceRefund(int $invoiceId, mixed $amount = null): Payment
    {
        $part = Check::part($amount);
        return $this->payment('invoice_refund', ['invoice_id' => $invoiceId, 'amount' => $part]);
    }

    /**
     * Begins a payment on the gateway's page: send the browser to Payment::$redirectUrl, and ask
     * about Payment::$paymentId. After OutcomeUnknownException and BadAnswerException ask with
     * paymentStatusByOrder().
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more
     */
    public function pageInit(
        string $orderId,
        mixed $amount,
        string $description,
        iterable $more = [],
    ): Payment {
        $order = Check::order($orderId, $amount, $description);
        return $this->payment('page_init', [...$order, 'more' => Check::more($more)]);
    }

    /**
     * Begins a payment from the balance of a phone. Nothing is charged yet: see mobilePay().
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more
     */
    public function mobileInit(
        string $orderId,
        mixed $amount,
        string $description,
        iterable $more = [],
    ): Payment {
        $order = Check::order($orderId, $amount, $description);
        return $this->payment('mobile_init', [...$order, 'more' => Check::more($more)]);
    }

    /**
     * Asks the operator of a phone for a payment that was begun. When field('pg_status') is
     * "need_approve", the payer gets a code that mobileApprove() wants.
     *
     * @param string|null $systemCode the operator in the gateway's word; null: it finds out
     */
    public function mobilePay(int $paymentId, string $phone, ?string $systemCode = null): Payment
    {
        return $this->payment('mobile_pay', [
            'payment_id' => $paymentId,
            'phone' => Check::text('phone', $phone),
            'system_code' => Check::optional('systemCode', $systemCode),
        ]);
    }

    /** Gives the code that the payer got. */
    public function mobileApprove(int $paymentId, string $code): Payment
    {
        $arguments = ['payment_id' => $paymentId, 'code' => Check::text('code', $code)];
        return $this->payment('mobile_approve', $arguments);
    }

    /**
     * Begins a payment with a stored card. Nothing is charged yet: see tokenPay() and tokenDirect().
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more
     */
    public function tokenInit(
        string $orderId,
        mixed $amount,
        string $description,
        string $userId,
        #[\SensitiveParameter] string $cardToken,
        iterable $more = [],
    ): Payment {
        return $this->payment('token_init', [
            ...Check::order($orderId, $amount, $description),
            'user_id' => Check::text('userId', $userId),
            'card_token' => Check::text('cardToken', $cardToken),
            'more' => Check::more($more),
        ]);
    }

    /** The page on which the payer gives the card's CVC: HTML in Answer::$body. */
    public function tokenPay(int $paymentId): Answer
    {
        return Answer::of($this->ask('token_pay', ['payment_id' => $paymentId]));
    }

    /**
     * Charges a stored card without the payer, as was agreed with them. It is taken on:
     * paymentStatus() is the proof, also after OutcomeUnknownException.
     */
    public function tokenDirect(int $paymentId): Payment
    {
        return $this->payment('token_direct', ['payment_id' => $paymentId]);
    }

    /** @param array<string, int|string|Parts|null> $arguments */
    private function payment(
        string $call,
        #[\SensitiveParameter] array $arguments,
    ): Payment {
        return Payment::of($this->ask($call, $arguments));
    }

    /**
     * @param array<string, int|string|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null      $progress
     */
    abstract private function ask(
        string $call,
        array $arguments,
        ?callable $progress = null,
    ): Result;
}

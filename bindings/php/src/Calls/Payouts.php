<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Check;
use FreedomPay\Link\Parts;
use FreedomPay\Payment;
use FreedomPay\PayoutQuestion;

/**
 * What a client does with payouts, which need $payoutKey.
 *
 * Money must never leave twice. With a journal an order id is the payout's name for ever: the same
 * call again is answered from there ($fromJournal), or asks the gateway before it sends anything.
 * Without one ask with payoutStatus() before anything is repeated.
 *
 * @internal
 */
trait Payouts
{
    /**
     * Begins a payout to a card that its owner gives on the gateway's page: Payment::$redirectUrl.
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more   with pg_back_link, pg_post_link, pg_order_time_limit
     *
     * @throws \FreedomPay\Exception\ConflictException the order id has another amount or recipient
     */
    public function payoutPage(
        string $orderId,
        mixed $amount,
        string $description,
        iterable $more,
    ): Payment {
        $order = Check::order($orderId, $amount, $description);
        return $this->payment('payout_page', [...$order, 'more' => Check::more($more)]);
    }

    /**
     * Pays out to a bank account. It is taken on: payoutStatus() tells its end.
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more   with pg_recipient_iban, pg_recipient_iin,
     *                                        pg_recipient_name, pg_recipient_kbe, pg_knp,
     *                                        pg_bank_bik, pg_post_link
     *
     * @throws \FreedomPay\Exception\ConflictException the order id has another amount or recipient
     */
    public function payoutIban(
        string $orderId,
        mixed $amount,
        string $description,
        #[\SensitiveParameter] iterable $more,
    ): Payment {
        $order = Check::order($orderId, $amount, $description);
        return $this->payment('payout_iban', [...$order, 'more' => Check::more($more)]);
    }

    /**
     * Pays out to a card that was stored by cardAddForPayout(). It is taken on: payoutStatus() tells
     * its end.
     *
     * @param string|int              $amount
     * @param iterable<string, mixed> $more   with pg_order_time_limit, pg_post_link
     *
     * @throws \FreedomPay\Exception\ConflictException the order id has another amount or recipient
     */
    public function payoutToken(
        string $orderId,
        mixed $amount,
        string $description,
        string $userId,
        #[\SensitiveParameter] string $cardToken,
        iterable $more,
    ): Payment {
        return $this->payment('payout_token', [
            ...Check::order($orderId, $amount, $description),
            'user_id' => Check::text('userId', $userId),
            'card_token' => Check::text('cardToken', $cardToken),
            'more' => Check::more($more),
        ]);
    }

    /** What is left to pay out: Payment::$balance. */
    public function payoutBalance(): Payment
    {
        return $this->payment('payout_balance', []);
    }

    /**
     * Where a payout stands.
     *
     * @throws \FreedomPay\Exception\OutcomeUnknownException the gateway knows of none: within a
     *                                                       minute of it that proves nothing
     */
    public function payoutStatus(
        string $orderId,
        PayoutQuestion $question = PayoutQuestion::V2,
    ): Payment {
        $arguments = ['order_id' => Check::text('orderId', $orderId), 'question' => $question->value];
        return $this->payment('payout_status', $arguments);
    }

    /** @param array<string, int|string|Parts|null> $arguments */
    abstract private function payment(
        string $call,
        #[\SensitiveParameter] array $arguments,
    ): Payment;
}

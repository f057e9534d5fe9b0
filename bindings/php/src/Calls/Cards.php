<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Answer;
use FreedomPay\CardList;
use FreedomPay\Check;
use FreedomPay\Invoice;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Result;
use FreedomPay\Payment;

/**
 * What a client does with stored cards. A user id is the merchant's own name for who the card
 * belongs to: 1 to 50 Latin letters, digits, "_" and "-".
 *
 * @internal
 */
trait Cards
{
    /**
     * Begins adding a card: its owner gives it on the page at Payment::$redirectUrl, and the browser
     * comes back to $backLink.
     *
     * @param iterable<string, mixed> $more pg_post_link, pg_order_id
     */
    public function cardAdd(string $userId, string $backLink, iterable $more = []): Payment
    {
        return $this->payment('card_add', self::adding($userId, $backLink, $more));
    }

    /**
     * The same for a card that payoutToken() pays to.
     *
     * @param iterable<string, mixed> $more with pg_post_link
     */
    public function cardAddForPayout(string $userId, string $backLink, iterable $more): Payment
    {
        return $this->payment('card_add_for_payout', self::adding($userId, $backLink, $more));
    }

    /** The stored cards of a user. */
    public function cardList(string $userId): CardList
    {
        $arguments = ['user_id' => Check::text('userId', $userId)];
        return CardList::of($this->ask('card_list', $arguments));
    }

    /** Removes a stored card. It may be asked for again. */
    public function cardRemove(string $userId, #[\SensitiveParameter] string $cardToken): Answer
    {
        return Answer::of($this->ask('card_remove', [
            'user_id' => Check::text('userId', $userId),
            'card_token' => Check::text('cardToken', $cardToken),
        ]));
    }

    /**
     * @param iterable<string, mixed> $more
     * @return array<string, string|Parts|null>
     */
    private static function adding(string $userId, string $backLink, iterable $more): array
    {
        return [
            'user_id' => Check::text('userId', $userId),
            'back_link' => Check::text('backLink', $backLink),
            'more' => Check::more($more),
        ];
    }

    /** @param array<string, int|string|Parts|null> $arguments */
    abstract private function payment(
        string $call,
        #[\SensitiveParameter] array $arguments,
    ): Payment;

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

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Result;

/**
 * The stored cards of a user; it never changes afterwards.
 *
 * @implements \IteratorAggregate<int, Card>
 */
final class CardList implements \IteratorAggregate
{
    use AnswerFacts;

    /** @var list<Card> */
    public readonly array $cards;

    private function __construct(Result $result)
    {
        $this->read($result);
        $cards = [];
        for ($index = 0; $index < $result->count('card'); $index++) {
            $cards[] = Card::of($result, $index);
        }
        $this->cards = $cards;
    }

    /** @internal */
    public static function of(Result $result): self
    {
        return new self($result);
    }

    /** @return \ArrayIterator<int, Card> */
    public function getIterator(): \ArrayIterator
    {
        return new \ArrayIterator($this->cards);
    }
}

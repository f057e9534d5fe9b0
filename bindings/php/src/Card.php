<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Result;

/** A stored card, out of Client::cardList(). */
final class Card
{
    /**
     * @param string|null $token     what the calls about cards and tokens take
     * @param string|null $mask      its number, masked by the gateway
     * @param string|null $status    in the gateway's word
     * @param string|null $createdAt in the gateway's writing
     */
    private function __construct(
        public readonly ?string $token,
        public readonly ?string $mask,
        public readonly ?string $status,
        public readonly ?string $createdAt,
        private readonly Result $result,
        private readonly int $index,
    ) {
    }

    /** @internal */
    public static function of(Result $result, int $index): self
    {
        $field = static fn (string $name): ?string => $result->field("card[$index]/$name");
        return new self(
            $field('pg_card_token'),
            $field('pg_card_hash'),
            $field('pg_status'),
            $field('created_at'),
            $result,
            $index,
        );
    }

    /** Anything else that the gateway says of it, by its name: "pg_recurring_profile_id". */
    public function field(string $name): ?string
    {
        return $this->result->field(Check::text('name', "card[$this->index]/$name"));
    }
}

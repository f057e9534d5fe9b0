<?php

declare(strict_types=1);

namespace FreedomPay;

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
        private readonly Answer $answer,
        private readonly int $index,
    ) {
    }

    /**
     * @internal
     * @return list<self>
     */
    public static function all(Answer $answer): array
    {
        $cards = [];
        for ($index = 0; $index < $answer->count('card'); $index++) {
            $field = static fn (string $name): ?string => $answer->field("card[$index]/$name");
            $cards[] = new self(
                $field('pg_card_token'),
                $field('pg_card_hash'),
                $field('pg_status'),
                $field('created_at'),
                $answer,
                $index,
            );
        }
        return $cards;
    }

    /** Anything else that the gateway says of it, by its name: "pg_recurring_profile_id". */
    public function field(string $name): ?string
    {
        return $this->answer->field("card[$this->index]/$name");
    }
}

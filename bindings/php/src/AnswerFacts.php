<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Result;

/**
 * What every answer of the gateway has.
 *
 * @internal
 */
trait AnswerFacts
{
    /** The merchant's order: the one asked about, also when the answer does not repeat it. */
    public readonly ?string $orderId;
    /** In decimal digits, as the gateway wrote it. */
    public readonly ?string $amount;
    public readonly ?string $currency;
    public readonly ?string $description;
    /** The card number, masked by the gateway. */
    public readonly ?string $cardPan;
    public readonly ?string $cardToken;
    /** The gateway's time, as it wrote it. */
    public readonly ?string $dateTime;
    /** The same instant in seconds. */
    public readonly ?int $unixTime;
    /** Given again out of the journal: nothing was sent. */
    public readonly bool $fromJournal;
    /** The HTTP status of the answer. */
    public readonly ?int $httpStatus;
    /** The raw answer. */
    public readonly string $body;

    private readonly Result $result;

    private function read(Result $result): void
    {
        $this->result = $result;
        $this->orderId = $result->text('order_id');
        $this->amount = $result->text('amount');
        $this->currency = $result->text('currency');
        $this->description = $result->text('description');
        $this->cardPan = $result->text('card_pan');
        $this->cardToken = $result->text('card_token');
        $this->dateTime = $result->text('date_time');
        $this->unixTime = $result->number('unix_time') ?: null;
        $this->fromJournal = $result->number('from_journal') !== 0;
        $this->httpStatus = $result->number('http_status') ?: null;
        $this->body = $result->body();
    }

    /**
     * Any field of the answer: "invoice_methods/qr", "card[0]/pg_card_token"; null: no such field.
     *
     * @throws Exception\ArgumentException in a progress function's invoice, once that returned
     */
    public function field(string $path): ?string
    {
        return $this->result->field(Check::text('path', $path));
    }

    /**
     * How many fields of the answer stand at a path, such as "card".
     *
     * @throws Exception\ArgumentException as field()
     */
    public function count(string $path): int
    {
        return $this->result->count(Check::text('path', $path));
    }

    /** @return never */
    public function __serialize(): array
    {
        throw new \Exception("Serialization of '" . self::class . "' is not allowed");
    }
}

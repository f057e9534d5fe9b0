<?php

declare(strict_types=1);

namespace FreedomPay;

/** A number for Client::callSend(), in decimal digits: "10.50". It is sent to the letter. */
final class Number
{
    public readonly string $digits;

    /** @param string|int $digits a float has no exact decimal value: a TypeError */
    public function __construct(mixed $digits)
    {
        $this->digits = Check::amount($digits);
    }
}

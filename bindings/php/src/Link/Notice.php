<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * What the gateway sent to the merchant: an fp_callback.
 *
 * @internal
 */
interface Notice
{
    /** The number fp_callback_<name>. */
    public function number(string $name): int;

    /** Why it is not to be believed, empty when it is. */
    public function message(): string;

    /** One of its fields; null: no such field. */
    public function field(string $name): ?string;

    /** The signed answer; its message is why there is none. */
    public function reply(int $reply, ?string $description): Bytes;

    /** Asks the gateway whether it is true. */
    public function confirm(): Result;
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Link\Bytes;

/**
 * Reads values out of what the program says.
 *
 * @internal
 */
final class Said
{
    /** The number of a name; 0: there is none. */
    public static function number(mixed $said, string $name): int
    {
        $value = self::member($said, $name);
        return is_int($value) ? $value : 0;
    }

    /** The text of a name; null: there is none. */
    public static function text(mixed $said, string $name): ?string
    {
        $value = self::member($said, $name);
        return is_string($value) ? $value : null;
    }

    /** @return array<mixed> the list of a name, empty when there is none */
    public static function rows(mixed $said, string $name): array
    {
        $value = self::member($said, $name);
        return is_array($value) ? $value : [];
    }

    /** The bytes of a name, which stand there in base64; empty when there are none. */
    public static function decoded(mixed $said, string $name): string
    {
        $bytes = base64_decode(self::text($said, $name) ?? '', true);
        return $bytes === false ? '' : $bytes;
    }

    /**
     * What stands there as a buffer.
     *
     * @param array<mixed> $buffer
     */
    public static function bytes(array $buffer): Bytes
    {
        $message = self::text($buffer, 'message') ?? '';
        return new Bytes(self::decoded($buffer, 'data'), $message, self::number($buffer, 'code'));
    }

    public static function member(mixed $said, string $name): mixed
    {
        return is_array($said) ? $said[$name] ?? null : null;
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Parts;

/**
 * Checks what a caller gives before C sees it: C would cut a text at NUL.
 *
 * @internal
 */
final class Check
{
    /** The text itself. No message shows it: it may be a secret. */
    public static function text(string $name, #[\SensitiveParameter] string $value): string
    {
        if (str_contains($value, "\0")) {
            throw new ArgumentException("$name contains a NUL character");
        }
        return $value;
    }

    /** Decimal text. A float has no exact decimal value: a TypeError, also without strict types. */
    public static function amount(mixed $value): string
    {
        if (is_int($value)) {
            return (string) $value;
        }
        if (!is_string($value)) {
            throw new \TypeError('amount must be string or int, not ' . get_debug_type($value));
        }
        return self::text('amount', $value);
    }

    /** The decimal text of a number of units of 10^-$exponent. */
    public static function decimal(int $minor, int $exponent): string
    {
        if ($exponent < 0 || $exponent > 2) {
            throw new ArgumentException(
                "amount exponent $exponent is not 0, 1 or 2: 1050 with exponent 2 is 10.50",
            );
        }
        $sign = $minor < 0 ? '-' : '';
        $digits = str_pad(ltrim((string) $minor, '-'), $exponent + 1, '0', STR_PAD_LEFT);
        $point = strlen($digits) - $exponent;
        $decimals = $exponent === 0 ? '' : '.' . substr($digits, $point);
        return $sign . substr($digits, 0, $point) . $decimals;
    }

    /**
     * What to call on a handle that is set up, in order; a setting that is not given is left out.
     *
     * @param array<string, list<int|string|null>> $settings by their names, what each takes
     * @return list<array{string, list<int|string>}>
     */
    public static function settings(#[\SensitiveParameter] array $settings): array
    {
        $calls = [];
        foreach ($settings as $name => $values) {
            $given = [];
            foreach ($values as $value) {
                if ($value !== null) {
                    $given[] = is_string($value) ? self::text($name, $value) : $value;
                }
            }
            if ($given !== []) {
                $calls[] = ["set_$name", $given];
            }
        }
        return $calls;
    }

    /**
     * An amount that may be left out.
     *
     * @param string|int|null $value a float is a TypeError
     */
    public static function part(mixed $value): ?string
    {
        return $value === null ? null : self::amount($value);
    }

    /**
     * The fields of a request as a form writes them: an array inside is "name[key]".
     *
     * @param iterable<mixed> $fields
     * @return list<array{string, string|int|Number}>
     */
    public static function fields(#[\SensitiveParameter] iterable $fields, ?string $inside = null): array
    {
        $all = [];
        foreach ($fields as $key => $value) {
            if (!is_string($key) && !is_int($key)) {
                throw new \TypeError('the name of a field must be string');
            }
            $name = $inside === null ? (string) $key : "{$inside}[$key]";
            if (is_array($value)) {
                array_push($all, ...self::fields($value, $name));
            } elseif (is_string($value)) {
                $all[] = [self::text('a name', $name), self::text($name, $value)];
            } elseif (is_int($value) || $value instanceof Number) {
                $all[] = [self::text('a name', $name), $value];
            } else {
                $type = get_debug_type($value);
                throw new \TypeError("$name must be string, int or " . Number::class . ", not $type");
            }
        }
        return $all;
    }

    /**
     * Optional fields of a request; null: there are none.
     *
     * @param iterable<mixed> $more
     */
    public static function more(#[\SensitiveParameter] iterable $more): ?Parts
    {
        $settings = [];
        foreach (self::fields($more) as [$name, $value]) {
            $value = $value instanceof Number ? $value->digits : (string) $value;
            $settings[] = ['set', [$name, $value]];
        }
        return $settings === [] ? null : new Parts('fields', [], $settings);
    }

    /**
     * What is paid for, as most calls take it.
     *
     * @param string|int $amount
     * @return array{order_id: string, amount: string, description: string}
     */
    public static function order(string $orderId, mixed $amount, string $description): array
    {
        return [
            'order_id' => self::text('orderId', $orderId),
            'amount' => self::amount($amount),
            'description' => self::text('description', $description),
        ];
    }

    /** A text that may be left out. */
    public static function optional(string $name, ?string $value): ?string
    {
        return $value === null ? null : self::text($name, $value);
    }

    /** A number for a uint32_t. */
    public static function uint32(string $name, int $value): int
    {
        if ($value < 0 || $value > 0xffffffff) {
            throw new ArgumentException("$name is not between 0 and " . 0xffffffff);
        }
        return $value;
    }

    /** A number for an int32_t. */
    public static function int32(string $name, int $value): int
    {
        if ($value < -0x80000000 || $value > 0x7fffffff) {
            throw new ArgumentException("$name does not fit into 32 bits");
        }
        return $value;
    }
}

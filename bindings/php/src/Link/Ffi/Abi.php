<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI;
use FFI\CData;
use FreedomPay\Link\Bytes;

/**
 * The functions of the C ABI by name, each with the kind of value that it gives. What PHP's FFI
 * gives has no type before it runs: here it gets one, and nowhere else.
 *
 * @internal
 */
final class Abi
{
    public function __construct(public readonly FFI $ffi)
    {
    }

    /** A function that gives a number. */
    public function number(string $function, CData|int|string|null ...$arguments): int
    {
        $value = $this->ffi->$function(...$arguments);
        return is_int($value) ? $value : throw self::unexpected($function);
    }

    /** A function that gives a text, or NULL. */
    public function text(string $function, CData|int|string|null ...$arguments): ?string
    {
        $value = $this->ffi->$function(...$arguments);
        return $value === null || is_string($value) ? $value : throw self::unexpected($function);
    }

    /** A function that gives a handle, never NULL. */
    public function handle(string $function, CData|int|string|null ...$arguments): CData
    {
        return $this->pointer($function, ...$arguments) ?? throw self::unexpected($function);
    }

    /** A function that gives a pointer, or NULL. */
    public function pointer(string $function, CData|int|string|null ...$arguments): ?CData
    {
        $value = $this->ffi->$function(...$arguments);
        return $value === null || $value instanceof CData
            ? $value
            : throw self::unexpected($function);
    }

    /** A function that gives nothing: it frees, it cancels. */
    public function run(string $function, CData $handle): void
    {
        $this->ffi->$function($handle);
    }

    /** Takes over an fp_buffer that a function gives: its bytes, and why there are none. */
    public function bytes(string $function, CData|int|string|null ...$arguments): Bytes
    {
        $buffer = $this->handle($function, ...$arguments);
        try {
            $length = $this->number('fp_buffer_len', $buffer);
            $data = $this->pointer('fp_buffer_data', $buffer);
            $content = $data === null || $length === 0 ? '' : FFI::string($data, $length);
            $message = $this->text('fp_buffer_message', $buffer) ?? '';
            return new Bytes($content, $message, $this->number('fp_buffer_code', $buffer));
        } finally {
            $this->run('fp_buffer_free', $buffer);
        }
    }

    /** The bytes that a function lends, whose length it writes into its last argument. */
    public function lentBytes(string $function, CData $handle): string
    {
        $length = $this->made('size_t[1]');
        $data = $this->pointer($function, $handle, $length);
        $count = $this->first($length);
        return $data === null || !is_int($count) || $count === 0 ? '' : FFI::string($data, $count);
    }

    /** Bytes for a function that takes a pointer to them; NULL: there are none. */
    public function lent(string $bytes): ?CData
    {
        $length = strlen($bytes);
        if ($length === 0) {
            return null;
        }
        $copy = $this->made("uint8_t[$length]");
        FFI::memcpy($copy, $bytes, $length);
        return $copy;
    }

    /** A function of C that calls a closure. */
    public function callback(string $type, \Closure $body): CData
    {
        $place = $this->made("{$type}[1]");
        $place[0] = $body;
        $function = $this->first($place);
        return $function instanceof CData ? $function : throw self::unexpected($type);
    }

    private function first(CData $array): mixed
    {
        return $array[0];
    }

    /** A value of a C type, which PHP owns. */
    private function made(string $type): CData
    {
        return $this->ffi->new($type) ?? throw self::unexpected($type);
    }

    private static function unexpected(string $name): \LogicException
    {
        return new \LogicException("$name is not what the declarations say");
    }
}

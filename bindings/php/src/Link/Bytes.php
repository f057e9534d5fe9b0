<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * Bytes that the library made, an fp_buffer: the content, and why there is none.
 *
 * @internal
 */
final class Bytes
{
    public function __construct(
        public readonly string $content,
        public readonly string $message,
        public readonly int $code = 0,
    ) {
    }
}

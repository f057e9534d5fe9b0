<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;
use FFI\CData;

/**
 * Bytes that the library made.
 *
 * @internal
 */
final class Buffer
{
    /**
     * Copies an fp_buffer and frees it.
     *
     * @return array{string, string} its bytes, and why there are none
     */
    public static function take(?CData $buffer): array
    {
        $ffi = Library::ffi();
        try {
            $length = $ffi->fp_buffer_len($buffer);
            $data = $ffi->fp_buffer_data($buffer);
            $content = $data === null || $length === 0 ? '' : FFI::string($data, $length);
            return [$content, $ffi->fp_buffer_message($buffer) ?? ''];
        } finally {
            $ffi->fp_buffer_free($buffer);
        }
    }
}

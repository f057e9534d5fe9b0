<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;

/**
 * Finds libfreedompay and loads it, once in a process.
 *
 * Its declarations are freedompay.ffi.h beside this file, made by the library's own build.
 */
final class Library
{
    public const ABI_VERSION = 1;
    public const FILE_NAME = 'libfreedompay.so.1';
    public const ENVIRONMENT = 'FREEDOMPAY_LIBRARY';

    private static ?FFI $loaded = null;

    private function __construct()
    {
    }

    /**
     * The loaded library.
     *
     * @throws \RuntimeException the library is not found, or is none that this package can talk to
     */
    public static function ffi(): FFI
    {
        return self::$loaded ??= self::load();
    }

    /** The version of the loaded library, such as 0.1.0. */
    public static function version(): string
    {
        return self::ffi()->fp_version();
    }

    /** The library's own name of a code, such as FP_ERR_NOT_SENT. */
    public static function codeName(int $code): string
    {
        return self::ffi()->fp_code_name(Check::int32('code', $code));
    }

    private static function load(): FFI
    {
        $declarations = file_get_contents(__DIR__ . '/freedompay.ffi.h');
        if ($declarations === false) {
            throw new \RuntimeException('freedompay.ffi.h cannot be read');
        }
        $path = self::path();
        try {
            $ffi = FFI::cdef($declarations, $path);
        } catch (FFI\Exception $e) {
            throw new \RuntimeException(
                "cannot load $path: {$e->getMessage()}; install libfreedompay, or name it in "
                    . self::ENVIRONMENT,
                0,
                $e,
            );
        }
        $version = $ffi->fp_abi_version();
        if ($version !== self::ABI_VERSION) {
            throw new \RuntimeException(
                "$path has ABI version $version, this package needs " . self::ABI_VERSION,
            );
        }
        return $ffi;
    }

    private static function path(): string
    {
        $named = getenv(self::ENVIRONMENT);
        if (is_string($named) && $named !== '') {
            return $named;
        }
        $beside = dirname(__DIR__) . '/lib/' . self::FILE_NAME;
        return is_file($beside) ? $beside : self::FILE_NAME;
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI;
use FreedomPay\Library;
use FreedomPay\Link\Platform;

/**
 * Finds libfreedompay and loads it.
 *
 * Its declarations are freedompay.ffi.h, made by the library's own build. Where preload.php ran at
 * the start of the server, they are parsed already and wait under a name, the scope.
 *
 * @internal
 */
final class Loader
{
    public const SCOPE = 'FREEDOMPAY';

    /** Does PHP let this code use FFI? */
    public static function isAllowed(): bool
    {
        if (!extension_loaded('FFI')) {
            return false;
        }
        try {
            FFI::cdef();
            return true;
        } catch (FFI\Exception) {
            return false;  // ffi.enable
        }
    }

    /**
     * The loaded library.
     *
     * @throws \RuntimeException the library is not found, or is none that this package can talk to
     */
    public static function load(?string $path): Abi
    {
        if (!extension_loaded('FFI')) {
            throw new \RuntimeException('PHP has no FFI extension');
        }
        $ffi = $path === null ? self::preloaded() : null;
        $path ??= self::path();
        $abi = new Abi($ffi ?? self::declared($path));
        $version = $abi->number('fp_abi_version');
        if ($version !== Library::ABI_VERSION) {
            throw new \RuntimeException(
                "$path has ABI version $version, this package needs " . Library::ABI_VERSION,
            );
        }
        return $abi;
    }

    /**
     * What FFI::load() takes in preload.php: the declarations with the scope and the library.
     *
     * @throws \RuntimeException the declarations cannot be read
     */
    public static function header(?string $path = null): string
    {
        $scope = '#define FFI_SCOPE "' . self::SCOPE . '"';
        $library = '#define FFI_LIB "' . addcslashes($path ?? self::path(), '"\\') . '"';
        return "$scope\n$library\n" . self::declarations();
    }

    private static function preloaded(): ?FFI
    {
        try {
            return FFI::scope(self::SCOPE);
        } catch (FFI\Exception) {
            return null;
        }
    }

    private static function declared(string $path): FFI
    {
        try {
            return FFI::cdef(self::declarations(), $path);
        } catch (FFI\Exception $e) {
            throw new \RuntimeException(
                "cannot load $path: {$e->getMessage()}; install libfreedompay, or name it in "
                    . Library::ENVIRONMENT,
                0,
                $e,
            );
        }
    }

    private static function declarations(): string
    {
        $text = file_get_contents(dirname(__DIR__, 2) . '/freedompay.ffi.h');
        if ($text === false) {
            throw new \RuntimeException('freedompay.ffi.h cannot be read');
        }
        return $text;
    }

    private static function path(): string
    {
        $named = Library::setting(Library::ENVIRONMENT, 'freedompay.library');
        if ($named !== null) {
            return $named;
        }
        return Platform::inPackage('lib', Platform::library()) ?? Platform::library();
    }
}

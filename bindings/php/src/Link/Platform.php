<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * What the library and the program are called on this machine, and where this package may have
 * them: beside each other for every platform, in folders that are called as the archives of the
 * project are, such as lib/windows-x86_64.
 *
 * @internal
 */
final class Platform
{
    /** The file of the library. */
    public static function library(): string
    {
        return self::isWindows() ? 'freedompay.dll' : 'libfreedompay.so.1';
    }

    /** The file of the program. */
    public static function tool(): string
    {
        return self::isWindows() ? 'freedompay.exe' : 'freedompay';
    }

    /** The path of a file that this package brings for this platform; null: it brings none. */
    public static function inPackage(string $folder, string $file): ?string
    {
        $root = dirname(__DIR__, 2) . "/$folder";
        foreach (["$root/$file", "$root/" . self::name() . "/$file"] as $path) {
            if (is_file($path)) {
                return $path;
            }
        }
        return null;
    }

    /** Such as linux-x86_64, windows-i686, linux-x86_64-musl: of PHP, not of the system. */
    public static function name(): string
    {
        $machine = match (true) {
            preg_match('/^(aarch64|arm64)$/i', php_uname('m')) === 1 => PHP_INT_SIZE === 8 ? 'aarch64' : 'armv7',
            preg_match('/^arm/i', php_uname('m')) === 1 => 'armv7',
            default => PHP_INT_SIZE === 8 ? 'x86_64' : 'i686',
        };
        if (self::isWindows()) {
            return "windows-$machine";
        }
        return "linux-$machine" . (self::hasMusl() ? '-musl' : '');
    }

    /** Is the C library musl, as on Alpine? Where both are, PHP has glibc. */
    private static function hasMusl(): bool
    {
        return glob('/lib/ld-musl-*') !== [] && glob('/lib*/ld-linux*') === [];
    }

    private static function isWindows(): bool
    {
        return PHP_OS_FAMILY === 'Windows';
    }
}

<?php

/*
 * Loads this package when the server starts, so that it may use FFI under "ffi.enable=preload",
 * which keeps FFI from every other script. In php.ini:
 *
 *     opcache.preload=/path/to/vendor/freedompay/freedompay/preload.php
 *
 * The library is named there too, by freedompay.library, where it is not libfreedompay.so.1 of the
 * system: a server's environment is often empty.
 */

declare(strict_types=1);

(static function (): void {
    require_once __DIR__ . '/src/autoload.php';
    $folder = new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS);
    foreach (new RecursiveIteratorIterator($folder) as $path => $file) {
        if (str_ends_with($path, '.php')) {
            require_once $path;
        }
    }
    // The declarations are parsed here, once. Under opcache.preload_user PHP refuses that, and each
    // request parses them, unless ffi.preload names them (FreedomPay\Library::ffiHeader()).
    $header = (string) tempnam(sys_get_temp_dir(), 'freedompay');
    try {
        file_put_contents($header, FreedomPay\Library::ffiHeader());
        FFI::load($header);
    } catch (FFI\Exception) {
        // This is the refusal.
    } finally {
        unlink($header);
    }
})();

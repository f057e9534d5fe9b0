<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Library;
use FreedomPay\Link\Platform;

/**
 * Finds the program freedompay.
 *
 * @internal
 */
final class Program
{
    private const USUAL_PLACES = '/usr/local/bin:/usr/bin:/bin';

    private function __construct(
        public readonly string $path,
        public readonly Letters $letters,
    ) {
    }

    /** The same program for a client that writes its texts so. */
    public function writing(Letters $letters): self
    {
        return new self($this->path, $letters);
    }

    /** @throws \RuntimeException it is not there, or PHP may start no programs */
    public static function find(?string $path): self
    {
        if (!function_exists('proc_open')) {
            throw new \RuntimeException('proc_open is disabled, and FFI cannot be used');
        }
        $path ??= Library::setting(Library::TOOL_ENVIRONMENT, 'freedompay.tool');
        if ($path === null) {
            return new self(self::search(), Letters::plain());
        }
        if (!is_file($path) || !is_executable($path)) {
            throw new \RuntimeException("$path is no program that can be started");
        }
        return new self($path, Letters::plain());
    }

    private static function search(): string
    {
        $beside = Platform::inPackage('bin', Platform::tool());
        if ($beside !== null && is_executable($beside)) {
            return $beside;
        }
        foreach (explode(PATH_SEPARATOR, getenv('PATH') ?: self::USUAL_PLACES) as $place) {
            $path = "$place/" . Platform::tool();
            if ($place !== '' && is_file($path) && is_executable($path)) {
                return $path;
            }
        }
        throw new \RuntimeException(
            'FFI cannot be used here, and the program freedompay is not found; install it, or name '
                . 'it in ' . Library::TOOL_ENVIRONMENT,
        );
    }
}

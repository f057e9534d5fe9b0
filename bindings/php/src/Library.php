<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Ffi\FfiLink;
use FreedomPay\Link\Ffi\Loader;
use FreedomPay\Link\Link;
use FreedomPay\Link\Tool\Program;
use FreedomPay\Link\Tool\ToolLink;

/**
 * libfreedompay, and the road on which it is reached: through FFI where PHP allows that, else
 * through the program freedompay.
 *
 * Where things are is said by useRoad(), by the environment or by a line of php.ini.
 */
final class Library
{
    public const ABI_VERSION = 1;
    /** The path of the library; in php.ini freedompay.library. */
    public const ENVIRONMENT = 'FREEDOMPAY_LIBRARY';
    /** The path of the program; in php.ini freedompay.tool. */
    public const TOOL_ENVIRONMENT = 'FREEDOMPAY_TOOL';
    /** The road, "ffi" or "tool"; in php.ini freedompay.road. */
    public const ROAD_ENVIRONMENT = 'FREEDOMPAY_ROAD';

    private static ?Road $road = null;
    private static ?Link $link = null;

    private function __construct()
    {
    }

    /**
     * Chooses the road for everything that is made from now on.
     *
     * @param string|null $path of the library, or of the program; null: it is searched for
     *
     * @throws \RuntimeException what is at its end cannot be used
     */
    public static function useRoad(Road $road, ?string $path = null): void
    {
        self::$link = self::way($road, $path);
        self::$road = $road;
    }

    /** The road in use. */
    public static function road(): Road
    {
        return self::$road ??= self::choice();
    }

    /** The version of the library, such as 0.1.0. */
    public static function version(): string
    {
        return self::link()->version();
    }

    /** The library's own name of a code, such as FP_ERR_NOT_SENT. */
    public static function codeName(int $code): string
    {
        return self::link()->codeName(Check::int32('code', $code));
    }

    /**
     * What an error code of the gateway means ($gatewayCode of an exception), in a few English
     * words; null: this version does not know it, as the codes are an open set.
     */
    public static function gatewayCodeMeaning(int $code): ?string
    {
        return self::link()->meaning(Check::int32('code', $code));
    }

    /**
     * What a file for ffi.preload in php.ini holds: the declarations, their scope, the library.
     *
     * @param string|null $library its path; null: it is searched for
     */
    public static function ffiHeader(?string $library = null): string
    {
        return Loader::header($library);
    }

    /**
     * The library.
     *
     * @internal
     * @throws \RuntimeException it is not found, or is none that this package can talk to
     */
    public static function link(): Link
    {
        return self::$link ??= self::way(self::road(), null);
    }

    /**
     * What the environment, else php.ini says.
     *
     * @internal
     */
    public static function setting(string $environment, string $ini): ?string
    {
        foreach ([getenv($environment), get_cfg_var($ini)] as $value) {
            if (is_string($value) && $value !== '') {
                return $value;
            }
        }
        return null;
    }

    private static function way(Road $road, ?string $path): Link
    {
        return match ($road) {
            Road::Ffi => new FfiLink(Loader::load($path)),
            Road::Tool => new ToolLink(Program::find($path)),
        };
    }

    private static function choice(): Road
    {
        $named = self::setting(self::ROAD_ENVIRONMENT, 'freedompay.road');
        if ($named === null) {
            return Loader::isAllowed() ? Road::Ffi : Road::Tool;
        }
        return Road::tryFrom($named)
            ?? throw new \RuntimeException("the road \"$named\" is neither \"ffi\" nor \"tool\"");
    }
}

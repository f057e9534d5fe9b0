<?php

declare(strict_types=1);

namespace FreedomPay\Link;

use FreedomPay\Exception\ArgumentException;

/**
 * A road to libfreedompay. What is written above it knows neither FFI nor processes.
 *
 * Calls, their arguments and the setters of Parts have the names of the C ABI without their prefix.
 *
 * @internal
 */
interface Link
{
    /** The version of the library, such as 0.1.0. */
    public function version(): string;

    /** The library's own name of a code. */
    public function codeName(int $code): string;

    /** What an error code of the gateway means; null: this version does not know it. */
    public function meaning(int $gatewayCode): ?string;

    /**
     * A merchant's client.
     *
     * @throws ArgumentException a setting was refused
     */
    public function open(Parts $config, Log $log): Session;

    /**
     * Looks whether a receipt can be what it is to be.
     *
     * @throws ArgumentException a value was refused
     */
    public function checkReceipt(Parts $receipt): void;
}

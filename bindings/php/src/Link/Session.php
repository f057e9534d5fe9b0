<?php

declare(strict_types=1);

namespace FreedomPay\Link;

use FreedomPay\Invoice;

/**
 * A merchant at the gateway, as one road keeps it.
 *
 * @internal
 */
interface Session
{
    /**
     * Makes one call.
     *
     * @param array<string, int|string|Parts|null> $arguments in the order of the C function's
     * @param (callable(Invoice): mixed)|null      $progress  of invoice_wait
     */
    public function ask(string $call, array $arguments, ?callable $progress = null): Result;

    /**
     * Starts a call in the background.
     *
     * @param array<string, int|string|Parts|null> $arguments
     */
    public function start(string $call, array $arguments): Job;

    /**
     * What a list of the journal has whose end is not known: order id or refund key, number of the
     * invoice or payment (0: none), amount.
     *
     * @param string $call client_pending, client_pending_refunds, client_pending_payouts
     * @return list<array{string|null, int, string|null}>
     */
    public function pending(string $call): array;

    /** What the gateway sent to a page. */
    public function notice(string $url, ?string $contentType, string $body): Notice;

    /** Ends the use, once no call is under way. */
    public function close(): void;
}

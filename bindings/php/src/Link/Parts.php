<?php

declare(strict_types=1);

namespace FreedomPay\Link;

/**
 * What a handle that the caller fills is made of: fp_config, fp_invoice_request, fp_receipt.
 *
 * @internal
 */
final class Parts
{
    /**
     * @param string                         $kind     the handle's name without fp_
     * @param array<string, string>          $made     what its constructor takes, in its order
     * @param list<array{string, list<int|string>}> $settings what to call on it, in this order,
     *                                                 and with what: ['set_currency', ['KZT']]
     */
    public function __construct(
        public readonly string $kind,
        public readonly array $made = [],
        #[\SensitiveParameter] public readonly array $settings = [],
    ) {
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Exception\InternalException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Link\Parts;
use FreedomPay\Sent;

/**
 * What a call is whose program gave no answer: never "failed" where it may have been sent.
 *
 * @internal
 */
final class Lost
{
    /** What never goes to the gateway. */
    private const LOCAL = [
        'library', 'client_check', 'client_pending', 'client_pending_refunds',
        'client_pending_payouts', 'refund_settle', 'qr', 'receipt', 'callback_parse',
        'callback_reply',
    ];

    /**
     * @param array<string, int|string|bool|Parts|null> $arguments
     * @param string                                    $reason    what the program did
     */
    public static function of(
        Program $program,
        string $call,
        #[\SensitiveParameter] array $arguments,
        string $reason,
    ): FreedomPayException {
        if (in_array($call, self::LOCAL, true)) {
            return new InternalException(
                "$program->path $reason",
                Code::Internal->value,
                Sent::No->value,
                Advice::None->value,
            );
        }
        $request = $arguments['request'] ?? null;
        $made = $request instanceof Parts ? $request->made : $arguments;
        return new OutcomeUnknownException(
            "$program->path $reason",
            Code::Unknown->value,
            Sent::Maybe->value,
            Advice::AskStatus->value,
            invoiceId: self::id($arguments, 'invoice_id'),
            orderId: is_string($made['order_id'] ?? null) ? $made['order_id'] : null,
            paymentId: self::id($arguments, 'payment_id'),
        );
    }

    /** @param array<string, int|string|bool|Parts|null> $arguments */
    private static function id(#[\SensitiveParameter] array $arguments, string $name): ?int
    {
        $id = $arguments[$name] ?? null;
        return is_int($id) ? $id : null;
    }
}

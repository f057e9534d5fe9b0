<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;

/**
 * Makes the exception that a result stands for.
 *
 * @internal
 */
final class Failure
{
    /** @param bool $withInvoice the exception keeps the last known state of the invoice, if any */
    public static function of(Result $result, bool $withInvoice): FreedomPayException
    {
        $code = $result->read('code');
        $class = self::className(Code::tryFrom($code));
        $known = $withInvoice && $result->read('invoice_status') !== InvoiceStatus::None->value;
        return new $class(
            $result->read('message') ?: "error $code",
            $code,
            $result->read('sent'),
            $result->read('advice'),
            $result->read('gateway_code') ?: null,
            $result->read('gateway_message'),
            $result->read('http_status') ?: null,
            $result->read('invoice_id') ?: null,
            $result->read('order_id'),
            $known ? Invoice::of($result) : null,
        );
    }

    /** The exception of a call that sends nothing and has no result. */
    public static function unsent(int $code, ?string $message): FreedomPayException
    {
        $class = self::className(Code::tryFrom($code));
        $advice = $code === Code::Internal->value ? Advice::None : Advice::Fix;
        $sent = Sent::No;
        return new $class($message ?: "error $code", $code, $sent->value, $advice->value);
    }

    /** @return class-string<FreedomPayException> */
    private static function className(?Code $code): string
    {
        return match ($code) {
            Code::Argument => Exception\ArgumentException::class,
            Code::Config => Exception\ConfigException::class,
            Code::NotSent => Exception\NotSentException::class,
            Code::Unknown => Exception\OutcomeUnknownException::class,
            Code::Refused => Exception\RefusedException::class,
            Code::Answer => Exception\BadAnswerException::class,
            Code::Timeout => Exception\WaitTimeoutException::class,
            Code::Cancelled => Exception\CancelledException::class,
            Code::Signature => Exception\SignatureException::class,
            Code::Conflict => Exception\ConflictException::class,
            Code::Journal => Exception\JournalException::class,
            Code::Internal => Exception\InternalException::class,
            default => Exception\UnlistedException::class,
        };
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Link\Result;

/**
 * Makes the exception that an answer stands for.
 *
 * @internal
 */
final class Failure
{
    /**
     * The answer itself, when the call went well.
     *
     * @throws FreedomPayException
     */
    public static function unless(Result $result): Result
    {
        if ($result->number('code') !== Code::Ok->value) {
            throw self::of($result, withInvoice: true);
        }
        return $result;
    }

    /** @param bool $withInvoice the exception keeps the last known state of the invoice, if any */
    public static function of(Result $result, bool $withInvoice): FreedomPayException
    {
        $code = $result->number('code');
        $class = self::className(Code::tryFrom($code));
        $state = $result->number('invoice_status');
        $known = $withInvoice && $state !== InvoiceStatus::None->value;
        return new $class(
            $result->text('message') ?: "error $code",
            $code,
            $result->number('sent'),
            $result->number('advice'),
            $result->number('gateway_code') ?: null,
            $result->text('gateway_message'),
            $result->number('http_status') ?: null,
            $result->number('invoice_id') ?: null,
            $result->text('order_id'),
            $known ? Invoice::of($result) : null,
            $result->number('payment_id') ?: null,
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

    /**
     * @return class-string<Exception\ArgumentException|Exception\BadAnswerException
     *     |Exception\CancelledException|Exception\ConfigException|Exception\ConflictException
     *     |Exception\InternalException|Exception\JournalException|Exception\NotSentException
     *     |Exception\OutcomeUnknownException|Exception\RefusedException
     *     |Exception\SignatureException|Exception\UnlistedException
     *     |Exception\WaitTimeoutException>
     */
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

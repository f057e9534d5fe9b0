<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Link\Answer;

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
    public static function unless(Answer $answer): Answer
    {
        if ($answer->number('code') !== Code::Ok->value) {
            throw self::of($answer, withInvoice: true);
        }
        return $answer;
    }

    /** @param bool $withInvoice the exception keeps the last known state of the invoice, if any */
    public static function of(Answer $answer, bool $withInvoice): FreedomPayException
    {
        $code = $answer->number('code');
        $class = self::className(Code::tryFrom($code));
        $state = $answer->number('invoice_status');
        $known = $withInvoice && $state !== InvoiceStatus::None->value;
        return new $class(
            $answer->text('message') ?: "error $code",
            $code,
            $answer->number('sent'),
            $answer->number('advice'),
            $answer->number('gateway_code') ?: null,
            $answer->text('gateway_message'),
            $answer->number('http_status') ?: null,
            $answer->number('invoice_id') ?: null,
            $answer->text('order_id'),
            $known ? Invoice::of($answer) : null,
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

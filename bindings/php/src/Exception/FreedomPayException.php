<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Invoice;
use FreedomPay\Sent;

/**
 * What every exception of this package is, and carries. getMessage() is one sentence for a person,
 * getCode() the number of the library's code.
 *
 * After OutcomeUnknownException and BadAnswerException the invoice may exist: ask for its status,
 * never create it again blindly.
 *
 * @property-read Code|null    $errorCode      getCode() by name; null: not known to this version
 * @property-read Sent|null    $sent           did the request reach the gateway?
 * @property-read int          $sentNumber     the same as a number, also one without a name
 * @property-read Advice|null  $advice         what to do next
 * @property-read int          $adviceNumber   the same as a number, also one without a name
 * @property-read int|null     $gatewayCode    the gateway's error code, null: none
 * @property-read string|null  $gatewayMessage the gateway's words for it
 * @property-read int|null     $httpStatus     the HTTP status of the answer, null: no answer
 * @property-read int|null     $invoiceId      the invoice it is about, null: not known
 * @property-read int|null     $paymentId      the payment it is about, null: not known
 * @property-read string|null  $orderId        the order it is about, null: not known
 * @property-read Invoice|null $invoice        its last known state, where it was waited for,
 *                                             null: not known
 */
interface FreedomPayException extends \Throwable
{
}

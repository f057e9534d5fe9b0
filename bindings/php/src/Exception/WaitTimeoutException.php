<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** Waiting ended and the invoice is still open: it may yet be paid. See $invoice. */
final class WaitTimeoutException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

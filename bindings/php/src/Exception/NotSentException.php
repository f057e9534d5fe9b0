<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The gateway was not reached and has not seen the request. It may be repeated. */
final class NotSentException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

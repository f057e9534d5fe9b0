<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The gateway may have acted on the request. Ask for the status; do not repeat it. */
final class OutcomeUnknownException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

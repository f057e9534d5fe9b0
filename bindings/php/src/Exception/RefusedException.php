<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The gateway answered with an error: see $gatewayCode and $gatewayMessage. */
final class RefusedException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

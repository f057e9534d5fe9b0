<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** An argument cannot be used. Nothing was sent. */
final class ArgumentException extends \InvalidArgumentException implements FreedomPayException
{
    use Facts;
}

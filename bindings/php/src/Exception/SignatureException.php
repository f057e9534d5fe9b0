<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** A callback's signature is missing or wrong, or does not prove what it says. */
final class SignatureException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

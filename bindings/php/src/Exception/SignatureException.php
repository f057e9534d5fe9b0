<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** A signature does not match. */
final class SignatureException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

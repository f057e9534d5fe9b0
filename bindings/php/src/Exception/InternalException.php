<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** A fault in the library itself. */
final class InternalException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

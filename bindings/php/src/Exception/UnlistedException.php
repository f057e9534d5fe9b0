<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** An error that has no class here: a newer library than this package. */
final class UnlistedException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

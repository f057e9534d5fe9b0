<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** This order id already belongs to a sale with another amount or currency. Nothing was sent. */
final class ConflictException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/**
 * The order id, refund key or callback is known with another amount, currency or recipient. Where $sent is No nothing was sent;
 * else the gateway has something else under it: look there before it is sold again.
 */
final class ConflictException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

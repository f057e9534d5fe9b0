<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The client's configuration is not complete. Nothing was sent. */
final class ConfigException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The gateway answered something that is not the protocol. It may have acted on it. */
final class BadAnswerException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

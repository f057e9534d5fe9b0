<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The journal cannot be read or written; the message says what to do. Nothing was sent. */
final class JournalException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

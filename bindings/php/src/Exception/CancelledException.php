<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/**
 * The progress function gave up, or the task was cancelled. An invoice is as it was: it may yet be
 * paid. An init may have arrived unless $sent is No.
 */
final class CancelledException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

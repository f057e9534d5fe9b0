<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

/** The progress function gave up. The invoice is as it was: it may yet be paid. */
final class CancelledException extends \RuntimeException implements FreedomPayException
{
    use Facts;
}

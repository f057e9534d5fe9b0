<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

/**
 * The program could not be started.
 *
 * @internal
 */
final class NotStarted extends \RuntimeException
{
}

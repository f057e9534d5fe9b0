<?php

// As much of PSR-3 as this package uses, where psr/log is not installed.

declare(strict_types=1);

namespace Psr\Log;

interface LoggerInterface
{
    /**
     * @param mixed        $level
     * @param array<mixed> $context
     */
    public function log($level, string|\Stringable $message, array $context = []): void;
}

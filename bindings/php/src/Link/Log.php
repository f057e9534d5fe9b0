<?php

declare(strict_types=1);

namespace FreedomPay\Link;

use FreedomPay\LogLevel;
use Psr\Log\LoggerInterface;

/**
 * Where the lines of a client's log go.
 *
 * @internal
 */
final class Log
{
    /** @var list<array{int, string}> what calls in the background said */
    private array $kept = [];

    /** @param (callable(int, string): mixed)|null $log */
    public function __construct(
        private readonly mixed $log = null,
        private readonly ?LoggerInterface $logger = null,
    ) {
    }

    /** Does anyone read it? */
    public function isRead(): bool
    {
        return $this->log !== null || $this->logger !== null;
    }

    /** What a log throws is reported and dropped: it must not cost anyone the answer. */
    public function line(int $level, string $message): void
    {
        try {
            if ($this->log !== null) {
                ($this->log)($level, $message);
            }
        } catch (\Throwable $e) {
            self::report($e);
        }
        try {
            $this->logger?->log(self::psrLevel($level), $message);
        } catch (\Throwable $e) {
            self::report($e);
        }
    }

    /** A line for tellKept(): nobody may be called back now. */
    public function keep(int $level, string $message): void
    {
        $this->kept[] = [$level, $message];
    }

    public function tellKept(): void
    {
        [$lines, $this->kept] = [$this->kept, []];
        foreach ($lines as [$level, $message]) {
            $this->line($level, $message);
        }
    }

    private static function psrLevel(int $level): string
    {
        return match (LogLevel::tryFrom($level)) {
            LogLevel::Error => 'error',
            LogLevel::Warn => 'warning',
            LogLevel::Debug => 'debug',
            LogLevel::Info, null => 'info',
        };
    }

    private static function report(\Throwable $e): void
    {
        error_log('freedompay: the log function threw ' . $e::class . ': ' . $e->getMessage());
    }
}

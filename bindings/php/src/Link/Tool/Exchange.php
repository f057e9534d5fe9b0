<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Failure;
use FreedomPay\Invoice;
use FreedomPay\Library;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Poll;
use FreedomPay\Link\Signals;
use FreedomPay\Sent;

/**
 * One call: a process is started, asked, heard to its end.
 *
 * @internal
 */
final class Exchange
{
    public const CANCEL = "{\"cancel\":true}\n";
    private const GO_ON = "{}\n";

    private ?\Throwable $caught = null;
    /** Why there is no answer. */
    private ?string $reason = null;
    private readonly Signals $signals;

    /** @param (callable(Invoice): mixed)|null $progress */
    private function __construct(
        private readonly Program $program,
        private readonly Process $process,
        private readonly Log $log,
        private readonly mixed $progress,
    ) {
        $this->signals = new Signals();
    }

    /**
     * Makes one call: the part of the last line of its answer that the call gives.
     *
     * @param string|null                               $part      null: all of the line
     * @param array<string, int|string|bool|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null           $progress
     * @return array<mixed>
     *
     * @throws FreedomPayException the program could not be started, or said nothing
     */
    public static function run(
        Program $program,
        string $call,
        ?string $part,
        #[\SensitiveParameter] ?Parts $config = null,
        #[\SensitiveParameter] array $arguments = [],
        ?Log $log = null,
        ?callable $progress = null,
    ): array {
        $log ??= new Log();
        $line = Request::line($call, $config, $arguments, $log->isRead(), $program->letters);
        $process = self::start($program);
        $exchange = new self($program, $process, $log, $progress);
        $exchange->signals->hold();
        try {
            $log->tellKept();
            $process->send($line);
            $answer = $exchange->hear();
        } finally {
            $code = $process->end();
            $exchange->signals->release();
        }
        if ($exchange->caught !== null) {
            throw $exchange->caught;
        }
        $reason = $exchange->reason ?? "ended without an answer (exit code $code)";
        $answer ??= throw Lost::of($program, $call, $arguments, $reason);
        return $part === null ? $answer : self::part($program, $call, $arguments, $answer, $part);
    }

    /**
     * The part of an answer that a call gives, never another one in its place.
     *
     * @param array<string, int|string|bool|Parts|null> $arguments
     * @param array<mixed>                              $said
     * @return array<mixed>
     *
     * @throws FreedomPayException the program says something else: the call was refused
     */
    public static function part(
        Program $program,
        string $call,
        #[\SensitiveParameter] array $arguments,
        array $said,
        string $name,
    ): array {
        $part = Said::member($said, $name);
        if (is_array($part)) {
            return $part;
        }
        $result = Said::member($said, 'result');
        throw is_array($result)
            ? Failure::of(ToolResult::of($program, $result), withInvoice: false)
            : Lost::of($program, $call, $arguments, "said nothing of a $name");
    }

    /** @throws NotSentException */
    public static function start(Program $program): Process
    {
        try {
            return new Process($program->path);
        } catch (NotStarted $e) {
            throw new NotSentException(
                $e->getMessage(),
                Code::NotSent->value,
                Sent::No->value,
                Advice::Retry->value,
            );
        }
    }

    /**
     * What a line says, or in a text why that cannot be used.
     *
     * @return array<mixed>|string
     */
    public static function read(string $line, Letters $letters): array|string
    {
        $said = $letters->heard(json_decode($line, true));
        if (!is_array($said)) {
            return 'said what is not JSON';
        }
        $isLast = !isset($said['log']) && !isset($said['progress']);
        if ($isLast && Said::number($said, 'abi_version') !== Library::ABI_VERSION) {
            return 'has another ABI version than ' . Library::ABI_VERSION;
        }
        return $said;
    }

    /** @return array<mixed>|null the last line; null: there is none */
    private function hear(): ?array
    {
        while (($line = $this->process->line()) !== null) {
            $said = self::read($line, $this->program->letters);
            if (is_string($said)) {
                $this->reason = $said;
                return null;
            }
            if (isset($said['log'])) {
                self::tell($said['log'], $this->log->line(...));
            } elseif (isset($said['progress'])) {
                $givesUp = $this->progressed(ToolResult::lent(Said::rows($said, 'progress')));
                $this->process->send($givesUp ? self::CANCEL : self::GO_ON);
            } else {
                return $said;
            }
        }
        return null;
    }

    /**
     * Hands a line of the log on.
     *
     * @param callable(int, string): void $to
     */
    public static function tell(mixed $line, callable $to): void
    {
        if (is_array($line) && is_int($line[0] ?? null) && is_string($line[1] ?? null)) {
            $to($line[0], $line[1]);
        }
    }

    /** One poll has ended: does the caller give the waiting up? */
    private function progressed(ToolResult $latest): bool
    {
        try {
            $this->signals->release();
            return $this->progress !== null && Poll::givesUp($this->progress, $latest);
        } catch (\Throwable $e) {
            $this->caught = $e;
            return true;
        } finally {
            $this->signals->hold();
        }
    }
}

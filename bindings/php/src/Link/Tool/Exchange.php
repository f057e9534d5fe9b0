<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Exception\InternalException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Exception\OutcomeUnknownException;
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
    /** What never goes to the gateway. */
    private const LOCAL = [
        'library', 'client_check', 'client_pending', 'client_pending_refunds',
        'client_pending_payouts', 'qr', 'receipt', 'callback_parse', 'callback_reply',
    ];

    private ?\Throwable $caught = null;
    private readonly Signals $signals;

    /** @param (callable(Invoice): mixed)|null $progress */
    private function __construct(
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
        $line = Request::line($call, $config, $arguments, $log->isRead());
        $process = self::start($program);
        $exchange = new self($process, $log, $progress);
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
        $answer ??= throw self::lost($program, $call, $arguments, $code);
        return $part === null ? $answer : self::part($program, $answer, $part);
    }

    /**
     * The part of an answer that a call gives, never another one in its place.
     *
     * @param array<mixed> $said
     * @return array<mixed>
     *
     * @throws FreedomPayException the program says something else: the call was refused
     */
    public static function part(Program $program, array $said, string $name): array
    {
        $part = Said::member($said, $name);
        if (is_array($part)) {
            return $part;
        }
        $result = Said::member($said, 'result');
        throw is_array($result)
            ? Failure::of(ToolResult::of($program, $result), withInvoice: false)
            : new InternalException(
                "$program->path says no $name",
                Code::Internal->value,
                Sent::Maybe->value,
                Advice::AskStatus->value,
            );
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
     * What a line says.
     *
     * @return array<mixed>
     *
     * @throws \RuntimeException another ABI
     */
    public static function read(string $line, Process $process): array
    {
        $said = json_decode($line, true);
        if (!is_array($said)) {
            throw new \RuntimeException("$process->program says what is not JSON");
        }
        $isLast = !isset($said['log']) && !isset($said['progress']);
        $version = Said::number($said, 'abi_version');
        if ($isLast && $version !== Library::ABI_VERSION) {
            $needed = Library::ABI_VERSION;
            throw new \RuntimeException("$process->program has another ABI version than $needed");
        }
        return $said;
    }

    /**
     * What a call is that ended without an answer: never "failed" where it may have been sent.
     *
     * @param array<string, int|string|bool|Parts|null> $arguments
     */
    public static function lost(
        Program $program,
        string $call,
        array $arguments,
        int $exitCode,
    ): FreedomPayException {
        $message = "$program->path ended without an answer (exit code $exitCode)";
        if (in_array($call, self::LOCAL, true)) {
            return new InternalException(
                $message,
                Code::Internal->value,
                Sent::No->value,
                Advice::None->value,
            );
        }
        $request = $arguments['request'] ?? null;
        $made = $request instanceof Parts ? $request->made : $arguments;
        $orderId = $made['order_id'] ?? null;
        $invoiceId = $arguments['invoice_id'] ?? null;
        return new OutcomeUnknownException(
            $message,
            Code::Unknown->value,
            Sent::Maybe->value,
            Advice::AskStatus->value,
            invoiceId: is_int($invoiceId) ? $invoiceId : null,
            orderId: is_string($orderId) ? $orderId : null,
        );
    }

    /** @return array<mixed>|null the last line; null: there is none */
    private function hear(): ?array
    {
        while (($line = $this->process->line()) !== null) {
            $said = self::read($line, $this->process);
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

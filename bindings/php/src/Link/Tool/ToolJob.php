<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Job;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Patience;
use FreedomPay\Link\Signals;
use FreedomPay\Sent;

/**
 * A call whose process goes on by itself. In a forked child, which has no part in it, it is done.
 *
 * @internal
 */
final class ToolJob implements Job
{
    private ?Process $process;
    private ?ToolResult $answer = null;
    private bool $isTaken = false;

    /** @param array<string, int|string|Parts|null> $arguments */
    public function __construct(
        private readonly Program $program,
        private readonly string $call,
        #[\SensitiveParameter] Parts $config,
        private readonly array $arguments,
        private readonly Log $log,
    ) {
        $line = Request::line($call, $config, $arguments, $log->isRead(), $program->letters);
        $this->process = Exchange::start($program);
        $this->process->send($line);
    }

    public function __destruct()
    {
        $this->close();
    }

    public function close(): void
    {
        [$process, $this->process] = [$this->process ?? null, null];
        if ($process === null) {
            return;
        }
        if ($this->answer === null && $process->isOwn()) {
            $process->send(Exchange::CANCEL);
        }
        $process->leave();
    }

    public function done(): bool
    {
        return $this->hasEnded(0);
    }

    public function join(int $timeoutMs): bool
    {
        return Patience::wait($timeoutMs, $this->hasEnded(...));
    }

    public function cancel(): void
    {
        $process = $this->held();
        if ($this->answer === null && $process->isOwn()) {
            $process->send(Exchange::CANCEL);
        }
    }

    public function take(): ?ToolResult
    {
        if (!$this->hasEnded(0) || $this->isTaken) {
            return null;
        }
        $this->isTaken = true;
        $this->log->tellKept();
        return $this->answer;
    }

    /** Reads what is there, for a while at most. Has the call ended? */
    private function hasEnded(int $timeoutMs): bool
    {
        $process = $this->held();
        if ($this->answer !== null) {
            return true;
        }
        if (!$process->isOwn()) {
            $this->answer = $this->notThisProcess();
            return true;
        }
        $signals = new Signals();
        $signals->hold();
        try {
            while (($line = $process->lineWithin($timeoutMs)) !== null) {
                $this->heard(Exchange::read($line, $this->program->letters));
                if ($this->answer !== null) {
                    return true;
                }
            }
            if ($process->hasEnded()) {
                $code = $process->end();
                $this->answer = $this->lost("ended without an answer (exit code $code)");
            }
        } finally {
            $signals->release();
        }
        return $this->answer !== null;
    }

    /** @param array<mixed>|string $said */
    private function heard(array|string $said): void
    {
        if (is_string($said)) {
            $this->answer = $this->lost($said);
        } elseif (isset($said['log'])) {
            Exchange::tell($said['log'], $this->log->keep(...));
        } else {
            $result = Said::member($said, 'result');
            $this->answer = is_array($result)
                ? ToolResult::of($this->program, $result)
                : $this->lost('said nothing of a result');
        }
    }

    private function lost(string $reason): ToolResult
    {
        $lost = Lost::of($this->program, $this->call, $this->arguments, $reason);
        return ToolResult::of($this->program, [
            'code' => Code::Unknown->value,
            'message' => $lost->getMessage(),
            'sent' => Sent::Maybe->value,
            'advice' => Advice::AskStatus->value,
        ]);
    }

    private function notThisProcess(): ToolResult
    {
        return ToolResult::of($this->program, [
            'code' => Code::Cancelled->value,
            'message' => 'the task belongs to the process that started it, and this one was forked '
                . 'from that',
            'sent' => Sent::Maybe->value,
            'advice' => Advice::AskStatus->value,
        ]);
    }

    private function held(): Process
    {
        return $this->process ?? throw new ArgumentException('the task is closed');
    }

    private function __clone()
    {
    }
}

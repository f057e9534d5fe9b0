<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Failure;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Session;

/**
 * A merchant's settings, which every process is told anew.
 *
 * @internal
 */
final class ToolSession implements Session
{
    private ?Parts $config;

    private function __construct(
        private readonly Program $program,
        #[\SensitiveParameter] Parts $config,
        private readonly Log $log,
    ) {
        $this->config = $config;
    }

    /** @throws ArgumentException a setting was refused */
    public static function open(
        Program $program,
        #[\SensitiveParameter] Parts $config,
        Log $log,
    ): self {
        $session = new self($program, $config, $log);
        $check = $session->ask('client_check', []);
        if ($check->number('code') === Code::Argument->value) {
            throw Failure::of($check, withInvoice: false);
        }
        return $session;
    }

    /** Shows no setting: one is the secret key. */
    public function __debugInfo(): array
    {
        return [];
    }

    public function close(): void
    {
        $this->config = null;
    }

    public function ask(string $call, array $arguments, ?callable $progress = null): ToolResult
    {
        if ($call === 'invoice_wait') {
            $arguments['progress'] = true;
        }
        $config = $this->config();
        $said = Exchange::run($this->program, $call, $config, $arguments, $this->log, $progress);
        return ToolResult::of($this->program, Reply::rows($said, 'result'));
    }

    public function start(string $call, array $arguments): ToolJob
    {
        return new ToolJob($this->program, $call, $this->config(), $arguments, $this->log);
    }

    public function pending(string $call): array
    {
        $said = Exchange::run($this->program, $call, $this->config(), [], $this->log);
        $pending = Reply::rows($said, 'pending');
        $code = Reply::number($pending, 'code');
        if ($code !== Code::Ok->value) {
            throw Failure::unsent($code, Reply::text($pending, 'message'));
        }
        $all = [];
        foreach (Reply::rows($pending, 'sales') as $one) {
            $all[] = [
                Reply::text($one, 'order_id'),
                Reply::number($one, 'invoice_id'),
                Reply::text($one, 'amount'),
            ];
        }
        return $all;
    }

    private function config(): Parts
    {
        return $this->config ?? throw new ArgumentException('the client is closed');
    }

    private function __clone()
    {
    }
}

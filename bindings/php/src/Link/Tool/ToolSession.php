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
    /** @var \WeakMap<self, Parts>|null apart from the objects: no dump of one shows the secret key */
    private static ?\WeakMap $configs = null;

    private function __construct(
        private readonly Program $program,
        #[\SensitiveParameter] Parts $config,
        private readonly Log $log,
    ) {
        self::$configs ??= new \WeakMap();
        self::$configs[$this] = $config;
    }

    /** @throws ArgumentException a setting was refused */
    public static function open(
        Program $program,
        #[\SensitiveParameter] Parts $config,
        Log $log,
    ): self {
        $session = new self($program->writing(Letters::of($config)), $config, $log);
        $check = $session->ask('client_check', []);
        if ($check->number('code') === Code::Argument->value) {
            throw Failure::of($check, withInvoice: false);
        }
        return $session;
    }

    public function close(): void
    {
        unset(self::$configs[$this]);
    }

    public function ask(string $call, array $arguments, ?callable $progress = null): ToolResult
    {
        if ($call === 'invoice_wait') {
            $arguments['progress'] = true;
        }
        return ToolResult::of($this->program, Exchange::run(
            $this->program,
            $call,
            'result',
            $this->config(),
            $arguments,
            $this->log,
            $progress,
        ));
    }

    public function start(string $call, array $arguments): ToolJob
    {
        return new ToolJob($this->program, $call, $this->config(), $arguments, $this->log);
    }

    public function pending(string $call): array
    {
        $pending = $this->say($call, 'pending', []);
        $code = Said::number($pending, 'code');
        if ($code !== Code::Ok->value) {
            throw Failure::unsent($code, Said::text($pending, 'message'));
        }
        $all = [];
        foreach (Said::rows($pending, 'sales') as $one) {
            $all[] = [
                Said::text($one, 'order_id'),
                Said::number($one, 'invoice_id'),
                Said::text($one, 'amount'),
            ];
        }
        return $all;
    }

    public function notice(string $url, ?string $contentType, string $body): ToolNotice
    {
        return new ToolNotice($this, [
            'url' => $url,
            'content_type' => $contentType,
            'body' => base64_encode($body),
        ]);
    }

    /**
     * A call whose answer is no result.
     *
     * @param array<string, int|string|null> $arguments
     * @return array<mixed>
     */
    public function say(string $call, string $part, array $arguments): array
    {
        $config = $this->config();
        return Exchange::run($this->program, $call, $part, $config, $arguments, $this->log);
    }

    private function config(): Parts
    {
        return self::$configs[$this] ?? throw new ArgumentException('the client is closed');
    }

    private function __clone()
    {
    }
}

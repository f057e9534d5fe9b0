<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Link\Bytes;
use FreedomPay\Link\Notice;

/**
 * What the program says of a callback. It is told the callback anew for each answer to it.
 *
 * @internal
 */
final class ToolNotice implements Notice
{
    /** @var array<mixed> */
    private readonly array $said;

    /** @param array<string, string|null> $arguments url, content_type, body */
    public function __construct(
        private readonly ToolSession $session,
        private readonly array $arguments,
    ) {
        $this->said = $session->say('callback_parse', 'callback', $arguments);
    }

    public function number(string $name): int
    {
        return Said::number($this->said, $name);
    }

    public function message(): string
    {
        return Said::text($this->said, 'message') ?? '';
    }

    public function field(string $name): ?string
    {
        return (new Fields(Said::rows($this->said, 'fields')))->formValue($name);
    }

    public function reply(int $reply, ?string $description): Bytes
    {
        $arguments = [...$this->arguments, 'reply' => $reply, 'description' => $description];
        return Said::bytes($this->session->say('callback_reply', 'buffer', $arguments));
    }

    public function confirm(): ToolResult
    {
        return $this->session->ask('callback_confirm', $this->arguments);
    }
}

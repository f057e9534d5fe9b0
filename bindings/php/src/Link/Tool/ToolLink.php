<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Link;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;

/**
 * The library behind the program freedompay.
 *
 * @internal
 */
final class ToolLink implements Link
{
    /** @var array<mixed>|null */
    private ?array $library = null;

    public function __construct(private readonly Program $program)
    {
    }

    public function version(): string
    {
        return Said::text($this->library(), 'version') ?? '';
    }

    public function codeName(int $code): string
    {
        $names = Said::rows($this->library(), 'code_names');
        return Said::text($names, (string) $code) ?? 'unknown code';
    }

    public function meaning(int $gatewayCode): ?string
    {
        $meanings = Said::rows($this->library(), 'gateway_code_meanings');
        return Said::text($meanings, (string) $gatewayCode);
    }

    public function open(#[\SensitiveParameter] Parts $config, Log $log): ToolSession
    {
        return ToolSession::open($this->program, $config, $log);
    }

    public function checkReceipt(Parts $receipt): void
    {
        // What is no UTF-8 is read when there is a client: here, each of its bytes is a character.
        $text = static fn (int|string $value): int|string => is_string($value)
            && preg_match('~~u', $value) !== 1 ? str_repeat('x', strlen($value)) : $value;
        $settings = [];
        foreach ($receipt->settings as [$setter, $values]) {
            $settings[] = [$setter, array_map($text, $values)];
        }
        $arguments = ['receipt' => new Parts('receipt', [], $settings)];
        $buffer = Exchange::run($this->program, 'receipt', 'buffer', null, $arguments);
        $bytes = Said::bytes($buffer);
        if ($bytes->message !== '') {
            throw new ArgumentException($bytes->message);
        }
    }

    /** @return array<mixed> */
    private function library(): array
    {
        return $this->library ??= Exchange::run($this->program, 'library', null);
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Link\Parts;

/**
 * How a client's texts go through JSON, which is Unicode: in another encoding they are bytes, and
 * each byte is written as the character of its number, both ways. The program knows the alphabet.
 *
 * @internal
 */
final class Letters
{
    private const UTF8 = ['utf8', 'cputf8', '65001'];

    /** @var array<string, string>|null each byte from 0x80 and its character; null: UTF-8 */
    private readonly ?array $characters;

    /** @param array<string, string> $settings text_encoding and language, where they are given */
    private function __construct(private readonly array $settings = [])
    {
        $name = str_replace(['-', '_', ' '], '', strtolower($settings['text_encoding'] ?? 'utf8'));
        $characters = [];
        for ($byte = 0x80; $byte <= 0xff; $byte++) {
            $characters[chr($byte)] = chr(0xc0 | $byte >> 6) . chr(0x80 | $byte & 0x3f);
        }
        $this->characters = in_array($name, self::UTF8, true) ? null : $characters;
    }

    public static function plain(): self
    {
        return new self();
    }

    /** As a configuration asks for. */
    public static function of(#[\SensitiveParameter] Parts $config): self
    {
        $settings = [];
        foreach ($config->settings as [$setter, $values]) {
            if ($setter === 'set_text_encoding' || $setter === 'set_language') {
                $settings[substr($setter, strlen('set_'))] = (string) $values[0];
            }
        }
        return new self($settings);
    }

    /** @return array<string, string> the configuration of a call that has no other */
    public function settings(): array
    {
        return $this->settings;
    }

    /**
     * The arguments of a call.
     *
     * @template T of array<string, int|string|bool|Parts|null>
     * @param T $arguments
     * @return T
     */
    public function carried(#[\SensitiveParameter] array $arguments): array
    {
        foreach ($arguments as $name => $value) {
            if ($value instanceof Parts) {
                $arguments[$name] = $this->parts($value);
            } elseif (is_string($value)) {
                $arguments[$name] = $this->text($value);
            }
        }
        return $arguments;
    }

    /** What a handle is made of. */
    public function parts(#[\SensitiveParameter] Parts $parts): Parts
    {
        $settings = [];
        foreach ($parts->settings as [$setter, $values]) {
            $text = fn (int|string $value): int|string
                => is_string($value) ? $this->text($value) : $value;
            $settings[] = [$setter, array_map($text, $values)];
        }
        return new Parts($parts->kind, array_map($this->text(...), $parts->made), $settings);
    }

    /** What the program says, each text in it. */
    public function heard(mixed $said): mixed
    {
        if ($this->characters === null) {
            return $said;
        }
        if (is_array($said)) {
            return array_map($this->heard(...), $said);
        }
        return is_string($said) ? strtr($said, array_flip($this->characters)) : $said;
    }

    private function text(#[\SensitiveParameter] string $text): string
    {
        return $this->characters === null ? $text : strtr($text, $this->characters);
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Parts;

/**
 * What one process is asked: a line of JSON.
 *
 * @internal
 */
final class Request
{
    private const UTF8 = '~\A(?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]'
        . '|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]'
        . '|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}'
        . '|\xf4[\x80-\x8f][\x80-\xbf]{2})*+~';

    /** What the library calls the texts of a setter that takes several. */
    private const TEXTS = [
        'app_info' => ['name', 'version'],
        'labels' => ['amount_label', 'order_label'],
    ];

    /**
     * @param array<string, int|string|bool|Parts|null> $arguments
     *
     * @throws ArgumentException a text is not UTF-8
     */
    public static function line(
        string $call,
        #[\SensitiveParameter] ?Parts $config,
        #[\SensitiveParameter] array $arguments,
        bool $withLog,
        Letters $letters,
    ): string {
        $settings = $config === null
            ? $letters->settings()
            : self::settings($letters->parts($config));
        $request = [
            'call' => $call === 'call_send' ? 'call' : $call,
            'config' => (object) $settings,
            'arguments' => (object) self::arguments($letters->carried($arguments)),
            'log' => $withLog,
        ];
        $flags = JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE;
        return json_encode($request, $flags) . "\n";
    }

    /**
     * @param array<string, int|string|bool|Parts|null> $arguments
     * @return array<string, mixed>
     */
    private static function arguments(#[\SensitiveParameter] array $arguments): array
    {
        $all = [];
        foreach ($arguments as $name => $value) {
            if (!$value instanceof Parts) {
                $all[$name] = self::value($name, $value);
                continue;
            }
            $parts = match ($value->kind) {
                'receipt' => [$name => self::setters($value)],
                'fields' => ['more' => self::rows($value)],
                'call' => [...self::made($value), ...self::call($value)],
                default => [...self::settings($value), ...self::made($value)],
            };
            $all = [...$all, ...$parts];
        }
        return $all;
    }

    /** @return array<string, string> */
    private static function made(Parts $parts): array
    {
        foreach ($parts->made as $name => $value) {
            self::value($name, $value);
        }
        return $parts->made;
    }

    /**
     * Each setting by its name.
     *
     * @return array<string, mixed>
     */
    private static function settings(#[\SensitiveParameter] Parts $parts): array
    {
        $settings = [];
        $allowed = [];
        foreach (self::setters($parts) as $setter) {
            $name = (string) $setter[0];
            $values = array_slice($setter, 1);
            if ($name === 'allow_callback_field') {
                array_push($allowed, ...$values);
            } else {
                $settings[$name] = count($values) === 1 ? $values[0] : $values;
            }
        }
        if ($allowed !== []) {
            $settings['allow_callback_field'] = $allowed;
        }
        return $settings;
    }

    /**
     * Each setter with its values: ["code_page", "cp866", 17].
     *
     * @return list<non-empty-list<int|string>>
     */
    private static function setters(#[\SensitiveParameter] Parts $parts): array
    {
        $rows = [];
        foreach ($parts->settings as [$setter, $values]) {
            $name = (string) preg_replace('~\A(?:set|add)_~', '', $setter);
            foreach ($values as $index => $value) {
                self::value(self::TEXTS[$name][$index] ?? $name, $value);
            }
            $rows[] = [$name, ...$values];
        }
        return $rows;
    }

    /**
     * The fields of fp_fields.
     *
     * @return list<list<int|string>>
     */
    private static function rows(Parts $parts): array
    {
        $rows = [];
        foreach ($parts->settings as [, [$name, $value]]) {
            self::value('name', $name);
            self::value((string) $name, $value);
            $rows[] = [$name, $value];
        }
        return $rows;
    }

    /**
     * The fields and the scheme of fp_call.
     *
     * @return array<string, mixed>
     */
    private static function call(Parts $parts): array
    {
        $call = ['scheme' => 0, 'fields' => []];
        foreach ($parts->settings as [$setter, $values]) {
            if ($setter === 'set_scheme') {
                $call['scheme'] = $values[0];
                continue;
            }
            [$name, $value] = $values;
            $field = [self::value('name', $name), self::value('value', $value)];
            $call['fields'][] = $setter === 'set' ? $field : [...$field, true];
        }
        return $call;
    }

    /** A value that JSON can carry; what is said of another is what the library says of it. */
    private static function value(
        string $name,
        #[\SensitiveParameter] int|string|bool|null $value,
    ): int|string|bool|null {
        if (is_string($value) && preg_match('~~u', $value) !== 1) {
            $fits = [];
            preg_match(self::UTF8, $value, $fits);
            $position = strlen($fits[0] ?? '');
            throw new ArgumentException(
                "$name is not UTF-8: the byte at position $position does not fit",
            );
        }
        return $value;
    }
}

<?php

declare(strict_types=1);

// The pages of README.md, and its three settings of PHP, by a part of each.
const PAGES = ['// pay.php', '// state.php', '// callback.php'];
const SETTINGS = ['; php.ini of the command line', 'opcache.preload=', 'ffi.enable=0'];

/** A block of README.md: its language and its text. */
final class Block
{
    public function __construct(public readonly string $language, public readonly string $text)
    {
    }

    /** @return list<self> */
    public static function all(): array
    {
        $page = file_get_contents(__DIR__ . '/../README.md');
        preg_match_all('~^```(\w*)\n(.*?)^```$~ms', $page, $found, PREG_SET_ORDER);
        same(substr_count($page, '```'), 2 * count($found));
        return array_map(static fn (array $one): self => new self($one[1], $one[2]), $found);
    }

    /** The one block that has a text in it. */
    public static function with(string $part): self
    {
        $all = array_filter(self::all(), static fn (self $one) => str_contains($one->text, $part));
        same(1, count($all), "blocks with $part");
        return array_values($all)[0];
    }
}

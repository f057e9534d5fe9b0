<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

/**
 * The fields of an answer: a tree in one flat list, each field before the fields inside it. Paths
 * mean what they mean to fp_result_field.
 *
 * @internal
 */
final class Fields
{
    /** @var list<array{int, string, string|null}> depth, name, value */
    private readonly array $fields;

    /** @param array<mixed> $said */
    public function __construct(array $said)
    {
        $fields = [];
        foreach ($said as $field) {
            if (is_array($field) && is_int($field[0] ?? null) && is_string($field[1] ?? null)) {
                $value = $field[2] ?? null;
                $fields[] = [$field[0], $field[1], is_string($value) ? $value : null];
            }
        }
        $this->fields = $fields;
    }

    /** The value at a path; null: there is none. */
    public function value(string $path): ?string
    {
        $place = $this->find($path);
        return $place === null ? null : $this->fields[$place][2];
    }

    /** The same for a callback's field, whose name may also be as a form writes it: a[0][b]. */
    public function formValue(string $name): ?string
    {
        $place = $this->find($name) ?? $this->find(self::path($name));
        return $place === null ? null : $this->fields[$place][2];
    }

    /** How many fields stand at a path. */
    public function count(string $path): int
    {
        $slash = strrpos($path, '/');
        if ($slash === false) {
            return count($this->inside(null, $path));
        }
        $parent = $this->find(substr($path, 0, $slash));
        return $parent === null ? 0 : count($this->inside($parent, substr($path, $slash + 1)));
    }

    /** a[0][b] as the path a/0/b; what is not so written is no path. */
    private static function path(string $name): string
    {
        $isNested = preg_match('~\A[^\[\]]+(?:\[[^\[\]]+\])+\z~', $name) === 1;
        return $isNested ? str_replace(['][', '[', ']'], ['/', '/', ''], $name) : '';
    }

    private function find(string $path): ?int
    {
        $place = null;
        foreach (explode('/', $path) as $segment) {
            $index = '0';
            if (str_ends_with($segment, ']')) {
                $open = strrpos($segment, '[');
                $index = $open === false ? '' : substr($segment, $open + 1, -1);
                if (preg_match('~\A\+?[0-9]+\z~', $index) !== 1) {
                    return null;
                }
                $segment = substr($segment, 0, (int) $open);
            }
            $places = $this->inside($place, $segment);
            $place = $places[self::number($index)] ?? null;
            if ($place === null) {
                return null;
            }
        }
        return $place;
    }

    /** @return list<int> the places of the fields of a name that are directly inside another */
    private function inside(?int $parent, string $name): array
    {
        $depth = $parent === null ? 0 : $this->fields[$parent][0] + 1;
        $places = [];
        for ($place = $parent === null ? 0 : $parent + 1; isset($this->fields[$place]); $place++) {
            [$its, $called] = $this->fields[$place];
            if ($its < $depth) {
                break;
            }
            if ($its === $depth && $called === $name) {
                $places[] = $place;
            }
        }
        return $places;
    }

    /** A number of digits that no list is as long as is one that no list is as long as. */
    private static function number(string $digits): int
    {
        $digits = ltrim($digits, '+0');
        return strlen($digits) > 9 ? PHP_INT_MAX : (int) $digits;
    }
}

<?php

declare(strict_types=1);

/** What a test checks with. */
final class Checks
{
    /** How many checks the test under way has made. */
    public static int $count = 0;
}

/** A test that cannot run here. */
final class Skipped extends Exception
{
}

function same(mixed $expected, mixed $actual, string $about = ''): void
{
    Checks::$count++;
    if ($expected !== $actual) {
        $expected = var_export($expected, true);
        $actual = var_export($actual, true);
        throw new LogicException(ltrim("$about: expected $expected, got $actual", ': '));
    }
}

function check(bool $holds, string $about): void
{
    same(true, $holds, $about);
}

function has(string $part, string $whole): void
{
    check(str_contains($whole, $part), "'$part' is not in '$whole'");
}

/**
 * @template T of Throwable
 * @param class-string<T> $class
 * @return T what $body threw
 */
function throws(string $class, callable $body, string $about = ''): Throwable
{
    try {
        $body();
    } catch (Throwable $e) {
        same($class, $e::class, ltrim("$about {$e->getMessage()}"));
        return $e;
    }
    throw new LogicException(ltrim("$about: $class was not thrown", ': '));
}

function last_line(string $output): string
{
    $lines = explode("\n", trim($output));
    return end($lines);
}

/** Waits until something holds, for a time that only what hangs needs. */
function until(callable $holds, string $about): void
{
    $end = hrtime(true) + 20e9;
    while (!$holds()) {
        if (hrtime(true) > $end) {
            throw new LogicException("$about: it did not come");
        }
        usleep(10_000);
        clearstatcache();
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Ffi;

use FFI\CData;
use FreedomPay\Code;
use FreedomPay\Link\Parts;

/**
 * Handles that live for one call: made from their parts before it, freed behind it.
 *
 * @internal
 */
final class Handles
{
    /** @var list<array{string, CData}> */
    private array $made = [];
    /** The first setter whose value was refused; the handle itself knows why. */
    public ?string $refused = null;

    public function __construct(private readonly Abi $abi)
    {
    }

    public function make(Parts $parts): CData
    {
        $made = array_values($parts->made);
        $handle = $this->abi->handle("fp_{$parts->kind}_new", ...$made);
        $this->made[] = [$parts->kind, $handle];
        foreach ($parts->settings as [$setter, $values]) {
            $code = $this->abi->number("fp_{$parts->kind}_$setter", $handle, ...$values);
            if ($code !== Code::Ok->value) {
                $this->refused ??= $setter;
            }
        }
        return $handle;
    }

    /**
     * The arguments as C takes them.
     *
     * @param array<int|string|Parts|null> $arguments
     * @return list<int|string|CData|null>
     */
    public function arguments(array $arguments): array
    {
        $given = [];
        foreach ($arguments as $one) {
            $given[] = $one instanceof Parts ? $this->make($one) : $one;
        }
        return $given;
    }

    public function free(): void
    {
        foreach ($this->made as [$kind, $handle]) {
            $this->abi->run("fp_{$kind}_free", $handle);
        }
        $this->made = [];
    }
}

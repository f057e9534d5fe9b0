<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Result;
use FreedomPay\Link\Bytes;
use FreedomPay\Link\Parts;

/**
 * What the program says of one answer.
 *
 * @internal
 */
final class ToolResult implements Result
{
    private ?Fields $fields = null;
    private bool $isGivenBack = false;

    /** @param array<mixed> $said */
    private function __construct(private readonly ?Program $program, private readonly array $said)
    {
    }

    /**
     * An answer that stays.
     *
     * @param array<mixed> $said
     */
    public static function of(Program $program, array $said): self
    {
        return new self($program, $said);
    }

    /**
     * What a poll learned: it has no code to draw.
     *
     * @param array<mixed> $said
     */
    public static function lent(array $said): self
    {
        return new self(null, $said);
    }

    public function giveBack(): void
    {
        $this->isGivenBack = true;
    }

    public function number(string $name): int
    {
        return Said::number($this->held(), $name);
    }

    public function text(string $name): ?string
    {
        return Said::text($this->held(), $name);
    }

    public function field(string $path): ?string
    {
        return $this->fields()->value($path);
    }

    public function count(string $path): int
    {
        return $this->fields()->count($path);
    }

    public function refunds(): array
    {
        $refunds = [];
        foreach (Said::rows($this->held(), 'refunds') as $refund) {
            $refunds[] = [
                Said::number($refund, 'payment_id'),
                Said::text($refund, 'amount'),
                Said::number($refund, 'status'),
                Said::text($refund, 'date_time'),
            ];
        }
        return $refunds;
    }

    public function body(): string
    {
        return Said::decoded($this->held(), 'body');
    }

    public function qr(string $form, int|Parts|null $argument = null): string
    {
        $link = $this->text('qr_url');
        if ($link === null) {
            return '';
        }
        $bytes = $this->drawn($form, $link, $argument);
        // A link that no code can hold has no modules either.
        if ($bytes->message !== '' && $this->drawn('matrix', $link)->content !== '') {
            throw new ArgumentException($bytes->message);
        }
        return $bytes->content;
    }

    public function picture(): string
    {
        return Said::decoded($this->held(), 'qr_picture');
    }

    public function pictureType(): ?string
    {
        return $this->text('qr_picture_type');
    }

    private function drawn(string $form, string $link, int|Parts|null $argument = null): Bytes
    {
        if ($this->program === null) {
            return new Bytes('', '');
        }
        $arguments = ['form' => $form, 'link' => $link];
        if (is_int($argument)) {
            $arguments['size'] = $argument;
        } elseif ($argument !== null) {
            $arguments += [...$this->slip(), 'receipt' => $argument];
        }
        return Said::bytes(Exchange::run($this->program, 'qr', 'buffer', null, $arguments));
    }

    /** @return array<string, string|null> what a slip says of the sale */
    private function slip(): array
    {
        $said = Said::rows($this->held(), 'slip');
        $slip = [];
        foreach (['amount', 'currency', 'order_id'] as $name) {
            $slip[$name] = Said::text($said, $name);
        }
        return $slip;
    }

    private function fields(): Fields
    {
        $said = $this->held();
        return $this->fields ??= new Fields(Said::rows($said, 'fields'));
    }

    /** @return array<mixed> */
    private function held(): array
    {
        return $this->isGivenBack
            ? throw new ArgumentException('this invoice was only lent to the progress function')
            : $this->said;
    }
}

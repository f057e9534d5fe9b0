<?php

declare(strict_types=1);

namespace FreedomPay\Link;

use FreedomPay\Exception\ArgumentException;

/**
 * What one call answered: an fp_result.
 *
 * @internal
 */
interface Result
{
    /** The number fp_result_<name>. */
    public function number(string $name): int;

    /** The text fp_result_<name>; null: the answer has none. */
    public function text(string $name): ?string;

    /** Any field of the answer by its path, such as invoice_methods/qr; null: no such field. */
    public function field(string $path): ?string;

    /** How many fields of the answer stand at a path. */
    public function count(string $path): int;

    /**
     * The refunds of a payment: payment id (0: none), amount, status, time.
     *
     * @return list<array{int, string|null, int, string|null}>
     */
    public function refunds(): array;

    /** The raw answer, empty when there was none. */
    public function body(): string;

    /**
     * fp_qr_<form>, a form of the QR code; empty when the answer has no code.
     *
     * @throws ArgumentException the code is there and the form was refused, as for its size
     */
    public function qr(string $form, int|Parts|null $argument = null): string;

    /** The picture that the gateway sent instead of the link, empty when it sent none. */
    public function picture(): string;

    /** The media type of that picture; null: there is none. */
    public function pictureType(): ?string;

    /** Ends a loan: from now on only what was read before is known. */
    public function giveBack(): void;
}

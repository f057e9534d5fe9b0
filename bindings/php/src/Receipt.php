<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Parts;

/**
 * A slip for the payer, for Invoice::receipt(): the lines, the amount, the code and the order id.
 * Made once, used for every sale; it never changes.
 */
final class Receipt
{
    private readonly Parts $parts;

    /**
     * @param int|null                   $paperDots  384 for 58 mm (unless given), 576 for 80 mm; a
     *                                               multiple of 8 from 256 to 1024
     * @param array{string, int}|null    $codePage   its name and the printer's own number for it
     *                                               (ESC t), which the printer's manual tells:
     *                                               ['cp866', 17] unless given,
     *                                               ['windows-1251', 46], ['kz-1048', ...]
     * @param iterable<string>           $lines      above the amount, such as the shop's name:
     *                                               centred, wrapped between words; in
     *                                               the text encoding of the client
     * @param array{string, string}|null $labels     what stands above the amount, and before the
     *                                               order id; nothing unless given
     * @param bool                       $nativeCode the printer draws the code itself, as with
     *                                               Invoice::qrEscposNative()
     * @param bool                       $cut        the paper is cut at the end
     *
     * @throws Exception\ArgumentException a value cannot be used
     * @throws \RuntimeException neither the library nor the program freedompay can be used
     */
    public function __construct(
        ?int $paperDots = null,
        ?array $codePage = null,
        iterable $lines = [],
        ?array $labels = null,
        bool $nativeCode = false,
        bool $cut = false,
    ) {
        $settings = [['set_native_code', [(int) $nativeCode]], ['set_cut', [(int) $cut]]];
        foreach ($lines as $line) {
            $settings[] = ['add_line', [Check::text('lines', $line)]];
        }
        if ($paperDots !== null) {
            $settings[] = ['set_paper_dots', [Check::uint32('paperDots', $paperDots)]];
        }
        if ($codePage !== null) {
            [$name, $selector] = $codePage;
            $selector = Check::uint32('selector', $selector);
            $settings[] = ['set_code_page', [Check::text('codePage', $name), $selector]];
        }
        if ($labels !== null) {
            [$amount, $orderId] = $labels;
            $orderId = Check::text('labels', $orderId);
            $settings[] = ['set_labels', [Check::text('labels', $amount), $orderId]];
        }
        $this->parts = new Parts('receipt', [], $settings);
        Library::link()->checkReceipt($this->parts);
    }

    /** @internal */
    public function parts(): Parts
    {
        return $this->parts;
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;
use FFI\CData;
use FreedomPay\Exception\ArgumentException;

/**
 * A slip for the payer, for Invoice::receipt(): the lines, the amount, the code and the order id.
 * Made once, used for every sale; it never changes.
 */
final class Receipt
{
    private ?FFI $ffi = null;
    private ?CData $handle = null;

    /**
     * @param int|null                   $paperDots  384 for 58 mm (unless given), 576 for 80 mm; a
     *                                               multiple of 8 from 256 to 1024
     * @param array{string, int}|null    $codePage   its name and the printer's own number for it
     *                                               (ESC t), which the printer's manual tells:
     *                                               ['cp866', 17] unless given,
     *                                               ['windows-1251', 46], ['kz-1048', ...]
     * @param iterable<string>           $lines      above the amount, such as the shop's name:
     *                                               centred, wrapped between words; UTF-8
     * @param array{string, string}|null $labels     what stands above the amount, and before the
     *                                               order id; nothing unless given
     * @param bool                       $nativeCode the printer draws the code itself, as with
     *                                               Invoice::qrEscposNative()
     * @param bool                       $cut        the paper is cut at the end
     *
     * @throws ArgumentException a value cannot be used
     * @throws \RuntimeException the library cannot be loaded
     */
    public function __construct(
        ?int $paperDots = null,
        ?array $codePage = null,
        iterable $lines = [],
        ?array $labels = null,
        bool $nativeCode = false,
        bool $cut = false,
    ) {
        $settings = [['set_native_code', (int) $nativeCode], ['set_cut', (int) $cut]];
        foreach ($lines as $line) {
            $settings[] = ['add_line', Check::text('lines', $line)];
        }
        if ($paperDots !== null) {
            $settings[] = ['set_paper_dots', Check::uint32('paperDots', $paperDots)];
        }
        if ($codePage !== null) {
            [$name, $selector] = $codePage;
            $selector = Check::uint32('selector', $selector);
            $settings[] = ['set_code_page', Check::text('codePage', $name), $selector];
        }
        if ($labels !== null) {
            [$amount, $orderId] = $labels;
            $orderId = Check::text('labels', $orderId);
            $settings[] = ['set_labels', Check::text('labels', $amount), $orderId];
        }
        $this->ffi = Library::ffi();
        $this->handle = $this->ffi->fp_receipt_new();
        $this->apply($settings);
    }

    public function __destruct()
    {
        [$handle, $this->handle] = [$this->handle, null];
        if ($handle !== null) {
            $this->ffi->fp_receipt_free($handle);
        }
    }

    private function __clone()
    {
    }

    /**
     * The fp_receipt, which stays its own.
     *
     * @internal
     */
    public function handle(): CData
    {
        return $this->handle ?? throw new ArgumentException('the receipt was never made');
    }

    /** @param list<list<int|string>> $settings what to call, and with what */
    private function apply(array $settings): void
    {
        $refused = null;
        foreach ($settings as $setting) {
            $name = array_shift($setting);
            $code = $this->ffi->{"fp_receipt_$name"}($this->handle, ...$setting);
            if ($code !== Code::Ok->value) {
                $refused ??= $name;
            }
        }
        if ($refused !== null) {
            try {
                throw new ArgumentException($this->reason() ?: "$refused was refused");
            } finally {
                $this->__destruct();  // PHP runs no destructor after a constructor that threw
            }
        }
    }

    /** What the receipt has refused. Only a slip tells it, be it of no invoice at all. */
    private function reason(): string
    {
        $nothing = $this->ffi->fp_client_check(null);
        try {
            return Buffer::take($this->ffi->fp_qr_receipt($nothing, $this->handle))[1];
        } finally {
            $this->ffi->fp_result_free($nothing);
        }
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI\CData;

/** A sale in the journal whose end is not known, as it was asked for. */
final class PendingSale
{
    /**
     * @param string   $orderId   the merchant's own number for it
     * @param int|null $invoiceId the gateway's; null: the answer was lost, see recoverInvoice()
     * @param string   $amount    in units of the currency
     */
    private function __construct(
        public readonly string $orderId,
        public readonly ?int $invoiceId,
        public readonly string $amount,
    ) {
    }

    /**
     * Copies an fp_pending, which the caller frees.
     *
     * @internal
     * @return list<self>
     * @throws Exception\FreedomPayException what it stands for
     */
    public static function all(CData $pending): array
    {
        $ffi = Library::ffi();
        $code = $ffi->fp_pending_code($pending);
        if ($code !== Code::Ok->value) {
            throw Failure::unsent($code, $ffi->fp_pending_message($pending));
        }
        $sales = [];
        for ($index = 0; $index < $ffi->fp_pending_len($pending); $index++) {
            $sales[] = new self(
                $ffi->fp_pending_order_id($pending, $index),
                $ffi->fp_pending_invoice_id($pending, $index) ?: null,
                $ffi->fp_pending_amount($pending, $index),
            );
        }
        return $sales;
    }
}

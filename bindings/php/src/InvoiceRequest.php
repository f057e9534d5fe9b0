<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Parts;

/** What an invoice is created from. */
final class InvoiceRequest
{
    public readonly string $amount;

    /**
     * @param string      $orderId       the merchant's own number for the sale, never used twice
     * @param string|int  $amount        in units of the currency: "10.50" or 10; float: TypeError
     * @param string      $description   what the payer reads
     * @param string|null $currency      three letters; the merchant's own unless given
     * @param string|null $method        how the payer may pay, "qr" unless given
     * @param string|null $checkUrl      where the gateway asks whether the order may be paid
     * @param string|null $resultUrl     where the gateway tells the outcome
     * @param string|null $requestMethod how it calls those two: GET, POST or XML
     *
     * @throws Exception\ArgumentException a text contains a NUL character
     */
    public function __construct(
        public readonly string $orderId,
        mixed $amount,
        public readonly string $description,
        public readonly ?string $currency = null,
        public readonly ?string $method = null,
        public readonly ?string $checkUrl = null,
        public readonly ?string $resultUrl = null,
        public readonly ?string $requestMethod = null,
    ) {
        $this->amount = Check::amount($amount);
        Check::text('orderId', $orderId);
        Check::text('description', $description);
        $this->parts();
    }

    /**
     * The same with an amount that is counted: 1050 in units of 10^-2 is "10.50".
     *
     * @param int $minor    how many
     * @param int $exponent how many decimals they are: 0, 1 or 2
     *
     * @throws Exception\ArgumentException as the constructor; or for another $exponent
     */
    public static function inMinorUnits(
        string $orderId,
        int $minor,
        int $exponent,
        string $description,
        ?string $currency = null,
        ?string $method = null,
        ?string $checkUrl = null,
        ?string $resultUrl = null,
        ?string $requestMethod = null,
    ): self {
        return new self(
            $orderId,
            Check::decimal($minor, $exponent),
            $description,
            $currency,
            $method,
            $checkUrl,
            $resultUrl,
            $requestMethod,
        );
    }

    /**
     * The fp_invoice_request. A refusal of the library is reported by the call that uses it.
     *
     * @internal
     */
    public function parts(): Parts
    {
        $made = [
            'order_id' => $this->orderId,
            'amount' => $this->amount,
            'description' => $this->description,
        ];
        return new Parts('invoice_request', $made, Check::settings([
            'currency' => [$this->currency],
            'method' => [$this->method],
            'check_url' => [$this->checkUrl],
            'result_url' => [$this->resultUrl],
            'request_method' => [$this->requestMethod],
        ]));
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Exception;

use FreedomPay\Advice;
use FreedomPay\Code;
use FreedomPay\Invoice;
use FreedomPay\Sent;

/**
 * The properties that FreedomPayException names.
 *
 * @internal
 * @require-extends \Exception
 */
trait Facts
{
    public readonly ?Code $errorCode;
    public readonly ?Sent $sent;
    public readonly ?Advice $advice;

    public function __construct(
        string $message,
        int $code = 1,
        public readonly int $sentNumber = 0,
        public readonly int $adviceNumber = 3,
        public readonly ?int $gatewayCode = null,
        public readonly ?string $gatewayMessage = null,
        public readonly ?int $httpStatus = null,
        public readonly ?int $invoiceId = null,
        public readonly ?string $orderId = null,
        public readonly ?Invoice $invoice = null,
        public readonly ?int $paymentId = null,
    ) {
        parent::__construct($message, $code);
        $this->errorCode = Code::tryFrom($code);
        $this->sent = Sent::tryFrom($sentNumber);
        $this->advice = Advice::tryFrom($adviceNumber);
    }
}

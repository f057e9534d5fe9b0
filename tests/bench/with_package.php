<?php

// One invoice through the PHP package, on the road that FREEDOMPAY_ROAD names.

declare(strict_types=1);

require __DIR__ . '/bench.php';
require __DIR__ . '/../../bindings/php/src/autoload.php';

use FreedomPay\Client;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;

[$port, $caFile, $warmUp, $calls] = arguments();
$client = new Client((int) MERCHANT_ID, SECRET_KEY, "https://localhost:$port", caFile: $caFile);
run(static function (string $orderId) use ($client): bool {
    $invoice = $client->invoiceInit(new InvoiceRequest($orderId, '10.50', 'Ticket', 'KZT'));
    return $invoice->invoiceId > 0 && $invoice->status === InvoiceStatus::New && $invoice->qrUrl !== null;
}, $warmUp, $calls);

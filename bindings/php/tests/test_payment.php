<?php

// The whole road of a sale, against the sandbox gateway over a real socket.

declare(strict_types=1);

use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;

$endings = [];
foreach (['pay' => 'Ok', 'decline' => 'Failed', 'expire' => 'Incomplete'] as $what => $state) {
    $endings["a wait ends when the payer does: $what"] = function () use ($what, $state): void {
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $order = order_id();
        $invoice = $client->invoiceInit(new InvoiceRequest($order, '10.50', 'Coffee', 'KZT'));
        check($invoice->invoiceId > 0, 'an invoice has an id');
        same($order, $invoice->orderId);
        same(InvoiceStatus::New, $invoice->status);
        same(false, $invoice->isPaid());
        has('customer=', $invoice->qrUrl);
        check(preg_match('~[\x{2580}\x{2584}]~u', $invoice->qrText()) === 1, 'a code in blocks');
        check($invoice->field('invoice_methods/qr') !== null, 'the field of the code');
        same(200, $invoice->httpStatus);
        has((string) $invoice->invoiceId, $invoice->body);
        check($invoice->unixTime !== null && $invoice->dateTime !== null, 'a time');
        $states = [];
        $progress = function (Invoice $latest) use (&$states, $sandbox, $what): void {
            $states[] = $latest->status->name;
            if (count($states) === 2) {
                $sandbox->turn($latest->invoiceId, $what);
            }
        };
        $done = $client->invoiceWait($invoice->invoiceId, 20_000, $progress);
        same($state, $done->status->name);
        same($what === 'pay', $done->isPaid());
        same(['New', 'New', $state], $states);
        same($state, $client->invoiceStatus($invoice->invoiceId)->status->name);
        $byOrder = $client->invoiceStatusByOrder($order);
        same([$invoice->invoiceId, $state], [$byOrder->invoiceId, $byOrder->status->name]);
    };
}

return $endings + [
    'a sandbox payer pays by the clock in either language' => function (): void {
        foreach (['xml' => '<', 'json' => '{'] as $answer => $first) {
            $sandbox = new Sandbox('--pay-after', '100ms', '--answer', $answer);
            $client = client($sandbox->url);
            $invoice = $client->invoiceInit(new InvoiceRequest('clock', 10, 'Tea'));
            same($first, ltrim($invoice->body)[0]);
            check($client->invoiceWait($invoice->invoiceId, 20_000)->isPaid(), $answer);
        }
    },
    'a sale is sent with all its fields' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        client($gateway->url)->invoiceInit(new InvoiceRequest(
            orderId: 'order',
            amount: '10.50',
            description: 'Coffee',
            currency: 'KZT',
            method: 'qr',
            checkUrl: 'https://shop.example/check',
            resultUrl: 'https://shop.example/result',
            requestMethod: 'POST',
        ));
        $request = $gateway->requests()[0];
        same('/v5/merchant/invoice/init', $request['target']);
        has('"amount":10.50,', $request['body']);
        $fields = json_decode($request['body'], true);
        ksort($fields);
        same([
            'amount' => 10.5,
            'check_url' => 'https://shop.example/check',
            'currency' => 'KZT',
            'description' => 'Coffee',
            'invoice_method' => 'qr',
            'merchant_id' => MERCHANT_ID,
            'order_id' => 'order',
            'request_method' => 'POST',
            'result_url' => 'https://shop.example/result',
        ], $fields);
    },
    'an amount arrives as it was written' => function (): void {
        foreach (['7' => 7, '10.5' => '10.5', '0.01' => '0.01'] as $text => $amount) {
            $gateway = new Scripted(['*' => [invoice_json(5)]]);
            client($gateway->url)->invoiceInit(new InvoiceRequest('order', $amount, 'Coffee'));
            has("\"amount\":$text,", $gateway->requests()[0]['body']);
        }
    },
    'Cyrillic and Kazakh text comes back unchanged' => function (): void {
        $client = client(Sandbox::shared()->url);
        $text = "Қазақша: Ә ә Ғ ғ Қ қ Ң ң Ө ө Ұ ұ Ү ү Һ һ І і; Ёлка № 5 \u{20b8} \u{1f4b3}";
        $order = order_id();
        $invoice = $client->invoiceInit(new InvoiceRequest($order, 10, $text));
        same($text, $client->invoiceInfo($invoice->qrUrl)->description);
        check(in_array($text, Sandbox::shared()->invoiceOf($order), true), 'the sandbox got it');
    },
    'the payer side pays with a stored card' => function (): void {
        $client = client(Sandbox::shared()->url);
        $cards = ['sandbox-card-ok' => 'Ok', 'sandbox-card-declined' => 'Failed'];
        foreach ($cards as $card => $state) {
            $invoice = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'));
            parse_str(parse_url($invoice->qrUrl, PHP_URL_QUERY), $query);
            $seen = $client->invoiceInfo($query['customer']);
            same([$invoice->invoiceId, 'Coffee'], [$seen->invoiceId, $seen->description]);
            $client->invoicePay($query['customer'], 'user-1', $card);
            same($state, $client->invoiceWait($invoice->invoiceId, 20_000)->status->name);
        }
    },
    'every named field is read' => function (): void {
        $body = invoice_json(5, 'ok', [
            'order_id' => 'o-5', 'amount' => '10.50', 'currency' => 'KZT', 'description' => 'Tea',
            'card_pan' => '4400-XX', 'card_token' => 'tok', 'more' => "\u{416}",
        ]);
        $gateway = new Scripted(['*' => [$body]]);
        $invoice = client($gateway->url)->invoiceStatus(5);
        same([5, 'o-5', true], [$invoice->invoiceId, $invoice->orderId, $invoice->isPaid()]);
        same(['10.50', 'KZT'], [$invoice->amount, $invoice->currency]);
        same('Tea', $invoice->description);
        same(['4400-XX', 'tok'], [$invoice->cardPan, $invoice->cardToken]);
        same('2026-01-02T03:04:05+05:00', $invoice->dateTime);
        same(1767305045, $invoice->unixTime);
        same(["\u{416}", null], [$invoice->field('more'), $invoice->field('less')]);
        same([null, '', $body], [$invoice->qrUrl, $invoice->qrText(), $invoice->body]);
    },
    'a state of tomorrow is not paid' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5, 'levitating')]]);
        $invoice = client($gateway->url)->invoiceStatus(5);
        same([InvoiceStatus::Other, 6], [$invoice->status, $invoice->statusNumber]);
        same('levitating', $invoice->field('invoice_status'));
        same(false, $invoice->isPaid());
    },
    'an invoice does not change' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $invoice = client($gateway->url)->invoiceStatus(5);
        throws(Error::class, function () use ($invoice): void {
            $invoice->status = InvoiceStatus::Ok;
        });
        same(InvoiceStatus::New, $invoice->status);
    },
    'an invoice outlives its client' => function (): void {
        $client = client(Sandbox::shared()->url);
        $invoice = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'));
        $client->close();
        unset($client);
        check($invoice->qrText() !== '', 'the code');
        check($invoice->field('invoice_methods/qr') !== null, 'the field');
    },
    'a wait that ends too early knows the last state' => function (): void {
        $client = client(Sandbox::shared()->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $e = throws(WaitTimeoutException::class, fn () => $client->invoiceWait($id, 1_000));
        same([$id, InvoiceStatus::New], [$e->invoice->invoiceId, $e->invoice->status]);
        same($id, $e->invoiceId);
    },
    'settings reach the wire' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $claim = FreedomPay\JwsClaim::Path;
        client($gateway->url, jwsClaim: $claim, appInfo: ['corner-shop', '2.7'])->invoiceStatus(5);
        $multipart = FreedomPay\BodyFormat::Multipart;
        client($gateway->url, bodyFormat: $multipart)->invoiceStatus(5);
        client(nobody(), proxy: $gateway->url)->invoiceStatus(5);
        [$first, $second, $third] = $gateway->requests();
        $jws = explode('.', $first['headers']['x-jws-signature'])[0];
        $claims = json_decode(base64_decode(strtr($jws, '-_', '+/')), true);
        same('/v5/merchant/invoice/status', $claims['path']);
        has('corner-shop/2.7', $first['headers']['user-agent']);
        has('multipart/form-data', $second['headers']['content-type']);
        check(str_starts_with($third['target'], 'http://127.0.0.1:'), $third['target']);
    },
];

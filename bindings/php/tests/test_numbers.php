<?php

// Numbers and amounts go through unchanged, to the last digit, in both directions.

declare(strict_types=1);

use FreedomPay\Client;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\InvoiceRequest;

const LARGEST = '9223372036854775807';

return [
    'the largest number goes through in both directions' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(PHP_INT_MAX)]]);
        $client = new Client(PHP_INT_MAX, SECRET_KEY, $gateway->url);
        $invoice = $client->invoiceStatus(PHP_INT_MAX);
        same(PHP_INT_MAX, $invoice->invoiceId);
        same(LARGEST, $invoice->field('invoice_id'));
        $request = $gateway->requests()[0];
        has('"invoice_id":' . LARGEST, $request['body']);
        has('"merchant_id":' . LARGEST, $request['body']);
    },
    'the largest number is in what is thrown' => function (): void {
        $gateway = new Scripted(['*' => [error_json(2147483647, 'no')]]);
        $client = client($gateway->url);
        $e = throws(RefusedException::class, fn () => $client->invoiceStatus(PHP_INT_MAX));
        same([PHP_INT_MAX, 2147483647], [$e->invoiceId, $e->gatewayCode]);
    },
    'the smallest number is refused as it is' => function (): void {
        $client = client(nobody());
        $e = throws(ArgumentException::class, fn () => $client->invoiceStatus(PHP_INT_MIN));
        has('-9223372036854775808', $e->getMessage());
        $settings = ['merchantId' => PHP_INT_MIN, 'timeoutMs' => PHP_INT_MIN];
        foreach ($settings as $name => $value) {
            $e = throws(ArgumentException::class, fn () => new Client(...[$name => $value]));
            has('-9223372036854775808', $e->getMessage());
        }
    },
    'every amount arrives to the letter' => function (): void {
        $amounts = ['0.01', '0.1', '0.10', '1', '1.0', '10.50', '999999.9', '99999999.99'];
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        foreach ($amounts as $amount) {
            $client->invoiceInit(new InvoiceRequest('order', $amount, 'Tea'));
        }
        foreach ($gateway->requests() as $number => $request) {
            has("\"amount\":$amounts[$number],", $request['body']);
        }
        same(count($amounts), count($gateway->requests()));
    },
    'an amount that came is what was written' => function (): void {
        foreach (['10.50', '10.5', '99999999.99', '0.10', '1e2'] as $amount) {
            $body = '{"status":"ok","invoice_id":5,"invoice_status":"new","amount":' . $amount . '}';
            $gateway = new Scripted(['*' => [$body]]);
            same($amount, client($gateway->url)->invoiceStatus(5)->amount);
        }
    },
    'minor units are made an amount without a float' => function (): void {
        $amounts = [
            ['10.50', 1050, 2], ['10', 10, 0], ['0.05', 5, 2], ['0.00', 0, 2], ['1.5', 15, 1],
            ['-0.05', -5, 2], [LARGEST, PHP_INT_MAX, 0], ['92233720368547758.07', PHP_INT_MAX, 2],
            ['-92233720368547758.08', PHP_INT_MIN, 2],
        ];
        foreach ($amounts as [$text, $minor, $exponent]) {
            same($text, InvoiceRequest::inMinorUnits('o', $minor, $exponent, 'Tea')->amount);
        }
        foreach ([3, -1, PHP_INT_MAX, PHP_INT_MIN] as $exponent) {
            $make = fn () => InvoiceRequest::inMinorUnits('o', 1, $exponent, 'Tea');
            has("exponent $exponent is not", throws(ArgumentException::class, $make)->getMessage());
        }
        $request = InvoiceRequest::inMinorUnits('o', 1, 0, 'Tea', 'KZT', 'qr', 'a', 'b', 'GET');
        same(['KZT', 'qr', 'a'], [$request->currency, $request->method, $request->checkUrl]);
        same(['b', 'GET'], [$request->resultUrl, $request->requestMethod]);
    },
];

<?php

// A shop whose texts are in a code page: they reach the gateway as letters and come back as bytes.

declare(strict_types=1);

use FreedomPay\Client;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\InvoiceRequest;
use FreedomPay\Receipt;

const TEA = "\xd7\xe0\xe9 \xb9" . '5';                           // in windows-1251
const TEA_UTF8 = 'Чай №5';
const ORDER = "\xc7\xe0\xea\xe0\xe7";
const SUGAR = "\xca\xe0\xed\xf2 [U+8336]";                        // of "Қант 茶"

function windows(string $url, mixed ...$more): Client
{
    return client($url, ...['textEncoding' => 'windows-1251', 'language' => 'ru', ...$more]);
}

return [
    'texts in a code page arrive as letters and come back as bytes' => function (): void {
        $code = base64_encode('https://customer.example/pay.html?customer=1');
        $fields = ['description' => 'Қант 茶', 'invoice_methods' => ['qr' => $code]];
        $gateway = new Scripted(['*' => [invoice_json(5, 'new', $fields)]]);
        $lines = [];
        $log = function (int $level, string $line) use (&$lines): void {
            $lines[] = $line;
        };
        $client = windows($gateway->url, log: $log);
        $invoice = $client->invoiceInit(new InvoiceRequest(ORDER, '10.50', TEA));
        same(ORDER, $invoice->orderId);
        $sent = json_decode($gateway->requests()[0]['body'], true);
        same('Заказ', $sent['order_id']);
        same(TEA_UTF8, $sent['description']);
        same(SUGAR, $invoice->field('description'));
        $receipt = new Receipt(lines: [TEA], labels: [ORDER, ORDER]);
        check(str_contains($invoice->receipt($receipt), "\x97\xa0\xa9 \xfc" . "5\n"), 'the slip');
        has('U+8336', implode("\n", $lines));
    },
    'a byte that is no text is refused with its position' => function (): void {
        $client = windows(Sandbox::shared()->url);
        $send = fn () => $client->invoiceInit(new InvoiceRequest(ORDER, 1, TEA . "\x98"));
        $said = throws(ArgumentException::class, $send)->getMessage();
        has('description', $said);
        has('windows-1251', $said);
        has(' 6', $said);
        $utf8 = client(Sandbox::shared()->url);
        $send = fn () => $utf8->invoiceInit(new InvoiceRequest('1', 1, TEA));
        has('description is not UTF-8', throws(ArgumentException::class, $send)->getMessage());
        $wrong = fn () => client(Sandbox::shared()->url, textEncoding: 'windows-1252');
        has('windows-1251, ibm866', throws(ArgumentException::class, $wrong)->getMessage());
        $wrong = fn () => client(Sandbox::shared()->url, language: 'kk');
        has('en, ru', throws(ArgumentException::class, $wrong)->getMessage());
    },
    'a callback is read as it came, and answered in letters' => function (): void {
        // Signed over UTF-8, whatever the shop is written in.
        $callback = received(windows(nobody()), result(['pg_description' => TEA_UTF8, 'table' => 'Қант 茶']));
        same([TEA, SUGAR], [$callback->field('pg_description'), $callback->field('table')]);
        has(TEA_UTF8, $callback->reject(TEA)->body);
        $reply = fn () => $callback->reject("\x98");
        $said = throws(ArgumentException::class, $reply)->getMessage();
        has('description', $said);
        has('windows-1251', $said);
    },
    'messages are in the language and in the code page' => function (): void {
        $folder = new Folder();
        $client = windows(Sandbox::shared()->url, journal: "$folder->path/" . ORDER . '.db');
        $order = order_id() . ORDER;
        $client->invoiceInit(new InvoiceRequest($order, '10', TEA));
        $again = fn () => $client->invoiceInit(new InvoiceRequest($order, '11', TEA));
        $said = throws(ConflictException::class, $again)->getMessage();
        has($order, $said);
        has("\xed\xe8\xf7\xe5\xe3\xee \xed\xe5 \xee\xf2\xef\xf0\xe0\xe2\xeb\xe5\xed\xee", $said);
        same($order, $client->pending()[0]->orderId);
        check(is_file("$folder->path/Заказ.db"), 'the journal has its name');
    },
];

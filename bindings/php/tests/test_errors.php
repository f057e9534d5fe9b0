<?php

// Every way to fail has its own class, and says what it means for the money.

declare(strict_types=1);

use FreedomPay\Advice;
use FreedomPay\BodyFormat;
use FreedomPay\Client;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\BadAnswerException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\InvoiceRequest;
use FreedomPay\Sent;

$sale = static fn (): InvoiceRequest => new InvoiceRequest('order', 10, 'Coffee');

return [
    'a refused connection is not sent' => function () use ($sale): void {
        $client = client(nobody(), timeoutMs: 500);
        $e = throws(NotSentException::class, fn () => $client->invoiceInit($sale()));
        check($e instanceof FreedomPayException && $e instanceof RuntimeException, 'its kinds');
        same([3, Code::NotSent], [$e->getCode(), $e->errorCode]);
        same([Sent::No, 0], [$e->sent, $e->sentNumber]);
        same([Advice::Retry, 1], [$e->advice, $e->adviceNumber]);
        same([null, null, null], [$e->httpStatus, $e->gatewayCode, $e->gatewayMessage]);
        same([null, 'order', null], [$e->invoiceId, $e->orderId, $e->invoice]);
        check($e->getMessage() !== '', 'a message');
    },
    'a wrong key is refused by the gateway' => function () use ($sale): void {
        $client = client(Sandbox::shared()->url, secretKey: 'hunter2');
        $e = throws(RefusedException::class, fn () => $client->invoiceInit($sale()));
        same([Sent::Yes, 9998, Advice::Fix], [$e->sent, $e->gatewayCode, $e->advice]);
        check($e->gatewayMessage !== null && $e->httpStatus !== null, 'the words of the gateway');
        check(!str_contains((string) $e, 'hunter2'), 'the key is in no text');
    },
    'a refusal carries the words of the gateway' => function (): void {
        $gateway = new Scripted(['*' => [error_json(11068, 'Платёж не найден')]]);
        $client = client($gateway->url);
        $e = throws(RefusedException::class, fn () => $client->invoiceStatus(5));
        same([11068, 'Платёж не найден'], [$e->gatewayCode, $e->gatewayMessage]);
        same([5, 200], [$e->invoiceId, $e->httpStatus]);
    },
    'a lost answer is unknown and is asked for once' => function () use ($sale): void {
        $gateway = new Scripted(['*' => [null]]);
        $client = client($gateway->url);
        $e = throws(OutcomeUnknownException::class, fn () => $client->invoiceInit($sale()));
        same([Sent::Maybe, 'order'], [$e->sent, $e->orderId]);
        check(in_array($e->advice, [Advice::AskStatus, Advice::Wait], true), 'ask');
        same(1, count($gateway->requests()));
    },
    'a silent gateway is unknown once the time is over' => function () use ($sale): void {
        $gateway = new Scripted(['*' => [false]]);
        $client = client($gateway->url, timeoutMs: 1_000);
        $e = throws(OutcomeUnknownException::class, fn () => $client->invoiceInit($sale()));
        same(Sent::Maybe, $e->sent);
    },
    'an answer that is not the protocol is a bad answer' => function () use ($sale): void {
        foreach (['good morning', '<html><body>502</body></html>', '{}', ''] as $body) {
            $gateway = new Scripted(['*' => [$body]]);
            $client = client($gateway->url);
            $e = throws(BadAnswerException::class, fn () => $client->invoiceInit($sale()), $body);
            same([200, 'order'], [$e->httpStatus, $e->orderId]);
            same(1, count($gateway->requests()));
        }
    },
    'an answer about another invoice is a bad answer' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(6, 'ok')]]);
        $client = client($gateway->url);
        throws(BadAnswerException::class, fn () => $client->invoiceStatus(5));
    },
    'what is missing is a configuration error' => function () use ($sale): void {
        $client = new Client(baseUrl: 'http://127.0.0.1:9');
        foreach ([fn () => $client->check(), fn () => $client->invoiceInit($sale())] as $call) {
            $e = throws(ConfigException::class, $call);
            same([Code::Config, Sent::No, Advice::Fix], [$e->errorCode, $e->sent, $e->advice]);
        }
        $client = new Client(merchantId: 1, caFile: '/no/such/file');
        throws(ConfigException::class, fn () => $client->check());
        (new Client(merchantId: 1))->check();
    },
    'a setting that cannot be used is refused at once' => function (): void {
        $refused = [
            ['merchantId' => 0],
            ['baseUrl' => 'http://api.example'],
            ['baseUrl' => 'not a url'],
            ['timeoutMs' => 0],
            ['connectTimeoutMs' => -1],
            ['pollIntervalMs' => 0],
            ['proxy' => '::'],
            ['appInfo' => ['two words', '1']],
            ['secretKey' => "a\0b"],
            ['journal' => ''],
            ['journal' => "a\0b"],
            ['secretKey' => "\xff"],
            ['baseUrl' => "http://127.0.0.1:1\0.example"],
        ];
        foreach ($refused as $settings) {
            $about = key($settings);
            $e = throws(ArgumentException::class, fn () => new Client(...$settings), $about);
            same([Code::Argument, Sent::No, Advice::Fix], [$e->errorCode, $e->sent, $e->advice]);
            check($e instanceof InvalidArgumentException, 'its kind');
        }
        throws(TypeError::class, fn () => new Client(merchantId: '123456'));
        throws(TypeError::class, fn () => new Client(timeoutMs: 1.5));
    },
    'an amount that is not exact is a type error' => function (): void {
        foreach ([10.5, 10.0, true, null, [10]] as $amount) {
            throws(TypeError::class, fn () => new InvoiceRequest('order', $amount, 'Coffee'));
        }
        // Called from inside PHP, a function has no strict types.
        $class = new ReflectionClass(InvoiceRequest::class);
        throws(TypeError::class, fn () => $class->newInstance('order', 10.5, 'Coffee'));
        same('10', $class->newInstance('order', 10, 'Coffee')->amount);
    },
    'a sale that cannot be written is never sent' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        $sales = [
            ['', '10', 'Coffee'],
            ["a\0b", '10', 'Coffee'],
            ['order', '1,5', 'Coffee'],
            ['order', '0', 'Coffee'],
            ['order', -1, 'Coffee'],
            ['order', "1\0000", 'Coffee'],
            ['order', 'NaN', 'Coffee'],
            ['order', '10', "Cof\0fee"],
            ['order', '10', "\xff"],
            ['order', '10', 'Coffee', "K\0T"],
            ['order', '10', 'Coffee', 'tenge'],
            ['order', '10', 'Coffee', null, "q\0r"],
            ['order', '10', 'Coffee', null, null, 'not a url'],
            ['order', '10', 'Coffee', null, null, null, "https://shop.example/\0"],
            ['order', '10', 'Coffee', null, null, null, null, 'FAX'],
        ];
        foreach ($sales as $number => $sale) {
            $call = fn () => $client->invoiceInit(new InvoiceRequest(...$sale));
            $e = throws(ArgumentException::class, $call, "sale $number");
            same([Sent::No, Advice::Fix], [$e->sent, $e->advice]);
        }
        foreach ([0, -1, PHP_INT_MIN] as $id) {
            throws(ArgumentException::class, fn () => $client->invoiceStatus($id));
            throws(ArgumentException::class, fn () => $client->invoiceWait($id, 1000));
        }
        foreach (["a\0b", ''] as $text) {
            throws(ArgumentException::class, fn () => $client->invoiceStatusByOrder($text));
            throws(ArgumentException::class, fn () => $client->invoiceInfo($text));
            throws(ArgumentException::class, fn () => $client->invoicePay($text, 'user', 'card'));
        }
        same([], $gateway->requests());
    },
    'a closed client refuses' => function (): void {
        $client = client(nobody());
        $client->close();
        $client->close();
        $e = throws(ArgumentException::class, fn () => $client->invoiceStatus(5));
        has('closed', $e->getMessage());
    },
    'every code has its class' => function (): void {
        $longer = [
            'Unknown' => 'OutcomeUnknown',
            'Answer' => 'BadAnswer',
            'Timeout' => 'WaitTimeout',
        ];
        $classOf = new ReflectionMethod(FreedomPay\Failure::class, 'className');
        foreach (array_slice(Code::cases(), 1) as $code) {
            $name = $longer[$code->name] ?? $code->name;
            same("FreedomPay\\Exception\\{$name}Exception", $classOf->invoke(null, $code));
        }
        same(FreedomPay\Exception\UnlistedException::class, $classOf->invoke(null, null));
    },
];

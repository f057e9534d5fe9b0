<?php

// A sale in the journal is never made twice and never lost.

declare(strict_types=1);

use FreedomPay\Advice;
use FreedomPay\Client;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\Exception\JournalException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;
use FreedomPay\Sent;

/** @return list<array{string, int|null, string}> the sales whose end a client does not know */
function pending(Client $client): array
{
    return array_map(
        static fn (FreedomPay\PendingSale $sale): array => array_values(get_object_vars($sale)),
        $client->pending(),
    );
}

return [
    'the same order again is the same invoice' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url, journal: "$folder->path/journal");
        $first = $client->invoiceInit(new InvoiceRequest($order, '10.50', 'Coffee', 'KZT'));
        same(false, $first->fromJournal);
        $client->close();
        $restarted = client($sandbox->url, journal: "$folder->path/journal");
        $again = $restarted->invoiceInit(new InvoiceRequest($order, '10.5', 'Coffee', 'KZT'));
        same([true, $first->invoiceId], [$again->fromJournal, $again->invoiceId]);
        same([$order, $first->body], [$again->orderId, $again->body]);
        check($again->qrText() !== '', 'a code');
        same([$first->qrText(), $first->qrUrl], [$again->qrText(), $again->qrUrl]);
        same(false, $restarted->invoiceStatus($again->invoiceId)->fromJournal);
        same(1, $sandbox->inits($order));
    },
    'another sale under the same order is a conflict' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url, journal: "$folder->path/journal");
        $client->invoiceInit(new InvoiceRequest($order, '10.50', 'Coffee', 'KZT'));
        foreach ([['11', 'KZT'], ['10.50', 'UZS'], ['10.50', null]] as [$amount, $currency]) {
            $other = new InvoiceRequest($order, $amount, 'Coffee', $currency);
            $e = throws(ConflictException::class, fn () => $client->invoiceInit($other));
            same([Code::Conflict, Sent::No, Advice::Fix], [$e->errorCode, $e->sent, $e->advice]);
            has('10.50 KZT', $e->getMessage());
            has($amount, $e->getMessage());
        }
        same(1, $sandbox->inits($order));
    },
    'a sale is pending until its end is known' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url, journal: "$folder->path/journal");
        same([], $client->pending());
        $id = $client->invoiceInit(new InvoiceRequest($order, '10.50', 'Coffee'))->invoiceId;
        $other = $client->invoiceInit(new InvoiceRequest("$order-b", 7, 'Tea'))->invoiceId;
        throws(WaitTimeoutException::class, fn () => $client->invoiceWait($id, 100));
        $sandbox->turn($id, 'pay');
        $sandbox->turn($other, 'decline');
        same([[$order, $id, '10.50'], ["$order-b", $other, '7']], pending($client));
        check($client->invoiceStatus($id)->isPaid(), 'paid');
        same([["$order-b", $other, '7']], pending($client));
        same(InvoiceStatus::Failed, $client->invoiceWait($other, 20_000)->status);
        same([], $client->pending());
    },
    'a list of sales does not change' => function (): void {
        $folder = new Folder();
        $client = client(Sandbox::shared()->url, journal: "$folder->path/journal");
        $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'));
        [$sale] = $client->pending();
        $client->close();
        throws(Error::class, function () use ($sale): void {
            $sale->amount = '11';
        });
        same('10', $sale->amount);
    },
    'a sale whose answer was lost is recovered' => function (): void {
        $folder = new Folder();
        $new = invoice_json(5, 'new', ['order_id' => 'order', 'amount' => '10.50']);
        $paid = invoice_json(5, 'ok', ['order_id' => 'order', 'amount' => '10.50']);
        $gateway = new Scripted(['init' => [null], 'status' => [$new, $paid]]);
        $client = client($gateway->url, journal: "$folder->path/journal");
        $sale = new InvoiceRequest('order', '10.50', 'Coffee');
        throws(OutcomeUnknownException::class, fn () => $client->invoiceInit($sale));
        same([['order', null, '10.50']], pending($client));
        $found = $client->invoiceRecover('order');
        same([5, InvoiceStatus::New], [$found->invoiceId, $found->status]);
        same([['order', 5, '10.50']], pending($client));
        $again = $client->invoiceInit($sale);
        same([5, true], [$again->invoiceId, $again->fromJournal]);
        check($client->invoiceRecover('order')->isPaid(), 'paid');
        same([], $client->pending());
        $targets = array_column($gateway->requests(), 'target');
        same(1, count(array_keys($targets, '/v5/merchant/invoice/init', true)));
    },
    'not found proves nothing yet' => function (): void {
        $folder = new Folder();
        $missing = error_json(11068, 'not found');
        $gateway = new Scripted(['init' => [null], 'status' => [$missing]]);
        // One question fits into the time of a call.
        $client = client($gateway->url, journal: "$folder->path/journal", pollIntervalMs: 60_000);
        $sale = new InvoiceRequest('order', 10, 'Coffee');
        throws(OutcomeUnknownException::class, fn () => $client->invoiceInit($sale));
        $calls = [fn () => $client->invoiceInit($sale), fn () => $client->invoiceRecover('order')];
        foreach ($calls as $call) {
            $e = throws(OutcomeUnknownException::class, $call);
            same([Sent::Maybe, Advice::Wait, 'order'], [$e->sent, $e->advice, $e->orderId]);
        }
        same([['order', null, '10']], pending($client));
        $targets = array_column($gateway->requests(), 'target');
        same(1, count(array_keys($targets, '/v5/merchant/invoice/init', true)));
    },
    'a sale that failed for certain is not pending and may be tried again' => function (): void {
        $folder = new Folder();
        $client = client(nobody(), journal: "$folder->path/journal", timeoutMs: 300);
        $sale = new InvoiceRequest('order', 10, 'Coffee');
        throws(NotSentException::class, fn () => $client->invoiceInit($sale));
        same([], $client->pending());
        $gateway = new Scripted(['*' => [error_json(9998, 'no'), invoice_json(5)]]);
        $client = client($gateway->url, journal: "$folder->path/journal");
        throws(RefusedException::class, fn () => $client->invoiceInit($sale));
        same([], $client->pending());
        $made = $client->invoiceInit($sale);
        same([5, false], [$made->invoiceId, $made->fromJournal]);
        same([['order', 5, '10']], pending($client));
    },
    'an order that is not in the journal is an argument' => function (): void {
        $folder = new Folder();
        $client = client(nobody(), journal: "$folder->path/journal");
        $e = throws(ArgumentException::class, fn () => $client->invoiceRecover('order'));
        has('not in the journal', $e->getMessage());
        foreach (['', "a\0b"] as $order) {
            throws(ArgumentException::class, fn () => $client->invoiceRecover($order));
        }
    },
    'without a journal there is nothing to know' => function (): void {
        $client = client(nobody());
        $calls = [fn () => $client->pending(), fn () => $client->invoiceRecover('order')];
        foreach ($calls as $call) {
            $e = throws(ConfigException::class, $call);
            same([Code::Config, Sent::No, Advice::Fix], [$e->errorCode, $e->sent, $e->advice]);
            has('journal', $e->getMessage());
        }
        $client->close();
        throws(ArgumentException::class, fn () => $client->pending());
    },
    'a journal that cannot be used stops a sale before it is sent' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $damaged = $folder->write('damaged', str_repeat('this was a journal once', 500));
        foreach (["$folder->path/missing/journal", $folder->path, $damaged] as $path) {
            $client = client($sandbox->url, journal: $path);
            $sale = new InvoiceRequest($order, 10, 'Coffee');
            $calls = [
                fn () => $client->check(),
                fn () => $client->pending(),
                fn () => $client->invoiceInit($sale),
                fn () => $client->invoiceRecover($order),
            ];
            foreach ($calls as $call) {
                $e = throws(JournalException::class, $call, $path);
                same([Code::Journal, Sent::No, Advice::Fix], [$e->errorCode, $e->sent, $e->advice]);
                has($path, $e->getMessage());
            }
        }
        same(0, $sandbox->inits($order));
    },
    'a forked child shares the journal' => function (): void {
        if (!function_exists('pcntl_fork')) {
            throw new Skipped('needs pcntl');
        }
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $autoload = var_export(realpath(__DIR__ . '/../src/autoload.php'), true);
        $script = $folder->write('script.php', "<?php declare(strict_types=1);
            error_reporting(E_ALL);
            require $autoload;
            use FreedomPay\{Client, InvoiceRequest};
            [, \$url, \$key, \$journal, \$order] = \$argv;
            \$client = new Client(123456, \$key, \$url, journal: \$journal);
            \$before = \$client->invoiceInit(new InvoiceRequest(\"\$order-a\", 10, 'Coffee'));
            \$child = pcntl_fork();
            if (\$child === 0) {
                \$again = \$client->invoiceInit(new InvoiceRequest(\"\$order-a\", 10, 'Coffee'));
                \$made = \$client->invoiceInit(new InvoiceRequest(\"\$order-b\", 7, 'Tea'));
                \$good = \$again->fromJournal && \$again->invoiceId === \$before->invoiceId;
                exit(\$good && !\$made->fromJournal && count(\$client->pending()) === 2 ? 7 : 1);
            }
            pcntl_waitpid(\$child, \$status);
            \$again = \$client->invoiceInit(new InvoiceRequest(\"\$order-b\", 7, 'Tea'));
            echo json_encode([pcntl_wexitstatus(\$status), \$again->fromJournal]);");
        $arguments = [$sandbox->url, SECRET_KEY, "$folder->path/journal", $order];
        same([0, '[7,true]', ''], Running::php($script, ...$arguments)->end());
        same([1, 1], [$sandbox->inits("$order-a"), $sandbox->inits("$order-b")]);
    },
];

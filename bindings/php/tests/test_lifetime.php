<?php

// Handles are freed: in any order, once, and thousands of them.

declare(strict_types=1);

use FreedomPay\Client;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\CancelledException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\Receipt;

/** @param class-string<Throwable> $class */
function quietly_throws(string $class, callable $body): void
{
    try {
        $body();
    } catch (Throwable $e) {
        if ($e::class === $class) {
            return;
        }
        throw $e;
    }
    throw new LogicException("$class was not thrown");
}

$endings = [
    'in the order of their making' => '',
    'in the other order' => '$b = $invoice; $a = $client; unset($client, $invoice); unset($a, $b);',
    'from a static property' => 'class Keep { static $all; } Keep::$all = [$invoice, $client];',
    'from a cycle' => '$c = new stdClass; $c->all = [$client, $invoice, $c]; unset($client, $c);',
    'from a closure' => 'register_shutdown_function(fn () => $client->check());',
    'by exit' => '(function () use ($client, $invoice) { exit(0); })();',
    'closed twice' => '$client->close(); $client->close();',
    'after an exception' => 'try { $client->invoiceWait(-1, 1); } catch (Exception $e) {}',
    'with a receipt' => 'class Keep { static $all; } Keep::$all = [new Receipt(), $invoice];',
    'with a callback' => '$fields = ["pg_amount" => "10", "pg_currency" => "KZT", "pg_order_id" => "o-1",
        "pg_payment_id" => "7", "pg_ps_amount" => "10", "pg_ps_currency" => "KZT",
        "pg_ps_full_amount" => "10", "pg_salt" => "s"];
        $fields["pg_sig"] = md5("check;" . implode(";", $fields) . ";$key");
        $callback = $client->callback(["REQUEST_URI" => "/check?" . http_build_query($fields)], "");
        unset($client);',
    'with a payment that failed' => 'try { $client->paymentStatus(5); } catch (Exception $e) {}',
    'with a log' => '$log = new Client(merchantId: 1, log: fn () => null); $log->check();',
];
$tests = [];
foreach ($endings as $name => $code) {
    $tests["a script ends quietly with handles alive: $name"] = function () use ($code): void {
        $folder = new Folder();
        $autoload = var_export(realpath(__DIR__ . '/../src/autoload.php'), true);
        $script = $folder->write('script.php', "<?php declare(strict_types=1);
            error_reporting(E_ALL);
            require $autoload;
            use FreedomPay\{Client, InvoiceRequest, Receipt};
            [, \$url, \$order, \$key] = \$argv;
            \$client = new Client(merchantId: 123456, secretKey: \$key, baseUrl: \$url);
            \$invoice = \$client->invoiceInit(new InvoiceRequest(\$order, 10, 'Coffee'));
            $code");
        $arguments = [Sandbox::shared()->url, order_id(), SECRET_KEY];
        same([0, '', ''], Running::php($script, ...$arguments)->end());
    };
}

return $tests + [
    'handles cannot be copied' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        $invoice = $client->invoiceStatus(5);
        throws(Error::class, fn () => clone $client);
        throws(Exception::class, fn () => serialize($client));
        throws(Exception::class, fn () => serialize($invoice));
        $copy = clone $invoice;
        unset($invoice);
        same('new', $copy->field('invoice_status'));
        $empty = (new ReflectionClass(Client::class))->newInstanceWithoutConstructor();
        throws(ArgumentException::class, fn () => $empty->check());
    },
    'a hundred thousand clients leave no memory behind' => function (): void {
        leaves_nothing(100_000, function (): void {
            (new Client(merchantId: 1, baseUrl: 'http://127.0.0.1:9'))->check();
        });
    },
    'a hundred thousand refused settings leave no memory behind' => function (): void {
        leaves_nothing(100_000, function (): void {
            $refused = fn () => new Client(baseUrl: 'ftp://127.0.0.1');
            quietly_throws(ArgumentException::class, $refused);
        });
    },
    'a hundred thousand refused sales leave no memory behind' => function (): void {
        $client = new Client(baseUrl: 'http://127.0.0.1:9');
        $sale = new InvoiceRequest('order', 10, str_repeat('Coffee ', 100));
        leaves_nothing(100_000, function () use ($client, $sale): void {
            quietly_throws(ConfigException::class, fn () => $client->invoiceInit($sale));
        });
    },
    'thousands of answers leave no memory behind' => function (): void {
        $sandbox = new Sandbox();
        $client = client($sandbox->url, pollIntervalMs: 1, log: fn () => null);
        $invoice = $client->invoiceInit(new InvoiceRequest('order', 10, 'Coffee'));
        leaves_nothing(2_000, fn () => $invoice->qrText());
        $id = $invoice->invoiceId;
        leaves_nothing(2_000, function () use ($client, $id): void {
            $invoice = $client->invoiceStatus($id);
            if ($invoice->field('invoice_status') !== 'new' || $invoice->qrText() !== '') {
                throw new LogicException('another answer');
            }
        });
        leaves_nothing(1_000, function () use ($client, $id): void {
            $progress = fn (Invoice $latest): bool => true;
            $wait = fn () => $client->invoiceWait($id, 1_000, $progress);
            quietly_throws(CancelledException::class, $wait);
            $wait = fn () => $client->invoiceWait($id, 1);
            quietly_throws(WaitTimeoutException::class, $wait);
        });
    },
    'thousands of lists leave no memory behind' => function (): void {
        $folder = new Folder();
        $client = client(Sandbox::shared()->url, journal: "$folder->path/journal");
        for ($i = 0; $i < 30; $i++) {
            $order = sprintf('%s-%024d', order_id(), $i);
            $client->invoiceInit(new InvoiceRequest($order, 10, 'Coffee'));
        }
        leaves_nothing(1_000, function () use ($client): void {
            if (count($client->pending()) !== 30) {
                throw new LogicException('another list');
            }
        });
    },
    'a hundred thousand receipts leave no memory behind' => function (): void {
        $lines = array_fill(0, 10, str_repeat('Coffee ', 50));
        leaves_nothing(100_000, fn () => new Receipt(lines: $lines, labels: ['To pay:', 'Order']));
        leaves_nothing(3_000, function () use ($lines): void {
            $refused = fn () => new Receipt(paperDots: 100, lines: $lines);
            quietly_throws(ArgumentException::class, $refused);
        });
    },
    'thousands of codes leave no memory behind' => function (): void {
        $sandbox = new Sandbox('--qr', 'png');
        $invoice = client($sandbox->url)->invoiceInit(new InvoiceRequest('order', 10, 'Coffee'));
        $receipt = new Receipt(lines: ['Shop']);
        leaves_nothing(500, function () use ($invoice, $receipt): void {
            $forms = [$invoice->qrPng(), $invoice->qrSvg(), $invoice->qrPicture()];
            if (in_array('', [...$forms, $invoice->receipt($receipt)], true)) {
                throw new LogicException('a form is missing');
            }
            quietly_throws(ArgumentException::class, fn () => $invoice->qrBmp(0));
        });
    },
    'thousands of tasks leave nothing behind' => function (): void {
        $sandbox = new Sandbox();
        $client = client($sandbox->url, pollIntervalMs: 1, log: fn () => null);
        $id = $client->invoiceInit(new InvoiceRequest('order', 10, 'Coffee'))->invoiceId;
        $pipes = static fn (): int => count(array_filter(
            scandir('/proc/self/fd'),
            static fn (string $name): bool => is_link("/proc/self/fd/$name")
                && str_starts_with(readlink("/proc/self/fd/$name"), 'pipe:'),
        ));
        $before = $pipes();
        leaves_nothing(1_000, function () use ($client, $id): void {
            $task = $client->startInvoiceWait($id, 60_000);
            $task->cancel();
            if (!$task->join(20_000)) {
                throw new LogicException('it does not end');
            }
            quietly_throws(CancelledException::class, fn () => $task->result());
        });
        $end = microtime(true) + 20;
        while ($pipes() !== $before && microtime(true) < $end) {
            usleep(5_000);
        }
        same($before, $pipes());
    },
];

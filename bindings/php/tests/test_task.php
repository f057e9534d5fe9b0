<?php

// Calls in the background: they end once, can be given up, and are freed.

declare(strict_types=1);

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\CancelledException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;
use FreedomPay\LogLevel;
use FreedomPay\Sent;
use FreedomPay\Task;

final class FromSignal extends Exception
{
}

/** Waits until a scripted gateway has got a request. */
function wait_for_request(Scripted $gateway): void
{
    $end = microtime(true) + 20;
    while ($gateway->requests() === []) {
        if (microtime(true) > $end) {
            throw new RuntimeException('no request after 20 s');
        }
        usleep(5_000);
    }
}

$endings = [
    'alone' => '',
    'without its client' => 'unset($client);',
    'closed twice' => '$task->close(); $task->close();',
    'cancelled' => '$task->cancel();',
    'cancelled and awaited' => '$task->cancel(); $task->join(20_000);',
    'from a cycle' => '$c = new stdClass; $c->all = [$client, $task, $c]; unset($client, $task);',
    'by exit' => '(function () use ($task) { exit(0); })();',
    'after a fork' => 'if (function_exists("pcntl_fork") && pcntl_fork() > 0) { pcntl_wait($s);
        if ($s !== 0) { exit(1); } }',
];
$tests = [];
foreach ($endings as $name => $code) {
    $tests["a script ends quietly with a task under way: $name"] = function () use ($code): void {
        $folder = new Folder();
        $gateway = new Scripted(['*' => [false]]);
        $autoload = var_export(realpath(__DIR__ . '/../src/autoload.php'), true);
        $script = $folder->write('script.php', "<?php declare(strict_types=1);
            error_reporting(E_ALL);
            require $autoload;
            \$client = new FreedomPay\Client(123456, \$argv[2], \$argv[1]);
            \$task = \$client->startInvoiceWait(5, 60_000);
            $code");
        same([0, '', ''], Running::php($script, $gateway->url, SECRET_KEY)->end());
    };
}

return $tests + [
    'a sale is made in the background' => function (): void {
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url);
        $task = $client->startInvoiceInit(new InvoiceRequest($order, '10.50', 'Coffee', 'KZT'));
        check($task->join(20_000), 'it ends');
        check($task->done() && $task->join(0), 'and stays ended');
        $invoice = $task->result();
        same([$order, InvoiceStatus::New], [$invoice->orderId, $invoice->status]);
        check($invoice->qrText() !== '', 'a code');
        $seen = $client->invoiceStatus($invoice->invoiceId);
        same(['10.50', 'KZT'], [$seen->amount, $seen->currency]);
        same(1, $sandbox->inits($order));
        $e = throws(ArgumentException::class, fn () => $task->result());
        has('was taken', $e->getMessage());
        check($task->done(), 'also when it was taken');
    },
    'a wait in the background ends with the payer' => function (): void {
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $task = $client->startInvoiceWait($id, 60_000);
        $client->close();
        same([false, false], [$task->done(), $task->join(0)]);
        $e = throws(ArgumentException::class, fn () => $task->result());
        has('not ended', $e->getMessage());
        $sandbox->turn($id, 'pay');
        check($task->join(20_000), 'it ends');
        $done = $task->result();
        same([$id, true], [$done->invoiceId, $done->isPaid()]);
    },
    'a cancelled wait leaves the invoice open' => function (): void {
        $client = client(Sandbox::shared()->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $task = $client->startInvoiceWait($id, 60_000);
        $task->cancel();
        check($task->join(20_000), 'it ends');
        $task->cancel();
        same($id, throws(CancelledException::class, fn () => $task->result())->invoiceId);
        same(InvoiceStatus::New, $client->invoiceStatus($id)->status);
    },
    'a cancelled sale that may have arrived is pending' => function (): void {
        $folder = new Folder();
        $gateway = new Scripted(['*' => [false]]);
        $client = client($gateway->url, journal: "$folder->path/journal");
        $task = $client->startInvoiceInit(new InvoiceRequest('order', '10.50', 'Coffee'));
        wait_for_request($gateway);
        same(false, $task->done());
        $task->cancel();
        check($task->join(20_000), 'it ends');
        $e = throws(CancelledException::class, fn () => $task->result());
        same([Sent::Maybe, 'order'], [$e->sent, $e->orderId]);
        [$sale] = $client->pending();
        same(['order', null, '10.50'], [$sale->orderId, $sale->invoiceId, $sale->amount]);
        same(1, count($gateway->requests()));
    },
    'a task goes by the journal' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url, journal: "$folder->path/journal");
        $repeated = [];
        for ($i = 0; $i < 2; $i++) {
            $task = $client->startInvoiceInit(new InvoiceRequest($order, 10, 'Coffee'));
            check($task->join(20_000), 'it ends');
            $repeated[] = $task->result()->fromJournal;
        }
        same([false, true], $repeated);
        same(1, $sandbox->inits($order));
    },
    'the end of a task waits for nothing' => function (): void {
        $gateway = new Scripted(['*' => [false]]);
        $client = client($gateway->url, timeoutMs: 60_000);
        $begin = microtime(true);
        $task = $client->startInvoiceWait(5, 60_000);
        wait_for_request($gateway);
        same(false, $task->join(250));
        check(microtime(true) - $begin > 0.2, 'a join takes its time');
        $task->close();
        $task->close();
        $dropped = $client->startInvoiceWait(5, 60_000);
        unset($dropped);
        check(microtime(true) - $begin < 20, 'nothing waits');
        foreach (['done', 'cancel', 'result'] as $function) {
            $e = throws(ArgumentException::class, fn () => $task->$function());
            has('the task is closed', $e->getMessage());
        }
        throws(ArgumentException::class, fn () => $task->join(0));
    },
    'a task throws what its call would' => function (): void {
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $client = client($sandbox->url);
        $nobody = client(nobody(), timeoutMs: 300);
        $id = $client->invoiceInit(new InvoiceRequest("$order-a", 10, 'Coffee'))->invoiceId;
        $comma = new InvoiceRequest($order, '1,5', 'Coffee');
        $cases = [
            [$client->startInvoiceInit($comma), ArgumentException::class],
            [$client->startInvoiceWait(-1, 1_000), ArgumentException::class],
            [$client->startInvoiceWait($id, 0), ArgumentException::class],
            [$client->startInvoiceWait($id, 50), WaitTimeoutException::class],
            [$nobody->startInvoiceInit(new InvoiceRequest($order, 10, 'Tea')), NotSentException::class],
        ];
        foreach ($cases as [$task, $class]) {
            check($task->join(20_000), "$class: it ends");
            $e = throws($class, fn () => $task->result());
            check(!str_contains($e->getMessage(), 'was taken'), $e->getMessage());
        }
        same(0, $sandbox->inits($order));
        throws(ArgumentException::class, fn () => $cases[0][0]->join(-1));
        $client->close();
        $e = throws(ArgumentException::class, fn () => $client->startInvoiceWait(5, 1_000));
        has('the client is closed', $e->getMessage());
    },
    'a task cannot be copied' => function (): void {
        $task = client(nobody())->startInvoiceWait(-1, 1_000);
        throws(Error::class, fn () => clone $task);
        throws(Exception::class, fn () => serialize($task));
        $empty = (new ReflectionClass(Task::class))->newInstanceWithoutConstructor();
        throws(Error::class, fn () => $empty->done());
    },
    'the log of a task comes with a later call' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $lines = [];
        $log = function (int $level, string $message) use (&$lines): void {
            if ($level === LogLevel::Info->value) {
                $lines[] = $message;
            }
        };
        $client = client($gateway->url, log: $log);
        $task = $client->startInvoiceInit(new InvoiceRequest('order', 10, 'Coffee'));
        check($task->join(20_000), 'it ends');
        $client->invoiceStatus(5);
        same(1, count(preg_grep('~invoice/init~', $lines)));
    },
    'a handler of a signal that throws ends a join and not the call' => function (): void {
        if (!function_exists('pcntl_alarm')) {
            throw new Skipped('needs pcntl');
        }
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $task = $client->startInvoiceWait($id, 10_000);
        $before = pcntl_async_signals(true);
        pcntl_signal(SIGALRM, fn () => throw new FromSignal('alarm'));
        pcntl_alarm(1);
        try {
            throws(FromSignal::class, fn () => $task->join(30_000));
        } finally {
            pcntl_signal(SIGALRM, SIG_DFL);
            pcntl_async_signals($before);
        }
        same(false, $task->done());
        $sandbox->turn($id, 'pay');
        check($task->join(20_000) && $task->result()->isPaid(), 'the call went on');
    },
    'a forked child has no part in a task' => function (): void {
        if (!function_exists('pcntl_fork')) {
            throw new Skipped('needs pcntl');
        }
        $folder = new Folder();
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $autoload = var_export(realpath(__DIR__ . '/../src/autoload.php'), true);
        $script = $folder->write('script.php', "<?php declare(strict_types=1);
            error_reporting(E_ALL);
            require $autoload;
            \$client = new FreedomPay\Client(123456, \$argv[2], \$argv[1], pollIntervalMs: 20);
            \$id = (int) \$argv[3];
            \$task = \$client->startInvoiceWait(\$id, 60_000);
            if ((\$child = pcntl_fork()) === 0) {
                \$good = \$task->done() && \$task->join(60_000);
                \$task->cancel();
                try {
                    \$task->result();
                } catch (FreedomPay\Exception\CancelledException) {
                    \$own = \$client->startInvoiceWait(\$id, 60_000);
                    exit(\$good && !\$own->done() ? 7 : 1);
                }
                exit(2);
            }
            pcntl_waitpid(\$child, \$status);
            echo json_encode([pcntl_wexitstatus(\$status), \$task->done()]), \"\\n\";
            \$task->join(20_000);
            echo \$task->result()->status->name;");
        $process = Running::php($script, $sandbox->url, SECRET_KEY, (string) $id);
        same("[7,false]\n", $process->line());
        $sandbox->turn($id, 'pay');
        same([0, 'Ok', ''], $process->end());
    },
];

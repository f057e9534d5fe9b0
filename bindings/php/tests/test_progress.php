<?php

// What the library calls back: the progress of a wait, and the log.

declare(strict_types=1);

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\BadAnswerException;
use FreedomPay\Exception\CancelledException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;
use FreedomPay\LogLevel;
use FreedomPay\Receipt;

final class FromProgress extends Exception
{
}

return [
    'a true answer gives up and the invoice stays open' => function (): void {
        $client = client(Sandbox::shared()->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $polls = 0;
        $progress = function (Invoice $latest) use (&$polls): bool {
            return ++$polls === 3;
        };
        $wait = fn () => $client->invoiceWait($id, 60_000, $progress);
        same($id, throws(CancelledException::class, $wait)->invoiceId);
        same(3, $polls);
        same(InvoiceStatus::New, $client->invoiceStatus($id)->status);
    },
    'an exception stops the wait and comes out' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        $thrown = new FromProgress('no');
        $progress = fn () => throw $thrown;
        $e = throws(FromProgress::class, fn () => $client->invoiceWait(5, 60_000, $progress));
        same($thrown, $e);
        same(1, count($gateway->requests()));
        $wrong = fn (string $latest) => null;
        throws(TypeError::class, fn () => $client->invoiceWait(5, 60_000, $wrong));
        same(5, $client->invoiceStatus(5)->invoiceId);
    },
    'each fiber hears of its own wait, whichever was begun last' => function (): void {
        $client = client(Sandbox::shared()->url);
        $heard = [];
        $waiting = function (int $id) use ($client, &$heard): Fiber {
            $polls = 0;
            $progress = function (Invoice $latest) use ($id, &$heard, &$polls): bool {
                $heard[$id][] = $latest->invoiceId;
                Fiber::suspend();
                return ++$polls === 3;
            };
            return new Fiber(function () use ($client, $id, $progress): void {
                throws(CancelledException::class, fn () => $client->invoiceWait($id, 60_000, $progress));
            });
        };
        $ids = array_map(
            fn (): int => $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId,
            [1, 2, 3],
        );
        $fibers = array_map($waiting, $ids);
        array_walk($fibers, fn (Fiber $fiber) => $fiber->start());
        while ($open = array_filter($fibers, fn (Fiber $fiber): bool => !$fiber->isTerminated())) {
            array_walk($open, fn (Fiber $fiber) => $fiber->resume());
        }
        foreach ($ids as $id) {
            same([$id, $id, $id], $heard[$id]);
        }
    },
    'a fiber that is destroyed in a progress function gives its wait up' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        $cleared = false;
        $fiber = new Fiber(function () use ($client, &$cleared): void {
            try {
                $client->invoiceWait(5, 60_000, fn () => Fiber::suspend());
            } finally {
                $cleared = true;
            }
        });
        $fiber->start();
        $destroy = function () use (&$fiber): void {
            $fiber = null;
            gc_collect_cycles();
        };
        try {
            $destroy();
        } catch (CancelledException $e) {
            same(5, $e->invoiceId);  // what the wait ends with when the library has to be returned to
        }
        check($cleared, 'what stands in finally has run');
        same(5, $client->invoiceStatus(5)->invoiceId);
    },
    'a poll that failed is seen and does not end the wait' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5), 'garbage', invoice_json(5, 'ok')]]);
        $seen = [];
        $progress = function (Invoice $latest) use (&$seen): void {
            $seen[] = [$latest->status, $latest->error === null ? null : $latest->error::class];
        };
        $done = client($gateway->url)->invoiceWait(5, 60_000, $progress);
        check($done->isPaid(), 'paid in the end');
        same([
            [InvoiceStatus::New, null],
            [InvoiceStatus::None, BadAnswerException::class],
            [InvoiceStatus::Ok, null],
        ], $seen);
    },
    'a refused question ends the wait' => function (): void {
        $gateway = new Scripted(['*' => [error_json(9998, 'wrong signature')]]);
        $client = client($gateway->url);
        $e = throws(RefusedException::class, fn () => $client->invoiceWait(5, 60_000));
        same([5, 9998], [$e->invoiceId, $e->gatewayCode]);
    },
    'what progress was lent keeps its values only' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $client = client($gateway->url);
        $kept = null;
        $progress = function (Invoice $latest) use (&$kept): bool {
            same(['new', ''], [$latest->field('invoice_status'), $latest->qrText()]);
            $kept = $latest;
            return true;
        };
        throws(CancelledException::class, fn () => $client->invoiceWait(5, 60_000, $progress));
        same([5, invoice_json(5)], [$kept->invoiceId, $kept->body]);
        throws(ArgumentException::class, fn () => $kept->field('status'));
        throws(ArgumentException::class, fn () => $kept->qrText());
        throws(ArgumentException::class, fn () => $kept->qrPng());
        throws(ArgumentException::class, fn () => $kept->qrPicture());
        throws(ArgumentException::class, fn () => $kept->qrPictureType());
        throws(ArgumentException::class, fn () => $kept->receipt(new Receipt()));
    },
    'progress may use the client and close it' => function (): void {
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $id = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'))->invoiceId;
        $first = true;
        $progress = function () use (&$first, $client, $sandbox, $id): void {
            if ($first) {
                $first = false;
                same(InvoiceStatus::New, $client->invoiceStatus($id)->status);
                $inner = fn () => $client->invoiceWait($id, 60_000, fn () => true);
                throws(CancelledException::class, $inner);
                $client->close();
                $sandbox->turn($id, 'pay');
            }
        };
        check($client->invoiceWait($id, 20_000, $progress)->isPaid(), 'paid');
        throws(ArgumentException::class, fn () => $client->invoiceStatus($id));
    },
    'a handler of a signal that throws stops the wait and comes out' => function (): void {
        if (!function_exists('pcntl_async_signals') || !function_exists('posix_kill')) {
            throw new Skipped('needs pcntl and posix');
        }
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $calls = 0;
        $log = function () use (&$calls): void {
            if (++$calls === 8) {
                posix_kill(getmypid(), SIGUSR1);
            }
        };
        $client = client($gateway->url, log: $log);
        pcntl_async_signals(true);
        pcntl_signal(SIGUSR1, fn () => throw new FromProgress('signal'));
        try {
            throws(FromProgress::class, fn () => $client->invoiceWait(5, 60_000));
            same(true, pcntl_async_signals());
        } finally {
            pcntl_signal(SIGUSR1, SIG_DFL);
            pcntl_async_signals(false);
        }
    },
    'the log has a line for each call and no secret' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $lines = [];
        $log = function (int $level, string $message) use (&$lines): void {
            $lines[] = [$level, $message];
        };
        client($gateway->url, log: $log)->invoiceStatus(5);
        check(in_array(LogLevel::Info->value, array_column($lines, 0), true), 'a line of a call');
        check(!str_contains(serialize($lines), SECRET_KEY), 'the key is in no line');
    },
    'two clients log to their own' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5)]]);
        $lines = ['one' => 0, 'two' => 0];
        $one = client($gateway->url, log: function () use (&$lines): void {
            $lines['one']++;
        });
        $two = client($gateway->url, log: function () use (&$lines): void {
            $lines['two']++;
        });
        $before = $lines;
        $two->invoiceStatus(5);
        same($before['one'], $lines['one']);
        check($lines['two'] > $before['two'], 'the second one logs');
        $one->invoiceStatus(5);
        check($lines['one'] > $before['one'], 'the first one logs');
    },
    'a broken log function does not cost the answer' => function (): void {
        $gateway = new Scripted(['*' => [invoice_json(5, 'ok')]]);
        $folder = new Folder();
        $before = ini_set('error_log', "$folder->path/log");
        try {
            $log = fn () => throw new FromProgress('from the log');
            check(client($gateway->url, log: $log)->invoiceStatus(5)->isPaid(), 'paid');
        } finally {
            ini_set('error_log', (string) $before);
        }
        has('FromProgress: from the log', file_get_contents("$folder->path/log"));
    },
];

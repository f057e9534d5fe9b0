<?php

// The example till as a process of its own: what it prints and how it exits.

declare(strict_types=1);

/** @param array<string, string|null> $changes to the environment */
function till(string $url, array $arguments, array $changes = []): Running
{
    static $folder = null;
    $folder ??= new Folder();
    $secret = $folder->write('secret', SECRET_KEY . "\n");
    $till = __DIR__ . '/../examples/till.php';
    return new Running([...Running::interpreter(), $till, ...$arguments], [
        'FREEDOMPAY_BASE_URL' => $url,
        'FREEDOMPAY_MERCHANT_ID' => (string) MERCHANT_ID,
        'FREEDOMPAY_SECRET_FILE' => $secret,
        'FREEDOMPAY_JOURNAL' => null,
        ...$changes,
    ]);
}

/** Runs the till to its end: its exit code and the line that says what became of the sale. */
function run_till(string $url, array $arguments, array $changes = []): array
{
    [$code, $output, $errors] = till($url, $arguments, $changes)->end();
    same('', $errors);
    return [$code, $output];
}

return [
    'the till says what the payer did' => function (): void {
        $payers = ['--pay-after' => [0, 'PAID'], '--decline-after' => [20, 'DECLINED']];
        foreach ($payers as $option => [$code, $word]) {
            $sandbox = new Sandbox($option, '100ms');
            [$exit, $output] = run_till($sandbox->url, ['till-1', '10.50', 'Кофе']);
            same([$code, $word], [$exit, strtok(last_line($output), ':')]);
            has('customer=', $output);
            check(preg_match('~[\x{2580}\x{2584}\x{2588}]~u', $output) === 1, 'a code in blocks');
        }
    },
    'an expired invoice is expired' => function (): void {
        $order = order_id();
        $till = till(Sandbox::shared()->url, [$order, '10', 'Coffee']);
        do {
            $line = $till->line();
        } while ($line !== false && !str_starts_with($line, 'waiting'));
        Sandbox::shared()->turn(Sandbox::shared()->invoiceOf($order)['invoice_id'], 'expire');
        [$code, $output, $errors] = $till->end();
        same([20, 'EXPIRED', ''], [$code, strtok($output, ':'), $errors]);
    },
    'a till that stops waiting says still open' => function (): void {
        $short = ['FREEDOMPAY_WAIT_S' => '1'];
        [$code, $output] = run_till(Sandbox::shared()->url, [order_id(), '10', 'Coffee'], $short);
        same([10, 'STILL OPEN'], [$code, strtok(last_line($output), ':')]);
    },
    'a gateway that is not there is not sent' => function (): void {
        [$code, $output] = run_till(nobody(), ['till-1', '10', 'Coffee']);
        same([50, 'NOT SENT'], [$code, strtok($output, ':')]);
    },
    'a wrong key is refused' => function (): void {
        $folder = new Folder();
        $wrong = ['FREEDOMPAY_SECRET_FILE' => $folder->write('wrong', 'hunter2')];
        [$code, $output] = run_till(Sandbox::shared()->url, ['till-1', '10', 'Coffee'], $wrong);
        same([20, 'REFUSED'], [$code, strtok($output, ':')]);
        has('9998', $output);
        check(!str_contains($output, 'hunter2'), 'the key is not printed');
    },
    'a refusal for an earlier attempt\'s sake is unknown' => function (): void {
        $gateway = new Scripted(['init' => [error_json(9991, 'repeat of an operation')]]);
        [$code, $output] = run_till($gateway->url, ['till-1', '10', 'Coffee']);
        same([30, 'UNKNOWN'], [$code, strtok($output, ':')]);
        has('order till-1', $output);
    },
    'a lost answer is unknown and never refused' => function (): void {
        foreach ([error_json(11068, 'not found'), 'garbage'] as $answer) {
            $gateway = new Scripted(['init' => [null], 'status' => [$answer]]);
            [$code, $output] = run_till($gateway->url, ['till-1', '10', 'Coffee']);
            same([30, 'UNKNOWN'], [$code, strtok($output, ':')]);
            has('order till-1', $output);
            $targets = array_column($gateway->requests(), 'target');
            same(1, count(array_keys($targets, '/v5/merchant/invoice/init', true)));
        }
    },
    'a lost answer is asked for' => function (): void {
        $found = invoice_json(5, 'ok', ['order_id' => 'till-1']);
        $gateway = new Scripted(['init' => [null], 'status' => [$found]]);
        [$code, $output] = run_till($gateway->url, ['till-1', '10', 'Coffee']);
        same([0, 'PAID'], [$code, last_line($output)]);
    },
    'a till that was killed goes on with the same invoice' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $journal = ['FREEDOMPAY_JOURNAL' => "$folder->path/journal"];
        $till = till($sandbox->url, [$order, '10', 'Coffee'], $journal);
        $shown = '';
        do {
            $line = $till->line();
            $shown .= $line;
        } while ($line !== false && !str_starts_with($line, 'waiting'));
        $till->stop();
        $sandbox->turn($sandbox->invoiceOf($order)['invoice_id'], 'pay');
        $again = run_till($sandbox->url, [$order, '10', 'Coffee'], $journal);
        same([0, "{$shown}PAID\n"], $again);
        [$code, $output] = run_till($sandbox->url, [$order, '11', 'Coffee'], $journal);
        same([40, 'INPUT'], [$code, strtok($output, ':')]);
        has('11', $output);
        same(1, $sandbox->inits($order));
    },
    'a till sells nothing without the journal that it was given' => function (): void {
        $folder = new Folder();
        [$sandbox, $order] = [Sandbox::shared(), order_id()];
        $journal = "$folder->path/missing/journal";
        $changes = ['FREEDOMPAY_JOURNAL' => $journal];
        [$code, $output] = run_till($sandbox->url, [$order, '10', 'Coffee'], $changes);
        same([40, 'INPUT'], [$code, strtok($output, ':')]);
        has($journal, $output);
        same(0, $sandbox->inits($order));
    },
    'bad input is named' => function (): void {
        $good = ['till-1', '10', 'Coffee'];
        $inputs = [
            [['till-1', '1,5', 'Coffee'], []],
            [['till-1', '10'], []],
            [$good, ['FREEDOMPAY_BASE_URL' => null]],
            [$good, ['FREEDOMPAY_BASE_URL' => 'http://api.example']],
            [$good, ['FREEDOMPAY_MERCHANT_ID' => 'many']],
            [$good, ['FREEDOMPAY_MERCHANT_ID' => '0']],
            [$good, ['FREEDOMPAY_SECRET_FILE' => '/no/such/file']],
            [$good, [by_tool() ? 'FREEDOMPAY_TOOL' : 'FREEDOMPAY_LIBRARY' => '/no/such/file']],
        ];
        foreach ($inputs as [$arguments, $changes]) {
            [$code, $output] = run_till('http://127.0.0.1:9', $arguments, $changes);
            same([40, 'INPUT'], [$code, strtok($output, ':')]);
            check(strlen($output) > strlen("INPUT: \n"), 'it is named');
        }
    },
];

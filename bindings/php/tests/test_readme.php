<?php

// Every block of code in README.md, as it stands there.

declare(strict_types=1);

use FreedomPay\Library;

/** What a fragment prints that runs behind the making of a client and an invoice. */
function printed(Block $block, string $more, string ...$sandbox): string
{
    $shop = Shop::shared();
    $gateway = new Sandbox(...$sandbox);
    $shop->forget();
    $order = order_id();
    $before = "<?php require 'vendor/autoload.php';
        error_reporting(E_ALL);
        \$client = new FreedomPay\Client(123456, 'sandbox-secret-key', '$gateway->url', journal: '/var/lib/shop/sales',
            pollIntervalMs: 20);
        \$request = new FreedomPay\InvoiceRequest('$order', '10.50', 'Coffee', 'UZS');
        \$invoice = \$client->invoiceInit(\$request);\n$more\n";
    $script = $shop->write('fragment.php', $shop->placed($before . $block->text, $gateway->url));
    $process = new Running([...Running::interpreter(), $script], folder: $shop->path());
    [$code, $output, $errors] = $process->end();
    same([0, ''], [$code, $errors], $block->text);
    return str_replace($order, 'ORDER', $output);
}

// What each fragment prints, by a part of it.
$fragments = [
    'new InvoiceRequest($invoice->orderId' => '~^No: .*10\.50 UZS.*\n$~',
    'qrDataUri() . ' => '~^$~',
    'paymentRefund(' => '~^refund \d+\n$~',
    'given up' => '~^(New\n|Process\n)*Ok\n$~',
    'startInvoiceWait' => '~^Ok\n$~',
    'pending()' => '~^ORDER, 10\.50: (New|Process|Ok)\n$~',
    'LogLevel::Info' => '~^$~',
    "textEncoding: 'windows-1251'" => '~^$~',
];
$tests = [];
foreach ($fragments as $part => $expected) {
    $tests["the guide is right: $part"] = function () use ($part, $expected): void {
        $paid = str_contains($part, 'payment') ? '$client->invoiceWait($invoice->invoiceId, 20_000);' : '';
        $output = printed(Block::with($part), $paid, '--pay-after', '100ms');
        check(preg_match($expected, $output) === 1, $output);
    };
}

return $tests + [
    'every block of the guide is run by a test' => function () use ($fragments): void {
        // The web pages and their settings are in test_web.php.
        $known = [
            ...array_keys($fragments), 'freedompay sandbox', 'composer require', '// sale.php',
            '// declarations.php', ...PAGES, ...SETTINGS,
        ];
        foreach ($known as $part) {
            Block::with($part);
        }
        same(count($known), count(Block::all()));
    },
    'the guide sells' => function (): void {
        $options = Block::with('freedompay sandbox')->text;
        check(preg_match('~^freedompay sandbox (--pay-after) (3s) ~', $options, $found) === 1, $options);
        $gateway = new Sandbox($found[1], '100ms');
        $shop = Shop::shared();
        $shop->forget();
        $script = $shop->write('sale.php', $shop->placed(Block::with('// sale.php')->text, $gateway->url));
        foreach ([1, 2] as $attempt) {  // the same order again is the same sale
            $process = new Running([...Running::interpreter(), $script], folder: $shop->path());
            [$code, $output, $errors] = $process->end();
            same([0, '', 'PAID'], [$code, $errors, last_line($output)]);
        }
        same(1, $gateway->inits('order-1'));
    },
    'the package is installed by Composer' => function (): void {
        $command = Block::with('composer require')->text;
        same("composer require freedompay/freedompay\n", $command);
        $shop = new Shop();
        $shop->composer('remove', 'freedompay/freedompay');
        check(!is_dir("{$shop->path()}/vendor/freedompay"), 'it is gone');
        $shop->composer('require', 'freedompay/freedompay:@dev');
        $shop->composer('dump-autoload', '--classmap-authoritative');
        $script = $shop->write('v.php', "<?php require 'vendor/autoload.php';
            echo FreedomPay\Library::version();");
        $process = new Running([...Running::interpreter(), $script], folder: $shop->path());
        same([0, Library::version(), ''], $process->end());
        $strict = ['validate', '--strict', '--no-check-lock', realpath(__DIR__ . '/../composer.json')];
        has('is valid', $shop->composer(...$strict));
    },
    'the guide makes the header for preloading' => function (): void {
        $shop = Shop::shared();
        $text = $shop->placed(Block::with('// declarations.php')->text, '');
        $script = $shop->write('declarations.php', $text);
        $process = new Running([...Running::interpreter(), $script], folder: $shop->path());
        same([0, Library::ffiHeader("{$shop->path()}/lib/freedompay"), ''], $process->end());
    },
];

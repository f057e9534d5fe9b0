<?php

// The pages and the settings of the guide on a real web server: nginx before PHP-FPM.

declare(strict_types=1);

/** The shop of the guide with its settings of PHP, and the sandbox that it sells through. */
function shop(string $settings, Sandbox $gateway, string $more = ''): Web
{
    $shop = Shop::shared();
    $shop->forget();
    $ini = $shop->placed(Block::with($settings)->text, $gateway->url);
    $web = new Web($shop, "display_errors=0\nlog_errors=1\n$ini\n$more");
    foreach (PAGES as $page) {
        $text = str_replace('https://shop.example', $web->url, Block::with($page)->text);
        $name = substr($page, strlen('// '));
        file_put_contents("{$shop->public()}/$name", $shop->placed($text, $gateway->url));
    }
    file_put_contents("{$shop->public()}/probe.php", '<?php
        require __DIR__ . "/../vendor/autoload.php";
        try {
            FFI::cdef("int getpid(void);");
            $mine = "may";
        } catch (Throwable) {
            $mine = "may not";
        }
        echo FreedomPay\Library::road()->value, " ", getmypid(), " ", $mine;');
    return $web;
}

function sells(Web $web, Sandbox $gateway): void
{
    $order = order_id();
    [$status, $type, $page] = $web->ask("pay.php?order=$order");
    same([200, 'text/html; charset=UTF-8'], [$status, $type], $page);
    check(preg_match('~src="data:image/png;base64,([^"]+)"~', $page, $picture) === 1, $page);
    check(str_starts_with(base64_decode($picture[1], true), "\x89PNG"), 'a picture');
    $id = $gateway->invoiceOf($order)['invoice_id'];
    has("invoice=$id'", $page);
    for ($i = 0; $i < 10; $i++) {  // either worker, one journal
        same($page, $web->ask("pay.php?order=$order")[2]);
    }
    same(1, $gateway->inits($order));
    same([200, 'text/plain;charset=UTF-8', 'New'], $web->ask("state.php?invoice=$id"));
    $gateway->turn($id, 'pay');
    same('Ok', $web->ask("state.php?invoice=$id")[2]);
    [$status, , $page] = $web->ask('pay.php?order=' . str_repeat('x', 51));
    same(502, $status);
    has('order_id', $page);
}

/** The callbacks that come to the shop: that of the sandbox, in other forms, and forged. */
function is_called_back(Web $web, Sandbox $gateway): void
{
    $order = order_id();
    $web->ask("pay.php?order=$order");
    $id = $gateway->invoiceOf($order)['invoice_id'];
    $said = ['pg_order_id' => $order, 'pg_payment_id' => "$id", 'pg_currency' => 'UZS'];
    $fields = result($said, 'callback.php');
    $form = ['Content-Type: ' . FORM];
    [$status, $type, $reply] = $web->ask('callback.php', http_build_query($fields), $form);
    same([200, 'text/xml; charset=utf-8'], [$status, $type], $reply);
    has('<pg_status>ok</pg_status>', $reply);
    same(0, substr_count($web->shop->paid(), "$order\n"));  // nobody has paid: the gateway knows it
    $gateway->turn($id, 'pay');
    until(fn () => str_contains($web->shop->paid(), "$order\n"), 'the sandbox calls back');
    $boundary = 'x' . bin2hex(random_bytes(8));
    $parts = '';
    foreach ($fields as $name => $value) {
        $parts .= "--$boundary\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
    }
    $type = ["Content-Type: multipart/form-data; boundary=$boundary"];
    [$status, $kind, $again] = $web->ask('callback.php', "$parts--$boundary--\r\n", $type);
    same([200, 'text/xml; charset=utf-8', said($reply)], [$status, $kind, said($again)]);
    same(said($reply), said($web->ask('callback.php?' . http_build_query($fields))[2]));
    $forged = http_build_query([...$fields, 'pg_amount' => '1']);
    same([403, ''], [$web->ask('callback.php', $forged, $form)[0], $web->ask('callback.php', $forged, $form)[2]]);
    same(403, $web->ask('callback.php')[0]);
    same('', $web->complaints());
    $other = http_build_query(result([...$said, 'pg_currency' => 'KZT'], 'callback.php'));
    same(500, $web->ask('callback.php', $other, $form)[0]);
    has('ConflictException', $web->complaints());
}

/** @return list<string> the words of the probe, which are the same in every worker */
function probed(Web $web): array
{
    $pids = [];
    for ($i = 0; $i < 40; $i++) {
        [$road, $pid, $mine] = explode(' ', $web->ask('probe.php')[2], 3);
        $pids[$pid] = true;
    }
    check(count($pids) <= 2, 'no worker has ended');
    return [$road, $mine];
}

$kinds = [
    'with FFI by preloading' => [SETTINGS[1], 'ffi', ''],
    'with FFI by preloading, the declarations too' => [SETTINGS[1], 'ffi', 'ffi.preload=/srv/shop/ffi.h'],
    'without FFI' => [SETTINGS[2], 'tool', ''],
    'with FFI for preloaded scripts and nothing preloaded' => [SETTINGS[2], 'tool', 'ffi.enable=preload'],
];
$tests = [];
foreach ($kinds as $name => [$settings, $road, $more]) {
    $tests["a shop behind a web server sells: $name"] = function () use ($settings, $road, $more): void {
        $gateway = new Sandbox();
        $shop = Shop::shared();
        $shop->write('ffi.h', FreedomPay\Library::ffiHeader("{$shop->path()}/lib/freedompay"));
        $web = shop($settings, $gateway, $shop->placed($more, ''));
        same([$road, 'may not'], probed($web));
        sells($web, $gateway);
        is_called_back($web, $gateway);
        same([$road, 'may not'], probed($web));
    };
}

return $tests + [
    'the settings of the command line are enough' => function (): void {
        $shop = Shop::shared();
        $ini = $shop->write('cli.ini', $shop->placed(Block::with(SETTINGS[0])->text, ''));
        $script = $shop->write('cli.php', "<?php require 'vendor/autoload.php';
            echo FreedomPay\Library::road()->value, ' ', FreedomPay\Library::version();");
        $nothing = ['FREEDOMPAY_LIBRARY' => null, 'FREEDOMPAY_TOOL' => null, 'FREEDOMPAY_ROAD' => null];
        $process = new Running([PHP_BINARY, '-c', $ini, $script], $nothing, folder: $shop->path());
        same([0, 'ffi ' . FreedomPay\Library::version(), ''], $process->end());
    },
];

<?php

declare(strict_types=1);

// A client that was used goes through pcntl_fork: ten children sell, two of them from a child of their own, and the parent sells
// before and after. Prints how many were sold.
//
//   pcntl.php PACKAGE URL ORDER

[, $package, $url, $order] = $argv;
require $package . '/src/autoload.php';

$client = new FreedomPay\Client(merchantId: 123456, secretKey: 'sandbox-secret-key', baseUrl: $url);

$sell = static function (string $name) use ($client, $order): void {
    $invoice = $client->invoiceInit(new FreedomPay\InvoiceRequest($order . $name, '10', 'Ticket'));
    if ($client->invoiceStatus($invoice->invoiceId)->invoiceId !== $invoice->invoiceId) {
        throw new RuntimeException("$name got the answer of another");
    }
};

/** Starts a child that runs $body and ends as PHP ends, with its destructors. */
$child = static function (callable $body): int {
    $pid = pcntl_fork();
    if ($pid === 0) {
        pcntl_signal(SIGALRM, SIG_DFL);
        pcntl_alarm(30);
        $body();
        exit(0);
    }
    return $pid;
};

$sold = 0;
$wait = static function (int $pid) use (&$sold): void {
    pcntl_waitpid($pid, $status);
    if (!pcntl_wifexited($status) || pcntl_wexitstatus($status) !== 0) {
        throw new RuntimeException('a child hung, crashed or failed');
    }
    $sold++;
};

$sell('before');
$sold++;
for ($i = 0; $i < 4; $i++) {
    $wait($child(static fn () => $sell("alone-$i")));
}
$together = [];
for ($i = 0; $i < 4; $i++) {
    $together[] = $child(static fn () => $sell("together-$i"));
}
array_map($wait, $together);
$wait($child(static function () use ($child, $wait, $sell): void {
    $wait($child(static fn () => $sell('grandchild')));
    $sell('child');
}));
$sold++;  // the grandchild, which its own parent counted
$sell('after');
$sold++;
echo "$sold sold\n";

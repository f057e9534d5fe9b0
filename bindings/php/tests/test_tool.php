<?php

// The road through the program, where the program does what it should not. Never "failed" where a call may have arrived.

declare(strict_types=1);

/** A program that answers the check of a client as freedompay does, and otherwise does something else. */
function impostor(string $does): string
{
    static $folder = null;
    $folder ??= new Folder();
    $path = $folder->write('impostor-' . md5($does), "#!/bin/sh
        read line
        case \$line in
        *client_check*) echo '{\"result\":{\"code\":0},\"abi_version\":1}' ;;
        *) $does ;;
        esac\n");
    chmod($path, 0755);
    return $path;
}

/** What a script prints that uses such a program; $sale is a request, $say prints what was thrown. */
function over(string $program, string $code): string
{
    return ran("use FreedomPay\\{Client, InvoiceRequest, Library, Receipt, Road};
        error_reporting(E_ALL);
        set_error_handler(fn (\$level, \$message) => throw new ErrorException(\$message));
        \$say = fn (\$e) => print(implode(' ', [substr(strrchr(get_class(\$e), '\\\\'), 1), \$e->sent?->name,
            \$e->advice?->name, \$e->orderId, \$e->invoiceId, \$e->paymentId, basename(\$e->getMessage())]) . \"\\n\");
        Library::useRoad(Road::Tool, '$program');
        \$client = new Client(merchantId: 1, secretKey: 'hunter2');
        \$sale = new InvoiceRequest('o-1', 10, 'Tea');
        $code", []);
}

$does = [
    'exit 3' => 'ended without an answer (exit code 3)',
    'exit 0' => 'ended without an answer (exit code 0)',
    'kill -9 $$' => 'ended without an answer',
    'echo garbage' => 'said what is not JSON',
    'echo' => 'said what is not JSON',
    'echo 5' => 'said what is not JSON',
    'printf \'{"result":{"code":0\'' => 'ended without an answer',
    'echo \'{"result":{"code":0}}\'' => 'has another ABI version than 1',
    'echo \'{"result":{"code":0},"abi_version":2}\'' => 'has another ABI version than 1',
    'echo \'{"other":{},"abi_version":1}\'' => 'said nothing of a result',
    'echo \'{"log":[3,"x"]}\'; exit 1' => 'ended without an answer (exit code 1)',
];
$tests = [];
foreach ($does as $what => $reason) {
    $tests["a program that gives no answer leaves the outcome unknown: $what"] = function () use ($what, $reason): void {
        $calls = [
            '$client->invoiceInit($sale)' => 'o-1  ',
            '$client->invoiceStatus(5)' => ' 5 ',
            '$client->invoiceStatusByOrder("o-2")' => 'o-2  ',
            '$client->invoiceWait(5, 1000)' => ' 5 ',
            '$client->paymentRefund(7, "5")' => '  7',
            '$client->startInvoiceInit($sale)->job()' => '',
        ];
        foreach ($calls as $call => $about) {
            $task = str_ends_with($call, '->job()');
            $call = $task
                ? '($t = ' . substr($call, 0, -7) . ') && $t->join(20000) && $t->result()'
                : $call;
            $said = over(impostor($what), "try { $call; echo 'fine'; } catch (Exception \$e) { \$say(\$e); }");
            check(str_starts_with($said, 'OutcomeUnknownException Maybe AskStatus '), $said);
            has($reason, $said);
            check(str_contains($said, "AskStatus $about") || $task, $said);
            check(!str_contains($said, 'hunter2'), 'the key is in no text');
        }
        foreach (['$client->pending()', '$client->refundSettle(7, true)', 'new Receipt()', 'Library::version()'] as $call) {
            $said = over(impostor($what), "try { $call; echo 'fine'; } catch (Exception \$e) { \$say(\$e); }");
            $isFine = $call === 'Library::version()' && str_contains($what, 'other');
            check($isFine || str_starts_with($said, 'InternalException No None '), "$call: $said");
        }
    };
}

return $tests + [
    'a program that disappears is not sent' => function (): void {
        $program = impostor('exit 1');
        $code = "unlink('$program'); try { \$client->invoiceInit(\$sale); } catch (Exception \$e) { \$say(\$e); }";
        $said = over($program, $code);
        check(str_starts_with($said, 'NotSentException No Retry '), $said);
        impostor('exit 1');
    },
    'what is dumped shows no key' => function (): void {
        $said = over(impostor('exit 1'), 'var_dump($client); print_r($client); var_export((array) $client);');
        check(!str_contains($said, 'hunter2'), $said);
        has('FreedomPay\Client', $said);
    },
];

<?php

// Payments, payouts, cards, and any path: what each call sends, and what is read of its answer.

declare(strict_types=1);

use FreedomPay\Advice;
use FreedomPay\Client;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\BadAnswerException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\Library;
use FreedomPay\Number;
use FreedomPay\PaymentStatus;
use FreedomPay\PayoutQuestion;
use FreedomPay\Scheme;
use FreedomPay\Sent;

const PAYOUT_KEY = 'payout-secret-key';

/** What a call makes of an answer, and what it sent. */
function called_with(callable $call, string $path, array $answer, string $key = SECRET_KEY): array
{
    $gateway = new Scripted(['*' => [classic(basename($path), $answer, $key)]]);
    $got = $call(client($gateway->url, payoutKey: PAYOUT_KEY));
    same(1, count($gateway->requests()));
    same($path, $gateway->requests()[0]['target']);
    return [$got, form($gateway->requests()[0])];
}

$page = ['pg_order_id' => 'o-1', 'pg_amount' => '10.50', 'pg_description' => 'Чай & «кофе»'];
$sale = ['o-1', '10.50', 'Чай & «кофе»'];
$begun = ['pg_payment_id' => '77', 'pg_redirect_url' => 'https://customer.example/p?a=1&b=2'];
$merchant = '/v1/merchant/' . MERCHANT_ID;
$limit = ['pg_order_time_limit' => '2026-03-01 18:00:00', 'pg_post_link' => 'https://shop.example/post'];
$iban = [
    'pg_recipient_iban' => 'KZ123', 'pg_recipient_iin' => '123456789012', 'pg_recipient_name' => 'A B',
    'pg_recipient_kbe' => '19', 'pg_knp' => '342', 'pg_bank_bik' => 'BIC', 'pg_post_link' => 'https://s.example/',
];
$back = 'https://shop.example/back';

// Each call: its path, what it sends, what is answered, the key.
$calls = [
    'paymentStatus' => [[77], '/get_status3.php', ['pg_payment_id' => '77'], []],
    'paymentStatusByOrder' => [['o-1'], '/get_status3.php', ['pg_order_id' => 'o-1'], ['pg_order_id' => 'o-1']],
    'paymentCancel' => [[77], '/cancel.php', ['pg_payment_id' => '77'], []],
    'paymentCapture' => [[77, '5'], '/do_capture.php', ['pg_clearing_amount' => '5', 'pg_payment_id' => '77'], []],
    'paymentRefund' => [
        [77, '5', 'key-1'],
        '/revoke.php',
        ['pg_idempotency_key' => 'key-1', 'pg_payment_id' => '77', 'pg_refund_amount' => '5'],
        [],
    ],
    'invoiceCancel' => [[77], '/cancel.php', ['pg_payment_id' => '77'], []],
    'invoiceRefund' => [[77], '/revoke.php', ['pg_payment_id' => '77'], []],
    'pageInit' => [
        [...$sale, ['pg_currency' => 'KZT', 'table' => 5, 'pg_lifetime' => new Number('300')]],
        '/init_payment.php',
        [...$page, 'pg_currency' => 'KZT', 'table' => '5', 'pg_lifetime' => '300'],
        $begun,
    ],
    'mobileInit' => [$sale, '/init_payment.php', $page, ['pg_payment_id' => '77']],
    'mobilePay' => [
        [77, '+77017777777', 'KCELLKZT'],
        '/mfs/pay',
        ['pg_abonent_phone' => '+77017777777', 'pg_payment_id' => '77', 'pg_payment_system_code' => 'KCELLKZT'],
        ['pg_payment_id' => '77'],
    ],
    'mobileApprove' => [
        [77, '111111'],
        '/mfs/approve',
        ['pg_approval_code' => '111111', 'pg_payment_id' => '77'],
        ['pg_payment_id' => '77'],
    ],
    'tokenInit' => [
        [...$sale, 'user-1', 'token-1'],
        "$merchant/card/init",
        [...$page, 'pg_user_id' => 'user-1', 'pg_card_token' => 'token-1'],
        ['pg_payment_id' => '77', 'pg_order_id' => 'o-1'],
    ],
    'tokenDirect' => [[77], "$merchant/card/direct", ['pg_payment_id' => '77'], ['pg_payment_id' => '77']],
    'cardAdd' => [
        ['user-1', $back],
        "$merchant/cardstorage/add",
        ['pg_back_link' => $back, 'pg_user_id' => 'user-1'],
        $begun,
    ],
    'cardAddForPayout' => [
        ['user-1', $back, ['pg_post_link' => 'https://s.example/']],
        "$merchant/cardstoragepayout/add",
        ['pg_back_link' => $back, 'pg_post_link' => 'https://s.example/', 'pg_user_id' => 'user-1'],
        $begun,
    ],
    'payoutPage' => [
        [...$sale, [...$limit, 'pg_back_link' => $back]],
        '/api/reg2nonreg',
        [...$page, ...$limit, 'pg_back_link' => $back],
        $begun,
        PAYOUT_KEY,
    ],
    'payoutIban' => [[...$sale, $iban], '/api/to_iban', [...$page, ...$iban], ['pg_payment_id' => '77'], PAYOUT_KEY],
    'payoutToken' => [
        [...$sale, 'user-1', 'token-1', $limit],
        '/api/reg2reg',
        [...$page, ...$limit, 'pg_user_id' => 'user-1', 'pg_card_token_to' => 'token-1'],
        ['pg_payment_id' => '77'],
        PAYOUT_KEY,
    ],
];
$tests = [];
foreach ($calls as $method => $row) {
    $tests["$method sends what the gateway wants"] = function () use ($method, $row): void {
        [$arguments, $path, $expected, $answer, $key] = [...$row, SECRET_KEY];
        $answer += ['pg_payment_id' => '77'];
        $call = static fn (Client $client): mixed => $client->$method(...$arguments);
        [$payment, $sent] = called_with($call, $path, $answer, $key);
        ksort($expected);
        same($expected, $sent);
        same(77, $payment->paymentId);
        same($answer['pg_redirect_url'] ?? null, $payment->redirectUrl);
    };
}

return $tests + [
    'everything of a payment is read' => function (): void {
        [$payment] = called_with(fn ($client) => $client->paymentStatus(77), '/get_status3.php', [
            'pg_payment_id' => '77', 'pg_order_id' => 'o-77', 'pg_amount' => '100.50',
            'pg_currency' => 'KZT', 'pg_payment_status' => 'success', 'pg_captured' => '1',
            'pg_clearing_amount' => '100.50', 'pg_refund_amount' => '-30.25', 'pg_card_pan' => '4400-XX',
            'pg_refund_payments' => ['pg_refund_payment' => [
                [
                    'pg_payment_id' => '78', 'pg_payment_status' => 'success', 'pg_amount' => '-30.25',
                    'pg_payment_date' => '2026-01-02 03:04:05',
                ],
                ['pg_payment_id' => '79', 'pg_payment_status' => 'error', 'pg_amount' => '-1'],
            ]],
        ]);
        same([77, 'o-77', '100.50', 'KZT'], [
            $payment->paymentId, $payment->orderId, $payment->amount, $payment->currency,
        ]);
        same([PaymentStatus::Success, 5], [$payment->status, $payment->statusNumber]);
        same([true, true], [$payment->isPaid(), $payment->captured]);
        same(['100.50', '-30.25', '4400-XX'], [
            $payment->clearingAmount, $payment->refundedAmount, $payment->cardPan,
        ]);
        [$first, $second] = $payment->refunds;
        same([78, '-30.25', PaymentStatus::Success, 5, '2026-01-02 03:04:05'], array_values((array) $first));
        same([79, '-1', PaymentStatus::Error, 6, null], array_values((array) $second));
        same(2, count($payment->refunds));
        same(2, $payment->count('pg_refund_payments/pg_refund_payment'));
        same('79', $payment->field('pg_refund_payments/pg_refund_payment[1]/pg_payment_id'));
        same([null, null, null], [$payment->redirectUrl, $payment->balance, $payment->refundId]);
        throws(Exception::class, fn () => serialize($payment));
    },
    'paths find the same on either road' => function (): void {
        $answer = json_encode(['status' => 'ok', 'a' => [1, 3], 'list' => ['item' => [['x' => 1], ['x' => '2']]],
            'e' => '', 'n' => null, 'd' => ['e' => 4], 'a]' => 'odd', '+1' => 'plus']);
        $gateway = new Scripted(['*' => [$answer]]);
        $got = client($gateway->url)->callSend('/v5/any', ['a' => 'b']);
        $values = [
            'a' => '1', 'a[0]' => '1', 'a[1]' => '3', 'a[+1]' => '3', 'a[00001]' => '3', 'a[2]' => null,
            'list/item/x' => '1', 'list/item[1]/x' => '2', 'list' => null, 'e' => '', 'n' => null, 'd/e' => '4',
            'x' => null, '' => null, 'a/' => null, 'a[' => null, 'a]' => null, 'a[]' => null, 'a[-1]' => null,
            'a[99999999999999999999999]' => null, '/a' => null, 'a[1]]' => null, 'a[ 1]' => null,
        ];
        foreach ($values as $path => $value) {
            same($value, $got->field((string) $path), "the field $path");
        }
        $counts = ['a' => 2, 'list/item' => 2, 'no/item' => 0, 'list' => 1, '' => 0, 'list/item[1]/x' => 1, 'a[1]' => 0];
        foreach ($counts as $path => $count) {
            same($count, $got->count($path), "how many $path");
        }
        throws(ArgumentException::class, fn () => $got->field("a\0"));
    },
    'a hold is not paid' => function (): void {
        foreach (['0' => false, '1' => true] as $captured => $paid) {
            $answer = ['pg_payment_id' => '77', 'pg_payment_status' => 'success', 'pg_captured' => (string) $captured];
            [$payment] = called_with(fn ($client) => $client->paymentStatus(77), '/get_status3.php', $answer);
            same([PaymentStatus::Success, $paid, $paid], [$payment->status, $payment->isPaid(), $payment->captured]);
        }
    },
    'an answer that nobody signed is a bad answer' => function (): void {
        foreach ([classic('get_status3.php', ['pg_payment_id' => '77'], 'other'), classic('other.php')] as $answer) {
            $gateway = new Scripted(['*' => [$answer]]);
            $e = throws(BadAnswerException::class, fn () => client($gateway->url)->paymentStatus(77));
            same([Code::Answer, 77], [$e->errorCode, $e->paymentId]);
        }
    },
    'what is asked of a payout' => function (): void {
        $paths = ['/api/payment_status2', '/api/payment_status', '/get_status2.php'];
        foreach (PayoutQuestion::cases() as $number => $question) {
            [$payment, $sent] = called_with(
                fn (Client $client) => $client->payoutStatus('o-1', $question),
                $paths[$number],
                ['pg_payment_id' => '77', 'pg_payment_status' => 'process', 'pg_order_id' => 'o-1'],
                PAYOUT_KEY,
            );
            same(['pg_order_id' => 'o-1'], $sent);
            same([PaymentStatus::Process, 77], [$payment->status, $payment->paymentId]);
        }
        $balance = ['pg_balance' => '1000.05'];
        [$payment] = called_with(fn ($client) => $client->payoutBalance(), '/api/balance_status', $balance, PAYOUT_KEY);
        same('1000.05', $payment->balance);
        throws(ConfigException::class, fn () => client(nobody())->payoutBalance());
    },
    'the stored cards are a list' => function () use ($merchant): void {
        $cards = [
            ['pg_status' => 'active', 'pg_card_token' => 't-1', 'pg_card_hash' => '4400-XX', 'created_at' => '2026'],
            ['pg_status' => 'active', 'pg_card_token' => 't-2', 'pg_recurring_profile_id' => '9'],
        ];
        [$list, $sent] = called_with(
            fn (Client $client) => $client->cardList('user-1'),
            "$merchant/cardstorage/list",
            ['card' => $cards],
        );
        same(['pg_user_id' => 'user-1'], $sent);
        same(2, $list->count('card'));
        $list = iterator_to_array($list);
        same(2, count($list));
        same(['t-1', '4400-XX', 'active', '2026'], [
            $list[0]->token, $list[0]->mask, $list[0]->status, $list[0]->createdAt,
        ]);
        same(['t-2', null, '9'], [$list[1]->token, $list[1]->mask, $list[1]->field('pg_recurring_profile_id')]);
        $removed = ['card' => [['pg_status' => 'deleted', 'pg_card_hash' => '4400-XX']]];
        [, $sent] = called_with(
            fn (Client $client) => $client->cardRemove('user-1', 't-1'),
            "$merchant/cardstorage/remove",
            $removed,
        );
        same(['pg_card_token' => 't-1', 'pg_user_id' => 'user-1'], $sent);
    },
    'the page for a code of a card is HTML' => function (): void {
        $gateway = new Scripted(['*' => ['<!doctype html><p>CVC']]);
        same('<!doctype html><p>CVC', client($gateway->url)->tokenPay(77)->body);
    },
    'any path is called, and numbers stay numbers' => function (): void {
        $gateway = new Scripted(['*' => [json_encode(['status' => 'ok', 'more' => ['x' => '1']])]]);
        $client = client($gateway->url);
        $answer = $client->callSend('/v5/merchant/other', [
            'text' => '10.50', 'exact' => new Number('10.50'), 'int' => PHP_INT_MAX,
            'deep' => ['list' => ['a', 'b']],
        ]);
        same('1', $answer->field('more/x'));
        $request = $gateway->requests()[0];
        has('"text":"10.50"', $request['body']);
        has('"exact":10.50', $request['body']);
        has('"int":9223372036854775807', $request['body']);
        same(['list' => ['a', 'b']], json_decode($request['body'], true)['deep']);
        has('..', $request['headers']['x-jws-signature']);
        $twice = (function () {
            yield 'pg_item' => 'a';
            yield 'pg_item' => 'b';
        })();
        $classic = new Scripted(['*' => [classic('any.php')]]);
        client($classic->url)->callSend('/any.php', $twice, Scheme::PgSig);
        check(preg_match('~pg_item=a&.*pg_item=b~', $classic->requests()[0]['body']) === 1, 'twice');
    },
    'a large request and a large answer go through' => function (): void {
        $text = str_repeat('Чай ', 20_000);
        $gateway = new Scripted(['*' => [json_encode(['status' => 'ok', 'same' => $text])]]);
        $answer = client($gateway->url)->callSend('/v5/any', ['text' => $text]);
        same(strlen($text), strlen($answer->field('same')));
        same($text, json_decode($gateway->requests()[0]['body'], true)['text']);
    },
    'what cannot be sent is refused' => function (): void {
        $client = client(nobody(), payoutKey: PAYOUT_KEY);
        $number = fn () => new Number(10.5);
        throws(TypeError::class, $number);
        throws(TypeError::class, fn () => $client->callSend('/any.php', ['pg_amount' => 10.5]));
        throws(TypeError::class, fn () => $client->pageInit('o', 10.5, 'Tea'));
        throws(TypeError::class, fn () => $client->pageInit('o', 10, 'Tea', ['pg_currency' => null]));
        throws(TypeError::class, fn () => $client->paymentRefund(5, 1.5));
        $refused = [
            fn () => $client->callSend('any.php'),
            fn () => $client->callSend('/any.php', ['pg_empty' => '']),
            fn () => $client->callSend('/any.php', ["a\0b" => 'x']),
            fn () => $client->callSend('/any.php', ['a' => "x\0y"]),
            fn () => $client->pageInit('o', '10', 'Tea', ['pg_unknown' => 'x']),
            fn () => $client->pageInit('o', '10', 'Tea', ['pg_currency' => "\xff"]),
            fn () => $client->pageInit('o', '10', 'Tea', ["pg\xff" => 'x']),
            fn () => $client->callSend("/any\xff"),
            fn () => $client->callSend('/any.php', ["a\xff" => 'x']),
            fn () => $client->callSend('/any.php', ['a' => "\xff"]),
            fn () => $client->paymentStatus(0),
            fn () => $client->paymentRefund(5, '1,5'),
            fn () => $client->payoutIban('o', '10', 'Tea', []),
        ];
        foreach ($refused as $index => $call) {
            $e = throws(ArgumentException::class, $call, "call $index");
            same(Sent::No, $e->sent);
        }
    },
    'a refund is made once under its key' => function (): void {
        $folder = new Folder();
        $answer = ['pg_payment_id' => '77', 'pg_revoke_payment_id' => '78', 'pg_revoke_status' => 'success'];
        $gateway = new Scripted([
            'get_status3.php' => [classic('get_status3.php', ['pg_payment_id' => '77'])],
            'revoke.php' => [classic('revoke.php', $answer)],
        ]);
        $client = client($gateway->url, journal: "$folder->path/journal");
        $first = $client->paymentRefund(77, '5', 'key-1');
        same([78, false], [$first->refundId, $first->fromJournal]);
        $again = $client->paymentRefund(77, '5', 'key-1');
        same([78, true], [$again->refundId, $again->fromJournal]);
        throws(ConflictException::class, fn () => $client->paymentRefund(77, '6', 'key-1'));
        $targets = array_column($gateway->requests(), 'target');
        same(1, count(array_keys($targets, '/revoke.php', true)));
    },
    'what is open of refunds and payouts is told after a restart' => function () use ($sale, $iban): void {
        $folder = new Folder();
        $gateway = new Scripted([
            'get_status3.php' => [
                classic('get_status3.php', ['pg_payment_id' => '77']),
                classic('get_status3.php', ['pg_payment_id' => '78']),
            ],
            'revoke.php' => [null],
            'to_iban' => [null],
        ]);
        $client = client($gateway->url, journal: "$folder->path/journal", payoutKey: PAYOUT_KEY);
        same([[], []], [$client->pendingRefunds(), $client->pendingPayouts()]);
        throws(OutcomeUnknownException::class, fn () => $client->paymentRefund(77, '5', 'key-1'));
        throws(OutcomeUnknownException::class, fn () => $client->paymentRefund(78));
        throws(OutcomeUnknownException::class, fn () => $client->payoutIban(...$sale, more: $iban));
        $client = client($gateway->url, journal: "$folder->path/journal");
        [$first, $second] = $client->pendingRefunds();
        same([77, '5', 'key-1'], array_values((array) $first));
        same([78, null, null], array_values((array) $second));
        [$payout] = $client->pendingPayouts();
        same(['o-1', '10.50'], array_values((array) $payout));
        same([2, 1, []], [count($client->pendingRefunds()), count($client->pendingPayouts()), $client->pending()]);
    },
    'what a person has seen of a refund is written, and not while nobody can know' => function (): void {
        $folder = new Folder();
        $status = classic('get_status3.php', ['pg_payment_id' => '77']);
        $gateway = new Scripted(['get_status3.php' => [$status], 'revoke.php' => [null]]);
        $client = client($gateway->url, journal: "$folder->path/journal");
        throws(OutcomeUnknownException::class, fn () => $client->paymentRefund(77, '5', 'key-1'));
        $asked = count($gateway->requests());
        foreach ([true, false] as $wasMade) {
            $e = throws(OutcomeUnknownException::class, fn () => $client->refundSettle(77, $wasMade, 'key-1'));
            same([Advice::Wait, 77], [$e->advice, $e->paymentId]);
        }
        $e = throws(ArgumentException::class, fn () => $client->refundSettle(77, true));
        has('refund_key is missing', $e->getMessage());
        $e = throws(ArgumentException::class, fn () => $client->refundSettle(78, true, 'key-1'));
        has('payment_id 78 has no refund', $e->getMessage());
        throws(ConfigException::class, fn () => client($gateway->url)->refundSettle(77, true, 'key-1'));
        same(1, count($client->pendingRefunds()));
        same($asked, count($gateway->requests()));
    },
    'the gateway\'s codes have a meaning' => function (): void {
        check((string) Library::gatewayCodeMeaning(9998) !== '', 'of 9998');
        same(null, Library::gatewayCodeMeaning(123456789));
        throws(ArgumentException::class, fn () => Library::gatewayCodeMeaning(PHP_INT_MAX));
        $refusal = '<response><pg_status>error</pg_status><pg_error_code>9998</pg_error_code></response>';
        $gateway = new Scripted(['*' => [$refusal]]);
        $e = throws(RefusedException::class, fn () => client($gateway->url)->paymentCancel(77));
        same([9998, 77], [$e->gatewayCode, $e->paymentId]);
    },
];

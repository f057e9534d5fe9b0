<?php

// What the gateway sends to a page: read, believed only when it is rightly signed, confirmed, and answered.

declare(strict_types=1);

use FreedomPay\Callback;
use FreedomPay\CallbackKind;
use FreedomPay\Client;
use FreedomPay\Code;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\Exception\JournalException;
use FreedomPay\Exception\SignatureException;
use FreedomPay\Reply;

const FORM = 'application/x-www-form-urlencoded';

/** The fields of a result callback, signed as for a page result.php; with others in their place. */
function result(array $fields = [], string $script = 'result.php', string $key = SECRET_KEY): array
{
    $fields += [
        'pg_order_id' => 'o-1', 'pg_payment_id' => '77', 'pg_amount' => '10.50', 'pg_net_amount' => '10.00',
        'pg_currency' => 'KZT', 'pg_ps_currency' => 'KZT', 'pg_ps_amount' => '10.50',
        'pg_ps_full_amount' => '10.50', 'pg_description' => 'Чай & «кофе»', 'pg_result' => '1',
        'pg_payment_date' => '2026-01-02 03:04:05', 'pg_can_reject' => '1', 'pg_salt' => 'salt',
    ];
    return [...$fields, 'pg_sig' => hash('md5', implode(';', [$script, ...leaves($fields), $key]))];
}

/** What $_SERVER has of a page. */
function page(string $uri = '/shop/result.php', ?string $type = FORM): array
{
    return ['REQUEST_URI' => $uri, ...($type === null ? [] : ['CONTENT_TYPE' => $type])];
}

function received(Client $client, array $fields): Callback
{
    return $client->callback(page(), http_build_query($fields));
}

return [
    'a result is read' => function (): void {
        $callback = received(client(nobody()), result(['table' => '5', 'basket' => ['tea', 'milk']]));
        same([CallbackKind::Result, true], [$callback->kind, $callback->isPaid()]);
        same(['o-1', '77'], [$callback->orderId, $callback->paymentId]);
        same(['10.50', 'KZT'], [$callback->amount, $callback->currency]);
        same(['Чай & «кофе»', '5'], [$callback->field('pg_description'), $callback->field('table')]);
        same(['milk', 'milk'], [$callback->field('basket[1]'), $callback->field('basket/1')]);
        foreach (['pg_card_pan', '', 'basket', 'basket[', 'basket[]', 'basket[2]', 'basket[1]]', '[1]'] as $name) {
            same(null, $callback->field($name), $name);
        }
        throws(ArgumentException::class, fn () => $callback->field("a\0"));
        same(false, received(client(nobody()), result(['pg_result' => '0']))->isPaid());
    },
    'every way in which it can come is understood' => function (): void {
        $client = client(nobody());
        $fields = result();
        $query = http_build_query($fields);
        $multipart = '';
        foreach ($fields as $name => $value) {
            $multipart .= "--x\r\nContent-Disposition: form-data; name=\"$name\"\r\n\r\n$value\r\n";
        }
        $xml = '<request>' . elements($fields) . '</request>';
        $ways = [
            'posted' => [page(), $query],
            'in the address' => [page("/shop/result.php?$query", null), ''],
            'with the whole address' => [page("https://shop.example/result.php?$query", ''), ''],
            'in parts' => [page(type: 'multipart/form-data; boundary=x'), "$multipart--x--\r\n"],
            'in parts that PHP has read' => [page(type: 'multipart/form-data; boundary=x'), '', $fields],
            'as XML' => [page(type: 'text/xml'), $xml],
            'as XML in a field' => [page(), http_build_query(['pg_xml' => $xml])],
        ];
        foreach ($ways as $way => $arguments) {
            same('o-1', $client->callback(...$arguments)->orderId, $way);
        }
        $long = result(['remark' => str_repeat('x', 1_000_000)]);
        same('o-1', received($client, $long)->orderId);
        $moved = $client->callback(page('/index.php'), $query, url: 'https://shop.example/shop/result.php');
        same('o-1', $moved->orderId);
    },
    'what is not rightly signed is not believed' => function (): void {
        $client = client(nobody());
        $forged = [
            [page(), http_build_query(result(key: 'other'))],
            [page(), http_build_query(['pg_amount' => '1'] + result())],
            [page(), http_build_query(array_diff_key(result(), ['pg_sig' => '']))],
            [page('/other.php'), http_build_query(result())],
            [page(), 'pg_order_id=1'],
        ];
        foreach ($forged as $index => $arguments) {
            $call = fn () => $client->callback(...$arguments);
            $e = throws(SignatureException::class, $call, "forgery $index");
            same(Code::Signature, $e->errorCode);
            check(!str_contains($e->getMessage(), SECRET_KEY), 'the key is in no text');
        }
        throws(ConfigException::class, fn () => (new Client(merchantId: 1))->callback(page(), 'a=b'));
        throws(ArgumentException::class, fn () => $client->callback([], 'a=b'));
        throws(ArgumentException::class, fn () => $client->callback(page("/\0"), 'a=b'));
        $large = str_repeat('x', 1024 * 1024 + 1);
        throws(ArgumentException::class, fn () => $client->callback(page(), $large));
        $client->close();
        throws(ArgumentException::class, fn () => $client->callback(page(), 'a=b'));
    },
    'a field that no source tells of has to be allowed' => function (): void {
        $unknown = result(['pg_zone' => 'north']);
        $call = fn () => received(client(nobody()), $unknown);
        check(throws(SignatureException::class, $call) instanceof Exception, 'refused');
        $allowed = client(nobody(), callbackFields: ['pg_zone', 'pg_zoom']);
        same('north', received($allowed, $unknown)->field('pg_zone'));
        throws(ArgumentException::class, fn () => new Client(merchantId: 1, callbackFields: ["pg\0"]));
    },
    'an answer is signed XML' => function (): void {
        $callback = received(client(nobody()), result());
        $answers = [
            ['ok', $callback->accept(), null],
            ['ok', $callback->accept('Спасибо'), 'Спасибо'],
            ['rejected', $callback->reject('Нет в наличии'), 'Нет в наличии'],
            ['error', $callback->error('<later>'), '<later>'],
        ];
        foreach ($answers as [$status, $reply, $description]) {
            preg_match_all('~<(pg_\w+)>([^<]*)</~', $reply->body, $found);
            $fields = array_map('htmlspecialchars_decode', array_combine($found[1], $found[2]));
            same([$status, $description], [$fields['pg_status'], $fields['pg_description'] ?? null]);
            $signed = array_diff_key($fields, ['pg_sig' => '']);
            $values = implode(';', ['result.php', ...leaves($signed), SECRET_KEY]);
            same(hash('md5', $values), $fields['pg_sig']);
        }
        same('text/xml; charset=utf-8', Reply::CONTENT_TYPE);
    },
    'what cannot be answered is refused' => function (): void {
        $callback = received(client(nobody()), result(['pg_can_reject' => '0']));
        has('pg_can_reject', throws(ArgumentException::class, fn () => $callback->reject('no'))->getMessage());
        throws(ArgumentException::class, fn () => $callback->accept("a\0"));
        throws(ArgumentException::class, fn () => $callback->error(str_repeat('x', 1025)));
        throws(ArgumentException::class, fn () => $callback->error("\xff"));
        $folder = new Folder();
        $client = client(nobody(), journal: "$folder->path/missing/journal");
        $call = fn () => received($client, result())->accept();
        throws(JournalException::class, $call);
    },
    'with a journal the same callback gets the same answer' => function (): void {
        $folder = new Folder();
        $client = client(nobody(), journal: "$folder->path/journal");
        $first = said(received($client, result())->accept()->body);
        check(str_contains($first, '<pg_status>ok</pg_status>'), $first);
        same($first, said(received($client, result())->accept()->body));
        same($first, said(received($client, result(['pg_salt' => 'another']))->reject('no')->body));
        $other = said(received($client, result(['pg_payment_id' => '78', 'pg_can_reject' => '1']))->reject('no')->body);
        check(str_contains($other, '<pg_status>rejected</pg_status>'), 'another payment');
    },
    'the gateway confirms what is true, and nothing else' => function (): void {
        $sandbox = Sandbox::shared();
        $client = client($sandbox->url);
        $order = order_id();
        $id = $client->invoiceInit(new FreedomPay\InvoiceRequest($order, '10.50', 'Tea', 'KZT'))->invoiceId;
        $fields = ['pg_order_id' => $order, 'pg_payment_id' => (string) $id];
        $callback = received($client, result($fields));
        same(false, $callback->confirm()->isPaid());
        $sandbox->turn($id, 'pay');
        same(true, $callback->confirm()->isPaid());
        same($id, $callback->confirm()->paymentId);
        $more = received($client, result([...$fields, 'pg_amount' => '99999']));
        throws(ConflictException::class, fn () => $more->confirm());
        unset($client);
        same(true, $callback->confirm()->isPaid());
    },
    'ten thousand callbacks leave no memory behind' => function (): void {
        $client = client(nobody());
        $query = http_build_query(result());
        leaves_nothing(10_000, function () use ($client, $query): void {
            if ($client->callback(page(), $query)->accept()->body === '') {
                throw new LogicException('no answer');
            }
        });
    },
];

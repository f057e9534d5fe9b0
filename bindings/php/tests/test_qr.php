<?php

// The forms of an invoice's QR code, and its receipt.

declare(strict_types=1);

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\Receipt;

const PNG = "\x89PNG\r\n\x1a\n";

/** An invoice of the shared sandbox. */
function invoice(?string $orderId = null): Invoice
{
    $request = new InvoiceRequest($orderId ?? order_id(), '10.50', 'Coffee', 'KZT');
    return client(Sandbox::shared()->url)->invoiceInit($request);
}

/** What a client makes of an answer with these fields. */
function invoice_with(array $fields): Invoice
{
    $gateway = new Scripted(['*' => [invoice_json(5, 'new', $fields)]]);
    return client($gateway->url)->invoiceInit(new InvoiceRequest('o-5', 10, 'Coffee'));
}

/** A number in $bytes, the least byte first. */
function number(string $bytes, int $at, int $length): int
{
    return hexdec(bin2hex(strrev(substr($bytes, $at, $length))));
}

function starts(string $start, string $whole, string $about = ''): void
{
    same(bin2hex($start), bin2hex(substr($whole, 0, strlen($start))), $about);
}

function contains(string $part, string $whole, string $about): void
{
    check(str_contains($whole, $part), $about);
}

function no_code(Invoice $invoice): void
{
    same(null, $invoice->qrUrl);
    same(['', '', ''], [$invoice->qrText(), $invoice->qrSvg(), $invoice->qrDataUri()]);
    same(['', '', ''], [$invoice->qrPng(), $invoice->qrBmp(), $invoice->qrZpl(6)]);
    same(['', '', []], [$invoice->qrEscpos(), $invoice->qrEscposNative(), $invoice->qrMatrix()]);
    same(['', ''], [$invoice->receipt(new Receipt(lines: ['Shop'])), $invoice->qrPng(65)]);
}

/** A part of a PNG. */
function chunk(string $name, string $content): string
{
    return pack('N', strlen($content)) . $name . $content . pack('N', crc32($name . $content));
}

return [
    'every form begins with its signature' => function (): void {
        $invoice = invoice();
        starts(PNG, $invoice->qrPng());
        starts('BM', $invoice->qrBmp());
        same(strlen($invoice->qrBmp()), number($invoice->qrBmp(), 2, 4));
        starts('<svg', $invoice->qrSvg());
        starts("\x1dv0\0", $invoice->qrEscpos());
        starts("\x1ba\x01", $invoice->qrEscposNative());
        contains("\x1d(k", $invoice->qrEscposNative(), 'the command of the printer');
        contains($invoice->qrUrl, $invoice->qrEscposNative(), 'the link');
        starts('^XA', $invoice->qrZpl(6));
        same('^XZ', substr(rtrim($invoice->qrZpl(6)), -3));
        [$start, $rest] = explode(',', $invoice->qrDataUri());
        same('data:image/png;base64', $start);
        same($invoice->qrPng(), base64_decode($rest, true));
        starts("\x1b@", $invoice->receipt(new Receipt()));
    },
    'the modules are a square with the three finders' => function (): void {
        $matrix = invoice()->qrMatrix();
        $size = count($matrix);
        check($size >= 21, "$size rows");
        same([$size], array_values(array_unique(array_map('count', $matrix))));
        $finder = [true, false, true, true, true, false, true];
        foreach ([[3, 0], [3, $size - 7], [$size - 4, 0]] as [$row, $column]) {
            same($finder, array_slice($matrix[$row], $column, 7), "$row, $column");
        }
    },
    'a picture is as large as it was asked for' => function (): void {
        $invoice = invoice();
        foreach ([1, 4, 64] as $size) {
            $pixels = (count($invoice->qrMatrix()) + 8) * $size;
            same($pixels, unpack('N', $invoice->qrPng($size), 16)[1]);
            same($pixels, number($invoice->qrBmp($size), 18, 4));
            $drawn = explode(',', $invoice->qrDataUri($size))[1];
            same($invoice->qrPng($size), base64_decode($drawn, true));
            $total = intdiv($pixels + 7, 8) * $pixels;
            contains("^GFA,$total,", $invoice->qrZpl($size), "a label of $size dots a module");
        }
        same($invoice->qrPng(4), $invoice->qrPng());
        same($invoice->qrBmp(4), $invoice->qrBmp());
    },
    'a raster is as wide as the paper' => function (): void {
        $invoice = invoice();
        foreach ([256, 384, 576, 1024] as $paper) {
            same($paper, number($invoice->qrEscpos($paper), 4, 2) * 8);
            $slip = $invoice->receipt(new Receipt(paperDots: $paper));
            contains($invoice->qrEscpos($paper), $slip, 'the raster');
            $slip = $invoice->receipt(new Receipt(paperDots: $paper, nativeCode: true));
            contains($invoice->qrEscposNative($paper), $slip, 'the command');
        }
        same($invoice->qrEscpos(384), $invoice->qrEscpos());
        same($invoice->qrEscposNative(384), $invoice->qrEscposNative());
    },
    'a size out of range is refused with the reason' => function (): void {
        $invoice = invoice();
        $modules = [[0, 65, 0xffffffff], 'between 1 and 64'];
        $papers = [[0, 100, 1032, 0xffffffff], 'a multiple of 8 between 256 and 1024'];
        $forms = ['qrPng' => $modules, 'qrBmp' => $modules, 'qrDataUri' => $modules];
        $forms += ['qrZpl' => $modules, 'qrEscpos' => $papers, 'qrEscposNative' => $papers];
        foreach ($forms as $form => [$sizes, $limits]) {
            foreach ($sizes as $size) {
                $e = throws(ArgumentException::class, fn () => $invoice->$form($size), $form);
                has(" $size is not $limits", $e->getMessage());
            }
            foreach ([-1, 0x100000000, 0x100000004, PHP_INT_MAX, PHP_INT_MIN] as $size) {
                $e = throws(ArgumentException::class, fn () => $invoice->$form($size), $form);
                has('is not between 0 and 4294967295', $e->getMessage());
            }
            throws(TypeError::class, fn () => $invoice->$form('4'), $form);
        }
    },
    'a link comes out of a picture' => function (): void {
        $sandbox = new Sandbox('--qr', 'png');
        $invoice = client($sandbox->url)->invoiceInit(new InvoiceRequest('order', 10, 'Coffee'));
        has('customer=', $invoice->qrUrl);
        starts(PNG, $invoice->qrPicture());
        same('image/png', $invoice->qrPictureType());
        contains($invoice->qrUrl, $invoice->qrEscposNative(), 'the link');
        check($invoice->receipt(new Receipt()) !== '', 'a slip');
    },
    'a link needs no picture' => function (): void {
        $invoice = invoice();
        same([null, null], [$invoice->qrPicture(), $invoice->qrPictureType()]);
    },
    'what is drawn can be read again' => function (): void {
        $invoice = invoice();
        foreach ([2, 4, 9] as $size) {
            $drawn = [base64_encode($invoice->qrPng($size)), $invoice->qrDataUri($size)];
            foreach ($drawn as $field) {
                $again = invoice_with(['invoice_methods' => ['qr' => $field]]);
                same($invoice->qrUrl, $again->qrUrl);
                same($invoice->qrPng($size), $again->qrPicture());
            }
        }
    },
    'without a code every form is empty' => function (): void {
        $invoice = invoice_with([]);
        no_code($invoice);
        same([null, null], [$invoice->qrPicture(), $invoice->qrPictureType()]);
    },
    'a picture without a code is still there' => function (): void {
        $picture = PNG . chunk('IHDR', pack('NNC5', 1, 1, 8, 0, 0, 0, 0))
            . chunk('IDAT', "\x78\x01\x01\x02\0\xfd\xff\0\xff\x01\x01\x01\0") . chunk('IEND', '');
        $invoice = invoice_with(['invoice_methods' => ['qr' => base64_encode($picture)]]);
        no_code($invoice);
        same([$picture, 'image/png'], [$invoice->qrPicture(), $invoice->qrPictureType()]);
    },
    'a receipt has the sale in cp866' => function (): void {
        $order = order_id();
        $invoice = invoice("заказ-$order");
        $receipt = new Receipt(
            lines: ['Кофейня №1', '', 'Almaty'],
            labels: ['К оплате:', 'Заказ'],
            cut: true,
        );
        $slip = $invoice->receipt($receipt);
        [$head, $foot] = explode($invoice->qrEscpos(), $slip);
        starts("\x1b@", $head);
        contains("\x1bt\x11", $head, 'the selector');
        $lines = "\x8a\xae\xe4\xa5\xa9\xad\xef \xfc1\n\nAlmaty\n\x8a \xae\xaf\xab\xa0\xe2\xa5:\n";
        contains($lines, $head, 'the lines');
        contains('10.50', $head, 'the amount');
        $end = "\x87\xa0\xaa\xa0\xa7 \xa7\xa0\xaa\xa0\xa7-$order\n";
        contains($end, $foot, 'the order id');
        same("\x1dVB\0", substr($foot, -4));
        same("\x1bd\x04", substr($invoice->receipt(new Receipt()), -3));
        same($slip, $invoice->receipt($receipt));
    },
    'a receipt is in the code page that was asked for' => function (): void {
        $invoice = invoice();
        $lines = new ArrayIterator(['Чай']);
        $slip = $invoice->receipt(new Receipt(codePage: ['windows-1251', 46], lines: $lines));
        contains("\x1bt\x2e", $slip, 'the selector');
        contains("\xd7\xe0\xe9\n", $slip, 'the line');
        $slip = $invoice->receipt(new Receipt(codePage: ['kz-1048', 255], lines: ['Шәй']));
        contains("\x1bt\xff", $slip, 'the selector');
        contains("\xd8\xbc\xe9\n", $slip, 'the line');
    },
    'a receipt that cannot be is refused when it is made' => function (): void {
        $long = str_repeat('x', 501);
        $refused = [
            'paper_dots 100 is not a multiple of 8 between 256 and 1024' => ['paperDots' => 100],
            'paperDots is not between 0 and 4294967295' => ['paperDots' => -1],
            'code_page "utf-8" is not one of cp866' => ['codePage' => ['utf-8', 0]],
            'selector 256 is not between 0 and 255' => ['codePage' => ['cp866', 256]],
            'selector is not between 0' => ['codePage' => ['cp866', 0x100000011]],
            'a receipt has at most 100 lines' => ['lines' => array_fill(0, 101, 'x')],
            'line has 501 characters, more than 500' => ['lines' => [$long]],
            'lines contains a NUL character' => ['lines' => ["a\0b"]],
            'amount_label has 501 characters' => ['labels' => [$long, '']],
            'order_label has 501 characters' => ['labels' => ['', $long]],
        ];
        foreach ($refused as $reason => $settings) {
            $e = throws(ArgumentException::class, fn () => new Receipt(...$settings), $reason);
            has($reason, $e->getMessage());
        }
    },
    'a receipt of the wrong types is a type error' => function (): void {
        $wrong = [
            ['lines' => 'Shop'], ['lines' => [1]], ['cut' => 1], ['nativeCode' => 'yes'],
            ['paperDots' => 384.5], ['codePage' => ['cp866', '17']], ['labels' => [1, 'b']],
        ];
        foreach ($wrong as $settings) {
            throws(TypeError::class, fn () => new Receipt(...$settings), key($settings));
        }
    },
    'an invoice that came back from the journal has its receipt' => function (): void {
        $folder = new Folder();
        $journal = "$folder->path/sales.journal";
        $sale = new InvoiceRequest(order_id(), '10.50', 'Coffee');
        $first = client(Sandbox::shared()->url, journal: $journal)->invoiceInit($sale);
        $again = client(Sandbox::shared()->url, journal: $journal)->invoiceInit($sale);
        same(true, $again->fromJournal);
        same($first->qrPng(), $again->qrPng());
        $receipt = new Receipt();
        same($first->receipt($receipt), $again->receipt($receipt));
    },
    'the forms outlive the client and the receipt the invoice' => function (): void {
        $client = client(Sandbox::shared()->url);
        $receipt = new Receipt();
        $invoice = $client->invoiceInit(new InvoiceRequest(order_id(), 10, 'Coffee'));
        $client->close();
        unset($client);
        check($invoice->qrPng() !== '', 'a picture');
        check($invoice->receipt($receipt) !== '', 'a slip');
        unset($invoice);
        check(invoice()->receipt($receipt) !== '', 'another slip');
    },
];

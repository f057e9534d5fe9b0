<?php

// The declarations for FFI, the enums and the calls in the sources are those of the header.

declare(strict_types=1);

const HEADER = __DIR__ . '/../../../include/freedompay.h';
const SOURCES = __DIR__ . '/../src';

/** @return array<string, string> every function, callback and type of a header by name */
function declarations(string $header): array
{
    $plain = preg_replace(['~/\*.*?\*/~s', '~^\s*#.*$~m', '~extern "C" \{~'], '', $header);
    $found = [];
    foreach (explode(';', $plain) as $statement) {
        $statement = trim(preg_replace('~\s+~', ' ', $statement), ' }');
        $name = '~^typedef .*\(\*(fp_\w+)\)|^typedef struct (fp_\w+)|(fp_\w+)\(~';
        if (preg_match($name, $statement, $m)) {
            $found[end($m)] = str_replace('* ', '*', $statement);
        }
    }
    ksort($found);
    return $found;
}

/** @return array<string, int> */
function constants(string $header): array
{
    preg_match_all('~^#define (FP_\w+) +(\d+)\s*$~m', $header, $found);
    return array_combine($found[1], array_map('intval', $found[2]));
}

/** @return array<string, int> the enums' cases by the names that the header gives them */
function cases(): array
{
    $groups = [
        'ERR' => FreedomPay\Code::class,
        'SENT' => FreedomPay\Sent::class,
        'ADVICE' => FreedomPay\Advice::class,
        'INVOICE' => FreedomPay\InvoiceStatus::class,
        'PAYMENT' => FreedomPay\PaymentStatus::class,
        'PAYOUT_STATUS' => FreedomPay\PayoutQuestion::class,
        'CALLBACK' => FreedomPay\CallbackKind::class,
        'REPLY' => FreedomPay\Verdict::class,
        'SCHEME' => FreedomPay\Scheme::class,
        'BODY' => FreedomPay\BodyFormat::class,
        'JWS' => FreedomPay\JwsClaim::class,
        'LOG' => FreedomPay\LogLevel::class,
    ];
    $cases = [];
    foreach ($groups as $group => $enum) {
        foreach ($enum::cases() as $case) {
            $word = strtoupper(preg_replace('~(?<=[a-z])(?=[A-Z])~', '_', $case->name));
            $cases[$case === FreedomPay\Code::Ok ? 'FP_OK' : "FP_{$group}_$word"] = $case->value;
        }
    }
    return $cases;
}

/** @return list<string> the names that are not the same in two lists */
function differences(array $one, array $other): array
{
    $names = array_keys($one + $other);
    return array_values(array_filter(
        $names,
        static fn (string $name): bool => ($one[$name] ?? null) !== ($other[$name] ?? null),
    ));
}

/** The sources as one text, without what speaks to the program instead of the library. */
function sources(): string
{
    $text = '';
    $folder = new RecursiveDirectoryIterator(SOURCES, FilesystemIterator::SKIP_DOTS);
    foreach (new RecursiveIteratorIterator($folder) as $path => $file) {
        $ours = str_ends_with($path, '.php') && !str_contains($path, '/Link/Tool/');
        $text .= $ours ? file_get_contents($path) : '';
    }
    return $text;
}

/** @return list<string> every name that a pattern finds, with its beginning */
function names(string $pattern, string $code, string $beginning): array
{
    preg_match_all($pattern, $code, $found);
    return array_map(static fn (string $name): string => $beginning . $name, $found[1]);
}

/** @return list<string> every function that the sources call, also by a part of its name */
function called(): array
{
    $code = sources();
    $client = file_get_contents(SOURCES . '/Client.php');
    $request = file_get_contents(SOURCES . '/InvoiceRequest.php');
    $receipt = file_get_contents(SOURCES . '/Receipt.php');
    $paths = file_get_contents(SOURCES . '/Calls/Paths.php');
    $check = file_get_contents(SOURCES . '/Check.php');
    $handles = names("~new Parts\(\s*'(\w+)'~", $code, 'fp_');
    $found = [
        ...names("~'fp_(\w+(?<!_fn))'~", $code, 'fp_'),
        ...names("~->(?:ask|invoice|payment|pending|start)\(\s*'(\w+)'~", $code, 'fp_'),
        ...names("~->start\(\s*'(\w+)'~", $code, 'fp_task_'),
        ...names("~(?<!notice)->(?:number|text)\('(?!fp_)(\w+)'~", $code, 'fp_result_'),
        ...names("~notice->number\('(\w+)'~", $code, 'fp_callback_'),
        ...names("~\['(allow\w+)', \[~", $client, 'fp_config_'),
        ...names("~->qr\('(\w+)'~", $code, 'fp_qr_'),
        ...array_map(static fn (string $handle): string => "{$handle}_new", $handles),
        ...array_map(static fn (string $handle): string => "{$handle}_free", $handles),
        ...names("~'(\w+)' => (?:\[|\\\$appInfo)~", $client, 'fp_config_set_'),
        ...names("~'(\w+)' => \[~", $request, 'fp_invoice_request_set_'),
        ...names("~\['((?:set|add)_\w+)', \[~", $receipt, 'fp_receipt_'),
        ...names("~\['(set\w*)', \[~", $paths, 'fp_call_'),
        ...names("~\['(set)', \[\\\$name~", $check, 'fp_fields_'),
    ];
    return array_values(array_unique($found));
}

return [
    'every declaration is that of the header' => function (): void {
        $header = declarations(file_get_contents(HEADER));
        $ffi = declarations(file_get_contents(SOURCES . '/freedompay.ffi.h'));
        check(count($header) >= 108, count($header) . ' declarations');
        same([], differences($header, $ffi));
    },
    'every constant is that of the header' => function (): void {
        same([], differences(constants(file_get_contents(HEADER)), cases()));
    },
    'a changed header is noticed' => function (): void {
        $text = file_get_contents(HEADER);
        $before = declarations($text);
        $changes = [
            'fp_result_unix_time' => ['int64_t fp_result_unix_time', 'int32_t fp_result_unix_time'],
            'fp_qr_text' => ['fp_qr_text(const fp_result *result)', 'fp_qr_text(void)'],
            'fp_buffer_len' => ['fp_buffer_len(', 'fp_buffer_length('],
            'fp_log_fn' => ['int32_t level, const', 'int64_t level, const'],
        ];
        foreach ($changes as $name => [$old, $new]) {
            has($old, $text);
            $after = declarations(str_replace($old, $new, $text));
            check(in_array($name, differences($before, $after), true), $name);
        }
        $after = constants(str_replace('FP_SENT_MAYBE 1', 'FP_SENT_MAYBE 3', $text));
        same(['FP_SENT_MAYBE'], differences($after, cases()));
    },
    'every function is called, and every one that is called is declared' => function (): void {
        $functions = array_keys(preg_grep(
            '~^(?!typedef)~',
            declarations(file_get_contents(HEADER)),
        ));
        // Amounts are texts, made of minor units in PHP; and PHP has no loop that takes a descriptor.
        $unused = ['fp_invoice_request_set_amount_minor', 'fp_task_fd'];
        same($unused, array_values(array_diff($functions, called())));
        same([], array_values(array_diff(called(), $functions)));
    },
    'the library names every code as the header does' => function (): void {
        foreach (constants(file_get_contents(HEADER)) as $name => $value) {
            if ($name === 'FP_OK' || str_starts_with($name, 'FP_ERR_')) {
                same($name, FreedomPay\Library::codeName($value));
            }
        }
    },
];

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

/** @return list<string> every function that the sources call */
function called(): array
{
    $code = implode('', array_map('file_get_contents', glob(SOURCES . '/*.php')));
    preg_match_all('~->(fp_\w+)\(~', $code, $found);
    return array_values(array_unique($found[1]));
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
    'every function that is called is declared' => function (): void {
        $declared = array_keys(declarations(file_get_contents(HEADER)));
        check(count(called()) >= 20, count(called()) . ' functions');
        same([], array_values(array_diff(called(), $declared)));
    },
    'the library names every code as the header does' => function (): void {
        foreach (constants(file_get_contents(HEADER)) as $name => $value) {
            if ($name === 'FP_OK' || str_starts_with($name, 'FP_ERR_')) {
                same($name, FreedomPay\Library::codeName($value));
            }
        }
    },
];

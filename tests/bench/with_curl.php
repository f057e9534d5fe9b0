<?php

// One invoice by hand, as one would write it in PHP without the library: curl, SimpleXML and hash_hmac.

declare(strict_types=1);

require __DIR__ . '/bench.php';

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}

/** @return array{string, list<string>} the body, and the headers with its detached JWS (HS512) */
function request(string $orderId): array
{
    $flags = JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;
    $body = json_encode([
        'order_id' => $orderId,
        'merchant_id' => (int) MERCHANT_ID,
        'amount' => 10.50,
        'description' => 'Ticket',
        'invoice_method' => 'qr',
        'currency' => 'KZT',
    ], $flags);
    $header = base64url(json_encode(
        ['uri' => PATH, 'merchant_id' => MERCHANT_ID, 'method' => 'POST', 'params' => '', 'alg' => 'HS512'],
        $flags,
    ));
    $mac = hash_hmac('sha512', $header . '.' . base64url($body), SECRET_KEY, true);
    return [$body, ['Content-Type: application/json', "X-JWS-Signature: $header.." . base64url($mac)]];
}

/** Reads the id, the state and the link. */
function is_new(string $answer): bool
{
    $root = simplexml_load_string($answer);
    $link = base64_decode((string) $root->invoice_methods->qr, true);
    return (string) $root->status === 'ok' && (string) $root->invoice_status === 'new'
        && (int) $root->invoice_id > 0 && str_starts_with($link, 'http');
}

[$port, $caFile, $warmUp, $calls] = arguments();
$curl = curl_init("https://localhost:$port" . PATH);
curl_setopt_array($curl, [
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_CAINFO => $caFile,
    CURLOPT_SSLVERSION => CURL_SSLVERSION_TLSv1_2,
    CURLOPT_HTTP_VERSION => CURL_HTTP_VERSION_1_1,
    CURLOPT_CONNECTTIMEOUT_MS => 10_000,
    CURLOPT_TIMEOUT_MS => 30_000,
]);
run(static function (string $orderId) use ($curl): bool {
    [$body, $headers] = request($orderId);
    curl_setopt_array($curl, [CURLOPT_HTTPHEADER => $headers, CURLOPT_POSTFIELDS => $body]);
    $answer = curl_exec($curl);
    return is_string($answer) && curl_getinfo($curl, CURLINFO_RESPONSE_CODE) === 200 && is_new($answer);
}, $warmUp, $calls);

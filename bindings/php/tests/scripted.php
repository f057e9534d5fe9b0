<?php

/*
 * The process of a scripted gateway: scripted.php FOLDER. The folder has its script, and gets its
 * URL (ready) and every request (a line each).
 */

declare(strict_types=1);

$folder = $argv[1];
$script = unserialize(file_get_contents("$folder/script"));
$server = stream_socket_server('tcp://127.0.0.1:0');
file_put_contents("$folder/ready", 'http://' . stream_socket_get_name($server, false));
$silent = [];
while (true) {
    $connection = stream_socket_accept($server, -1);
    $line = $connection === false ? false : fgets($connection);
    if ($line === false) {
        continue;
    }
    $headers = [];
    while (($header = rtrim((string) fgets($connection))) !== '') {
        [$name, $value] = explode(':', $header, 2);
        $headers[strtolower($name)] = trim($value);
    }
    $body = '';
    if (($headers['transfer-encoding'] ?? '') === 'chunked') {
        while (($size = (int) hexdec(trim(fgets($connection)))) > 0) {
            $body .= stream_get_contents($connection, $size);
            fgets($connection);
        }
        fgets($connection);
    } elseif ((int) ($headers['content-length'] ?? 0) > 0) {
        $body = stream_get_contents($connection, (int) $headers['content-length']);
    }
    $target = explode(' ', $line)[1];
    $record = base64_encode(serialize(compact('target', 'headers', 'body'))) . "\n";
    file_put_contents("$folder/requests", $record, FILE_APPEND);
    $key = basename($target);
    $key = isset($script[$key]) ? $key : '*';
    $answer = count($script[$key]) > 1 ? array_shift($script[$key]) : $script[$key][0];
    if ($answer === false) {
        $silent[] = $connection;
        continue;
    }
    if ($answer !== null) {
        $head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " . strlen($answer);
        fwrite($connection, "$head\r\n\r\n$answer");
    }
    fclose($connection);
}

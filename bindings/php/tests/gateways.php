<?php

declare(strict_types=1);

use FreedomPay\Client;
use FreedomPay\Library;
use FreedomPay\Road;

/** Do these tests take the road through the program? */
function by_tool(): bool
{
    return Library::road() === Road::Tool;
}

const MERCHANT_ID = 123456;
const SECRET_KEY = 'sandbox-secret-key';

/** A sandbox gateway process on a port of its own. */
final class Sandbox
{
    public readonly string $url;
    private Folder $folder;
    private Running $process;
    private static ?self $shared = null;

    public function __construct(string ...$options)
    {
        $this->folder = new Folder();
        $ready = "{$this->folder->path}/ready";
        $command = [getenv('FREEDOMPAY_TOOL'), 'sandbox', '--listen', '127.0.0.1:0'];
        $command = [...$command, '--ready-file', $ready, ...$options];
        $this->process = new Running($command, read: false);
        $this->url = wait_for_file($ready, $this->process);
    }

    public function __destruct()
    {
        $this->process->stop();
    }

    /** One sandbox for all tests that turn their invoices themselves. */
    public static function shared(): self
    {
        return self::$shared ??= new self();
    }

    /** The payer's side: $what is pay, decline, expire or process. */
    public function turn(int $invoiceId, string $what): void
    {
        $context = stream_context_create(['http' => ['method' => 'POST', 'content' => '']]);
        file_get_contents("$this->url/sandbox/invoices/$invoiceId/$what", false, $context);
    }

    /** @return list<array<string, mixed>> */
    public function invoices(): array
    {
        return json_decode(file_get_contents("$this->url/sandbox/invoices"), true);
    }

    /** How many inits of an order came, whatever became of them. */
    public function inits(string $orderId): int
    {
        $records = json_decode(file_get_contents("$this->url/sandbox/requests"), true);
        $mine = array_filter($records, static fn (array $one): bool => $one['order_id'] === $orderId
            && str_ends_with($one['path'], '/init'));
        return count($mine);
    }

    /** The invoice of an order, as the sandbox knows it. */
    public function invoiceOf(string $orderId): array
    {
        $mine = array_filter($this->invoices(), static fn ($one) => $one['order_id'] === $orderId);
        return array_values($mine)[0];
    }
}

/**
 * A gateway process that answers by script: for the end of a path ("init") or for any ("*") a list
 * of answers, the last for ever. An answer is a body; null hangs up, false keeps silent.
 */
final class Scripted
{
    public readonly string $url;
    private Folder $folder;
    private Running $process;

    /** @param array<string, list<string|false|null>> $script */
    public function __construct(array $script)
    {
        $this->folder = new Folder();
        $this->folder->write('script', serialize($script));
        $command = [PHP_BINARY, __DIR__ . '/scripted.php', $this->folder->path];
        $this->process = new Running($command, read: false);
        $this->url = wait_for_file("{$this->folder->path}/ready", $this->process);
    }

    public function __destruct()
    {
        $this->process->stop();
    }

    /** @return list<array{target: string, headers: array<string, string>, body: string}> */
    public function requests(): array
    {
        $file = "{$this->folder->path}/requests";
        return is_file($file) ? array_map('unserialize_line', file($file)) : [];
    }
}

function unserialize_line(string $line): array
{
    return unserialize(base64_decode($line));
}

/** A client of a gateway, with the sandbox's merchant and short times. */
function client(string $url, mixed ...$settings): Client
{
    $defaults = ['merchantId' => MERCHANT_ID, 'secretKey' => SECRET_KEY, 'pollIntervalMs' => 20];
    return new Client(...['baseUrl' => $url, ...$defaults, ...$settings]);
}

/** An order id that no other test uses. */
function order_id(): string
{
    static $number = 0;
    return 'order-' . getmypid() . '-' . ++$number;
}

/** An answer of the gateway about an invoice. */
function invoice_json(int $id, string $state = 'new', array $fields = []): string
{
    $answer = ['status' => 'ok', 'invoice_id' => $id, 'invoice_status' => $state];
    return json_encode([...$answer, 'dt' => '2026-01-02T03:04:05+05:00', ...$fields]);
}

/** An answer of the gateway that refuses. */
function error_json(int $code, string $description): string
{
    $answer = ['status' => 'error', 'error_code' => $code, 'error_description' => $description];
    return json_encode($answer);
}

/** A URL of this machine where nobody listens. */
function nobody(): string
{
    $server = stream_socket_server('tcp://127.0.0.1:0');
    $name = stream_socket_get_name($server, false);
    fclose($server);
    return "http://$name";
}

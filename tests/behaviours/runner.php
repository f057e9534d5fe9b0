<?php

/*
 * The runner of the table of behaviours for PHP: README.md says what it reads and what it answers.
 *
 *     runner.php [PACKAGE]
 *
 * PACKAGE is the folder of the package (bindings/php). Which road it takes to the library,
 * FREEDOMPAY_ROAD says.
 */

declare(strict_types=1);

use FreedomPay\BodyFormat;
use FreedomPay\Client;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\JwsClaim;
use FreedomPay\PendingSale;
use FreedomPay\Receipt;
use FreedomPay\Task;

require ($argv[1] ?? __DIR__ . '/../../bindings/php') . '/src/autoload.php';

/** What cannot be done in this language. */
final class Unsupported extends Exception
{
}

final class Runner
{
    private ?Client $client = null;
    private ?Task $task = null;
    private ?Invoice $last = null;

    /** @param array<string, mixed> $step */
    public function does(array $step): array
    {
        return match ($step['do']) {
            'client' => $this->client($step),
            'check' => $this->facts(fn () => $this->client->check()),
            'init' => $this->facts(fn () => $this->client->invoiceInit($this->request($step))),
            'status' => $this->facts(fn () => $this->client->invoiceStatus($step['invoice_id'])),
            'status_by_order' =>
                $this->facts(fn () => $this->client->invoiceStatusByOrder($step['order_id'])),
            'recover' => $this->facts(fn () => $this->client->invoiceRecover($step['order_id'])),
            'info' => $this->facts(fn () => $this->client->invoiceInfo($step['customer'])),
            'pay' => $this->facts(fn () => $this->client->invoicePay(
                $step['customer'],
                $step['user_id'],
                $step['card_token'],
            )),
            'wait' => $this->wait($step),
            'field' => ['text' => $this->last->field($step['path'])],
            'qr' => ['bytes.hex' => bin2hex($this->qr($step))],
            'receipt' => ['bytes.hex' => bin2hex($this->last->receipt($this->slip($step)))],
            'pending' => $this->pending(),
            'start_init' => $this->start(fn () => $this->client->startInvoiceInit($this->request($step))),
            'start_wait' => $this->start(
                fn () => $this->client->startInvoiceWait($step['invoice_id'], $step['timeout_ms']),
            ),
            'cancel' => $this->cancel(),
            'take' => $this->take(),
            'fork' => $this->fork(),
            'join' => exit(0),
            default => throw new Unsupported($step['do']),
        };
    }

    private function client(array $step): array
    {
        $settings = [
            'baseUrl' => $step['base_url'] ?? null,
            'merchantId' => $step['merchant_id'] ?? null,
            'secretKey' => $step['secret_key'] ?? null,
            'bodyFormat' => isset($step['body_format'])
                ? BodyFormat::from($step['body_format'])
                : null,
            'jwsClaim' => isset($step['jws_claim']) ? JwsClaim::from($step['jws_claim']) : null,
            'connectTimeoutMs' => $step['connect_timeout_ms'] ?? null,
            'timeoutMs' => $step['timeout_ms'] ?? null,
            'pollIntervalMs' => $step['poll_interval_ms'] ?? null,
            'proxy' => $step['proxy'] ?? null,
            'caFile' => $step['ca_file'] ?? null,
            'appInfo' => isset($step['app_name'])
                ? [$step['app_name'], $step['app_version'] ?? '']
                : null,
            'journal' => $step['journal'] ?? null,
        ];
        $this->client = null;
        return $this->facts(function () use ($settings): void {
            $this->client = new Client(...$settings);
            $this->client->check();
        });
    }

    private function request(array $step): InvoiceRequest
    {
        $more = [
            $step['currency'] ?? null,
            $step['method'] ?? null,
            $step['check_url'] ?? null,
            $step['result_url'] ?? null,
            $step['request_method'] ?? null,
        ];
        [$order, $text] = [$step['order_id'], $step['description']];
        return isset($step['amount_minor'])
            ? InvoiceRequest::inMinorUnits(
                $order,
                $step['amount_minor'],
                $step['exponent'],
                $text,
                ...$more,
            )
            : new InvoiceRequest($order, $step['amount'], $text, ...$more);
    }

    private function wait(array $step): array
    {
        [$id, $timeout, $end] = [$step['invoice_id'], $step['timeout_ms'], $step['give_up_after'] ?? null];
        if ($end === null) {
            return $this->facts(fn () => $this->client->invoiceWait($id, $timeout));
        }
        $polls = 0;
        $progress = static function () use (&$polls, $end): bool {
            return ++$polls === $end;
        };
        $facts = $this->facts(fn () => $this->client->invoiceWait($id, $timeout, $progress));
        return [...$facts, 'polls' => $polls];
    }

    private function qr(array $step): string
    {
        $size = isset($step['size']) ? [$step['size']] : [];
        return match ($step['form']) {
            'png' => $this->last->qrPng(...$size),
            'bmp' => $this->last->qrBmp(...$size),
            'svg' => $this->last->qrSvg(),
            'text' => $this->last->qrText(),
            'escpos' => $this->last->qrEscpos(...$size),
            'escpos_native' => $this->last->qrEscposNative(...$size),
            'zpl' => $this->last->qrZpl(...$size),
            'matrix' => implode('', array_map(
                static fn (bool $module): string => $module ? "\1" : "\0",
                array_merge(...$this->last->qrMatrix()),
            )),
            'data_uri' => $this->last->qrDataUri(...$size),
            'picture' => $this->last->qrPicture() ?? '',
            default => throw new Unsupported($step['form']),
        };
    }

    private function slip(array $step): Receipt
    {
        return new Receipt(
            paperDots: $step['paper_dots'] ?? null,
            codePage: isset($step['code_page']) ? [$step['code_page'], $step['selector']] : null,
            lines: isset($step['line']) ? [$step['line']] : [],
            labels: isset($step['amount_label'])
                ? [$step['amount_label'], $step['order_label'] ?? '']
                : null,
            cut: ($step['cut'] ?? 0) !== 0,
        );
    }

    private function pending(): array
    {
        $sales = [];
        $facts = $this->facts(function () use (&$sales): void {
            $sales = $this->client->pending();
        });
        return [...$facts, 'sales' => array_map(
            static fn (PendingSale $sale): array => [
                'order_id' => $sale->orderId,
                'invoice_id' => $sale->invoiceId ?? 0,
                'amount' => $sale->amount,
            ],
            $sales,
        )];
    }

    private function start(callable $start): array
    {
        $this->task = $start();
        return [];
    }

    private function cancel(): array
    {
        $this->task->cancel();
        return [];
    }

    private function take(): array
    {
        if (!$this->task->join(50_000)) {
            throw new RuntimeException('the task does not end');
        }
        return $this->facts(fn () => $this->task->result());
    }

    private function fork(): array
    {
        $child = pcntl_fork();
        if ($child === 0) {
            return [];
        }
        // The judge speaks with the child now; nothing of what it says is read here before "join".
        pcntl_waitpid($child, $status);
        return ['exit' => pcntl_wifexited($status) ? pcntl_wexitstatus($status) : -1];
    }

    /** What a call gave, or threw. */
    private function facts(callable $call): array
    {
        try {
            $invoice = $call();
        } catch (FreedomPayException $e) {
            return [
                'code' => $e->getCode(),
                'message' => $e->getMessage(),
                'sent' => $e->sentNumber,
                'advice' => $e->adviceNumber,
                'gateway_code' => $e->gatewayCode ?? 0,
                'gateway_message' => $e->gatewayMessage,
                'http_status' => $e->httpStatus ?? 0,
                'invoice_id' => $e->invoiceId ?? 0,
                'order_id' => $e->orderId,
                'invoice_status' => $e->invoice?->statusNumber ?? 0,
            ];
        }
        $facts = ['code' => 0, 'message' => '', 'invoice_id' => 0, 'order_id' => null];
        if (!$invoice instanceof Invoice) {
            return [...$facts, 'http_status' => 0];
        }
        $this->last = $invoice;
        return [
            ...$facts,
            'invoice_id' => $invoice->invoiceId,
            'order_id' => $invoice->orderId,
            'http_status' => $invoice->httpStatus ?? 0,
            'from_journal' => (int) $invoice->fromJournal,
            'invoice_status' => $invoice->statusNumber,
            'amount' => $invoice->amount,
            'currency' => $invoice->currency,
            'description' => $invoice->description,
            'card_pan' => $invoice->cardPan,
            'card_token' => $invoice->cardToken,
            'date_time' => $invoice->dateTime,
            'unix_time' => $invoice->unixTime ?? 0,
            'qr_url' => $invoice->qrUrl,
        ];
    }
}

/** @return array<string, mixed> a step, its bytes as texts */
function step(string $line): array
{
    $step = [];
    foreach (json_decode($line, true, 512, JSON_THROW_ON_ERROR) as $name => $value) {
        $isBytes = str_ends_with($name, '.hex');
        $step[$isBytes ? substr($name, 0, -4) : $name] = $isBytes ? hex2bin($value) : $value;
    }
    return $step;
}

error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});
$runner = new Runner();
while (($line = fgets(STDIN)) !== false) {
    try {
        $facts = $runner->does(step($line));
    } catch (Unsupported $e) {
        $facts = ['unsupported' => $e->getMessage()];
    } catch (Throwable $e) {
        $facts = ['error' => $e::class . ": {$e->getMessage()}"];
    }
    $flags = JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE;
    fwrite(STDOUT, json_encode((object) $facts, $flags) . "\n");
}

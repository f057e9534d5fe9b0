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

use FreedomPay\Answer;
use FreedomPay\BodyFormat;
use FreedomPay\Callback;
use FreedomPay\CardList;
use FreedomPay\Client;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\JwsClaim;
use FreedomPay\Library;
use FreedomPay\Number;
use FreedomPay\Payment;
use FreedomPay\PayoutQuestion;
use FreedomPay\PendingPayout;
use FreedomPay\PendingRefund;
use FreedomPay\PendingSale;
use FreedomPay\Receipt;
use FreedomPay\Refund;
use FreedomPay\Reply;
use FreedomPay\Scheme;
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
    private Invoice|Payment|Answer|CardList|null $last = null;
    private ?Callback $callback = null;
    /** Why there is none. */
    private int $refused = 0;

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
            'pending_refunds' => $this->pendingRefunds(),
            'pending_payouts' => $this->pendingPayouts(),
            'refund_settle' => $this->facts(fn () => $this->client->refundSettle(
                $step['payment_id'],
                $step['was_made'] === 1,
                $step['refund_key'] ?? null,
            )),
            'send' => $this->send($step),
            'callback' => $this->callback($step),
            'callback_field' => ['text' => $this->callback?->field($step['name'])],
            'callback_confirm' => $this->facts(fn () => $this->callback->confirm()),
            'callback_reply' => $this->reply($step),
            'field_count' => ['count' => $this->last->count($step['path'])],
            'meaning' => ['text' => Library::gatewayCodeMeaning($step['gateway_code'])],
            default => $this->facts(fn () => $this->payment($step)),
        };
    }

    /** What follows a payment, and the other ways to pay. */
    private function payment(array $step): Payment|Answer|CardList
    {
        $amount = $step['amount'] ?? null;
        $sale = [$step['order_id'] ?? null, $amount, $step['description'] ?? null];
        $card = [$step['user_id'] ?? null, $step['card_token'] ?? null];
        $user = [$step['user_id'] ?? null, $step['back_link'] ?? null];
        $more = fields($step, 'field.');
        $id = $step['payment_id'] ?? $step['invoice_id'] ?? null;
        $client = $this->client;
        return match ($step['do']) {
            'invoice_cancel' => $client->invoiceCancel($id),
            'invoice_refund' => $client->invoiceRefund($id, $amount),
            'payment_status' => $client->paymentStatus($id),
            'payment_status_by_order' => $client->paymentStatusByOrder($step['order_id']),
            'payment_cancel' => $client->paymentCancel($id),
            'payment_capture' => $client->paymentCapture($id, $amount),
            'payment_refund' => $client->paymentRefund($id, $amount, $step['refund_key'] ?? null),
            'page_init' => $client->pageInit(...$sale, more: $more),
            'mobile_init' => $client->mobileInit(...$sale, more: $more),
            'mobile_pay' => $client->mobilePay($id, $step['phone'], $step['system_code'] ?? null),
            'mobile_approve' => $client->mobileApprove($id, $step['approval_code']),
            'token_init' => $client->tokenInit(...$sale, ...$card, more: $more),
            'token_pay' => $client->tokenPay($id),
            'token_direct' => $client->tokenDirect($id),
            'card_add' => $client->cardAdd(...$user, more: $more),
            'card_add_for_payout' => $client->cardAddForPayout(...$user, more: $more),
            'card_list' => $client->cardList($step['user_id']),
            'card_remove' => $client->cardRemove(...$card),
            'payout_page' => $client->payoutPage(...$sale, more: $more),
            'payout_iban' => $client->payoutIban(...$sale, more: $more),
            'payout_token' => $client->payoutToken(...$sale, ...$card, more: $more),
            'payout_balance' => $client->payoutBalance(),
            'payout_status' => $client->payoutStatus(
                $step['order_id'],
                PayoutQuestion::from($step['question'] ?? 0),
            ),
            default => throw new Unsupported($step['do']),
        };
    }

    private function send(array $step): array
    {
        $numbers = array_map(
            static fn (string $digits): Number => new Number($digits),
            fields($step, 'number.'),
        );
        $fields = [...$numbers, ...fields($step, 'field.')];
        $scheme = Scheme::from($step['scheme'] ?? 0);
        return $this->facts(fn () => $this->client->callSend($step['path'], $fields, $scheme));
    }

    private function callback(array $step): array
    {
        $this->callback = null;
        $server = ['REQUEST_URI' => $step['url'], 'CONTENT_TYPE' => $step['content_type'] ?? ''];
        $facts = $this->facts(function () use ($server, $step): void {
            $this->callback = $this->client->callback($server, $step['body'] ?? '');
        });
        $this->refused = $facts['code'];
        return [
            'code' => $facts['code'],
            'message' => $facts['message'],
            'kind' => $this->callback?->kind->value ?? 0,
            'says_paid' => (int) $this->callback?->isPaid(),
        ];
    }

    private function reply(array $step): array
    {
        if ($this->callback === null) {
            return ['code' => $this->refused, 'message' => '', 'text' => ''];
        }
        $text = $step['description'] ?? null;
        $reply = null;
        $facts = $this->facts(function () use (&$reply, $step, $text): void {
            $reply = match ($step['reply']) {
                0 => $this->callback->accept($text),
                1 => $this->callback->reject($text),
                2 => $this->callback->error($text),
            };
        });
        $body = $reply instanceof Reply ? $reply->body : '';
        return ['code' => $facts['code'], 'message' => $facts['message'], 'text' => $body];
    }

    private function client(array $step): array
    {
        $settings = [
            'baseUrl' => $step['base_url'] ?? null,
            'merchantId' => $step['merchant_id'] ?? null,
            'secretKey' => $step['secret_key'] ?? null,
            'payoutKey' => $step['payout_key'] ?? null,
            'callbackFields' => array_filter([$step['allow_callback_field'] ?? null]),
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
            'language' => $step['language'] ?? null,
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

    private function pendingRefunds(): array
    {
        $refunds = [];
        $facts = $this->facts(function () use (&$refunds): void {
            $refunds = $this->client->pendingRefunds();
        });
        return [...$facts, 'refunds' => array_map(
            static fn (PendingRefund $refund): array => [
                'refund_key' => $refund->refundKey,
                'payment_id' => $refund->paymentId,
                'amount' => $refund->amount,
            ],
            $refunds,
        )];
    }

    private function pendingPayouts(): array
    {
        $payouts = [];
        $facts = $this->facts(function () use (&$payouts): void {
            $payouts = $this->client->pendingPayouts();
        });
        return [...$facts, 'payouts' => array_map(
            static fn (PendingPayout $payout): array => [
                'order_id' => $payout->orderId,
                'amount' => $payout->amount,
            ],
            $payouts,
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
            $answer = $call();
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
                'payment_id' => $e->paymentId ?? 0,
                'order_id' => $e->orderId,
                'invoice_status' => $e->invoice?->statusNumber ?? 0,
            ];
        }
        $facts = ['code' => 0, 'message' => '', 'invoice_id' => 0, 'order_id' => null];
        if ($answer === null) {
            return [...$facts, 'http_status' => 0];
        }
        $this->last = $answer;
        $facts = [
            ...$facts,
            'order_id' => $answer->orderId,
            'http_status' => $answer->httpStatus ?? 0,
            'from_journal' => (int) $answer->fromJournal,
            'amount' => $answer->amount,
            'currency' => $answer->currency,
            'description' => $answer->description,
            'card_pan' => $answer->cardPan,
            'card_token' => $answer->cardToken,
            'date_time' => $answer->dateTime,
            'unix_time' => $answer->unixTime ?? 0,
        ];
        return match (true) {
            $answer instanceof Invoice => [
                ...$facts,
                'invoice_id' => $answer->invoiceId,
                'invoice_status' => $answer->statusNumber,
                'qr_url' => $answer->qrUrl,
                'paid' => (int) $answer->isPaid(),
            ],
            $answer instanceof Payment => [...$facts, ...self::ofPayment($answer)],
            default => $facts,
        };
    }

    private static function ofPayment(Payment $payment): array
    {
        return [
            'payment_id' => $payment->paymentId ?? 0,
            'payment_status' => $payment->statusNumber,
            'paid' => (int) $payment->isPaid(),
            'captured' => $payment->captured === null ? -1 : (int) $payment->captured,
            'redirect_url' => $payment->redirectUrl,
            'balance' => $payment->balance,
            'clearing_amount' => $payment->clearingAmount,
            'refunded_amount' => $payment->refundedAmount,
            'refund_id' => $payment->refundId ?? 0,
            'refunds' => array_map(
                static fn (Refund $refund): array => [
                    'payment_id' => $refund->paymentId ?? 0,
                    'amount' => $refund->amount,
                    'status' => $refund->statusNumber,
                    'date_time' => $refund->dateTime,
                ],
                $payment->refunds,
            ),
        ];
    }
}

/** @return array<string, string> the fields of a step whose names begin so */
function fields(array $step, string $beginning): array
{
    $fields = [];
    foreach ($step as $name => $value) {
        if (str_starts_with($name, $beginning)) {
            $fields[substr($name, strlen($beginning))] = $value;
        }
    }
    return $fields;
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

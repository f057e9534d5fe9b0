<?php

declare(strict_types=1);

namespace FreedomPay;

use FFI;
use FFI\CData;
use FreedomPay\Exception\ArgumentException;

/**
 * A merchant at the gateway. It frees itself; close() does so at a certain moment.
 *
 * Every call throws a FreedomPay\Exception\FreedomPayException when it does not succeed. Do not
 * exit() inside $log and $progress, which run inside the library: return or throw.
 */
final class Client
{
    private ?FFI $ffi = null;
    private ?CData $handle = null;
    private int $inside = 0;
    private bool $closed = false;
    /** @var callable|null */
    private mixed $log = null;

    /**
     * @param int|null        $merchantId       the number that the gateway gave to the merchant
     * @param string|null     $secretKey        the key for requests; with one, requests are signed
     * @param string|null     $baseUrl          the gateway, https://api.freedompay.uz unless given
     * @param int|null        $timeoutMs        for a whole call
     * @param int|null        $connectTimeoutMs for its connection
     * @param int|null        $pollIntervalMs   between two questions of waitForInvoice()
     * @param BodyFormat|null $bodyFormat       how requests are written
     * @param JwsClaim|null   $jwsClaim         the name under which a signature covers the path
     * @param string|null     $proxy            a URL; the environment is not read
     * @param string|null     $caFile           PEM certificates to trust besides the built-in ones
     * @param array{string, string}|null        $appInfo name and version of the caller
     * @param callable(int, string): mixed|null $log     a LogLevel's value and the message
     * @param string|null     $journal          a file that keeps every sale over a power cut;
     *                                          processes may share it
     *
     * @throws ArgumentException a value cannot be used; what is missing altogether is found by
     *                           check() and by the first call: ConfigException
     * @throws \RuntimeException the library cannot be loaded
     */
    public function __construct(
        ?int $merchantId = null,
        #[\SensitiveParameter] ?string $secretKey = null,
        ?string $baseUrl = null,
        ?int $timeoutMs = null,
        ?int $connectTimeoutMs = null,
        ?int $pollIntervalMs = null,
        ?BodyFormat $bodyFormat = null,
        ?JwsClaim $jwsClaim = null,
        ?string $proxy = null,
        ?string $caFile = null,
        ?array $appInfo = null,
        ?callable $log = null,
        ?string $journal = null,
    ) {
        $this->ffi = Library::ffi();
        $this->log = $log;
        $settings = array_filter(
            [
                'merchant_id' => $merchantId,
                'secret_key' => $secretKey,
                'base_url' => $baseUrl,
                'timeout_ms' => $timeoutMs,
                'connect_timeout_ms' => $connectTimeoutMs,
                'poll_interval_ms' => $pollIntervalMs,
                'body_format' => $bodyFormat?->value,
                'jws_claim' => $jwsClaim?->value,
                'proxy' => $proxy,
                'ca_file' => $caFile,
                'journal' => $journal,
            ],
            static fn (int|string|null $value): bool => $value !== null,
        );
        $settings = array_map(static fn (int|string $value): array => [$value], $settings);
        if ($appInfo !== null) {
            $settings['app_info'] = $appInfo;
        }
        $this->open($settings);
    }

    public function __destruct()
    {
        $this->close();
    }

    private function __clone()
    {
    }

    /** Ends the use of this client, once. Later calls throw ArgumentException. */
    public function close(): void
    {
        $this->closed = true;
        if ($this->inside === 0 && $this->handle !== null) {
            [$handle, $this->handle] = [$this->handle, null];
            $this->ffi->fp_client_free($handle);
        }
    }

    /**
     * Can the client be used? Sends nothing.
     *
     * @throws Exception\ConfigException  something is missing
     * @throws Exception\JournalException the journal cannot be used
     */
    public function check(): void
    {
        $this->ask(fn (): CData => $this->ffi->fp_client_check($this->handle))->succeeded();
    }

    /**
     * Creates an invoice. After OutcomeUnknownException and BadAnswerException it may exist: ask
     * with invoiceStatusByOrder().
     *
     * With a journal the same order id gives the same invoice again ($fromJournal), and an attempt
     * whose answer was lost is asked about before there is another.
     *
     * @throws Exception\ConflictException the order id is taken by another amount or currency
     * @throws Exception\JournalException  the sale could not be written
     */
    public function initInvoice(InvoiceRequest $request): Invoice
    {
        $handle = $request->open();
        try {
            return $this->invoice(
                fn (): CData => $this->ffi->fp_invoice_init($this->handle, $handle),
            );
        } finally {
            $this->ffi->fp_invoice_request_free($handle);
        }
    }

    /** The state of an invoice by the gateway's number. */
    public function invoiceStatus(int $invoiceId): Invoice
    {
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_status($this->handle, $invoiceId),
        );
    }

    /** The state of an invoice by the merchant's order id. */
    public function invoiceStatusByOrder(string $orderId): Invoice
    {
        Check::text('orderId', $orderId);
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_status_by_order($this->handle, $orderId),
        );
    }

    /**
     * Every sale in the journal whose end is not known, the oldest first: in flight when the power
     * failed, lost in the network, or still open when the waiting ended. Sends nothing.
     *
     * @return list<PendingSale>
     *
     * @throws Exception\ConfigException  there is no journal
     * @throws Exception\JournalException it cannot be read
     */
    public function pending(): array
    {
        return $this->inside(function (): array {
            $pending = $this->ffi->fp_client_pending($this->handle);
            try {
                return PendingSale::all($pending);
            } finally {
                $this->ffi->fp_pending_free($pending);
            }
        });
    }

    /**
     * Asks about a sale in the journal until the gateway knows it, within the client's $timeoutMs.
     *
     * @throws Exception\RefusedException        it certainly does not exist and may be made anew
     * @throws Exception\OutcomeUnknownException that is not certain yet
     * @throws Exception\ArgumentException       the journal does not have the order
     * @throws Exception\ConfigException         there is no journal
     */
    public function recoverInvoice(string $orderId): Invoice
    {
        Check::text('orderId', $orderId);
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_recover($this->handle, $orderId),
        );
    }

    /** What a payer's application shows. $customer: the QR's link, or the value of that name. */
    public function invoiceInfo(string $customer): Invoice
    {
        Check::text('customer', $customer);
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_info($this->handle, $customer),
        );
    }

    /**
     * Pays an invoice as the payer, with a card that was stored for $userId. After
     * OutcomeUnknownException the card may have been charged.
     */
    public function payInvoice(
        string $customer,
        string $userId,
        #[\SensitiveParameter] string $cardToken,
    ): Invoice {
        Check::text('customer', $customer);
        Check::text('userId', $userId);
        Check::text('cardToken', $cardToken);
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_pay(
                $this->handle,
                $customer,
                $userId,
                $cardToken,
            ),
        );
    }

    /**
     * Asks until the invoice is paid, declined or expired, at most $timeoutMs. A declined or
     * expired invoice is an answer, not an error.
     *
     * $progress is called after every poll with what it learned; a poll that failed has its $error
     * and no state. A true answer gives up; an exception gives up too, and comes out here. Its
     * invoice keeps its values, but field() and the forms of its QR work only until it returns.
     *
     * @param callable(Invoice): mixed|null $progress
     *
     * @throws Exception\WaitTimeoutException with the last known state in $invoice
     * @throws Exception\CancelledException   when $progress gave up
     */
    public function waitForInvoice(
        int $invoiceId,
        int $timeoutMs,
        ?callable $progress = null,
    ): Invoice {
        return $this->invoice(
            fn (): CData => $this->ffi->fp_invoice_wait(
                $this->handle,
                $invoiceId,
                $timeoutMs,
                Call::onProgress(),
                null,
            ),
            $progress,
        );
    }

    /** initInvoice() in the background: what that throws, the result of the task throws. */
    public function startInit(InvoiceRequest $request): Task
    {
        $handle = $request->open();
        try {
            return $this->task(
                fn (): CData => $this->ffi->fp_task_invoice_init($this->handle, $handle),
            );
        } finally {
            $this->ffi->fp_invoice_request_free($handle);
        }
    }

    /** waitForInvoice() in the background, without a progress function. */
    public function startWait(int $invoiceId, int $timeoutMs): Task
    {
        return $this->task(
            fn (): CData => $this->ffi->fp_task_invoice_wait(
                $this->handle,
                $invoiceId,
                $timeoutMs,
            ),
        );
    }

    /** @param callable(): CData $start */
    private function task(callable $start): Task
    {
        return $this->inside(fn (): Task => new Task($start(), $this->log));
    }

    /** @param callable(): CData $call */
    private function invoice(callable $call, ?callable $progress = null): Invoice
    {
        return Invoice::of($this->ask($call, $progress)->succeeded());
    }

    /** @param callable(): CData $call */
    private function ask(callable $call, ?callable $progress = null): Result
    {
        return $this->inside(static fn (): Result => new Result($call(), owned: true), $progress);
    }

    /**
     * Runs $body, which calls the library once.
     *
     * @template T
     * @param callable(): T $body
     * @return T
     */
    private function inside(callable $body, ?callable $progress = null): mixed
    {
        if ($this->closed || $this->handle === null) {
            throw new ArgumentException('the client is closed');
        }
        $this->inside++;
        try {
            return Call::run($this->log, $body, $progress);
        } finally {
            $this->inside--;
            if ($this->closed) {
                $this->close();
            }
        }
    }

    /** @param array<string, list<int|string>> $settings what each setter takes */
    private function open(#[\SensitiveParameter] array $settings): void
    {
        $ffi = $this->ffi;
        $config = $ffi->fp_config_new();
        $refused = null;
        try {
            foreach ($settings as $name => $values) {
                foreach ($values as $value) {
                    if (is_string($value)) {
                        Check::text($name, $value);
                    }
                }
                if ($ffi->{"fp_config_set_$name"}($config, ...$values) !== Code::Ok->value) {
                    $refused ??= $name;
                }
            }
            if ($this->log !== null) {
                $ffi->fp_config_set_log($config, Call::onLog(), null);
            }
            $open = static fn (): CData => $ffi->fp_client_new($config);
            $this->handle = Call::run($this->log, $open);
        } finally {
            $ffi->fp_config_free($config);
        }
        if ($refused !== null) {
            try {
                $this->check();  // the library remembers what it refused, and says why
                throw new ArgumentException("$refused was refused");
            } finally {
                $this->close();  // PHP runs no destructor after a constructor that threw
            }
        }
    }
}

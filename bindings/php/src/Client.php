<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Answer;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Session;
use Psr\Log\LoggerInterface;

/**
 * A merchant at the gateway. It frees itself; close() does so at a certain moment.
 *
 * Every call throws a FreedomPay\Exception\FreedomPayException when it does not succeed. Do not
 * exit() inside $log and $progress, which run inside the library: return or throw.
 */
final class Client
{
    private ?Session $session = null;

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
     * @param array{string, string}|null          $appInfo name and version of the caller
     * @param (callable(int, string): mixed)|null $log     a LogLevel's value and the message
     * @param string|null     $journal          a file that keeps every sale over a power cut;
     *                                          processes may share it
     * @param LoggerInterface|null $logger      the log again, for a logger of PSR-3
     *
     * @throws ArgumentException a value cannot be used; what is missing altogether is found by
     *                           check() and by the first call: ConfigException
     * @throws \RuntimeException neither the library nor the program freedompay can be used
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
        ?LoggerInterface $logger = null,
    ) {
        $settings = [
            'merchant_id' => [$merchantId],
            'secret_key' => [$secretKey],
            'base_url' => [$baseUrl],
            'timeout_ms' => [$timeoutMs],
            'connect_timeout_ms' => [$connectTimeoutMs],
            'poll_interval_ms' => [$pollIntervalMs],
            'body_format' => [$bodyFormat?->value],
            'jws_claim' => [$jwsClaim?->value],
            'proxy' => [$proxy],
            'ca_file' => [$caFile],
            'journal' => [$journal],
            'app_info' => $appInfo ?? [null],
        ];
        $config = new Parts('config', [], Check::settings($settings));
        $this->session = Library::link()->open($config, new Log($log, $logger));
    }

    /** A copy would be of a client, not of a value. */
    private function __clone()
    {
    }

    /** @return never */
    public function __serialize(): array
    {
        throw new \Exception("Serialization of 'FreedomPay\\Client' is not allowed");
    }

    /** Ends the use of this client, once. Later calls throw ArgumentException. */
    public function close(): void
    {
        $this->session?->close();
    }

    /**
     * Can the client be used? Sends nothing.
     *
     * @throws Exception\ConfigException  something is missing
     * @throws Exception\JournalException the journal cannot be used
     */
    public function check(): void
    {
        $this->ask('client_check', []);
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
        return $this->invoice('invoice_init', ['request' => $request->parts()]);
    }

    /** The state of an invoice by the gateway's number. */
    public function invoiceStatus(int $invoiceId): Invoice
    {
        return $this->invoice('invoice_status', ['invoice_id' => $invoiceId]);
    }

    /** The state of an invoice by the merchant's order id. */
    public function invoiceStatusByOrder(string $orderId): Invoice
    {
        Check::text('orderId', $orderId);
        return $this->invoice('invoice_status_by_order', ['order_id' => $orderId]);
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
        return array_map(PendingSale::of(...), $this->session()->pending());
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
        return $this->invoice('invoice_recover', ['order_id' => $orderId]);
    }

    /** What a payer's application shows. $customer: the QR's link, or the value of that name. */
    public function invoiceInfo(string $customer): Invoice
    {
        Check::text('customer', $customer);
        return $this->invoice('invoice_info', ['customer' => $customer]);
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
            'invoice_pay',
            ['customer' => $customer, 'user_id' => $userId, 'card_token' => $cardToken],
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
     * @param (callable(Invoice): mixed)|null $progress
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
            'invoice_wait',
            ['invoice_id' => $invoiceId, 'timeout_ms' => $timeoutMs],
            $progress,
        );
    }

    /** initInvoice() in the background: what that throws, the result of the task throws. */
    public function startInit(InvoiceRequest $request): Task
    {
        $arguments = ['request' => $request->parts()];
        return new Task($this->session()->start('invoice_init', $arguments));
    }

    /** waitForInvoice() in the background, without a progress function. */
    public function startWait(int $invoiceId, int $timeoutMs): Task
    {
        $arguments = ['invoice_id' => $invoiceId, 'timeout_ms' => $timeoutMs];
        return new Task($this->session()->start('invoice_wait', $arguments));
    }

    /**
     * @param array<string, int|string|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null      $progress
     */
    private function invoice(string $call, array $arguments, ?callable $progress = null): Invoice
    {
        return Invoice::of($this->ask($call, $arguments, $progress));
    }

    /**
     * Makes one call, which has to succeed.
     *
     * @param array<string, int|string|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null      $progress
     */
    private function ask(string $call, array $arguments, ?callable $progress = null): Answer
    {
        return Failure::unless($this->session()->ask($call, $arguments, $progress));
    }

    private function session(): Session
    {
        return $this->session ?? throw new ArgumentException('the client was never made');
    }
}

<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Check;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\CancelledException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\Exception\JournalException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Result;
use FreedomPay\Link\Session;
use FreedomPay\PendingPayout;
use FreedomPay\PendingRefund;
use FreedomPay\PendingSale;
use FreedomPay\Task;

/**
 * What a client does with invoices, and with the journal of its sales.
 *
 * @internal
 */
trait Invoices
{
    /**
     * Creates an invoice. After OutcomeUnknownException and BadAnswerException it may exist: ask
     * with invoiceStatusByOrder().
     *
     * With a journal the same order id gives the same invoice again ($fromJournal), and an attempt
     * whose answer was lost is asked about before there is another.
     *
     * @throws ConflictException the order id is taken by another amount or currency
     * @throws JournalException  the sale could not be written
     */
    public function invoiceInit(InvoiceRequest $request): Invoice
    {
        return $this->invoice('invoice_init', ['request' => $request->parts()]);
    }

    /** The state of an invoice by the gateway's number. */
    public function invoiceStatus(int $invoiceId): Invoice
    {
        return $this->invoice('invoice_status', ['invoice_id' => $invoiceId]);
    }

    /**
     * The state of the newest invoice of an order. "Not found" (gateway code 11068 or 340) proves nothing within a minute of
     * the last attempt, which may still arrive: with a journal invoiceRecover() knows when it counts.
     */
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
     * @throws ConfigException  there is no journal
     * @throws JournalException it cannot be read
     */
    public function pending(): array
    {
        return array_map(PendingSale::of(...), $this->session()->pending('client_pending'));
    }

    /**
     * Every refund in the journal whose end is not known, the oldest first. Sends nothing: the same
     * refund again finds out.
     *
     * @return list<PendingRefund>
     *
     * @throws ConfigException  there is no journal
     * @throws JournalException it cannot be read
     */
    public function pendingRefunds(): array
    {
        $refunds = $this->session()->pending('client_pending_refunds');
        return array_map(PendingRefund::of(...), $refunds);
    }

    /**
     * Every payout in the journal whose end is not known, the oldest first. Sends nothing: the same
     * payout again finds out.
     *
     * @return list<PendingPayout>
     *
     * @throws ConfigException  there is no journal
     * @throws JournalException it cannot be read
     */
    public function pendingPayouts(): array
    {
        $payouts = $this->session()->pending('client_pending_payouts');
        return array_map(PendingPayout::of(...), $payouts);
    }

    /**
     * Asks about a sale in the journal until the gateway knows it, within the client's $timeoutMs.
     *
     * @throws RefusedException        it certainly does not exist and may be made anew
     * @throws OutcomeUnknownException that is not certain yet
     * @throws ArgumentException       the journal does not have the order
     * @throws ConfigException         there is no journal
     */
    public function invoiceRecover(string $orderId): Invoice
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
    public function invoicePay(
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
     * @throws WaitTimeoutException with the last known state in $invoice
     * @throws CancelledException   when $progress gave up
     */
    public function invoiceWait(
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

    /** invoiceInit() in the background: what that throws, the result of the task throws. */
    public function startInvoiceInit(InvoiceRequest $request): Task
    {
        $arguments = ['request' => $request->parts()];
        return new Task($this->session()->start('invoice_init', $arguments));
    }

    /** invoiceWait() in the background, without a progress function. */
    public function startInvoiceWait(int $invoiceId, int $timeoutMs): Task
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
     * @param array<string, int|string|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null      $progress
     */
    abstract private function ask(
        string $call,
        array $arguments,
        ?callable $progress = null,
    ): Result;

    abstract private function session(): Session;
}

<?php

/*
 * A till: creates an invoice, shows its QR code, waits, and says what became of the sale.
 *
 *     php -d ffi.enable=1 till.php ORDER_ID AMOUNT DESCRIPTION
 *
 * Settings come from the environment: FREEDOMPAY_BASE_URL, FREEDOMPAY_MERCHANT_ID,
 * FREEDOMPAY_SECRET_FILE (the path of a file with the secret key) and, if five minutes are not
 * right, FREEDOMPAY_WAIT_S.
 * With FREEDOMPAY_JOURNAL, the path of the journal, the sale survives a power cut: the same
 * ORDER_ID again shows the same code and goes on waiting, and no second invoice is made.
 * Exit code: 0 paid, 10 still open, 20 refused, declined or expired, 30 unknown, 40 input or
 * configuration, 50 not sent.
 */

declare(strict_types=1);

use FreedomPay\Advice;
use FreedomPay\Client;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\BadAnswerException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\ConflictException;
use FreedomPay\Exception\FreedomPayException;
use FreedomPay\Exception\JournalException;
use FreedomPay\Exception\NotSentException;
use FreedomPay\Exception\OutcomeUnknownException;
use FreedomPay\Exception\RefusedException;
use FreedomPay\Exception\WaitTimeoutException;
use FreedomPay\Invoice;
use FreedomPay\InvoiceRequest;
use FreedomPay\InvoiceStatus;
use FreedomPay\Sent;

require __DIR__ . '/../src/autoload.php';

const PAID = 0, OPEN = 10, REFUSED = 20, UNKNOWN = 30, INPUT = 40, NOT_SENT = 50;

/** @param list<string> $arguments */
function main(array $arguments): int
{
    try {
        if (count($arguments) !== 3) {
            throw new InvalidArgumentException('usage: till.php ORDER_ID AMOUNT DESCRIPTION');
        }
        $client = new Client(
            baseUrl: setting('FREEDOMPAY_BASE_URL'),
            merchantId: number('FREEDOMPAY_MERCHANT_ID', setting('FREEDOMPAY_MERCHANT_ID')),
            secretKey: secret(setting('FREEDOMPAY_SECRET_FILE')),
            appInfo: ['till-example', '1.0'],
            journal: getenv('FREEDOMPAY_JOURNAL') ?: null,
        );
        $waitMs = 1000 * number('FREEDOMPAY_WAIT_S', getenv('FREEDOMPAY_WAIT_S') ?: '300');
        $request = new InvoiceRequest(...$arguments);
    } catch (InvalidArgumentException | RuntimeException $e) {
        return finish(INPUT, "INPUT: {$e->getMessage()}");
    }
    try {
        $invoice = create($client, $request);
    } catch (ArgumentException | ConfigException | JournalException $e) {
        return finish(INPUT, "INPUT: {$e->getMessage()}");
    } catch (NotSentException $e) {
        return finish(NOT_SENT, "NOT SENT: {$e->getMessage()}\nNo invoice exists. Try again.");
    } catch (FreedomPayException $e) {
        if ($e instanceof ConflictException && $e->sent === Sent::No) {
            return finish(INPUT, "INPUT: {$e->getMessage()}");
        }
        // One that is refused for the sake of an earlier attempt is to be asked about: that may be paid.
        if ($e instanceof RefusedException && $e->advice !== Advice::AskStatus) {
            return finish(REFUSED, "REFUSED: {$e->getMessage()}");
        }
        $again = "Ask for the status of order $request->orderId before selling again.";
        return finish(UNKNOWN, "UNKNOWN: {$e->getMessage()}\n$again");
    }
    return settle($client, $invoice, $waitMs);
}

/** Creates the invoice, once. Where the answer was lost, asks whether it exists. */
function create(Client $client, InvoiceRequest $request): Invoice
{
    try {
        return $client->invoiceInit($request);
    } catch (OutcomeUnknownException | BadAnswerException $unknown) {
        try {
            return $client->invoiceStatusByOrder($request->orderId);
        } catch (FreedomPayException) {
            throw $unknown;  // "not found" would prove nothing this early
        }
    }
}

/** Shows the code and waits. From here on the sale exists, whatever goes wrong. */
function settle(Client $client, Invoice $invoice, int $waitMs): int
{
    $again = "Ask for the status of invoice $invoice->invoiceId before selling again.";
    echo $invoice->qrText(), "\n", $invoice->qrUrl ?? '', "\nwaiting for the payer\n";
    try {
        $done = $client->invoiceWait($invoice->invoiceId, $waitMs);
    } catch (WaitTimeoutException) {
        return finish(OPEN, "STILL OPEN: $again");
    } catch (FreedomPayException $e) {
        return finish(UNKNOWN, "UNKNOWN: {$e->getMessage()}\n$again");
    }
    $new = 'A new attempt needs a new order id.';
    return match ($done->status) {
        InvoiceStatus::Ok => finish(PAID, 'PAID'),
        InvoiceStatus::Failed => finish(REFUSED, "DECLINED: no money was taken. $new"),
        InvoiceStatus::Incomplete => finish(REFUSED, "EXPIRED: nobody paid. $new"),
        default => finish(UNKNOWN, "UNKNOWN: state $done->statusNumber. $again"),
    };
}

function setting(string $name): string
{
    $value = getenv($name);
    return is_string($value) ? $value : throw new RuntimeException("the environment has no $name");
}

function number(string $name, string $text): int
{
    $number = filter_var($text, FILTER_VALIDATE_INT);
    return is_int($number) ? $number : throw new RuntimeException("$name is not a number");
}

function secret(string $path): string
{
    $text = is_file($path) ? file_get_contents($path) : false;
    if ($text === false) {
        throw new RuntimeException("cannot read $path");
    }
    return rtrim($text, "\r\n");
}

function finish(int $code, string $line): int
{
    echo $line, "\n";
    return $code;
}

exit(main(array_values(array_slice($argv, 1))));

<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Exception\ArgumentException;
use FreedomPay\Link\Result;
use FreedomPay\Link\Log;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Session;
use Psr\Log\LoggerInterface;

/**
 * A merchant at the gateway. It frees itself; close() does so at a certain moment.
 *
 * A function of the library fp_<noun>_<verb> is <noun><Verb>() here.
 *
 * Every call throws a FreedomPay\Exception\FreedomPayException when it does not succeed. Do not
 * exit() inside $log and $progress, which run inside the library: return or throw.
 */
final class Client
{
    use Calls\Invoices;
    use Calls\Payments;
    use Calls\Payouts;
    use Calls\Cards;
    use Calls\Paths;
    use Calls\Callbacks;

    private ?Session $session = null;

    /**
     * @param int|null        $merchantId       the number that the gateway gave to the merchant
     * @param string|null     $secretKey        the key for requests; with one, requests are signed
     * @param string|null     $payoutKey        the key for payouts, which the gateway gives apart
     * @param string|null     $baseUrl          the gateway, https://api.freedompay.uz unless given
     * @param int|null        $timeoutMs        for a whole call
     * @param int|null        $connectTimeoutMs for its connection
     * @param int|null        $pollIntervalMs   between two questions of invoiceWait()
     * @param BodyFormat|null $bodyFormat       how requests are written
     * @param JwsClaim|null   $jwsClaim         the name under which a signature covers the path
     * @param string|null     $proxy            a URL; the environment is not read
     * @param string|null     $caFile           PEM certificates to trust besides the built-in ones
     * @param array{string, string}|null          $appInfo name and version of the caller
     * @param (callable(int, string): mixed)|null $log     a LogLevel's value and the message
     * @param string|null     $journal          a file that keeps every sale over a power cut;
     *                                          processes may share it
     * @param list<string>    $callbackFields   names beginning with pg_ that a callback may have
     *                                          though no source tells of them
     * @param LoggerInterface|null $logger      the log again, for a logger of PSR-3
     * @param string|null     $textEncoding     of every text that is given and that comes back:
     *                                          windows-1251, koi8-r, ...; UTF-8 unless given
     * @param string|null     $language         of the messages of exceptions: en unless given, or ru
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
        #[\SensitiveParameter] ?string $payoutKey = null,
        array $callbackFields = [],
        ?string $textEncoding = null,
        ?string $language = null,
    ) {
        $settings = [
            'text_encoding' => [$textEncoding],  // first: the others are in it
            'language' => [$language],
            'merchant_id' => [$merchantId],
            'secret_key' => [$secretKey],
            'payout_key' => [$payoutKey],
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
        $calls = Check::settings($settings);
        foreach ($callbackFields as $name) {
            $calls[] = ['allow_callback_field', [Check::text('callbackFields', $name)]];
        }
        $config = new Parts('config', [], $calls);
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
     * Makes one call, which has to succeed.
     *
     * @param array<string, int|string|Parts|null> $arguments
     * @param (callable(Invoice): mixed)|null      $progress
     */
    private function ask(string $call, array $arguments, ?callable $progress = null): Result
    {
        return Failure::unless($this->session()->ask($call, $arguments, $progress));
    }

    private function session(): Session
    {
        return $this->session ?? throw new ArgumentException('the client was never made');
    }
}

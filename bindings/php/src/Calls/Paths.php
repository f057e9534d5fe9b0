<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Answer;
use FreedomPay\Check;
use FreedomPay\Invoice;
use FreedomPay\Link\Parts;
use FreedomPay\Link\Result;
use FreedomPay\Number;
use FreedomPay\Scheme;

/**
 * Any other path of the gateway.
 *
 * @internal
 */
trait Paths
{
    /**
     * Calls a path, once; what it answers is read with Answer::field().
     *
     * After OutcomeUnknownException and BadAnswerException it may have been done. It does not go
     * through the journal.
     *
     * @param string                  $path   such as "/revoke.php": begins with "/", without a query
     * @param iterable<string, mixed> $fields texts; an int or a Number is a number where the body is
     *                                        JSON; an array inside is written as a form writes it,
     *                                        and a generator may give a name again. Under pg_sig the
     *                                        library adds pg_merchant_id, pg_salt and pg_sig
     */
    public function callSend(
        string $path,
        #[\SensitiveParameter] iterable $fields = [],
        Scheme $scheme = Scheme::Auto,
    ): Answer {
        $settings = [['set_scheme', [$scheme->value]]];
        foreach (Check::fields($fields) as [$name, $value]) {
            $settings[] = match (true) {
                is_string($value) => ['set', [$name, $value]],
                is_int($value) => ['set_number', [$name, (string) $value]],
                $value instanceof Number => ['set_number', [$name, $value->digits]],
            };
        }
        $call = new Parts('call', ['path' => Check::text('path', $path)], $settings);
        return Answer::of($this->ask('call_send', ['call' => $call]));
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
}

<?php

declare(strict_types=1);

namespace FreedomPay\Calls;

use FreedomPay\Callback;
use FreedomPay\Check;
use FreedomPay\Exception\ArgumentException;
use FreedomPay\Exception\ConfigException;
use FreedomPay\Exception\SignatureException;
use FreedomPay\Link\Session;

/**
 * What the gateway sends to a merchant's pages.
 *
 * @internal
 */
trait Callbacks
{
    /**
     * Reads a callback, and checks its signature:
     *
     *     $client->callback($_SERVER, file_get_contents('php://input'), $_POST)
     *
     * @param array<mixed> $server $_SERVER
     * @param string       $input  the body of the request
     * @param array<mixed> $post   $_POST: PHP itself reads multipart/form-data, and leaves no body
     * @param string|null  $url    the page's address as the gateway has it, with the query that
     *                             came, where a proxy before this server has changed it
     *
     * Answer what this throws with an HTTP error and nothing else.
     *
     * @throws SignatureException it is forged, or signed with another key
     * @throws ArgumentException  it cannot be read
     * @throws ConfigException    the client has no key
     */
    public function callback(
        array $server,
        string $input,
        array $post = [],
        ?string $url = null,
    ): Callback {
        $type = $server['CONTENT_TYPE'] ?? null;
        $type = is_string($type) && $type !== '' ? $type : null;
        $isMultipart = $type !== null && str_starts_with(strtolower($type), 'multipart/');
        if ($input === '' && $post !== [] && $isMultipart) {
            $input = http_build_query($post);
            $type = 'application/x-www-form-urlencoded';
        }
        $page = $url ?? $server['REQUEST_URI'] ?? null;
        if (!is_string($page)) {
            throw new ArgumentException('$_SERVER has no REQUEST_URI');
        }
        return new Callback($this->session()->notice(Check::text('url', $page), $type, $input));
    }

    abstract private function session(): Session;
}

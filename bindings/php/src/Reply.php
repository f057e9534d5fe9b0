<?php

declare(strict_types=1);

namespace FreedomPay;

/**
 * The answer to a callback: signed XML. With a journal, the same result again gets the answer that it
 * got first; a check asks anew each time.
 */
final class Reply
{
    public const CONTENT_TYPE = 'text/xml; charset=utf-8';

    /** @internal */
    public function __construct(public readonly string $body)
    {
    }

    /** Sends it as the page: HTTP status 200, the content type, the body. */
    public function send(): void
    {
        http_response_code(200);
        header('Content-Type: ' . self::CONTENT_TYPE);
        echo $this->body;
    }
}

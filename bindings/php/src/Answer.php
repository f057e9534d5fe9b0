<?php

declare(strict_types=1);

namespace FreedomPay;

use FreedomPay\Link\Result;

/**
 * What the gateway answered to a call of any path; it never changes afterwards. A field that the
 * answer does not have is null.
 */
final class Answer
{
    use AnswerFacts;

    private function __construct(Result $result)
    {
        $this->read($result);
    }

    /** @internal */
    public static function of(Result $result): self
    {
        return new self($result);
    }
}

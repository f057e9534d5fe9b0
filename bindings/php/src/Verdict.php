<?php

declare(strict_types=1);

namespace FreedomPay;

/** What a merchant answers to a callback (FP_REPLY_*). */
enum Verdict: int
{
    case Ok = 0;
    case Rejected = 1;
    case Error = 2;
}

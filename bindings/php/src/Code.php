<?php

declare(strict_types=1);

namespace FreedomPay;

/** What a call came to (FP_OK, FP_ERR_*). */
enum Code: int
{
    case Ok = 0;
    case Argument = 1;
    case Config = 2;
    case NotSent = 3;
    case Unknown = 4;
    case Refused = 5;
    case Answer = 6;
    case Timeout = 7;
    case Cancelled = 8;
    case Signature = 9;
    case Conflict = 10;
    case Journal = 11;
    case Internal = 12;
}

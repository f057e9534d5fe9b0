<?php

declare(strict_types=1);

namespace FreedomPay;

/** What to do next (FP_ADVICE_*). */
enum Advice: int
{
    case None = 0;
    case Retry = 1;
    case AskStatus = 2;
    case Fix = 3;
    case Wait = 4;
}

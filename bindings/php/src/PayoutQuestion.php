<?php

declare(strict_types=1);

namespace FreedomPay;

/** Which of the gateway's three questions about a payout is asked (FP_PAYOUT_STATUS_*). */
enum PayoutQuestion: int
{
    case V2 = 0;
    case V1 = 1;
    case ByOrder = 2;
}

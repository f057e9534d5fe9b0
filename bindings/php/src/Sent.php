<?php

declare(strict_types=1);

namespace FreedomPay;

/** Did the request reach the gateway? (FP_SENT_*) */
enum Sent: int
{
    case No = 0;
    case Maybe = 1;
    case Yes = 2;
}

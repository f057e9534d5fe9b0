<?php

declare(strict_types=1);

namespace FreedomPay;

/** What the gateway tells or asks (FP_CALLBACK_*). */
enum CallbackKind: int
{
    case Unknown = 0;
    /** May this order be paid? */
    case Check = 1;
    /** The outcome of a payment. */
    case Result = 2;
    /** The outcome of a payout. */
    case Payout = 3;
    /** The payer's browser comes back: no proof of a payment. */
    case Redirect = 4;
}

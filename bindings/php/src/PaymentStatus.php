<?php

declare(strict_types=1);

namespace FreedomPay;

/**
 * Where a payment, a refund or a payout stands (FP_PAYMENT_*).
 *
 * Success is paid, though perhaps only held: see Payment::isPaid(). None: the answer names no
 * state. Other: it names one that this version does not know.
 */
enum PaymentStatus: int
{
    case None = 0;
    case New = 1;
    case Process = 2;
    case Pending = 3;
    case Partial = 4;
    case Success = 5;
    case Error = 6;
    case Failed = 7;
    case Incomplete = 8;
    case Revoked = 9;
    case Refunded = 10;
    case Canceled = 11;
    case Rejected = 12;
    case Expired = 13;
    case Other = 14;
}

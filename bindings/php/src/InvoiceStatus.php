<?php

declare(strict_types=1);

namespace FreedomPay;

/**
 * The state of an invoice (FP_INVOICE_*).
 *
 * Ok is paid, Failed is declined, Incomplete is expired; these three are final. None: the answer
 * names no state. Other: it names one that this version does not know.
 */
enum InvoiceStatus: int
{
    case None = 0;
    case New = 1;
    case Process = 2;
    case Ok = 3;
    case Failed = 4;
    case Incomplete = 5;
    case Other = 6;
}

<?php

declare(strict_types=1);

namespace FreedomPay;

/** How a call of any path is signed (FP_SCHEME_*). Auto: as the path wants it. */
enum Scheme: int
{
    case Auto = 0;
    case Jws = 1;
    case PgSig = 2;
    case PgSigPayout = 3;
}

<?php

declare(strict_types=1);

namespace FreedomPay;

/** How a request is written (FP_BODY_*). Auto: JSON with a secret key, multipart without. */
enum BodyFormat: int
{
    case Auto = 0;
    case Multipart = 1;
    case Json = 2;
}

<?php

declare(strict_types=1);

namespace FreedomPay;

/** The name under which a signature covers the path (FP_JWS_*). */
enum JwsClaim: int
{
    case Uri = 0;
    case Path = 1;
}

<?php

declare(strict_types=1);

namespace FreedomPay;

/** The weight of a log message (FP_LOG_*). */
enum LogLevel: int
{
    case Error = 1;
    case Warn = 2;
    case Info = 3;
    case Debug = 4;
}

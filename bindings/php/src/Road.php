<?php

declare(strict_types=1);

namespace FreedomPay;

/** How libfreedompay is reached: see Library::useRoad(). */
enum Road: string
{
    /** In this process, through PHP's FFI: the fast one. */
    case Ffi = 'ffi';
    /** Through the program freedompay, a process for each call: where FFI is off. */
    case Tool = 'tool';
}

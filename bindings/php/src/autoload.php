<?php

declare(strict_types=1);

// Loads the classes of this package where Composer does not.
spl_autoload_register(static function (string $class): void {
    $prefix = 'FreedomPay\\';
    if (!str_starts_with($class, $prefix)) {
        return;
    }
    $file = __DIR__ . '/' . strtr(substr($class, strlen($prefix)), '\\', '/') . '.php';
    if (is_file($file)) {
        require $file;
    }
});

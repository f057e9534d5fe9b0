<?php

/*
 * Runs every test of this folder:
 *
 *     FREEDOMPAY_LIBRARY=... FREEDOMPAY_TOOL=... php -d ffi.enable=1 run.php [part of a name]
 *
 * FREEDOMPAY_TOOL is the program with the sandbox gateway. A file test_*.php returns its tests by
 * name. A test that checks nothing has failed. Exit code: 0 when all passed.
 */

declare(strict_types=1);

require __DIR__ . '/../src/autoload.php';
require __DIR__ . '/checks.php';
require __DIR__ . '/classic.php';
require __DIR__ . '/gateways.php';
require __DIR__ . '/memory.php';
require __DIR__ . '/processes.php';
require __DIR__ . '/guide.php';
require __DIR__ . '/web.php';

if (!is_string(getenv('FREEDOMPAY_TOOL'))) {
    fwrite(STDERR, "FREEDOMPAY_TOOL must name the freedompay program\n");
    exit(2);
}
error_reporting(E_ALL);
set_error_handler(static function (int $level, string $message, string $file, int $line): never {
    throw new ErrorException($message, 0, $level, $file, $line);
});

$wanted = $argv[1] ?? '';
$passed = 0;
$failed = 0;
foreach (glob(__DIR__ . '/test_*.php') as $file) {
    foreach (require $file as $name => $test) {
        if ($wanted !== '' && !str_contains($name, $wanted)) {
            continue;
        }
        Checks::$count = 0;
        try {
            $test();
            if (Checks::$count === 0) {
                throw new LogicException('this test checks nothing');
            }
            $passed++;
        } catch (Skipped $e) {
            echo "skipped: $name: {$e->getMessage()}\n";
        } catch (Throwable $e) {
            $failed++;
            echo "FAILED: $name\n$e\n";
        }
    }
}
echo "$passed passed, $failed failed\n";
exit($failed === 0 && $passed > 0 ? 0 : 1);

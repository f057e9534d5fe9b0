<?php

// Which library is loaded, and what happens when it is not the right one.

declare(strict_types=1);

use FreedomPay\Library;

/** A copy of the package without a library, and a script that shows which one is loaded. */
function package(): Folder
{
    $folder = new Folder();
    copy_folder(realpath(__DIR__ . '/../src'), "$folder->path/src");
    mkdir("$folder->path/lib");
    $folder->write('show.php', '<?php require __DIR__ . "/src/autoload.php";
        try { FreedomPay\Library::version(); } catch (RuntimeException $e) { exit($e->getMessage()); }
        preg_match("~/\S*libfreedompay\S*~", file_get_contents("/proc/self/maps"), $found);
        echo $found[0];');
    return $folder;
}

function copy_folder(string $from, string $to): void
{
    mkdir($to);
    foreach (array_diff(scandir($from), ['.', '..']) as $name) {
        is_dir("$from/$name")
            ? copy_folder("$from/$name", "$to/$name")
            : copy("$from/$name", "$to/$name");
    }
}

/** @param list<string> $options of PHP */
function loaded(Folder $package, array $environment, array $options = []): string
{
    $command = [PHP_BINARY, '-d', 'ffi.enable=1', ...$options, "$package->path/show.php"];
    [$code, $output, $errors] = (new Running($command, $environment))->end();
    same([0, ''], [$code, $errors]);
    return $output;
}

return [
    'the version is a version' => function (): void {
        check(preg_match('~^\d+\.\d+\.\d+$~', Library::version()) === 1, Library::version());
    },
    'the environment names the library' => function (): void {
        $real = realpath(getenv('FREEDOMPAY_LIBRARY'));
        same($real, loaded(package(), ['FREEDOMPAY_LIBRARY' => $real]));
        $message = loaded(package(), ['FREEDOMPAY_LIBRARY' => '/no/such/library.so']);
        has('cannot load /no/such/library.so', $message);
    },
    'a copy in the package comes before the system' => function (): void {
        $package = package();
        copy(getenv('FREEDOMPAY_LIBRARY'), "$package->path/lib/libfreedompay.so.1");
        $copy = "$package->path/lib/libfreedompay.so.1";
        same($copy, loaded($package, ['FREEDOMPAY_LIBRARY' => null]));
    },
    'php.ini names the library where the environment does not' => function (): void {
        $real = realpath(getenv('FREEDOMPAY_LIBRARY'));
        $options = ['-d', "freedompay.library=$real"];
        same($real, loaded(package(), ['FREEDOMPAY_LIBRARY' => null], $options));
    },
    'the system is asked last' => function (): void {
        $package = package();
        mkdir("$package->path/system");
        copy(getenv('FREEDOMPAY_LIBRARY'), "$package->path/system/libfreedompay.so.1");
        $environment = ['FREEDOMPAY_LIBRARY' => null, 'LD_LIBRARY_PATH' => "$package->path/system"];
        same("$package->path/system/libfreedompay.so.1", loaded($package, $environment));
    },
    'another library is refused' => function (): void {
        has('cannot load libm.so.6', loaded(package(), ['FREEDOMPAY_LIBRARY' => 'libm.so.6']));
    },
];

<?php

// Which library is loaded, and what happens when it is not the right one.

declare(strict_types=1);

use FreedomPay\Library;
use FreedomPay\Link\Platform;

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
    $environment += ['FREEDOMPAY_ROAD' => null];
    [$code, $output, $errors] = (new Running($command, $environment))->end();
    same([0, ''], [$code, $errors]);
    return $output;
}

/** What a script with the package prints, or the message that it ends with. */
function ran(string $code, array $environment, array $options = ['-d', 'ffi.enable=1']): string
{
    $folder = new Folder();
    $autoload = var_export(realpath(__DIR__ . '/../src/autoload.php'), true);
    $script = $folder->write('script.php', "<?php require $autoload; ?><?php $code");
    [, $output, $errors] = (new Running([PHP_BINARY, ...$options, $script], $environment))->end();
    return $output . $errors;
}

function road(array $environment, array $options): string
{
    $environment += ['FREEDOMPAY_ROAD' => null];
    return ran('echo FreedomPay\\Library::road()->value;', $environment, $options);
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
    'of copies for every platform in the package the right one is taken' => function (): void {
        $package = package();
        $machines = ['linux-x86_64', 'linux-aarch64', 'linux-x86_64-musl', 'windows-x86_64'];
        check(in_array(Platform::name(), $machines, true), Platform::name());
        foreach ($machines as $machine) {
            mkdir("$package->path/lib/$machine", recursive: true);
            file_put_contents("$package->path/lib/$machine/libfreedompay.so.1", 'of another machine');
        }
        $own = "$package->path/lib/" . Platform::name() . '/libfreedompay.so.1';
        copy(getenv('FREEDOMPAY_LIBRARY'), $own);
        same($own, loaded($package, ['FREEDOMPAY_LIBRARY' => null]));
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
    'the road is FFI where PHP allows it, else the program' => function (): void {
        $roads = [['ffi', []], ['ffi', ['-d', 'ffi.enable=preload']], ['tool', ['-d', 'ffi.enable=0']]];
        foreach ($roads as [$road, $options]) {
            same($road, road([], $options));
        }
        // Only the command line may use FFI under "preload" without preloading.
        $options = ['-d', 'ffi.enable=1'];
        same('tool', road(['FREEDOMPAY_ROAD' => 'tool'], $options));
        same('tool', road([], [...$options, '-d', 'freedompay.road=tool']));
        has('"rail" is neither', road(['FREEDOMPAY_ROAD' => 'rail'], $options));
    },
    'the road can be chosen, with its end' => function (): void {
        $tool = var_export(getenv('FREEDOMPAY_TOOL'), true);
        $library = var_export(getenv('FREEDOMPAY_LIBRARY'), true);
        $missing = "Library::useRoad(Road::Tool, '/no/such/file')";
        $version = 'echo Library::road()->value, " ", Library::version();';
        $nothing = ['FREEDOMPAY_ROAD' => null, 'FREEDOMPAY_TOOL' => null,
            'FREEDOMPAY_LIBRARY' => null, 'PATH' => '/nowhere'];
        $ran = static fn (string $code): string => ran("use FreedomPay\\{Library, Road}; $code", $nothing);
        $now = Library::version();
        same("tool $now", $ran("Library::useRoad(Road::Tool, $tool); $version"));
        same("ffi $now", $ran("Library::useRoad(Road::Ffi, $library); $version"));
        has('/no/such/file is no program', $ran("$missing;"));
        has('the program freedompay is not found', $ran('Library::useRoad(Road::Tool);'));
        same("ffi $now", $ran("try { $missing; } catch (RuntimeException) {}
            putenv('FREEDOMPAY_LIBRARY=' . $library); $version"));
    },
    'the program is found where it usually is' => function (): void {
        $folder = new Folder();
        symlink(getenv('FREEDOMPAY_TOOL'), "$folder->path/freedompay");
        $code = 'echo FreedomPay\\Library::version();';
        $changes = ['FREEDOMPAY_ROAD' => 'tool', 'FREEDOMPAY_TOOL' => null];
        same(Library::version(), ran($code, [...$changes, 'PATH' => "/nowhere:$folder->path"]));
        $package = package();
        mkdir("$package->path/bin");
        symlink(getenv('FREEDOMPAY_TOOL'), "$package->path/bin/freedompay");
        $script = $package->write('run.php', "<?php require __DIR__ . '/src/autoload.php'; $code");
        $changes['PATH'] = '/nowhere';
        $process = new Running([...Running::interpreter(), $script], $changes);
        same([0, Library::version(), ''], $process->end());
    },
    'a program that is not freedompay is no road' => function (): void {
        foreach (['/bin/true', '/bin/cat'] as $program) {
            $code = 'try { new FreedomPay\\Client(merchantId: 1); } catch (Exception $e) { echo $e->getMessage(); }';
            $said = ran($code, ['FREEDOMPAY_ROAD' => 'tool', 'FREEDOMPAY_TOOL' => $program]);
            has($program, $said);
        }
    },
    'the header for preloading names its scope and the library' => function (): void {
        $header = Library::ffiHeader('/opt/a "b"\\c.so');
        check(str_starts_with($header, '#define FFI_SCOPE "FREEDOMPAY"' . "\n"
            . '#define FFI_LIB "/opt/a \\"b\\"\\\\c.so"' . "\n"), substr($header, 0, 80));
        has('fp_invoice_init(', $header);
    },
];

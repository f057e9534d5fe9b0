<?php

declare(strict_types=1);

/** Another process: its output is read at the end or line by line. */
final class Running
{
    /** @var resource */
    private mixed $process;
    /** @var array<int, resource> */
    private array $pipes = [];

    /**
     * @param list<string>               $command
     * @param array<string, string|null> $changes to the environment; null: unset
     * @param bool                       $read    false: what it prints is dropped
     * @param string|null                $folder  where it runs; null: here
     */
    public function __construct(
        array $command,
        array $changes = [],
        bool $read = true,
        ?string $folder = null,
    ) {
        $stream = $read ? ['pipe', 'w'] : ['file', '/dev/null', 'w'];
        $streams = [1 => $stream, 2 => $stream];
        $environment = array_filter(
            array_merge(getenv(), $changes),
            static fn (?string $value): bool => $value !== null,
        );
        $this->process = proc_open($command, $streams, $this->pipes, $folder, $environment);
    }

    public static function php(string $file, string ...$arguments): self
    {
        return new self([...self::interpreter(), $file, ...$arguments]);
    }

    /** @return list<string> this PHP with FFI as it is here */
    public static function interpreter(): array
    {
        return [PHP_BINARY, '-d', 'ffi.enable=' . (ini_get('ffi.enable') ?: '0')];
    }

    public function line(): string|false
    {
        return fgets($this->pipes[1]);
    }

    public function isRunning(): bool
    {
        return proc_get_status($this->process)['running'];
    }

    /** @return array{int, string, string} exit code, output, errors */
    public function end(): array
    {
        $output = stream_get_contents($this->pipes[1]);
        $errors = stream_get_contents($this->pipes[2]);
        return [proc_close($this->process), $output, $errors];
    }

    /** Asks it to end, and waits for that. */
    public function quit(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process);
            proc_close($this->process);
        }
    }

    public function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process, 9);
            proc_close($this->process);
        }
    }
}

/** A folder for one test, removed with the object. */
final class Folder
{
    public readonly string $path;

    public function __construct()
    {
        $this->path = sys_get_temp_dir() . '/freedompay-' . bin2hex(random_bytes(8));
        mkdir($this->path, 0700);
    }

    public function __destruct()
    {
        self::remove($this->path);
    }

    public function write(string $name, string $text): string
    {
        file_put_contents("$this->path/$name", $text);
        return "$this->path/$name";
    }

    private static function remove(string $path): void
    {
        foreach (array_diff(scandir($path), ['.', '..']) as $name) {
            is_dir("$path/$name") ? self::remove("$path/$name") : unlink("$path/$name");
        }
        rmdir($path);
    }
}

/** Waits until a file has something in it, and returns that. */
function wait_for_file(string $path, Running $process): string
{
    $end = microtime(true) + 20;
    while (microtime(true) < $end) {
        clearstatcache();
        $text = is_file($path) ? trim(file_get_contents($path)) : '';
        if ($text !== '') {
            return $text;
        }
        if (!$process->isRunning()) {
            throw new RuntimeException('the process has ended');
        }
        usleep(5_000);
    }
    throw new RuntimeException("$path is still empty after 20 s");
}

<?php

declare(strict_types=1);

namespace FreedomPay\Link\Tool;

/**
 * A running "freedompay api": lines of JSON go in and come out.
 *
 * It belongs to the PHP process that started it. A forked child leaves it alone.
 *
 * @internal
 */
final class Process
{
    /** @var list<resource> processes that nobody waits for, until they have ended */
    private static array $leaving = [];

    /** @var resource|null */
    private mixed $process;
    /** @var array<int, resource> */
    private array $pipes;
    private readonly int|false $owner;
    private string $read = '';
    /** How far $read is known to have no end of a line. */
    private int $searched = 0;
    private ?int $exitCode = null;

    /** @throws NotStarted */
    public function __construct(public readonly string $program)
    {
        self::$leaving = array_values(array_filter(self::$leaving, self::isRunning(...)));
        clearstatcache(true, $program);
        if (!is_executable($program)) {
            throw new NotStarted("$program cannot be started");  // proc_open() would not say so
        }
        $pipes = [];
        $streams = [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']];
        $process = Quietly::run(static function () use ($program, $streams, &$pipes): mixed {
            return proc_open([$program, 'api'], $streams, $pipes);
        });
        if (!is_resource($process)) {
            throw new NotStarted("$program cannot be started");
        }
        $this->process = $process;
        $this->pipes = $pipes;
        $this->owner = getmypid();
    }

    /** Is this the PHP process that started it? */
    public function isOwn(): bool
    {
        return getmypid() === $this->owner;
    }

    /** Writes one line. That the program has ended, the reading tells. */
    public function send(#[\SensitiveParameter] string $line): void
    {
        $input = $this->pipes[0];
        while ($line !== '') {
            $written = Quietly::run(static fn () => fwrite($input, $line));
            if (!is_int($written) || $written === 0) {
                return;
            }
            $line = substr($line, $written);
        }
    }

    /** The next line, once it is there; null: the program has ended. */
    public function line(): ?string
    {
        while (($line = $this->readyLine()) === null && $this->take()) {
        }
        return $line;
    }

    /** The next line, if it is there within the time; null: it is not, or the program has ended. */
    public function lineWithin(int $timeoutMs): ?string
    {
        $line = $this->readyLine();
        if ($line !== null || $this->hasEnded()) {
            return $line;
        }
        $output = [$this->pipes[1]];
        $ready = Quietly::run(static function () use ($output, $timeoutMs): mixed {
            [$none, $seconds, $rest] = [null, intdiv($timeoutMs, 1000), $timeoutMs % 1000 * 1000];
            return stream_select($output, $none, $none, $seconds, $rest);
        });
        if ($ready !== 1) {
            return null;  // nothing yet, or a signal came
        }
        $this->take();
        return $this->readyLine();
    }

    /** Has the program closed its end? */
    public function hasEnded(): bool
    {
        return feof($this->pipes[1]);
    }

    /** Waits for its end: the exit code. */
    public function end(): int
    {
        $process = $this->letGo();
        if ($process !== null) {
            $this->exitCode = proc_close($process);
        }
        return $this->exitCode ?? -1;
    }

    /**
     * Leaves it to its end, and does not wait. In a server's worker, which goes on after this
     * request, a process that nobody waits for would stay on the list of processes: there its end
     * is waited for, which a call that was given up reaches within 100 ms.
     */
    public function leave(): void
    {
        $process = $this->letGo();
        if ($process === null || !$this->isOwn()) {
            return;
        }
        if (PHP_SAPI !== 'cli') {
            proc_close($process);
        } elseif (self::isRunning($process)) {
            self::$leaving[] = $process;
        }
    }

    /** @param resource $process */
    private static function isRunning(mixed $process): bool
    {
        return proc_get_status($process)['running'];
    }

    /** @return resource|null the process, once, without its pipes */
    private function letGo(): mixed
    {
        foreach ($this->pipes as $pipe) {
            fclose($pipe);
        }
        $this->pipes = [];
        $process = $this->process;
        $this->process = null;
        return $process;
    }

    /** Reads on, at least one byte; false: there is nothing more. */
    private function take(): bool
    {
        $output = $this->pipes[1];
        $chunk = Quietly::run(static fn () => fread($output, 65536));
        if (is_string($chunk)) {
            $this->read .= $chunk;
        }
        return !feof($output) || (is_string($chunk) && $chunk !== '');
    }

    private function readyLine(): ?string
    {
        $end = strpos($this->read, "\n", $this->searched);
        if ($end === false) {
            $this->searched = strlen($this->read);
            return null;
        }
        $line = substr($this->read, 0, $end);
        $this->read = substr($this->read, $end + 1);
        $this->searched = 0;
        return $line;
    }

    private function __clone()
    {
    }
}

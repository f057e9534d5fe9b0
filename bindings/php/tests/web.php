<?php

declare(strict_types=1);

/**
 * A shop on a real web server: nginx before PHP-FPM, each with a configuration of its own, on a
 * free port, as an ordinary user.
 */
final class Web
{
    public readonly string $url;
    private readonly Folder $folder;
    /** @var list<Running> */
    private array $servers = [];

    /**
     * @param Shop   $shop the files
     * @param string $ini  the php.ini of PHP-FPM
     */
    public function __construct(public readonly Shop $shop, string $ini)
    {
        $this->folder = new Folder();
        chmod($this->folder->path, 0755);
        $this->url = nobody();
        $settings = $this->folder->write('php.ini', $ini);
        $pool = $this->folder->write('fpm.conf', $this->pool());
        $server = $this->folder->write('nginx.conf', $this->server());
        $fpm = [self::program('php-fpm'), '--nodaemonize', '--fpm-config', $pool, '-c', $settings];
        $this->start([...$fpm, ...(self::isRoot() ? ['--allow-to-run-as-root'] : [])]);
        $this->until(fn () => file_exists("{$this->folder->path}/fpm.socket"));
        $nginx = [self::program('nginx'), '-e', "{$this->folder->path}/log", '-c', $server];
        $this->start($nginx);
        $this->until(fn () => @file_get_contents("$this->url/alive.txt") === 'yes');
    }

    public function __destruct()
    {
        foreach (array_reverse($this->servers) as $server) {
            $server->quit();
        }
    }

    /**
     * Asks for a page.
     *
     * @param list<string> $headers
     * @return array{int, string, string} status, content type, page
     */
    public function ask(string $page, ?string $body = null, array $headers = []): array
    {
        $request = ['ignore_errors' => true, 'header' => $headers, 'timeout' => 60];
        if ($body !== null) {
            $request += ['method' => 'POST', 'content' => $body];
        }
        $context = stream_context_create(['http' => $request]);
        $answer = file_get_contents("$this->url/$page", false, $context);
        $status = (int) explode(' ', $http_response_header[0])[1];
        $types = preg_grep('~^content-type:~i', $http_response_header);
        return [$status, trim(substr((string) end($types), 13)), $answer];
    }

    /** What the servers had to complain of. */
    public function complaints(): string
    {
        $lines = file("{$this->folder->path}/log");
        return implode('', preg_grep('~NOTICE: (fpm is|ready|systemd|exiting|Termin|Finish)~', $lines, PREG_GREP_INVERT));
    }

    private function pool(): string
    {
        $folder = $this->folder->path;
        $user = self::isRoot() ? "user = www-data\ngroup = www-data\nlisten.mode = 0666" : '';
        return preg_replace('~^ +~m', '', "[global]
            error_log = $folder/log
            [shop]
            listen = $folder/fpm.socket
            $user
            pm = static
            pm.max_children = 2
            catch_workers_output = yes
            decorate_workers_output = no
            ");
    }

    private function server(): string
    {
        $folder = $this->folder->path;
        $address = substr($this->url, strlen('http://'));
        $root = $this->shop->public();
        file_put_contents("$root/alive.txt", 'yes');
        $user = self::isRoot() ? 'user www-data;' : '';
        $temporary = '';
        foreach (['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'] as $kind) {
            $temporary .= "{$kind}_temp_path $folder/$kind;\n";
        }
        return "$user
            daemon off;
            worker_processes 1;
            pid $folder/nginx.pid;
            error_log $folder/log;
            events { worker_connections 64; }
            http {
                access_log off;
                $temporary
                server {
                    listen $address;
                    root $root;
                    location ~ [.]php\$ {
                        include /etc/nginx/fastcgi_params;
                        fastcgi_param SCRIPT_FILENAME \$document_root\$fastcgi_script_name;
                        fastcgi_pass unix:$folder/fpm.socket;
                    }
                }
            }";
    }

    /** @param list<string> $command */
    private function start(array $command): void
    {
        $this->servers[] = new Running($command, read: false);
    }

    private function until(callable $holds): void
    {
        $fails = function (): bool {
            $log = "{$this->folder->path}/log";
            return end($this->servers)->isRunning()
                ? false
                : throw new RuntimeException('no server: ' . (is_file($log) ? file_get_contents($log) : ''));
        };
        until(fn (): bool => quiet($holds) || $fails(), 'a server');
    }

    private static function isRoot(): bool
    {
        return posix_geteuid() === 0;
    }

    private static function program(string $name): string
    {
        foreach (['/usr/sbin', '/usr/local/sbin', '/usr/bin'] as $folder) {
            $found = glob("$folder/$name*");
            if ($found !== []) {
                return end($found);
            }
        }
        throw new RuntimeException("$name is not installed");
    }
}

/** A web shop's folder, with this package in vendor/ as Composer puts it there. */
final class Shop
{
    private readonly Folder $folder;
    private static ?self $shared = null;
    private string $data;

    public function __construct()
    {
        $this->folder = new Folder();
        chmod($this->folder->path, 0755);
        mkdir("{$this->folder->path}/public");
        mkdir("{$this->folder->path}/home");
        $this->folder->write('composer.json', json_encode([
            'repositories' => [
                [
                    'type' => 'path',
                    'url' => realpath(__DIR__ . '/..'),
                    'options' => ['symlink' => false],
                ],
                ['packagist.org' => false],
            ],
            'require' => ['freedompay/freedompay' => '*@dev'],
        ], JSON_UNESCAPED_SLASHES));
        $this->composer('install', '--no-dev', '--prefer-dist');
        // Where a server that is not this user can read them.
        foreach (['lib' => 'FREEDOMPAY_LIBRARY', 'bin' => 'FREEDOMPAY_TOOL'] as $place => $file) {
            mkdir("{$this->folder->path}/$place");
            copy(getenv($file), "{$this->folder->path}/$place/freedompay");
            chmod("{$this->folder->path}/$place/freedompay", 0755);
        }
        $this->forget();
    }

    /** From now on the shop has no journal: whoever sells first makes it, and owns it. */
    public function forget(): void
    {
        $this->data = "{$this->folder->path}/data-" . order_id();
        mkdir($this->data);
        chmod($this->data, 0777);
    }

    /** One shop for all tests. */
    public static function shared(): self
    {
        return self::$shared ??= new self();
    }

    /** The orders that were paid for. */
    public function paid(): string
    {
        return is_file("$this->data/paid") ? file_get_contents("$this->data/paid") : '';
    }

    /** A text with the places of this machine. */
    public function placed(string $text, string $gateway): string
    {
        return strtr($text, [
            'http://127.0.0.1:8080' => $gateway,
            '/usr/local/lib/libfreedompay.so.1' => "{$this->path()}/lib/freedompay",
            '/usr/local/bin/freedompay' => "{$this->path()}/bin/freedompay",
            '/var/lib/shop' => $this->data,
            '/srv/shop' => $this->path(),
        ]);
    }

    /** Runs Composer here: what it says. */
    public function composer(string ...$arguments): string
    {
        $command = ['composer', '--no-interaction', '--no-plugins', '--no-ansi', ...$arguments];
        $environment = [
            'COMPOSER_HOME' => "{$this->folder->path}/home",
            'COMPOSER_ALLOW_SUPERUSER' => '1',
            'COMPOSER_DISABLE_NETWORK' => '1',
            'COMPOSER_ROOT_VERSION' => '1.0.0',
        ];
        [$code, $output, $errors] = (new Running($command, $environment, folder: $this->path()))->end();
        if ($code !== 0) {
            throw new RuntimeException("composer ended with $code: $output$errors");
        }
        return $output . $errors;
    }

    public function path(): string
    {
        return $this->folder->path;
    }

    public function public(): string
    {
        return "{$this->folder->path}/public";
    }

    public function write(string $name, string $text): string
    {
        return $this->folder->write($name, $text);
    }
}

/** Runs $body without what the tests make of its warnings. */
function quiet(callable $body): mixed
{
    set_error_handler(static fn (): bool => true);
    try {
        return $body();
    } finally {
        restore_error_handler();
    }
}

#!/bin/sh
# Installs what a command of the Makefile needs on Debian or Ubuntu, and nothing that is there already: with apt-get when
# root, else it names the packages and stops.
#
#   tests/setup.sh build|test|check|demo|bench|pictures|wheel|cross|test-cross ...
set -eu

missing=

# need PACKAGE COMMAND...: the package is missing when the command fails.
need() {
    package=$1
    shift
    if ! "$@" >/dev/null 2>&1; then
        missing="$missing $package"
    fi
}
has() { command -v "$1"; }
can_include() { echo "#include <$1>" | gcc -E -x c -; }
can_make_venv() { python3 -c 'import venv, ensurepip'; }
has_ffi() { php -d ffi.enable=1 -r 'exit(extension_loaded("FFI") ? 0 : 1);'; }
has_fpm() { ls /usr/sbin/php-fpm*; }
has_nginx() { ls /usr/sbin/nginx || has nginx; }
has_font() { test -e /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf; }
has_chromium() { test -n "${CHROMIUM:-}" || has chromium; }
has_pascal_units() { ls /usr/lib/*/fpc/*/units/*/rtl/sysutils.ppu; }
has_libxml2() { xml2-config --cflags; }

for command in "$@"; do
    case $command in
    build) need gcc has gcc && need libc6-dev can_include stdio.h ;;
    test | check)
        need shellcheck has shellcheck
        need gcc has gcc
        need g++ has g++
        need clang has clang++
        need binutils has readelf
        need valgrind has valgrind
        need libc6-dbg valgrind --quiet true
        need openssl has openssl
        need faketime has faketime
        need git has git
        need php-cli has_ffi
        need python3 has python3
        need python3-venv can_make_venv
        need librsvg2-bin has rsvg-convert
        need fonts-dejavu-core has_font
        need php-fpm has_fpm
        need nginx-light has_nginx
        need composer has composer
        need cmake has cmake
        need mandoc has mandoc
        need man-db has man
        need pkgconf has pkg-config
        need chromium has_chromium
        need fp-compiler has fpc
        need fp-units-rtl has_pascal_units
        need mono-mcs has mcs
        need mono-runtime has mono
        ;;
    pictures)
        need chromium has_chromium
        need python3 has python3
        need python3-venv can_make_venv
        need librsvg2-bin has rsvg-convert
        need fonts-dejavu-core has_font
        ;;
    fuzz)
        need gcc has gcc
        need g++ has g++
        need clang has clang++
        ;;
    deny)
        need python3 has python3
        need python3-venv can_make_venv
        ;;
    wheel)
        need binutils has readelf
        need python3 has python3
        need python3-venv can_make_venv
        ;;
    cross)
        need gcc has gcc
        need libc6-dev can_include stdio.h
        need binutils has readelf
        need python3 has python3
        need python3-venv can_make_venv
        need gcc-mingw-w64-i686-posix has i686-w64-mingw32-gcc-posix
        need gcc-mingw-w64-x86-64-posix has x86_64-w64-mingw32-gcc-posix
        # The pages and completions of a foreign tool are asked of the tool itself.
        need qemu-user has qemu-arm
        need libc6-i386 test -e /lib/ld-linux.so.2
        need libc6-arm64-cross test -e /usr/aarch64-linux-gnu/lib/libc.so.6
        need libc6-armhf-cross test -e /usr/arm-linux-gnueabihf/lib/libc.so.6
        need musl test -e /lib/ld-musl-x86_64.so.1
        need llvm has llvm-objcopy
        ;;
    test-cross)
        need openssl has openssl
        need wine has wine
        need wine64 test -e /usr/lib/wine/wine64
        need debootstrap has debootstrap
        ;;
    demo)
        need gcc has gcc
        need python3 has python3
        need php-cli has_ffi
        ;;
    bench)
        need gcc has gcc
        need valgrind has valgrind
        need libc6-dbg valgrind --quiet true
        need strace has strace
        need openssl has openssl
        need libssl-dev can_include openssl/ssl.h
        need libcurl4-openssl-dev can_include curl/curl.h
        need libxml2-dev has_libxml2
        need python3 has python3
        need python3-venv can_make_venv
        need php-cli has_ffi
        need php-curl php -r 'exit(extension_loaded("curl") ? 0 : 1);'
        need php-xml php -r 'exit(extension_loaded("SimpleXML") ? 0 : 1);'
        ;;
    *)
        echo "tests/setup.sh: what is \"$command\"?" >&2
        exit 2
        ;;
    esac
done

if [ -n "$missing" ]; then
    # shellcheck disable=SC2086
    missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "Please install: $missing" >&2
        exit 1
    fi
    echo "installing: $missing"
    # Lists may be old or absent on a fresh machine.
    apt-get update -qq
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi

if ! command -v cargo >/dev/null; then
    echo "Please install Rust: cargo is missing" >&2
    exit 1
fi

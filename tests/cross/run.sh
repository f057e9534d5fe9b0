#!/usr/bin/env bash
# Runs what `make cross` has built, from its archives: under wine, under qemu-user, or on the processor itself. Each is loaded and
# linked by programs of its own machine, which take payments over TLS and play the tables of behaviours. Ends with "N passed,
# N failed".
#
#   tests/cross/run.sh [TARGET|rust32 ...]     all that are in target/dist, and rust32, unless named
#
# FREEDOMPAY_TOOL   the freedompay tool of this machine, for the sandbox (target/release/freedompay)
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
cross=$root/target/cross
work=$root/target/cross-tests
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
# shellcheck source=bindings/c/cross/targets.sh
. "$root/bindings/c/cross/targets.sh"
# shellcheck source=tests/sandbox.sh
. "$root/tests/sandbox.sh"
# shellcheck source=tests/count.sh
. "$root/tests/count.sh"
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
export WINEDEBUG=-all WINEDLLOVERRIDES=mscoree,mshtml=

archive_of() {
    local archive
    archive=$root/target/dist/freedompay-$version-$(target_name "$1")
    ls "$archive.zip" 2>/dev/null || ls "$archive.tar.gz" 2>/dev/null || true
}

# An authority and a certificate of it for 127.0.0.1.
certificates() {
    local key=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)
    (
        cd "$1"
        openssl req -x509 "${key[@]}" -days 2 -subj "/CN=shop authority" -keyout ca.key -out ca.pem
        openssl req "${key[@]}" -subj "/CN=127.0.0.1" -keyout server.key -out server.csr
        printf 'subjectAltName=IP:127.0.0.1\n' >server.ext
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
    ) >"$1/openssl.log" 2>&1
}

# prepare TARGET: unpacks its archive, and says how programs are compiled for it and run
prepare() {
    local prefix
    target=$1
    out=$work/$target
    unpacked=$out/freedompay-$version-$(target_name "$target")
    rm -rf "$out"
    mkdir -p "$out"
    python3 -c 'import shutil, sys; shutil.unpack_archive(*sys.argv[1:])' "$(archive_of "$target")" "$out"
    # zip says which files are programs, and Python does not look.
    chmod +x "$unpacked"/bin/*
    if [ "$(target_kind "$target")" = windows ]; then
        prefix=$(target_mingw "$target")
        compile=("$prefix-gcc-posix" -D__USE_MINGW_ANSI_STDIO=1)
        exe=.exe
        static_libraries=(-static -lbcrypt -ladvapi32 -lntdll -luserenv -lws2_32 -ldbghelp)
    else
        compile=("$cross/bin/$target-cc")
        exe=
        # gcc brings its unwinder by itself; Zig's is named.
        static_libraries=(-lunwind -lpthread -ldl -lm)
    fi
    compile+=(-O1 -Wall -Wextra -Werror "-I$unpacked/include" "-I$root/tests/c/support")
    write_runner
}

# A program that runs one of the target's; the library is where the programs are. What Debian's wine needs for 32 bits is unpacked
# beside it (wine32.sh).
write_runner() {
    local i386=$cross/i386
    run=$out/run
    {
        echo '#!/bin/sh'
        case $target in
        i686-win7-*)
            echo "export WINEARCH=win32 WINEPREFIX=$work/wine32 WINESERVER=$i386/usr/lib/wine/wineserver32"
            echo "export LD_LIBRARY_PATH=$i386/lib/i386-linux-gnu:$i386/usr/lib/i386-linux-gnu"
            echo "exec $i386/usr/lib/wine/wine \"\$@\""
            ;;
        x86_64-win7-*) printf 'export WINEARCH=win64 WINEPREFIX=%s\nexec %s "$@"\n' "$work/wine64" "$(target_runner "$target")" ;;
        x86_64-* | i686-*) printf 'LD_LIBRARY_PATH=%s exec "$@"\n' "$unpacked/lib" ;;
        *) printf 'exec %s -E LD_LIBRARY_PATH=%s "$@"\n' "$(target_runner "$target")" "$unpacked/lib" ;;
        esac
    } >"$run"
    chmod +x "$run"
}

# built NAME shared|static SOURCE...: a C program of this target; where it is stands in $program
built() {
    local name=$1 kind=$2 libraries
    shift 2
    program=$out/$name$exe
    case $kind in
    shared) libraries=("-L$unpacked/lib" -lfreedompay) ;;
    static) libraries=("$unpacked/lib/libfreedompay.a" "${static_libraries[@]}") ;;
    none) libraries=() ;;
    esac
    "${compile[@]}" "$@" -o "$program" "${libraries[@]}"
    if [ -n "$exe" ]; then
        cp -n "$unpacked/bin/freedompay.dll" "$out/"
    fi
}

# twice_over_tls COMMAND...: with one TLS front before the sandbox. What is trusted is the authority, not the certificate that is
# shown.
twice_over_tls() {
    # shellcheck disable=SC2016
    FREEDOMPAY_CA_FILE=$work/tls/ca.pem python3 "$root/tests/fork/tls_front.py" "$work/tls/server.pem" "$work/tls/server.key" \
        sh -c 'export FREEDOMPAY_BASE_URL=$FREEDOMPAY_TLS_URL; "$@" && "$@"' sh "$@"
}

# One sale, from the till's start to PAID, and once more, from the journal.
till() {
    local said
    said=$(twice_over_tls "$run" "$program" "till-$1" 10.50 Tea | tr -d '\r') || { echo "$said"; return 1; }
    [ "$(grep -c '^PAID$' <<<"$said")" = 2 ] || { echo "$said"; return 1; }
    [ "$(grep '^Invoice' <<<"$said" | sort | uniq -c | awk '{ print $1 }')" = 2 ] || { echo "$said"; return 1; }
    [[ $said == *$'\u2580'* ]] || { echo "$said"; return 1; }
    echo "4 passed, 0 failed"
}

tool() {
    local said
    said=$("$run" "$unpacked/bin/freedompay$exe" --version | tr -d '\r')
    [ "$said" = "freedompay $version" ] || { echo "$said"; return 1; }
    said=$("$run" "$unpacked/bin/freedompay$exe" pay --secret-file "$FREEDOMPAY_SECRET_FILE" --base-url "$FREEDOMPAY_BASE_URL" --merchant-id 123456 "tool-$$" 10.50 Tea) \
        || { echo "$said"; return 1; }
    echo "2 passed, 0 failed"
}

# letters ENCODING TEXT: it arrives at the sandbox as these letters, and comes back as these bytes
letters() {
    local hex
    hex=$(python3 -c 'import sys; print(sys.argv[2].encode(sys.argv[1]).hex())' "$1" "$2") || return 1
    "$run" "$program" "$1" "letters-$1" "$hex" | tr -d '\r' || return 1
    python3 -c 'import json, sys, urllib.request
url, order, text = sys.argv[1:]
invoices = json.load(urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + "/sandbox/invoices"))
found = [one["description"] for one in invoices if one["order_id"] == order]
sys.exit(None if found == [text] else f"the sandbox has {found}")' "$FREEDOMPAY_BASE_URL" "letters-$1" "$2"
}

tables() {
    local options=(--tls "$work/tls") table
    [ "$(target_kind "$target")" != windows ] || options+=(--without fork)
    for table in behaviours payments callbacks; do
        counted "$name, the table of $table, over TLS" "$out/log" \
            "$root/tests/behaviours/run.py" --table "$root/tests/behaviours/$table.json" "${options[@]}" "$name" "$run" "$program"
    done
}

test_target() {
    local name
    prepare "$1"
    name=$(target_name "$target")
    counted "$name, what it asks of the system" "$out/log" python3 -B "$here/needs.py" "$target" "$unpacked"
    sandbox_start --pay-after 300ms
    export FREEDOMPAY_MERCHANT_ID=123456 FREEDOMPAY_SECRET_FILE=$work/secret FREEDOMPAY_WAIT_S=60
    for kind in shared static; do
        built "till-$kind" $kind "$root/bindings/c/till.c"
        export FREEDOMPAY_JOURNAL=$out/$kind.db
        counted "$name, a till, $kind, over TLS" "$out/log" till "$kind"
    done
    counted "$name, the tool" "$out/log" tool
    built letters shared "$here/letters.c" "$root/tests/c/support/check.c"
    counted "$name, windows-1251" "$out/log" letters windows-1251 'Чай № 7 «Ёлка»'
    counted "$name, kz-1048" "$out/log" letters kz-1048 'Қант, шәй, өрік'
    built runner shared -std=c11 -D_XOPEN_SOURCE=700 "$root"/tests/behaviours/{runner,line}.c
    tables
    if [ "$(target_kind "$target")" = windows ]; then
        only_windows
    fi
    if [ -n "$(target_debian "$target")" ]; then
        cd "$root/target/dist"
        counted "$name, the Debian packages" "$out/log" debian
        cd "$root"
    fi
    sandbox_stop
}

# The packages, installed into a folder that takes itself for a system, used there, and taken away again without a trace.
debian() {
    local system=$out/debian architecture names=(libfreedompay1 libfreedompay-dev freedompay) said package
    local dpkg=(dpkg "--root=$system" --force-architecture --force-depends --log=/dev/null)
    architecture=$(target_debian "$target")
    mkdir -p "$system"/var/lib/dpkg/{info,updates}
    : >"$system/var/lib/dpkg/status"
    "${dpkg[@]}" --install "${names[@]/%/_${version}_$architecture.deb}" || return 1
    for package in "${names[@]}"; do
        "${dpkg[@]}" --verify "$package" || return 1
    done
    said=$("$run" "$system/usr/bin/freedompay" --version) || return 1
    [ "$said" = "freedompay $version" ] || { echo "$said"; return 1; }
    "${compile[@]}" "-I$system/usr/include" "$root/bindings/c/till.c" -o "$out/till-debian" \
        "$(echo "$system"/usr/lib/*/libfreedompay.so)" || return 1
    find "$system/usr" -xtype l | grep . && return 1
    "${dpkg[@]}" --purge "${names[@]}" || return 1
    find "$system" -path "$system/var" -prune -o -mindepth 1 -print | grep . && return 1
    echo "4 passed, 0 failed"
}

only_windows() {
    local name
    name=$(target_name "$target")
    built windows none -std=gnu11 "$here/windows.c" "$root/tests/c/support/check.c"
    counted "$name, names, handles, unloading" "$out/log" in_folder "$run" ./windows.exe freedompay.dll
    if [[ $target = i686-* ]]; then
        built stdcall none -std=gnu11 "$here/stdcall.c" "$root/tests/c/support/check.c"
        counted "$name, stdcall" "$out/log" in_folder "$run" ./stdcall.exe freedompay.dll
    fi
}

in_folder() { (cd "$out" && timeout 120 "$@"); }

# The Rust tests on 32 bits, which this processor runs itself. Debian's faketime gives a program of 32 bits whose time has 64 no
# other time: one test is left out. And rustdoc, whose one example is a test too, knows no other machine than this one.
rust32() {
    local target=i686-unknown-linux-gnu cc=$cross/bin/i686-unknown-linux-gnu-cc
    RUSTC=$cross/rustc CARGO_TARGET_DIR=$cross/rust32 CC_i686_unknown_linux_gnu=$cc AR_i686_unknown_linux_gnu=${cc%-cc}-ar \
        CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_LINKER=$cc \
        cargo test --locked --all-features --no-fail-fast --lib --bins --tests --target "$target" -- --skip a_wrong_clock_is_named
}

main() {
    local part parts=("$@")
    if [ $# -eq 0 ]; then
        for part in "${target_list[@]}"; do
            [ -z "$(archive_of "$part")" ] || parts+=("$part")
        done
        parts+=(rust32)
    fi
    mkdir -p "$work/tls"
    certificates "$work/tls"
    (umask 077 && echo sandbox-secret-key >"$work/secret")
    for part in "${parts[@]}"; do
        if [ "$part" = rust32 ]; then
            counted "32 bits, the Rust tests" "$work/rust32.log" rust32
        else
            test_target "$part"
        fi
    done
    count_end
}

main "$@"

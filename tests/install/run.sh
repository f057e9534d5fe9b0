#!/usr/bin/env bash
# Installs into a staging folder, moves that, and uses what is installed as a stranger does: through pkg-config alone, through
# CMake alone, shared and static, from C and C++, by gcc and clang. Looks at the manual pages, counts what is left over after
# make uninstall, makes and frees handles a hundred thousand times, and does what bindings/c/README.md says. Ends with
# "N passed, N failed".
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
tests=$root/tests
work=$root/target/install-tests
export FREEDOMPAY_MERCHANT_ID=123456 FREEDOMPAY_SECRET_FILE=$work/secret
# Nothing of the build tree, and nothing that an earlier run or the system has, may be found.
unset CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH LIBRARY_PATH LD_LIBRARY_PATH PKG_CONFIG_PATH CMAKE_PREFIX_PATH FREEDOMPAY_LIBRARY
# shellcheck source=tests/count.sh
. "$tests/count.sh"

# Behind a pipe grep reads to the end: with -q what writes to it would die of a closed pipe, and be taken for a failure.

rm -rf "$work"
mkdir -p "$work/empty"
echo sandbox-secret-key >"$work/secret"

# passes NAME COMMAND...: counts it; what it printed is shown when it fails.
passes() {
    local name=$1
    shift
    if "$@" >"$work/log" 2>&1 </dev/null; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name:"
        tail -n 30 "$work/log" | sed 's/^/    /'
    fi
}
# fails PATTERN NAME COMMAND...: it must fail, and say so.
fails() {
    local pattern=$1 name=$2
    shift 2
    passes "$name" refuses "$pattern" "$@"
}
refuses() {
    local pattern=$1
    shift
    if "$@" >"$work/refusal" 2>&1; then
        echo "it did not fail"
        return 1
    fi
    grep -qE -- "$pattern" "$work/refusal" || { cat "$work/refusal"; return 1; }
}

# ---- make install

# Whoever installs what is built needs neither cargo nor the network.
printf '#!/bin/sh\necho "cargo was called" >&2\nexit 1\n' >"$work/cargo"
chmod +x "$work/cargo"
installs() { make -C "$root" --no-print-directory "$@" PREFIX=/opt/till DESTDIR="$work/stage"; }
if [ "$(id -u)" = 0 ]; then
    passes "root installs what is built, and builds nothing" env PATH="$work:$PATH" make -C "$root" install PREFIX=/opt/till DESTDIR="$work/stage"
else
    passes "make install" installs install
fi
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups test -r "$root/target/release/libfreedompay.a"; then
    mkdir "$work/nobody" && chown 65534 "$work/nobody"
    passes "a user who is not root installs into a folder of his own" setpriv --reuid=65534 --clear-groups \
        env HOME="$work/nobody" PREFIX=/usr DESTDIR="$work/nobody" TMPDIR="$work/nobody" "$root/bindings/c/install/install.sh" install
    passes "what he installed is there" test -x "$work/nobody/usr/bin/freedompay"
fi
fails 'is not an absolute path' "a prefix that is no path" env PREFIX=till DESTDIR="$work/no" "$root/bindings/c/install/install.sh" install

(cd "$work/stage" && find . -type f -o -type l | sort) >"$work/files"
mv "$work/stage/opt/till" "$work/moved"
stage=$work/moved
lib=$stage/lib

links() { [ "$(readlink "$lib/libfreedompay.so")" = libfreedompay.so.1 ] && [ -f "$lib/$(readlink "$lib/libfreedompay.so.1")" ]; }
passes "libfreedompay.so leads to its soname, and that to the file" links
soname() { readelf -d "$lib/libfreedompay.so" | grep 'SONAME.*\[libfreedompay.so.1\]' >/dev/null; }
passes "the soname is that of the link" soname
modes() { [ -z "$(find "$stage" -type f ! -perm 644 ! -path '*/bin/freedompay')" ] && [ -z "$(find "$stage" -type d ! -perm 755)" ]; }
passes "everybody may read, nobody else may write" modes
no_trace() { ! grep -rIlE "$root|$work" "$stage"; }
passes "no file knows where it was built or staged" no_trace
passes "the tool runs" "$stage/bin/freedompay" --version

completes() {
    local shell
    for shell in bash-completion/completions/freedompay zsh/site-functions/_freedompay fish/vendor_completions.d/freedompay.fish; do
        grep -q sandbox "$stage/share/$shell" || return 1
    done
}
passes "the shells complete the tool's commands" completes

# ---- manual pages

lint() {
    local page wrong=0 said
    while read -r page; do
        # Its own catalogue is that of the system, which these pages are not in; that every reference leads to one of them is
        # looked at below.
        said=$(mandoc -T lint "$page" | grep -v 'referenced manual not found' || true)
        said+=$(LC_ALL=C.UTF-8 man --warnings -E UTF-8 -l -Tutf8 -Z "$page" 2>&1 >"$work/rendered")
        [ -s "$work/rendered" ] || said+="nothing was rendered"
        if [ -n "$said" ]; then
            echo "$page: $said"
            wrong=1
        fi
    done < <(find "$stage/share/man" -type f)
    [ "$wrong" = 0 ]
}
passes "mandoc and man have nothing to say against the pages" lint
references() {
    local wrong=0
    while read -r name section; do
        if [ ! -e "$stage/share/man/man$section/$name.$section" ]; then
            echo "no page $name($section)"
            wrong=1
        fi
    done < <(grep -rhE '^(\.It )?\.?Xr ' "$stage/share/man" | sed -E 's/^(\.It )?\.?Xr ([^ ]+) ([0-9]).*/\2 \3/' | sort -u)
    [ "$wrong" = 0 ]
}
passes "every reference leads to a page" references
every_function() {
    local wrong=0 name
    for name in $(gcc -E -P -x c "$stage/include/freedompay.h" | grep -oE '\bfp_[a-z0-9_]+ *\(' | tr -d ' ('); do
        if ! MANPATH=$stage/share/man man -P cat 3 "$name" 2>/dev/null | grep "^ *$name(" >/dev/null; then
            echo "no page for $name"
            wrong=1
        fi
    done
    [ "$wrong" = 0 ]
}
passes "man 3 finds every function" every_function
described() { ! grep -rl 'functions of libfreedompay' "$stage/share/man"; }
passes "every group of functions is described" described
commands() {
    local command
    for command in $("$stage/bin/freedompay" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p' | grep -vx help); do
        man -l -P cat "$stage/share/man/man1/freedompay.1" | grep "^${command^^}" >/dev/null || return 1
    done
}
passes "freedompay(1) has every command" commands

# ---- pkg-config alone

export FREEDOMPAY_TOOL=$stage/bin/freedompay
# shellcheck source=tests/sandbox.sh
. "$tests/sandbox.sh"
sandbox_start --pay-after 300ms

# What is compiled stands in a folder of its own, away from every header of the project.
mkdir "$work/source"
cp "$root"/bindings/c/{till.c,till.cpp,events.c,CMakeLists.txt} "$here"/cycles.* "$work/source"
strict=(-pedantic -Wall -Wextra -Werror)
flags() { PKG_CONFIG_LIBDIR="$lib/pkgconfig" pkg-config "$@"; }
order=0

# uses PROGRAM shared|static: what of the library it needs when it runs.
uses() {
    LD_LIBRARY_PATH=$lib ldd "$1" >"$work/needed"
    if [ "$2" = shared ]; then
        grep -q "libfreedompay.so.1 => $lib/libfreedompay.so.1" "$work/needed"
    elif grep libfreedompay "$work/needed"; then
        return 1
    fi
}
sells() {
    order=$((order + 1))
    LD_LIBRARY_PATH=$lib "$1" "installed-$order" 10.50 "Coffee" | tee "$work/sold" | grep -x PAID >/dev/null || { cat "$work/sold"; return 1; }
}

# compiled NAME shared|static COMPILER OPTION... SOURCE: through pkg-config, run against the sandbox.
compiled() {
    local name=$1 kind=$2 module=freedompay
    shift 2
    [ "$kind" = shared ] || module=freedompay-static
    # shellcheck disable=SC2046
    passes "$name, $kind: $*" "$@" "${strict[@]}" $(flags --cflags "$module") -o "$work/program" $(flags --libs "$module")
    passes "$name, $kind: what it needs" uses "$work/program" "$kind"
    passes "$name, $kind: it sells" sells "$work/program"
    rm -f "$work/program"
}
cd "$work/source"
for kind in shared static; do
    compiled till.c $kind gcc -std=c89 -Wno-long-long till.c
    compiled till.c $kind clang -std=c11 till.c
    compiled events.c $kind gcc -std=c99 events.c
    for std in c++17 c++20; do
        compiled till.cpp $kind g++ -std=$std -Wconversion -Wshadow till.cpp
        compiled till.cpp $kind clang++ -std=$std -Wconversion -Wshadow -fno-exceptions -fno-rtti till.cpp
    done
done
# A till with a SQLite of its own, older than any journal: neither gets in the other's way.
cat >own_sqlite.c <<'END'
#include <freedompay.h>
#include <stdlib.h>
static int asked;
int sqlite3_libversion_number(void);
int sqlite3_libversion_number(void) { return 3006000; }
int sqlite3_open_v2(const char *name, void **database, int flags, const char *vfs);
int sqlite3_open_v2(const char *name, void **database, int flags, const char *vfs)
{
    (void)name, (void)flags, (void)vfs;
    *database = NULL;
    return ++asked;
}
int main(void)
{
    fp_config *config = fp_config_new();
    fp_client *client;
    fp_result *check;
    int code;
    fp_config_set_merchant_id(config, 1);
    fp_config_set_journal(config, getenv("JOURNAL"));
    client = fp_client_new(config);
    check = fp_client_check(client);
    code = fp_result_code(check);
    fp_result_free(check);
    fp_client_free(client);
    fp_config_free(config);
    return code == FP_OK && asked == 0 && sqlite3_libversion_number() == 3006000 ? 0 : 1;
}
END
own_sqlite() {
    # shellcheck disable=SC2046
    gcc -std=c99 "${strict[@]}" $(flags --cflags freedompay-static) own_sqlite.c -o own_sqlite $(flags --libs freedompay-static) \
        && JOURNAL=$work/own.db ./own_sqlite
}
passes "a program with a SQLite of its own" own_sqlite

private() {
    local all shared named
    read -r -a all < <(flags --static --libs freedompay)
    read -r -a shared < <(flags --libs freedompay)
    read -r -a named <"$root/target/release/native-static-libs" || true
    [ ${#named[@]} -gt 0 ] && [ "${all[*]}" = "${shared[*]} ${named[*]}" ]
}
passes "Libs.private is what rustc named" private
version() { [ "$(flags --modversion freedompay)" = "$("$stage/bin/freedompay" --version | cut -d ' ' -f 2)" ]; }
passes "pkg-config and the tool have one version" version

# Parts of a program with and without exceptions, in one program: their classes must not meet.
cat >with.cpp <<'END'
#include <freedompay.hpp>
bool without();
int main() { return freedompay::Client(freedompay::Config()).check().code() == freedompay::Code::config && without() ? 0 : 1; }
END
cat >without.cpp <<'END'
#include <freedompay.hpp>
bool without();
bool without() { return freedompay::Client(freedompay::Config()).check().code() == freedompay::Code::config; }
END
mixed() {
    # shellcheck disable=SC2046
    g++ -std=c++17 -c with.cpp $(flags --cflags freedompay) && g++ -std=c++20 -fno-exceptions -fno-rtti -c without.cpp $(flags --cflags freedompay) \
        && g++ with.o without.o $(flags --libs freedompay) -o "$work/mixed" && LD_LIBRARY_PATH=$lib "$work/mixed" \
        && nm -C with.o | grep 'freedompay::with_exceptions::' >/dev/null && ! nm -C with.o | grep 'freedompay::without_exceptions::' >/dev/null
}
passes "parts with and without exceptions in one program" mixed

# ---- CMake alone

# configured NAME OPTION...: the examples, by CMake, and what they sell.
configured() {
    local name=$1 kind=shared folder program
    shift
    folder=$work/cmake
    [[ $* != *STATIC=ON* ]] || kind=static
    rm -rf "$folder"
    passes "CMake, $name: configured" env PKG_CONFIG_LIBDIR="$work/empty" cmake -S "$work/source" -B "$folder" -DCMAKE_PREFIX_PATH="$stage" "$@"
    passes "CMake, $name: built" cmake --build "$folder"
    for program in till till-cpp events; do
        passes "CMake, $name: what $program needs" uses "$folder/$program" $kind
        passes "CMake, $name: $program sells" sells "$folder/$program"
    done
}
configured "shared, gcc" -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++
configured "shared, clang, C++20" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_CXX_STANDARD=20
configured "static, gcc, C++20" -DCMAKE_C_COMPILER=gcc -DCMAKE_CXX_COMPILER=g++ -DCMAKE_CXX_STANDARD=20 -DFREEDOMPAY_STATIC=ON
configured "static, clang" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ -DFREEDOMPAY_STATIC=ON

# asked LINE...: a project that says only this.
asked() {
    rm -rf "$work/asked"
    mkdir "$work/asked"
    { echo 'cmake_minimum_required(VERSION 3.13)'; echo 'project(asked LANGUAGES C)'; printf '%s\n' "$@"; } >"$work/asked/CMakeLists.txt"
    cmake -S "$work/asked" -B "$work/asked/build" -DCMAKE_PREFIX_PATH="$stage"
}
passes "CMake finds it twice in one project" asked 'find_package(freedompay REQUIRED)' 'find_package(freedompay 0.1 REQUIRED)'
fails 'not compatible|compatible with requested' "CMake refuses a version that is newer" asked 'find_package(freedompay 99 REQUIRED)'
mv "$lib/libfreedompay.a" "$work/away.a"
fails 'libfreedompay.a is missing' "CMake says what is missing" asked 'find_package(freedompay REQUIRED)'
mv "$work/away.a" "$lib/libfreedompay.a"

# ---- the descriptor of a task, in an event loop

given_up() {
    mkfifo "$work/keyboard" || return 1
    sandbox_start
    (
        LD_LIBRARY_PATH=$lib "$work/cmake/events" given-up 10 Coffee <"$work/keyboard" >"$work/events.log" 2>&1 &
        exec 9>"$work/keyboard"
        until grep -q '^Invoice' "$work/events.log"; do
            kill -0 $! && sleep 0.05 || exit 1
        done
        echo c >&9
        wait $!
        [ $? -eq 10 ]
    ) && grep -q '^GIVEN UP$' "$work/events.log"
}
passes "a sale is given up at the keyboard while the loop waits" given_up

# ---- a hundred thousand cycles, and a thousand under valgrind

under_valgrind=(valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99)
export LD_LIBRARY_PATH=$lib
# One heap for all threads: how many there would be is a matter of time.
for language in c cpp; do
    compiler=(gcc -std=c99 -D_XOPEN_SOURCE=700)
    [ $language = c ] || compiler=(g++ -std=c++17 -Wconversion -Wshadow)
    # shellcheck disable=SC2046
    passes "cycles.$language" "${compiler[@]}" -g -O1 "${strict[@]}" $(flags --cflags freedompay) "cycles.$language" -o "$work/cycles-$language" $(flags --libs freedompay)
    counted "cycles.$language, 100,000" "$work/log" env MALLOC_ARENA_MAX=1 "$work/cycles-$language"
    counted "cycles.$language, 300, valgrind" "$work/log" "${under_valgrind[@]}" "$work/cycles-$language" 300
done
unset LD_LIBRARY_PATH

# ---- make uninstall

mv "$stage" "$work/stage/opt/till"
passes "make uninstall" installs uninstall
nothing_left() { [ -s "$work/files" ] && [ -z "$(find "$work/stage" -type f -o -type l)" ] && [ ! -e "$work/stage/opt/till/include/freedompay" ]; }
passes "make uninstall leaves nothing" nothing_left

counted "bindings/c/README.md" "$work/log" env FREEDOMPAY_TOOL="$root/target/release/freedompay" "$here/readme.sh"
count_end

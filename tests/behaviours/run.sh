#!/usr/bin/env bash
# Plays the table of behaviours in C and C++, by runners that were built through pkg-config against an installed library: by gcc
# and clang, shared and static, with and without exceptions, and under valgrind. Ends with "N passed, N failed".
#
#   tests/behaviours/run.sh [OPTION OF run.py...]
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$root/target/behaviours
# shellcheck source=tests/count.sh
. "$here/../count.sh"

rm -rf "$work"
mkdir -p "$work"
DESTDIR=$work/stage PREFIX=/usr "$root/bindings/c/install/install.sh" install
export PKG_CONFIG_LIBDIR=$work/stage/usr/lib/pkgconfig LD_LIBRARY_PATH=$work/stage/usr/lib
export FREEDOMPAY_TOOL=$work/stage/usr/bin/freedompay
under_valgrind=(valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite --error-exitcode=99
    "--suppressions=$root/tests/c/valgrind.supp" --fair-sched=try)
strict=(-g -O1 -pedantic -Wall -Wextra -Werror)

# runner NAME shared|static COMPILER OPTION... SOURCE
runner() {
    local name=$1 module=freedompay
    [ "$2" = shared ] || module=freedompay-static
    shift 2
    # shellcheck disable=SC2046
    "$@" "${strict[@]}" $(pkg-config --cflags $module) "$work/line.o" -o "$work/$name" $(pkg-config --libs $module)
}
plays() {
    local label=$1 table
    shift
    for table in behaviours payments callbacks; do
        counted "$label: $table" "$work/log" "$here/run.py" --table "$table.json" "${options[@]}" "${label%%,*}" "$@"
    done
}
options=("$@")

cd "$here"
gcc -std=c11 -D_XOPEN_SOURCE=700 "${strict[@]}" -c line.c -o "$work/line.o"
runner gcc shared gcc -std=c11 -D_XOPEN_SOURCE=700 runner.c
runner clang static clang -std=c11 -D_XOPEN_SOURCE=700 runner.c
runner g++ shared g++ -std=c++17 -Wconversion -Wshadow runner.cpp
runner clang++ static clang++ -std=c++20 -Wconversion -Wshadow -fno-exceptions -fno-rtti runner.cpp
plays "C, gcc, shared" "$work/gcc"
plays "C, clang, static" "$work/clang"
plays "C++, g++ -std=c++17, shared" "$work/g++"
plays "C++, clang++ -std=c++20, static, no exceptions" "$work/clang++"
plays "C++, g++ -std=c++17, shared, valgrind" "${under_valgrind[@]}" "$work/g++"
# The row that README.md shows is a row.
{ echo '['; awk '/^```/ { inside = /json/; next } inside' README.md; echo ']'; } >"$work/shown.json"
counted "C, the row of README.md" "$work/log" "$here/run.py" --table "$work/shown.json" C "$work/gcc"
count_end

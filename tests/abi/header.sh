#!/usr/bin/env bash
# Does the header compile alone and twice in every dialect of C and C++, with gcc and clang, without a warning; and does
# C++ see its functions as C functions? Ends with "N passed, N failed".
#
#   tests/abi/header.sh [HEADER]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
header=${1:-$root/include/freedompay.h}
work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-header-XXXXXX")
trap 'rm -rf "$work"' EXIT
passed=0
failed=0

mkdir "$work/include"
cp "$header" "$work/include/freedompay.h"
# Nothing stands before the header, so what it needs it must bring itself; behind it, every handle can be named.
cat >"$work/alone.c" <<'EOF'
#include <freedompay.h>
fp_config *config_of(fp_config *config);
fp_config *config_of(fp_config *config) { return config; }
EOF
cat >"$work/twice.c" <<'EOF'
#include <freedompay.h>
#include <freedompay.h>
const char *version_of(void);
const char *version_of(void) { return fp_version(); }
EOF

# attempt LABEL COMMAND...
attempt() {
    local label=$1
    shift
    if "$@" >"$work/log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$label:"
        head -n 15 "$work/log" | sed 's/^/    /'
    fi
}

calls_c() {
    "$1" -x c++ -std=c++11 -I"$work/include" -c "$work/twice.c" -o "$work/twice.o" && nm "$work/twice.o" | grep -qE ' U fp_version$'
}

for compilers in gcc:g++ clang:clang++; do
    cc=${compilers%:*}
    cxx=${compilers#*:}
    strict=(-pedantic -Wall -Wextra -Werror -fsyntax-only -I"$work/include")
    for file in alone twice; do
        for std in c89 c99 c11 c17; do
            quiet=()
            [ "$std" = c89 ] && quiet=(-Wno-long-long)
            attempt "$cc -std=$std, $file" "$cc" -x c "-std=$std" "${strict[@]}" "${quiet[@]}" "$work/$file.c"
        done
        for std in c++98 c++11 c++17 c++20; do
            quiet=()
            [ "$std" = c++98 ] && quiet=(-Wno-long-long)
            attempt "$cxx -std=$std, $file" "$cxx" -x c++ "-std=$std" "${strict[@]}" "${quiet[@]}" "$work/$file.c"
        done
    done
    attempt "$cxx calls fp_version as a C function" calls_c "$cxx"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

#!/usr/bin/env bash
# Does freedompay.hpp use every function and every constant of freedompay.h, and compile in every dialect without a warning,
# with and without exceptions, and each of its files alone? What it leaves out stands in unwrapped.txt, with the reason. Ends
# with "N passed, N failed".
#
#   tests/abi/wrapper.sh [INCLUDE-FOLDER [LIST]]
#
# FREEDOMPAY_CXX   the compilers (g++ clang++); with none only the names are compared
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
include=${1:-$root/include}
list=${2:-$here/unwrapped.txt}
header=$include/freedompay.h
work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-wrapper-XXXXXX")
trap 'rm -rf "$work"' EXIT
read -r -a compilers <<<"${FREEDOMPAY_CXX-g++ clang++}"
# shellcheck source=tests/count.sh
. "$root/tests/count.sh"
export LC_ALL=C

# A name in a comment is not used, so the comments go first: -fpreprocessed takes them out and includes nothing.
names() { grep -oE '\b(fp_[a-z0-9_]+|FP_[A-Z0-9_]+)\b' || true; }
{
    gcc -E -P -x c "$header" | { grep -oE '\bfp_[a-z0-9_]+ *\(' || true; } | tr -d ' ('
    sed -nE 's/^#define (FP_[A-Z0-9_]+) [0-9]+$/\1/p' "$header"
} | sort -u >"$work/header"
for file in "$include"/freedompay/*.hpp; do
    gcc -fpreprocessed -dD -E -P -x c++ "$file" 2>/dev/null | names
done | sort -u >"$work/wrapper"
sed -nE 's/^([A-Za-z0-9_]+)  +[^ ].*$/\1/p' "$list" | sort -u >"$work/list"

verdict "$([ -s "$work/header" ] && echo 1)" "no function was found in $header"
unused=$(comm -23 "$work/header" <(sort -u "$work/wrapper" "$work/list"))
verdict "$([ -z "$unused" ] && echo 1)" "in freedompay.h, not in freedompay.hpp: $unused"
stale=$(comm -12 "$work/list" "$work/wrapper")
verdict "$([ -z "$stale" ] && echo 1)" "in $(basename "$list"), and in freedompay.hpp all the same: $stale"
gone=$(comm -23 "$work/list" "$work/header")
verdict "$([ -z "$gone" ] && echo 1)" "in $(basename "$list"), not in freedompay.h: $gone"
without=$(grep -vcE '^[A-Za-z0-9_]+  +[^ ]' "$list" || true)
verdict "$([ "$without" = 0 ] && echo 1)" "$without lines of $(basename "$list") have no reason"

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

strict=(-pedantic -Wall -Wextra -Werror -Wconversion -Wsign-conversion -Wshadow -Wold-style-cast -Wnon-virtual-dtor -fsyntax-only
    -I"$include")
printf '#include <freedompay.hpp>\n#include <freedompay.hpp>\nint main() { return 0; }\n' >"$work/twice.cpp"
# The first thing that is said to who has an older standard; a thousand errors follow.
is_told() { ! "$@" 2>"$work/told" && grep -m 1 'error' "$work/told" | grep 'freedompay.hpp is for C++17'; }
for cxx in "${compilers[@]}"; do
    for std in c++98 c++11 c++14; do
        attempt "$cxx -std=$std is told what is wrong" is_told "$cxx" "-std=$std" "${strict[@]}" "$work/twice.cpp"
    done
    # Its name until the standard was out, for compilers that are older.
    for std in c++17 c++20 c++2b; do
        attempt "$cxx -std=$std" "$cxx" "-std=$std" "${strict[@]}" "$work/twice.cpp"
        attempt "$cxx -std=$std without exceptions and RTTI" \
            "$cxx" "-std=$std" -fno-exceptions -fno-rtti "${strict[@]}" "$work/twice.cpp"
    done
    for file in "$include"/freedompay/*.hpp; do
        name=freedompay/$(basename "$file")
        echo "#include <$name>" >"$work/alone.cpp"
        attempt "$cxx, $name alone" "$cxx" -std=c++17 "${strict[@]}" "$work/alone.cpp"
    done
done

echo "$(wc -l <"$work/header") names"
count_end

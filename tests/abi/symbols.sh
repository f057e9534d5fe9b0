#!/usr/bin/env bash
# Does the shared library export exactly the functions of the header, under the right soname, need nothing but the C
# library, and stay small; and has the static one beside it the same names and no others? Ends with "N passed, N failed".
#
#   tests/abi/symbols.sh [LIBRARY [HEADER]]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
library=${1:-${FREEDOMPAY_LIB_DIR:-$root/target/release}/libfreedompay.so}
header=${2:-$root/include/freedompay.h}
soname=libfreedompay.so.1
most_bytes=$((3856 * 1024))
work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-symbols-XXXXXX")
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/count.sh
. "$root/tests/count.sh"
export LC_ALL=C

# A name with its bracket behind it is a prototype; the name of a function type stands in brackets of its own.
gcc -E -P -x c "$header" >"$work/preprocessed"
{ grep -oE '\bfp_[a-z0-9_]+ *\(' "$work/preprocessed" || true; } | tr -d ' (' | sort -u >"$work/header"
nm -D --defined-only "$library" | awk '{ print $NF }' | sort -u >"$work/library"

verdict "$([ -s "$work/header" ] && echo 1)" "no prototype was found in $header"
only_header=$(comm -23 "$work/header" "$work/library")
verdict "$([ -z "$only_header" ] && echo 1)" "in the header, not in the library: $only_header"
only_library=$(comm -13 "$work/header" "$work/library")
verdict "$([ -z "$only_library" ] && echo 1)" "in the library, not in the header: $only_library"
no_functions=$(nm -D --defined-only "$library" | awk '$(NF - 1) != "T"')
verdict "$([ -z "$no_functions" ] && echo 1)" "exported, but not plain functions: $no_functions"

nm -g --defined-only "${library%.so}.a" 2>/dev/null | awk 'NF == 3 { print $NF }' | sort -u >"$work/archive"
not_alike=$(comm -3 "$work/header" "$work/archive" | tr -d '\t')
verdict "$([ -z "$not_alike" ] && echo 1)" "not in both, the header and the static library: $(head -n 5 <<<"$not_alike")"

readelf -d "$library" >"$work/dynamic"
found=$(sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p' "$work/dynamic")
verdict "$([ "$found" = "$soname" ] && echo 1)" "the soname is '$found', not $soname"
strangers=$(sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' "$work/dynamic" \
    | grep -vxE 'libc\.so\.6|libm\.so\.6|libgcc_s\.so\.1|ld-linux[-a-z0-9_]*\.so\.[0-9]+' || true)
verdict "$([ -z "$strangers" ] && echo 1)" "needs more than the C library: $strangers"
verdict "$(grep -qE '\((RPATH|RUNPATH|TEXTREL)\)' "$work/dynamic" || echo 1)" "has an RPATH, a RUNPATH or text relocations"

strip -o "$work/stripped" "$library"
size=$(stat -c %s "$work/stripped")
echo "$(wc -l <"$work/library") functions, $size bytes stripped"
verdict "$([ "$size" -le "$most_bytes" ] && echo 1)" "$size bytes are more than $most_bytes"

count_end

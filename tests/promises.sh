#!/usr/bin/env bash
# Does each promise of README.md name a test that exists, and does the source keep those that a search can see: no floating
# point number but for the geometry of pictures, no unsafe code outside src/ffi? Ends with "N passed, N failed".
#
#   tests/promises.sh [README.md]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readme=${1:-README.md}
# shellcheck source=tests/count.sh
. tests/count.sh

# shellcheck disable=SC2016
while IFS=$'\t' read -r file name; do
    verdict "$(grep -qF "$name" "$file" 2>/dev/null && echo 1)" "$readme promises by $file: there is no $name"
done < <(sed -n 's/^| .* | `\([^`]*\)`: `\([^`]*\)` |$/\1\t\2/p' "$readme")
verdict "$([ "$passed" -ge 10 ] && echo 1)" "$readme has no table of promises"

floats=$(grep -rnE '\bf(32|64)\b' src --include='*.rs' | grep -v '^src/scan/finder.rs:' || true)
verdict "$([ -z "$floats" ] && echo 1)" "a floating point number: $floats"
unsafe=$(grep -rnE '\bunsafe( \{| fn| impl| extern|\()' src --include='*.rs' | grep -v '^src/ffi/' || true)
verdict "$([ -z "$unsafe" ] && echo 1)" "unsafe code outside src/ffi: $unsafe"

count_end

#!/usr/bin/env bash
# Does each promise of README.md name a test that exists, and does the source keep those that a search can see: no floating
# point number but for the geometry of pictures, no unsafe code outside src/ffi? With the logs of tests/run.sh also: did each of
# these tests run, and pass? Ends with "N passed, N failed".
#
#   tests/promises.sh [README.md [LOGS]]
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readme=${1:-README.md}
logs=${2:-}
# shellcheck source=tests/count.sh
. tests/count.sh

# is_test FILE NAME: the file has such a test, which is not left out; or a script such a check.
is_test() {
    case $1 in
    *.rs)
        awk -v name="$2" '
            /#\[test\]/ { test = 1 }
            /#\[ignore/ { test = 0 }
            match($0, /fn [a-z0-9_]+\(/) { if (test && substr($0, RSTART + 3, RLENGTH - 4) == name) found = 1; test = 0 }
            END { exit !found }' "$1"
        ;;
    */test_*.py) grep -qE "^ *(async )?def $2\(" "$1" ;;
    *.json) grep -qF "\"name\": \"$2\"" "$1" ;;
    *) grep -vE '^ *#' "$1" | grep -F -- "$2" >/dev/null ;;
    esac
} 2>/dev/null

# has_passed FILE NAME: what the part of tests/run.sh that the test belongs to has printed says so.
has_passed() {
    case $1 in
    *.rs) grep -qE "^test (.*::)?$2 \.\.\. ok$" "$logs/rust" ;;
    tests/fork/*.py) passed_in bindings "${1##*/}" "$2" ;;
    tests/qr/*.py) passed_in qr "${1##*/}" "$2" ;;
    tests/text/*.py) passed_in text "${1##*/}" "$2" ;;
    tests/behaviours/*) is_clean behaviours_c && is_clean behaviours_php && is_clean wheel ;;
    tests/abi/*) is_clean "$(basename "${1%.*}")" ;;
    tests/soak/*) is_clean soak ;;
    *) return 1 ;;
    esac
} 2>/dev/null

# passed_in PART FILE NAME: pytest said that it passed, and with no values of its parameters that it did not.
passed_in() {
    local found
    found=$(grep -E "(^|/)$2::$3(\[.*\])? [A-Z]+" "$logs/$1") && ! grep -qv ' PASSED' <<<"$found"
}

# is_clean PART: it has tested something, and nothing failed.
is_clean() {
    local p f
    read -r p f <<<"$(count_of "$logs/$1")"
    [ "${p:-0}" -gt 0 ] && [ "${f:-1}" -eq 0 ]
}

# shellcheck disable=SC2016
while IFS=$'\t' read -r file name; do
    verdict "$(is_test "$file" "$name" && echo 1)" "$readme promises by $file: there is no $name"
    if [ -n "$logs" ]; then
        verdict "$(has_passed "$file" "$name" && echo 1)" "$readme promises by $file: $name has not passed"
    fi
done < <(sed -n 's/^| .* | `\([^`]*\)`: `\([^`]*\)` |$/\1\t\2/p' "$readme")
verdict "$([ "$passed" -ge 10 ] && echo 1)" "$readme has no table of promises"

floats=$(grep -rnE '(\b|_)f(32|64)\b' src --include='*.rs' | grep -v '^src/scan/finder.rs:' || true)
verdict "$([ -z "$floats" ] && echo 1)" "a floating point number: $floats"
unsafe=$(grep -rnE '\bunsafe( \{| fn| impl| extern|\(|$)' src --include='*.rs' | grep -v '^src/ffi/' || true)
verdict "$([ -z "$unsafe" ] && echo 1)" "unsafe code outside src/ffi: $unsafe"

count_end

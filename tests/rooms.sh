#!/usr/bin/env bash
# Is the way through the core one way? A room of src uses only rooms that do not use it, not even by way of others, and the
# sandbox uses none. What only tests use does not count. Ends with "N passed, N failed".
#
#   tests/rooms.sh [SRC]
set -euo pipefail

src=$(cd "${1:-$(dirname "${BASH_SOURCE[0]}")/../src}" && pwd)
# shellcheck source=tests/count.sh
. "$(dirname "${BASH_SOURCE[0]}")/count.sh"

# What a room consists of, without what only tests use.
files() {
    find "$src" -name '*.rs' ! -path "$src/bin/*" ! -path "$src/sandbox/*" ! -name lib.rs ! -name fuzz.rs \
        ! -name tests.rs ! -name histories.rs ! -name forgeries.rs ! -name invented.rs \
        ! -name examples.rs ! -path '*/histories/*'
}

# code FILE: its lines up to its tests.
code() {
    awk '/^#\[cfg\(test\)\]/ { test = 1; next }
        test && /^mod tests \{/ { exit }
        { test = 0; print }' "$1"
}

# Which room names which, as often as it does: "USER USED".
names() {
    local file room
    files | while read -r file; do
        room=${file#"$src"/}
        room=${room%%/*}
        code "$file" | awk -v room="${room%.rs}" '
            { while (match($0, /crate::[a-z_]+/)) {
                print room, substr($0, RSTART + 7, RLENGTH - 7)
                $0 = substr($0, RSTART + RLENGTH)
            } }'
    done
}

# Ways to name another room that `names` does not see: out of the crate's root in brackets, and by way of super.
hidden() {
    local file way depth
    files | while read -r file; do
        way=${file#"$src"/}
        way=${way%/mod.rs}
        depth=$(($(tr -cd / <<<"$way" | wc -c) + 1))
        code "$file" | grep -oE "crate::\{|\buse crate( as|;)|\b(super::){$depth,}[a-z_{*]+" | sed "s|^|$way: |" || true
    done
}

uses=$(names | awk '$1 != $2' | sort -u)
verdict "$([ "$(wc -l <<<"$uses")" -ge 50 ] && echo 1)" "$src has no rooms"
circle=$(LC_ALL=C tsort <<<"$uses" 2>&1 >/dev/null || true)
verdict "$([ -z "$circle" ] && echo 1)" "rooms use each other: $circle"

unseen=$(hidden)
verdict "$([ -z "$unseen" ] && echo 1)" "a room is named in a way that is not looked at: $unseen"

shared=$(grep -rnE '\bcrate::' "$src/sandbox" --include='*.rs' | grep -v 'crate::sandbox' || true)
verdict "$([ -z "$shared" ] && echo 1)" "the sandbox, which is to prove the library wrong, uses it: $shared"

count_end

#!/usr/bin/env bash
# The types of the PHP package, and that its code is PHP 8.1: `php -l` on every file, and mago's analysis, which takes no value
# without a type for a certain one (PHPStan itself is in no registry that is used here). Ends with "N passed, N failed".
#
# mago is taken from PATH or target/tools. It takes minutes to build: that is done when FREEDOMPAY_MAGO is set, and without it
# the analysis is left out.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=1.29.0
tools=$PWD/target/tools
PATH=$PATH:$tools/bin
# shellcheck source=tests/count.sh
. tests/count.sh
logs=target/test-logs
mkdir -p "$logs"

lint() {
    local file count=0
    while IFS= read -r -d '' file; do
        php -l "$file" >/dev/null
        count=$((count + 1))
    done < <(find bindings/php tests/behaviours tests/fork tests/bench -name '*.php' -print0)
    echo "$count passed, 0 failed"
}

analysis() {
    (cd "$1" && mago analyze) && echo "1 passed, 0 failed"
}

# A copy of the package with a mistake in it must not pass.
mistake() {
    local copy=target/php-mistake
    rm -rf "$copy"
    cp -r bindings/php "$copy"
    sed -i "s/$1/$2/" "$copy/src/$3"
    if cmp -s "bindings/php/src/$3" "$copy/src/$3"; then
        echo "the mistake was not made: $1"
        return 1
    fi
    if (cd "$copy" && mago analyze); then
        echo "the mistake was not noticed: $2"
        return 1
    fi
    rm -rf "$copy"
    echo "1 passed, 0 failed"
}

if ! command -v mago >/dev/null && [ -n "${FREEDOMPAY_MAGO:-}" ]; then
    echo "building mago $version, once"
    CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
        cargo install --quiet --locked --version "$version" --root "$tools" --target-dir "$tools/target" mago
    rm -rf "$tools/target"
fi
counted "php -l" "$logs/php-lint" lint
if command -v mago >/dev/null; then
    counted "the analysis" "$logs/php-types" analysis bindings/php
    counted "a wrong type is noticed" "$logs/php-mistake-1" mistake \
        'PendingSale::of' 'Receipt::of' Calls/Invoices.php
    counted "syntax of a newer PHP is noticed" "$logs/php-mistake-2" mistake '^final class Bytes' 'final readonly class Bytes' Link/Bytes.php
else
    left_out "mago is not here: its analysis (FREEDOMPAY_MAGO=1 builds it)"
fi
count_end

#!/usr/bin/env bash
# Can the library and the tool be built from a copy of their packages alone, without a network? Ends with "N passed, N failed".
#
# The copy is in target/vendor; Cargo gets a home of its own, so that nothing can come from what was downloaded before.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
home=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-vendor-XXXXXX")
trap 'rm -rf "$home"' EXIT
passed=0
failed=0

rm -rf target/vendor
cargo vendor --locked "$PWD/target/vendor" >"$home/vendor.toml"

# builds CONFIG...: with these settings of Cargo, offline.
builds() {
    CARGO_HOME=$home/cargo cargo "$@" build --locked --offline --features cli,sandbox --target-dir target/vendored
}
if builds --config "$home/vendor.toml"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    echo "it does not build from target/vendor"
fi
# That it was the copy: without it there is nothing to build from.
if builds 2>"$home/log"; then
    failed=$((failed + 1))
    echo "it builds without target/vendor: where from?"
elif grep -q 'offline' "$home/log"; then
    passed=$((passed + 1))
else
    failed=$((failed + 1))
    cat "$home/log"
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# Formatting, lints, packages, drift of the generated declarations, header and ABI, and that these checks can fail. A check that
# fails does not stop the next.
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
generated=(include bindings/php/src/freedompay.ffi.h)
export FREEDOMPAY_TOOL=$PWD/target/release/freedompay
export FREEDOMPAY_LIB_DIR=$PWD/target/release
failures=()

# check NAME COMMAND...
check() {
    local name=$1
    shift
    echo "== $name"
    if ! "$@" </dev/null; then
        failures+=("$name")
    fi
}

# The build has just written both files, if they had to be written. Committed, and the same as committed.
no_drift() {
    git ls-files --error-unmatch include/freedompay.h bindings/php/src/freedompay.ffi.h >/dev/null \
        && git diff --exit-code -- "${generated[@]}"
}

shell_scripts() {
    shellcheck -x -P "$PWD" .ci/run tests/*.sh tests/*/*.sh bindings/c/install/*.sh bindings/c/cross/*.sh
}

# In CI the oldest Rust that is promised is the one that compiles. Elsewhere a newer one may, and clippy alone (its
# incompatible_msrv) speaks for the oldest.
minimum_rust() {
    local minimum found
    minimum=$(sed -n 's/^rust-version = "\(.*\)"$/\1/p' Cargo.toml)
    found=$(rustc --version | cut -d' ' -f2)
    echo "promised from Rust $minimum on, compiled with $found"
    grep -q "Rust $minimum\b" README.md || { echo "README.md does not name Rust $minimum"; return 1; }
    [ -z "${CI:-}" ] || [ "${found%.*}" = "$minimum" ]
}

# What a newcomer sees first. A file that a mistaken command left there is not to be committed.
top_level() {
    local known=(.cargo .ci .gitignore CHANGELOG.md Cargo.lock Cargo.toml LICENSE-APACHE LICENSE-MIT Makefile README.md SECURITY.md
        bindings build.rs deny.toml include rustfmt.toml src tests)
    diff <(printf '%s\n' "${known[@]}" | LC_ALL=C sort) <(git ls-files -- | cut -d/ -f1 | LC_ALL=C sort -u)
}

check "formatting" cargo fmt --check
check "declarations for other languages" python3 -B bindings/declare.py --check
check "clippy" cargo clippy --locked --all-features --all-targets -- -D warnings
check "generated declarations" no_drift
check "minimum Rust" minimum_rust
check "top level" top_level
check "packages" tests/deny.sh
check "header" tests/abi/header.sh
check "wrapper" tests/abi/wrapper.sh
check "symbols" tests/abi/symbols.sh
check "recorded ABI" tests/abi/record.py
check "promises" tests/promises.sh
check "rooms" tests/rooms.sh
check "the checks can fail" tests/abi/selfcheck.sh
check "shell scripts" shell_scripts

if [ ${#failures[@]} -gt 0 ]; then
    printf 'check failed: %s\n' "${failures[@]}"
    exit 1
fi
echo "all checks passed"

#!/usr/bin/env bash
# Builds the library and the standard library with ThreadSanitizer, and runs races.c and threads.c under it: a data race is a
# failure. Ends with "N passed, N failed". The environment is described in common.sh.
#
# SQLite is built without it; what it locks is seen all the same. tsan.supp says what is overlooked, and why.
#
# The sanitizer is a feature of the compiler that stable Rust does not offer by itself; RUSTC_BOOTSTRAP asks for it. The sources
# of the standard library come with rustup.
set -euo pipefail
# shellcheck source=tests/fork/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

target=x86_64-unknown-linux-gnu
build=${FREEDOMPAY_TSAN_DIR:-$root/target/tsan}
sysroot=$(cd "$root" && rustc --print sysroot)
runtime=$(find "$sysroot/lib/rustlib/$target/lib" -name 'librustc-*_rt.tsan.a' | head -n 1)
if [ -z "$runtime" ]; then
    echo "this Rust has no ThreadSanitizer for $target: install Rust with rustup"
    echo "0 passed, 1 failed"
    exit 1
fi
if ! [ -e "$sysroot/lib/rustlib/src/rust/library/Cargo.lock" ]; then
    (cd "$root" && rustup component add rust-src)
fi

(
    cd "$root"
    RUSTC_BOOTSTRAP=1 RUSTFLAGS=-Zsanitizer=thread CARGO_TARGET_DIR=$build CARGO_PROFILE_DEV_DEBUG=line-tables-only \
        cargo rustc --locked --lib --crate-type cdylib -Zbuild-std=std,panic_unwind --target "$target"
)
lib=$build/$target/debug
if ! nm -D "$lib/libfreedompay.so" | grep ' U __tsan_write' >/dev/null; then
    echo "the library was built without ThreadSanitizer"
    echo "0 passed, 1 failed"
    exit 1
fi
ln -s "$lib/libfreedompay.so" "$scratch/libfreedompay.so.1"
export LD_LIBRARY_PATH=$scratch TSAN_OPTIONS=exitcode=66:suppressions=$here/tsan.supp

for program in "races" "threads 1200"; do
    read -r -a words <<<"$program"
    gcc "${flags[@]}" "$here/${words[0]}.c" "$here/support.c" "$here/calls.c" -L"$lib" -lfreedompay \
        -Wl,--whole-archive "$runtime" -Wl,--no-whole-archive -Wl,--export-dynamic -lpthread -ldl -lrt -lm \
        -o "$scratch/${words[0]}.out"
    run "${words[0]}" 150 "$scratch/${words[0]}.out" "${words[@]:1}"
done
count_end

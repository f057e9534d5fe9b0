#!/usr/bin/env bash
# Builds the library with a sanitizer and runs the C and C++ programs, and those that race and fork, under it: AddressSanitizer
# with LeakSanitizer, and ThreadSanitizer. Ends with "N passed, N failed".
#
#   tests/sanitize.sh [address|thread ...]
#
# Sanitizers are features of the compiler that stable Rust does not offer by itself; RUSTC_BOOTSTRAP asks for them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/.." && pwd)
# shellcheck source=tests/count.sh
. "$here/count.sh"
target=x86_64-unknown-linux-gnu
logs=$root/target/test-logs
mkdir -p "$logs"
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
if [ $# -gt 0 ]; then
    kinds=("$@")
else
    kinds=(address thread)
fi

# runtime NAME: what a program is linked with.
runtime() { find "$(rustc --print sysroot)/lib/rustlib/$target/lib" -name "librustc-*_rt.$1.a" | head -n 1; }

# programs LABEL RUNTIME LIBRARY-FOLDER: every program of tests/c.
programs() {
    ln -sf libfreedompay.so "$3/libfreedompay.so.1"
    FREEDOMPAY_SANITIZER=$(runtime "$2") FREEDOMPAY_LIB_DIR=$3 FREEDOMPAY_OUT=$root/target/$2-tests \
        counted "the programs of tests/c, $1" "$logs/sanitize-$1" "$here/c/run.sh"
    grep 'passed, .*failed, ' "$logs/sanitize-$1" | sed 's/^/    /'
}

# Leaks are looked for as each program ends. SQLite's C is instrumented, too.
address() {
    (
        cd "$root"
        export CC_x86_64_unknown_linux_gnu=clang CFLAGS_x86_64_unknown_linux_gnu="-fsanitize=address -fno-omit-frame-pointer"
        RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=address -Cforce-frame-pointers" CARGO_TARGET_DIR=$root/target/asan \
            cargo rustc --locked --lib --crate-type cdylib --target "$target"
    )
    # What the C library keeps of threads that have ended, and of host names, is none of the library's.
    export ASAN_OPTIONS=detect_leaks=1:exitcode=66:handle_abort=0
    programs address asan "$root/target/asan/$target/debug"
}

# tests/fork/races.sh builds the library, and runs what is made to race.
thread() {
    counted "races and threads" "$logs/sanitize-races" "$here/fork/races.sh"
    # A child of a process with threads is no place that ThreadSanitizer can look into; it must not be ended for that.
    export TSAN_OPTIONS=exitcode=66:die_after_fork=0:suppressions=$here/fork/tsan.supp
    programs thread tsan "$root/target/tsan/$target/debug"
}

for kind in "${kinds[@]}"; do
    "$kind"
done
count_end

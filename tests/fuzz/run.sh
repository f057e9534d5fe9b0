#!/usr/bin/env bash
# Builds the fuzz targets with libFuzzer and AddressSanitizer, the C code of SQLite included, and runs each from its corpus. A
# finding is kept in target/fuzz/findings and is a failure. Ends with "N passed, N failed".
#
#   tests/fuzz/run.sh [TARGET...]
#
# FREEDOMPAY_FUZZ_S   how long each target runs, in seconds (60)
#
# The flags are those of cargo-fuzz, which is thus not needed. Sanitizers and coverage are features that stable Rust does not
# offer by itself; RUSTC_BOOTSTRAP asks for them.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
seconds=${FREEDOMPAY_FUZZ_S:-60}
out=$root/target/fuzz
host=$(rustc -vV | sed -n 's/^host: //p')
bin=$out/$host/release
passed=0
failed=0
if [ $# -gt 0 ]; then
    targets=("$@")
else
    targets=()
    for file in "$here"/targets/*.rs; do
        targets+=("$(basename "$file" .rs)")
    done
fi

export RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=$out
export RUSTFLAGS="--cfg fuzzing -Zsanitizer=address -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Cforce-frame-pointers"
coverage=-fsanitize-coverage=inline-8bit-counters,pc-table,trace-cmp
export "CC_${host//-/_}=clang" "CFLAGS_${host//-/_}=-fsanitize=address $coverage -fno-omit-frame-pointer"
(cd "$here" && cargo build --locked --release --target "$host" --bins)

# What no target calls is not looked at.
uncalled=$(gcc -E -P -x c "$root/include/freedompay.h" | grep -oE '\bfp_[a-z0-9_]+ *\(' | tr -d ' (' | sort -u \
    | while read -r function; do grep -rqw "$function" "$here/src" "$here/targets" || echo "$function"; done)
if [ -n "$uncalled" ]; then
    failed=$((failed + 1))
    echo "no target calls: ${uncalled//$'\n'/ }"
fi

# A finding is a crash, a leak, an input that takes longer than 10 s or more than 1 GiB.
export ASAN_OPTIONS=detect_odr_violation=0:allocator_may_return_null=0
for target in "${targets[@]}"; do
    mkdir -p "$out/corpus/$target" "$out/findings"
    log=$out/$target.log
    dictionary=()
    if [ -e "$here/dictionaries/$target" ]; then
        dictionary=("-dict=$here/dictionaries/$target")
    fi
    if "$bin/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 -verbosity=1 \
        -artifact_prefix="$out/findings/$target-" "${dictionary[@]}" "$out/corpus/$target" "$here/corpus/$target" >"$log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        grep -nE -m 1 -A 30 'panicked|ERROR: |SUMMARY' "$log" | cut -c1-200 || tail -n 20 "$log"
    fi
    printf '%-10s %s executions, %s edges\n' "$target" "$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")" \
        "$(sed -nE 's/.* cov: ([0-9]+) .*/\1/p' "$log" | tail -n 1)"
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

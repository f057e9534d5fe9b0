#!/usr/bin/env bash
# Every test, one part after the other; a part that fails does not stop the next. The last line is the sum of all parts.
# What a part printed is in target/test-logs.
#
#   tests/run.sh [PART...]
set -uo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
logs=target/test-logs
venv=target/venv
library=$PWD/target/release/libfreedompay.so
mkdir -p "$logs"
rm -f "$logs/summary"
export FREEDOMPAY_TOOL=$PWD/target/release/freedompay
export FREEDOMPAY_LIB_DIR=$PWD/target/release
export FREEDOMPAY_LIBRARY=$library
export PYTHONDONTWRITEBYTECODE=1

part_rust() { cargo test --locked --all-features; }
part_readme() { tests/readme.sh; }
part_docs() { RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --all-features && echo "1 passed, 0 failed"; }
part_c() { tests/c/run.sh; }
part_fork() { tests/fork/run.sh; }
part_bindings() { python_tools && tests/fork/bindings.sh; }
part_races() { tests/fork/races.sh; }
part_header() { tests/abi/header.sh; }
part_wrapper() { tests/abi/wrapper.sh; }
part_symbols() { tests/abi/symbols.sh; }
part_python() { python_tools && PYTHONPATH=bindings/python "$venv/bin/python" -m pytest bindings/python/tests; }
part_qr() { python_tools && "$venv/bin/python" -m pytest -p no:cacheprovider tests/qr; }
part_mypy() { python_tools && "$venv/bin/mypy" --strict bindings/python && echo "1 passed, 0 failed"; }
part_php() { php -d ffi.enable=1 bindings/php/tests/run.php; }

python_tools() {
    if ! "$venv/bin/python" -c 'import gunicorn, mypy, PIL, pytest, zxingcpp' 2>/dev/null; then
        python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'pytest>=8,<10' 'mypy>=1.11,<3' 'gunicorn>=22' \
            pillow 'zxing-cpp>=2'
    fi
}

# count LOG: "PASSED FAILED", from the closing lines of cargo test (one for each program), of pytest, or of our own form.
pytest_end='^(=+ )?[0-9]+ [a-z]+.* in [0-9.]+s'
count() {
    if grep -q '^test result: ' "$1"; then
        awk '/^test result: / { p += $4; f += $6 } END { print p + 0, f + 0 }' "$1"
    elif grep -qE "$pytest_end" "$1"; then
        grep -E "$pytest_end" "$1" | tail -n 1 | awk '{
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^passed/) p = $(i - 1)
                if ($i ~ /^(failed|error|errors)/) f += $(i - 1)
            }
            print p + 0, f + 0
        }'
    else
        sed -nE 's/^([A-Za-z_-]+: )?([0-9]+) passed, ([0-9]+) failed.*$/\2 \3/p' "$1" | tail -n 1
    fi
}

passed=0
failed=0
summary=
if [ $# -gt 0 ]; then
    parts=("$@")
else
    parts=(rust docs readme c fork bindings races header wrapper symbols qr python mypy php)
fi
for part in "${parts[@]}"; do
    echo "== $part"
    started=$SECONDS
    code=0
    "part_$part" 2>&1 </dev/null | tee "$logs/$part" || code=1
    read -r p f <<<"$(count "$logs/$part")"
    p=${p:-0}
    f=${f:-0}
    # The exit code may know of a failure that the count does not; and a part that tested nothing has not passed.
    if [ "$f" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$p" -eq 0 ]; }; then
        f=1
    fi
    passed=$((passed + p))
    failed=$((failed + f))
    summary+=$(printf '%-8s %5d passed, %d failed, %d s' "$part" "$p" "$f" $((SECONDS - started)))$'\n'
done

{
    printf '%s' "$summary"
    echo "$passed passed, $failed failed"
} >"$logs/summary"
printf '\n== summary\n'
cat "$logs/summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

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
# shellcheck source=tests/count.sh
. tests/count.sh

part_rust() { cargo test --locked --all-features --no-fail-fast; }
part_readme() { tests/readme.sh; }
part_docs() { RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --all-features && echo "1 passed, 0 failed"; }
part_c() { tests/c/run.sh; }
part_fork() { tests/fork/run.sh; }
part_bindings() { python_tools && tests/fork/bindings.sh; }
part_races() { tests/fork/races.sh; }
part_header() { tests/abi/header.sh; }
part_wrapper() { tests/abi/wrapper.sh; }
part_behaviours_c() { tests/behaviours/run.sh; }
part_install() { tests/install/run.sh; }
part_callers() { tests/callers.sh; }
part_symbols() { tests/abi/symbols.sh; }
part_record() { tests/abi/record.py; }
part_python() { python_tools && PYTHONPATH=bindings/python "$venv/bin/python" -m pytest bindings/python/tests; }
part_qr() { python_tools && "$venv/bin/python" -m pytest -v -p no:cacheprovider tests/qr; }
part_text() { python_tools && "$venv/bin/python" -m pytest -v -p no:cacheprovider tests/text; }
part_wheel() { tests/wheel.sh; }
part_types() { python_tools && tests/types.sh "$venv"; }
part_browser() { python_tools && browser_tools && "$venv/bin/python" -m pytest -p no:cacheprovider tests/browser; }
part_terminal() { python_tools && "$venv/bin/python" -m pytest -p no:cacheprovider tests/tool; }
part_behaviours_php() { tests/behaviours/php.sh; }
part_php() { php -d ffi.enable=1 bindings/php/tests/run.php; }
part_php_tool() { FREEDOMPAY_ROAD=tool php -d ffi.enable=0 bindings/php/tests/run.php; }
part_soak() { PYTHONPATH=bindings/python tests/soak/soak.py; }
part_secrets() { tests/secrets.sh; }
part_php_types() { tests/php_types.sh; }
# Looks into the logs of the parts before it.
part_promises() { tests/promises.sh README.md "$logs"; }
part_cross() { tests/setup.sh cross test-cross && tests/cross/wine32.sh && tests/cross/run.sh; }

python_tools() {
    if ! "$venv/bin/python" -c 'import gunicorn, mypy, PIL, pyte, pytest, zxingcpp' 2>/dev/null; then
        python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'pytest>=8,<10' 'mypy>=1.11,<3' 'gunicorn>=22' \
            pillow pyte 'zxing-cpp>=2'
        # Another event loop, for a part of Python's tests.
        "$venv/bin/pip" install --quiet --only-binary :all: uvloop || true
    fi
    "$venv/bin/python" -c 'import uvloop' 2>/dev/null \
        || left_out "uvloop is not to be had here: Python's tests with its loop"
}

# Both bring what they run along: playwright its driver, but no browser, and the other one axe-core.
browser_tools() {
    "$venv/bin/python" -c 'import axe_playwright_python, playwright' 2>/dev/null \
        || "$venv/bin/pip" install --quiet 'playwright>=1.50,<2' 'axe-playwright-python>=0.1.4,<0.2'
}

summary=
if [ $# -gt 0 ]; then
    parts=("$@")
else
    parts=(rust docs readme c fork bindings races header wrapper symbols record qr text terminal browser python wheel types php php_tool php_types behaviours_c behaviours_php install callers soak secrets promises)
    # Other machines' archives take an hour to build: they are tested where `make cross` was called.
    if compgen -G 'target/dist/freedompay-*' >/dev/null; then
        parts+=(cross)
    fi
    # What an earlier run has printed proves nothing of this one.
    (cd "$logs" && rm -f "${parts[@]}")
fi
for part in "${parts[@]}"; do
    echo "== $part"
    started=$SECONDS
    code=0
    "part_$part" 2>&1 </dev/null | tee "$logs/$part" || code=1
    read -r p f <<<"$(count_of "$logs/$part")"
    p=${p:-0}
    f=${f:-0}
    # The exit code may know of a failure that the count does not; and a part that tested nothing has not passed.
    if [ "$f" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$p" -eq 0 ]; }; then
        f=1
    fi
    passed=$((passed + p))
    failed=$((failed + f))
    summary+=$(printf '%-10s %5d passed, %d failed, %d s' "$part" "$p" "$f" $((SECONDS - started)))$'\n'
    left=$(left_out_of "$logs/$part" | sed 's/^/           /')
    summary+=${left:+$left$'\n'}
done

{
    printf '%s' "$summary"
    echo "$passed passed, $failed failed"
} >"$logs/summary"
printf '\n== summary\n'
cat "$logs/summary"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

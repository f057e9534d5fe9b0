#!/usr/bin/env bash
# Runs the first programs of README.md as they stand there, against a sandbox: each has to print PAID; then every block of the
# Python package's README, with the wheel installed. Ends with "N passed, N failed".
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-$root/target/release/libfreedompay.so}
lib_dir=${FREEDOMPAY_LIB_DIR:-$root/target/release}
# shellcheck source=tests/sandbox.sh
. tests/sandbox.sh
# shellcheck source=tests/count.sh
. tests/count.sh
work=$root/target/readme
rm -rf "$work"
mkdir -p "$work"

# block LANGUAGE: the first block of that language, with the address of this sandbox.
block() {
    awk -v fence="\`\`\`$1" '$0 == "```" { if (inside) exit } inside { print } $0 == fence { inside = 1 }' README.md \
        | sed "s|http://127.0.0.1:8080|$FREEDOMPAY_BASE_URL|; s|'bindings/php|'$root/bindings/php|"
}

# paid LANGUAGE COMMAND...
paid() {
    local language=$1
    shift
    if (cd "$work" && "$@") >"$work/$language.log" 2>&1 </dev/null && grep -q '^PAID$' "$work/$language.log"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "the $language program of README.md:"
        tail -n 20 "$work/$language.log"
    fi
}

sandbox_start --pay-after 500ms
block c >"$work/till.c"
block python >"$work/till.py"
block php >"$work/till.php"
block bash >"$work/till.sh"
cc -std=c99 -Wall -Wextra -Werror -I"$root/include" "$work/till.c" -L"$lib_dir" -lfreedompay -o "$work/till"
paid c env LD_LIBRARY_PATH="$lib_dir" ./till
paid python env PYTHONPATH="$root/bindings/python" python3 till.py
paid php php -d ffi.enable=1 till.php
paid bash env PATH="$(dirname "$FREEDOMPAY_TOOL"):$PATH" bash till.sh

python_readme() {
    local wheel
    rm -rf target/till # which the guide makes
    wheel=$(bindings/python/wheel.sh "$work") \
        && python3 -m venv "$work/venv" \
        && "$work/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel" \
        && (cd "$work" && env -u FREEDOMPAY_LIBRARY -u FREEDOMPAY_TOOL PYTHONDONTWRITEBYTECODE=1 \
            "$work/venv/bin/python" "$root/tests/readme.py" "$root/bindings/python/README.md" "$root" "$FREEDOMPAY_BASE_URL")
}
counted "bindings/python/README.md" "$work/python-readme.log" python_readme
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]

#!/usr/bin/env bash
# The types of the Python package: mypy --strict and pyright find nothing in its sources, and in the installed wheel no public
# name is without a type. Ends with "N passed, N failed".
#
#   tests/types.sh VENV      a virtual environment that has mypy; it gets pyright when that can be had
#
# FREEDOMPAY_LIBRARY and FREEDOMPAY_TOOL go into the wheel, as for bindings/python/wheel.sh.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
venv=$(cd "$1" && pwd)
# shellcheck source=tests/count.sh
. tests/count.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-types-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
one() { "$@" && echo "1 passed, 0 failed"; }

counted "mypy --strict" "$scratch/log" one "$venv/bin/mypy" --strict bindings/python

# Its PyPI package brings node along, and gets the checker itself from npm's registry.
if ! "$venv/bin/python" -c 'import pyright' 2>/dev/null; then
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'pyright[nodejs]' || true
fi
if ! "$venv/bin/pyright" --version >"$scratch/log" 2>&1; then
    left_out "pyright is not to be had here: $(tail -n 1 "$scratch/log")"
    count_end
    exit
fi
counted "pyright" "$scratch/log" one "$venv/bin/pyright" --project bindings/python --pythonpath "$venv/bin/python"

# In an environment of its own, which pyright finds by PATH.
complete() {
    local wheel
    wheel=$(bindings/python/wheel.sh "$scratch") && python3 -m venv "$scratch/venv" \
        && "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel" \
        && (cd "$scratch" && PATH=$scratch/venv/bin:$PATH "$venv/bin/pyright" --verifytypes freedompay --ignoreexternal) \
        && echo "1 passed, 0 failed"
}
counted "pyright --verifytypes" "$scratch/log" complete
count_end

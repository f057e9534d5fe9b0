#!/usr/bin/env bash
# The Python package as users get it: builds the wheel, installs it into a fresh virtual environment for each Python, and runs the package's tests against it from a folder that has no sources. Ends with "N passed, N failed".
#
#   tests/wheel.sh [PYTEST ARGUMENT ...]
#
# FREEDOMPAY_LIBRARY   the library (target/release/libfreedompay.so)
# FREEDOMPAY_TOOL      the tool (target/release/freedompay)
# FREEDOMPAY_PYTHONS       the interpreters, instead of the oldest (from 3.8 on) and the newest that are found
# FREEDOMPAY_ALL_PYTHONS   set: every one that is found
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
# shellcheck source=tests/count.sh
. tests/count.sh
scratch=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-wheel-XXXXXX")
trap 'rm -rf "$scratch"' EXIT

# version PYTHON: "3.12", when it is one that the package is for and can make virtual environments.
version() {
    "$1" -c 'import ensurepip, sys, venv
if sys.version_info >= (3, 8):
    print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true
}

# One interpreter for each version: "3.12 PATH".
pythons() {
    local candidate found seen=' '
    # shellcheck disable=SC2086
    for candidate in ${FREEDOMPAY_PYTHONS:-python3 $(compgen -c python3. | grep -E '^python3\.[0-9]+$' | sort -u) \
        /usr/bin/python3 "$HOME"/.pyenv/versions/*/bin/python3}; do
        found=$(version "$candidate")
        if [ -n "$found" ] && [[ $seen != *" $found "* ]]; then
            seen+="$found "
            echo "$found $candidate"
        fi
    done | sort -V
}

# The oldest and the newest, which differ the most; all of them where they are asked for.
chosen() {
    if [ -n "${FREEDOMPAY_PYTHONS:-}" ] || [ -n "${FREEDOMPAY_ALL_PYTHONS:-}" ]; then
        pythons
    else
        pythons | awk 'NR == 1 { print } { last = $0 } END { if (NR > 1) print last }'
    fi
}

wheel=$(FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-} FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-} bindings/python/wheel.sh "$scratch")

# ---- the wheel itself, from the sources: what is in it, and whether its tag is true
build_venv=$root/target/wheel-venv
"$build_venv/bin/pip" install --quiet --disable-pip-version-check 'pytest>=8,<10' auditwheel
counted packing "$scratch/packing.log" env FREEDOMPAY_WHEEL="$wheel" \
    "$build_venv/bin/python" -m pytest -p no:cacheprovider -c /dev/null --rootdir "$root" bindings/python/packing_tests.py

# ---- the package, installed
mkdir -p "$scratch/outside/include" "$scratch/outside/bindings/python"
cp include/freedompay.h "$scratch/outside/include/"
cp -r bindings/python/tests bindings/python/examples "$scratch/outside/bindings/python/"

# Where the package and its library are, and that the tool can be started: without the variables of the developers.
look_inside='import freedompay, freedompay._library as library, os, subprocess, sys
here = os.path.dirname(os.path.realpath(freedompay.__file__))
assert here.startswith(os.path.realpath(sys.prefix) + os.sep), here
assert library.library()._name == os.path.join(here, library.FILE_NAME), library.library()._name
said = subprocess.check_output([sys.executable, "-m", "freedompay", "--version"], text=True)
assert said.split() == ["freedompay", freedompay.__version__], said'
tool_of() { echo "$scratch/venv-$1/lib/python$1/site-packages/freedompay/freedompay"; }

# installed VERSION PYTHON: nothing but the wheel is needed, and what is inside is what is used.
installed() {
    local venv=$scratch/venv-$1
    "$2" -m venv "$venv" \
        && "$venv/bin/pip" install --quiet --disable-pip-version-check --no-index "$wheel" \
        && (cd "$scratch" && env -u FREEDOMPAY_LIBRARY -u FREEDOMPAY_TOOL "$venv/bin/python" -c "$look_inside") \
        && echo "1 passed, 0 failed"
}

# suite VERSION [PYTEST ARGUMENT ...]
suite() {
    local venv=$scratch/venv-$1
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'pytest>=8,<10'
    "$venv/bin/pip" install --quiet --disable-pip-version-check --only-binary :all: uvloop \
        || left_out "uvloop is not to be had here: the tests with its loop"
    (cd "$scratch/outside/bindings/python/tests" \
        && env -u FREEDOMPAY_LIBRARY FREEDOMPAY_TOOL="$(tool_of "$1")" PYTHONDONTWRITEBYTECODE=1 \
            "$venv/bin/python" -m pytest -p no:cacheprovider -c /dev/null --rootdir . "${@:2}" .)
}

# table VERSION TABLE [OPTION]: one of the tables of behaviours
table() {
    local python=$scratch/venv-$1/bin/python
    env -u FREEDOMPAY_LIBRARY FREEDOMPAY_TOOL="$(tool_of "$1")" PYTHONDONTWRITEBYTECODE=1 \
        tests/behaviours/run.py --table "tests/behaviours/$2.json" python "$python" tests/behaviours/runner.py "${@:3}"
}

while read -r found python; do
    counted "python $found, the wheel" "$scratch/log" installed "$found" "$python"
    counted "python $found, the tests" "$scratch/log" suite "$found" "$@"
    for name in behaviours payments callbacks; do
        counted "python $found, the table of $name" "$scratch/log" table "$found" "$name"
    done
    counted "python $found, the table in an event loop" "$scratch/log" table "$found" behaviours --asyncio
done <<<"$(chosen)"
count_end

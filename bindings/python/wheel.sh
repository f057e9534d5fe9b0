#!/bin/sh
# Builds the wheel, with the library and the tool inside, and prints its path.
#
#   bindings/python/wheel.sh FOLDER
#
# FREEDOMPAY_LIBRARY and FREEDOMPAY_TOOL name the two, unless they are in target/release.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-$root/target/release/libfreedompay.so}
FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export FREEDOMPAY_LIBRARY FREEDOMPAY_TOOL
pip=$root/target/wheel-venv/bin/pip
if ! "$pip" --version >/dev/null 2>&1; then
    python3 -m venv "$root/target/wheel-venv"
fi
rm -f "$1"/freedompay-*.whl
"$pip" wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$1" "$root/bindings/python"
ls "$1"/freedompay-*.whl

#!/usr/bin/env bash
# Makes the pictures of the README, in bindings/c/pictures, out of what the library answers.
#
# FREEDOMPAY_LIBRARY: the shared library, target/release/libfreedompay.so unless set.
# PYTHON: a Python with Pillow and zxing-cpp, that of the tests (target/venv) unless set. rsvg-convert is needed too.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export FREEDOMPAY_LIBRARY="${FREEDOMPAY_LIBRARY:-$PWD/target/release/libfreedompay.so}"
export PYTHONDONTWRITEBYTECODE=1
mkdir -p bindings/c/pictures
"${PYTHON:-target/venv/bin/python}" tests/qr/pictures.py bindings/c/pictures

#!/usr/bin/env bash
# Makes the pictures of the READMEs: in bindings/c/pictures out of what the library answers, in src/sandbox/pictures out of
# what the sandbox shows.
#
# FREEDOMPAY_LIBRARY: the shared library, target/release/libfreedompay.so unless set. FREEDOMPAY_TOOL: the tool beside it.
# PYTHON: a Python with Pillow, zxing-cpp and playwright, that of the tests (target/venv) unless set. rsvg-convert and
# chromium are needed too.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export FREEDOMPAY_LIBRARY="${FREEDOMPAY_LIBRARY:-$PWD/target/release/libfreedompay.so}"
export FREEDOMPAY_TOOL="${FREEDOMPAY_TOOL:-$PWD/target/release/freedompay}"
export PYTHONDONTWRITEBYTECODE=1
python=${PYTHON:-target/venv/bin/python}
mkdir -p bindings/c/pictures src/sandbox/pictures
"$python" tests/qr/pictures.py bindings/c/pictures
"$python" tests/browser/pictures.py src/sandbox/pictures

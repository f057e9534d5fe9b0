#!/usr/bin/env bash
# Fork and threads through the Python and PHP packages: test_fork.py, in a virtual environment that gets pytest and gunicorn
# when it has none. Ends with "N passed, N failed". The environment is described in common.sh and conftest.py.
#
#   tests/fork/bindings.sh [PYTEST ARGUMENT ...]
#
# FREEDOMPAY_VENV   the virtual environment (target/venv)
set -euo pipefail
# shellcheck source=tests/fork/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

venv=${FREEDOMPAY_VENV:-$root/target/venv}
if ! "$venv/bin/python" -c 'import gunicorn, pytest' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet 'pytest>=8,<10' 'gunicorn>=22'
fi
"$venv/bin/python" -m pytest --verbose -p no:cacheprovider "$@" "$here/test_fork.py"

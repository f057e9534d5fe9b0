#!/usr/bin/env bash
# The table of behaviours in PHP, on both roads to the library. Ends with "N passed, N failed".
#
#   tests/behaviours/php.sh [--only TEXT]
#
# FREEDOMPAY_LIBRARY, FREEDOMPAY_TOOL   as for bindings/php/tests
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/count.sh
. "$here/../count.sh"
log=$(mktemp "${TMPDIR:-/tmp}/freedompay-behaviours-XXXXXX")
trap 'rm -f "$log"' EXIT

# plays ROAD FFI_ENABLE [OPTION...]
plays() {
    local road=$1 ffi=$2 table
    shift 2
    for table in behaviours payments callbacks; do
        FREEDOMPAY_ROAD=$road counted "PHP, $road: $table" "$log" "$here/run.py" --table "$here/$table.json" "$@" \
            PHP php -d "ffi.enable=$ffi" "$here/runner.php"
    done
}
plays ffi 1 "$@"
plays tool 0 "$@"
count_end

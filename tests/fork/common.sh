# shellcheck shell=bash
# Sourced by the scripts of this folder: where things are, a sandbox gateway, and the count.
#
# FREEDOMPAY_TOOL      the freedompay tool (target/release/freedompay)
# FREEDOMPAY_LIB_DIR   where libfreedompay.so is (target/release)
# FREEDOMPAY_LIBRARY   the library itself (libfreedompay.so there)

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export FREEDOMPAY_LIB_DIR=${FREEDOMPAY_LIB_DIR:-$root/target/release}
export FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-$FREEDOMPAY_LIB_DIR/libfreedompay.so}
include=${FREEDOMPAY_INCLUDE:-$root/include}
# shellcheck disable=SC2034 # for those who source this
flags=(-std=c11 -D_GNU_SOURCE -g -O1 -pedantic -Wall -Wextra -Werror -I"$include" -I"$here")

scratch=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-fork-XXXXXX")
# shellcheck source=tests/sandbox.sh
. "$here/../sandbox.sh"
# shellcheck source=tests/count.sh
. "$here/../count.sh"

clean_up() {
    sandbox_stop
    rm -rf "$scratch"
}
trap clean_up EXIT

# run NAME LIMIT_S COMMAND...: the command gets a sandbox and a folder of its own, in FREEDOMPAY_TEST_DIR.
run() {
    local name=$1 limit=$2
    shift 2
    export FREEDOMPAY_TEST_DIR=$scratch/$name
    mkdir -p "$FREEDOMPAY_TEST_DIR"
    # shellcheck disable=SC2119
    sandbox_start || return 1
    counted "$name" "$scratch/log" timeout --kill-after=5 "$limit" "$@"
    sandbox_stop
}

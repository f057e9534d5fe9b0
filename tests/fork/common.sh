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
sandbox=
passed=0
failed=0

sandbox_stop() {
    if [ -n "$sandbox" ]; then
        kill "$sandbox" 2>/dev/null || true
        wait "$sandbox" 2>/dev/null || true
        sandbox=
    fi
}

# A sandbox of its own for what comes next; its address is then in FREEDOMPAY_URL.
sandbox_start() {
    local tries=0
    sandbox_stop
    rm -f "$scratch/ready"
    "$FREEDOMPAY_TOOL" sandbox --listen 127.0.0.1:0 --ready-file "$scratch/ready" \
        </dev/null >"$scratch/sandbox.log" 2>&1 &
    sandbox=$!
    until [ -s "$scratch/ready" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 600 ] || ! kill -0 "$sandbox" 2>/dev/null; then
            echo "the sandbox did not start: $FREEDOMPAY_TOOL" >&2
            cat "$scratch/sandbox.log" >&2
            return 1
        fi
        sleep 0.05
    done
    FREEDOMPAY_URL=$(tr -d '\r\n' <"$scratch/ready")
    export FREEDOMPAY_URL
}

clean_up() {
    sandbox_stop
    rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# run NAME LIMIT_S COMMAND...: the command's own count; one failure more when its exit code says what the count does not.
# The command gets a sandbox and a folder of its own, in FREEDOMPAY_TEST_DIR.
run() {
    local name=$1 limit=$2 count p f code=0 started=$SECONDS
    shift 2
    export FREEDOMPAY_TEST_DIR=$scratch/$name
    mkdir -p "$FREEDOMPAY_TEST_DIR"
    sandbox_start || return 1
    timeout --kill-after=5 "$limit" "$@" >"$scratch/log" 2>&1 </dev/null || code=$?
    count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$scratch/log" | tail -n 1 || true)
    p=${count%% *}
    f=${count#*, }
    p=${p:-0}
    f=${f%% *}
    f=${f:-0}
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "ended with exit code $code" >>"$scratch/log"
    elif [ "$code" -eq 0 ] && [ "$p" -eq 0 ]; then
        f=1
        echo "checked nothing" >>"$scratch/log"
    fi
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$scratch/log"
    fi
    printf '%-12s %5d passed, %d failed, %d s\n' "$name" "$p" "$f" $((SECONDS - started))
    passed=$((passed + p))
    failed=$((failed + f))
    sandbox_stop
}

# The count, and the exit code of the script.
end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# shellcheck shell=bash
# Sourced by the scripts that need a running sandbox gateway.
#
#   sandbox_start [OPTION...]    starts it on a free port; its address is then in FREEDOMPAY_BASE_URL
#   sandbox_stop                 ends it; also done when the script ends
#
# FREEDOMPAY_TOOL is the freedompay tool.

sandbox_pid=
sandbox_dir=

sandbox_start() {
    local tries=0
    sandbox_stop
    sandbox_dir=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-sandbox-XXXXXX")
    "$FREEDOMPAY_TOOL" sandbox --listen 127.0.0.1:0 --ready-file "$sandbox_dir/ready" "$@" \
        </dev/null >"$sandbox_dir/out" 2>&1 &
    sandbox_pid=$!
    while ! [ -s "$sandbox_dir/ready" ]; do
        tries=$((tries + 1))
        if [ "$tries" -gt 300 ] || ! kill -0 "$sandbox_pid" 2>/dev/null; then
            echo "the sandbox did not start: $FREEDOMPAY_TOOL sandbox $*" >&2
            cat "$sandbox_dir/out" >&2
            sandbox_stop
            return 1
        fi
        sleep 0.1
    done
    FREEDOMPAY_BASE_URL=$(tr -d '\r\n' <"$sandbox_dir/ready")
    export FREEDOMPAY_BASE_URL
}

sandbox_stop() {
    if [ -n "$sandbox_pid" ]; then
        kill "$sandbox_pid" 2>/dev/null || true
        wait "$sandbox_pid" 2>/dev/null || true
        sandbox_pid=
    fi
    if [ -n "$sandbox_dir" ]; then
        rm -rf "$sandbox_dir"
        sandbox_dir=
    fi
}

trap sandbox_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

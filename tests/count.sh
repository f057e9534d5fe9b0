# shellcheck shell=bash
# Sourced by the scripts that run test programs: runs one, and adds its own count to `passed` and `failed`.
#
#   counted LABEL LOG COMMAND...   what the command prints goes to LOG, and is shown when something failed
#   count_end                      the sum, and the exit code of the script

passed=0
failed=0

# A program that fails without counting it, and one that counts nothing, has failed once.
counted() {
    local label=$1 log=$2 count p f code=0 started=$SECONDS
    shift 2
    "$@" >"$log" 2>&1 </dev/null || code=$?
    count=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1 || true)
    p=${count%% *}
    f=${count#*, }
    p=${p:-0}
    f=${f%% *}
    f=${f:-0}
    if [ "$code" -ne 0 ] && [ "$f" -eq 0 ]; then
        f=1
        echo "ended with exit code $code" >>"$log"
    elif [ "$code" -eq 0 ] && [ "$p" -eq 0 ]; then
        f=1
        echo "checked nothing" >>"$log"
    fi
    if [ "$f" -ne 0 ]; then
        sed 's/^/    /' "$log"
    fi
    printf '%-48s %5d passed, %d failed, %d s\n' "$label" "$p" "$f" $((SECONDS - started))
    passed=$((passed + p))
    failed=$((failed + f))
}

count_end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# shellcheck shell=bash
# Sourced by the scripts that test something: they count in `passed` and `failed`, also what the programs they run have counted.
#
#   verdict OK MESSAGE             1 has passed; anything else has failed, and the message says what
#   counted LABEL LOG COMMAND...   what the command prints goes to LOG, and is shown when something failed
#   left_out WHAT                  what cannot be tested here, so that it does not look as if it had passed
#   left_out_of LOG                that, as it was said in what a test program printed
#   count_of LOG                   "PASSED FAILED", as the last lines of what a test program printed say
#   count_end                      the sum, and the exit code of the script

passed=0
failed=0

verdict() {
    if [ "$1" = 1 ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$2"
    fi
}

left_out() { echo "left out: $1"; }

# Also what PHP's tests call skipped, and how many of pytest's were.
left_out_of() {
    sed -nE 's/^ *(left out|skipped): /left out: /p; s/^(=+ )?([0-9]+ [a-z]+, )*([0-9]+) skipped.* in [0-9.]+s.*/left out: \3 of pytest/p' "$1"
}

# A program that fails without counting it, and one that counts nothing, has failed once.
counted() {
    local label=$1 log=$2 p f code=0 started=$SECONDS
    shift 2
    "$@" >"$log" 2>&1 </dev/null || code=$?
    read -r p f <<<"$(count_of "$log")"
    p=${p:-0}
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
    left_out_of "$log"
    passed=$((passed + p))
    failed=$((failed + f))
}

count_end() {
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# From the closing lines of cargo test (one for each program), of pytest, or of our own form.
pytest_end='^(=+ )?[0-9]+ [a-z]+.* in [0-9.]+s'
count_of() {
    if grep -q '^test result: ' "$1"; then
        awk '/^test result: / { p += $4; f += $6 } END { print p + 0, f + 0 }' "$1"
    elif grep -qE "$pytest_end" "$1"; then
        grep -E "$pytest_end" "$1" | tail -n 1 | awk '{
            for (i = 2; i <= NF; i++) {
                if ($i ~ /^passed/) p = $(i - 1)
                if ($i ~ /^(failed|error|errors)/) f += $(i - 1)
            }
            print p + 0, f + 0
        }'
    else
        sed -nE 's/^([A-Za-z_-]+: )?([0-9]+) passed, ([0-9]+) failed.*$/\2 \3/p' "$1" | tail -n 1
    fi
}

#!/usr/bin/env bash
# Does a key stay where it belongs? Takes payments with keys that stand nowhere else, through the tool, the tills in C, Python and
# PHP on both roads, with everything said that can be said, and looks for the keys in what was printed and written: messages, logs,
# journals, result files, argument vectors. Then looks for the keys of the other tests in what those have printed. Ends with
# "N passed, N failed".
set -uo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-$root/target/release/libfreedompay.so}
logs=$root/target/test-logs
work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-secrets-XXXXXX")
# shellcheck source=tests/count.sh
. "$root/tests/count.sh"
# shellcheck source=tests/sandbox.sh
. "$root/tests/sandbox.sh"
trap 'sandbox_stop; rm -rf "$work"' EXIT

# traces_in FOLDER KEY...: the files in which a key stands, as it is or in base64 or hexadecimal. Of base64 the middle is
# looked for, which is the same wherever the key begins.
traces_in() {
    local folder=$1 key shift spelt
    shift
    for key in "$@"; do
        {
            printf '%s\n' "$key"
            printf '%s' "$key" | od -An -tx1 | tr -d ' \n'
            echo
            for shift in '' x xx; do
                spelt=$(printf '%s' "$shift$key" | base64 -w 0)
                printf '%s\n' "${spelt:4:36}"
            done
        } >"$work/patterns"
        grep -rlaF -f "$work/patterns" "$folder"
    done
}

# Before anything else: the search finds what is there.
secret=$(openssl rand -hex 20)
payout=$(openssl rand -hex 20)
mkdir "$work/control" "$work/out" "$work/keys"
printf 'a log with %s in it\n' "$secret" >"$work/control/plain"
printf 'Authorization: %s\n' "$(printf 'user:%s' "$secret" | base64 -w 0)" >"$work/control/base64"
printf 'ab%s' "$payout" | od -An -tx1 | tr -d ' \n' >"$work/control/hex"
verdict "$([ "$(traces_in "$work/control" "$secret" "$payout" | wc -l)" = 3 ] && echo 1)" "the search does not find what is there"

printf '123456 %s A shop\n' "$secret" >"$work/keys/merchants"
printf '%s' "$secret" >"$work/keys/secret"
printf '%s' "$payout" >"$work/keys/payout"
sandbox_start --merchants "$work/keys/merchants" --pay-after 500ms || exit 1
export FREEDOMPAY_MERCHANT_ID=123456 FREEDOMPAY_SECRET_FILE=$work/keys/secret
export FREEDOMPAY_PAYOUT_KEY_FILE=$work/keys/payout FREEDOMPAY_JOURNAL=$work/out/journal HOME=$work

# says NAME COMMAND...: everything that a command prints is kept; its end does not matter.
says() {
    local name=$1
    shift
    "$@" >"$work/out/$name" 2>&1 </dev/null
    verdict "$([ -s "$work/out/$name" ] && echo 1)" "$name said nothing"
}
# The tool under a name that writes down what it is called with.
cat >"$work/tool" <<END
#!/bin/sh
printf '%s\n' "\$@" >>"$work/out/arguments"
exec "$FREEDOMPAY_TOOL" "\$@"
END
chmod +x "$work/tool"

tool=$work/tool
says init "$tool" init s-1 10.50 Tea -v --out-file "$work/out/result" --qr-file "$work/out/code.svg"
says json "$tool" init s-2 10.50 Tea -v --json
FREEDOMPAY_SECRET_KEY=$secret says environment "$tool" pay s-3 10.50 Tea -v
says status "$tool" status --order-id s-1 -v --json
says refund "$tool" refund 1000001 -v --json
says cancel "$tool" cancel 1000001 -v --json
says call "$tool" call /get_status3.php pg_payment_id=1000001 -v --json
says payout "$tool" call /api/balance_status -v --json
says pending "$tool" pending --json
says callback "$tool" callback verify --url "/result?pg_order_id=s-1&pg_result=1&pg_salt=s&pg_sig=0123456789abcdef0123456789abcdef" -v
says doctor "$tool" doctor --report "$work/out/report"
FREEDOMPAY_SECRET_FILE=$work/keys/payout says wrong "$tool" init s-4 10.50 Tea -v --json
FREEDOMPAY_BASE_URL=https://127.0.0.1:9 says nobody "$tool" init s-5 10.50 Tea -v --json
says python env PYTHONPATH="$root/bindings/python" python3 "$root/bindings/python/examples/till.py" s-6 10.50 Tea
says php php -d ffi.enable=1 "$root/bindings/php/examples/till.php" s-7 10.50 Tea
FREEDOMPAY_TOOL=$tool says php-tool php -d ffi.enable=0 "$root/bindings/php/examples/till.php" s-8 10.50 Tea
grep -q '^api$' "$work/out/arguments" || verdict 0 "PHP did not start the tool"

# A process under way, waiting for its key: what everybody on the machine can read of it.
mkfifo "$work/pipe"
"$FREEDOMPAY_TOOL" status --order-id s-1 --secret-file - <"$work/pipe" >"$work/out/waiting" 2>&1 &
waiting=$!
exec 9>"$work/pipe"
for _ in $(seq 100); do
    tr '\0' '\n' <"/proc/$waiting/cmdline" >"$work/out/cmdline"
    grep -q '^status$' "$work/out/cmdline" && break
    sleep 0.1
done
printf '%s' "$secret" >&9
exec 9>&-
wait "$waiting"
verdict "$(grep -q '^status$' "$work/out/cmdline" && echo 1)" "the command line of a process was not seen"
verdict "$(grep -q s-1 "$work/out/waiting" && echo 1)" "a key from standard input did not serve"
verdict "$([ -s "$work/out/journal" ] && echo 1)" "there is no journal"

traces=$(traces_in "$work/out" "$secret" "$payout" | sort -u)
verdict "$([ -z "$traces" ] && echo 1)" "a key stands in: $(for file in $traces; do echo "${file#"$work/out/"}"; done)"
echo "looked through $(find "$work/out" -type f | wc -l) files of $(du -sk "$work/out" | cut -f1) kB"

# What the other parts printed. The sandbox's own help names the key that it has built in.
if [ -d "$logs" ]; then
    traces=$(grep -rnaE 'sandbox-(secret|payout)-key' "$logs" | grep -vE 'Built in is|default: sandbox-payout-key' | cut -c1-200)
    verdict "$([ -z "$traces" ] && echo 1)" "a key stands in the tests' own logs: $traces"
fi
count_end

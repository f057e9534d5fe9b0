#!/usr/bin/env bash
# The tills in Pascal and C#: compiled, and paid by the sandbox's payer, over TLS and with a journal; and that the declarations of
# all languages are those of the header. Ends with "N passed, N failed".
#
# FREEDOMPAY_LIB_DIR   where libfreedompay.so is (target/release)
# FREEDOMPAY_TOOL      the freedompay tool (target/release/freedompay)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lib_dir=${FREEDOMPAY_LIB_DIR:-$root/target/release}
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export LD_LIBRARY_PATH=$lib_dir
work=$root/target/callers
# shellcheck source=tests/sandbox.sh
. "$root/tests/sandbox.sh"
# shellcheck source=tests/count.sh
. "$root/tests/count.sh"

rm -rf "$work"
mkdir -p "$work"
(umask 077 && echo sandbox-secret-key >"$work/secret")
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE -keyout "$work/key.pem" -out "$work/cert.pem" 2>"$work/openssl.log"

pascal() { fpc -O2 "-Fl$lib_dir" "-FU$work" "-o$work/till-pascal" "$root/bindings/pascal/till.pas" && echo "1 passed, 0 failed"; }
csharp() { mcs -warnaserror "-out:$work/Till.exe" "$root"/bindings/csharp/{Till,FreedomPay}.cs && echo "1 passed, 0 failed"; }

# What the library would read as another text does not go in.
csharp_texts() {
    cat >"$work/Texts.cs" <<'END'
internal static class Texts
{
    private static bool IsRefused(string text)
    {
        try { FreedomPay.Text.In(text); } catch (System.ArgumentException) { return true; }
        return false;
    }

    private static int Main()
    {
        bool goes = FreedomPay.Text.In("Чай").Length == 7 && FreedomPay.Text.In(null) == null && FreedomPay.Text.In("").Length == 1;
        return goes && IsRefused("1042\0-1") && IsRefused("\ud83d") ? 0 : 1;
    }
}
END
    mcs -warnaserror "-out:$work/Texts.exe" "$work/Texts.cs" "$root/bindings/csharp/FreedomPay.cs" && mono "$work/Texts.exe" && echo "1 passed, 0 failed"
}

# over_tls TIMES COMMAND...: so often, with one TLS front before the sandbox
over_tls() {
    # shellcheck disable=SC2016
    FREEDOMPAY_CA_FILE=$work/cert.pem python3 "$root/tests/fork/tls_front.py" "$work/cert.pem" "$work/key.pem" \
        sh -ec 'export FREEDOMPAY_BASE_URL=$FREEDOMPAY_TLS_URL; times=$1; shift; for _ in $(seq $times); do "$@"; done' sh "$@"
}

# sale NAME COMMAND...: paid, and the same order again from the journal: one invoice; wrong input; nobody there
sale() {
    local name=$1 said
    shift
    export FREEDOMPAY_MERCHANT_ID=123456 FREEDOMPAY_SECRET_FILE=$work/secret FREEDOMPAY_JOURNAL=$work/$name.db FREEDOMPAY_WAIT_S=60
    said=$(over_tls 2 "$@" "$name-1" 10.50 Чай) || { echo "$said"; return 1; }
    [ "$(grep -c '^PAID$' <<<"$said")" = 2 ] || { echo "$said"; return 1; }
    [ "$(grep '^Invoice' <<<"$said" | sort | uniq -c | awk '{ print $1 }')" = 2 ] || { echo "$said"; return 1; }
    [[ $said == *$'\u2580'* ]] || { echo "$said"; return 1; }
    is_sold "$name-1" Чай || return 1
    ends_with 40 over_tls 1 "$@" "$name-2" 1,50 Чай || return 1
    ends_with 50 env FREEDOMPAY_BASE_URL=http://127.0.0.1:1 "$@" "$name-3" 10.50 Чай || return 1
    echo "5 passed, 0 failed"
}

# is_sold ORDER_ID DESCRIPTION: what the payer reads is what the till was given
is_sold() {
    python3 - "$FREEDOMPAY_BASE_URL" "$@" <<'END'
import json, sys, urllib.request

url, order_id, description = sys.argv[1:]
invoices = json.load(urllib.request.urlopen(url + "/sandbox/invoices"))
read = [invoice["description"] for invoice in invoices if invoice["order_id"] == order_id]
if read != [description]:
    sys.exit(f"{order_id} has the description {read}")
END
}

ends_with() {
    local code=0 wanted=$1
    shift
    "$@" >"$work/said" || code=$?
    if [ "$code" -ne "$wanted" ]; then
        echo "exit code $code, not $wanted"
        cat "$work/said"
        return 1
    fi
}

counted "declarations" "$work/log" python3 -B "$root/bindings/declare.py" --check
counted "Pascal, compiled" "$work/log" pascal
counted "C#, compiled" "$work/log" csharp
counted "C#, texts" "$work/log" csharp_texts
sandbox_start --pay-after 300ms
counted "Pascal, a till over TLS" "$work/log" sale pascal "$work/till-pascal"
counted "C#, a till over TLS" "$work/log" sale csharp mono "$work/Till.exe"
count_end

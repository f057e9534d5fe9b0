#!/usr/bin/env bash
# Takes a payment three times against the sandbox gateway: from C, from Python and from PHP. Each shows its QR; the sandbox
# plays the payer and pays after three seconds.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
export FREEDOMPAY_TOOL=$PWD/target/release/freedompay
# shellcheck source=tests/sandbox.sh
. tests/sandbox.sh

mkdir -p target/demo
secret=$PWD/target/demo/secret
(umask 077 && echo sandbox-secret-key >"$secret")
export FREEDOMPAY_MERCHANT_ID=123456
export FREEDOMPAY_SECRET_FILE=$secret
export FREEDOMPAY_LIBRARY=$PWD/target/release/libfreedompay.so
export LD_LIBRARY_PATH=$PWD/target/release
order=$(date +%s)
paid=()

# sale LANGUAGE FILE AMOUNT DESCRIPTION COMMAND...
sale() {
    local language=$1 file=$2 amount=$3 description=$4 code=0
    shift 4
    printf '\n---- %s: %s ----\n\n' "$language" "$file"
    "$@" "demo-$order-$language" "$amount" "$description" || code=$?
    if [ "$code" -ne 0 ]; then
        printf '\nThe sale from %s ended with exit code %d.\n' "$language" "$code"
        exit 1
    fi
    paid+=("$language")
}

cc -std=c89 -Wall -Wextra -Iinclude bindings/c/till.c -Ltarget/release -lfreedompay -o target/demo/till
sandbox_start --pay-after 3s
echo "The sandbox gateway listens on $FREEDOMPAY_BASE_URL. Its payer pays three seconds after an invoice is made."

sale C bindings/c/till.c 12500 "Coffee beans, 1 kg" target/demo/till
sale Python bindings/python/examples/till.py 4200.50 "Билет № 7" env PYTHONPATH=bindings/python python3 bindings/python/examples/till.py
sale PHP bindings/php/examples/till.php 990 "Book" php -d ffi.enable=1 bindings/php/examples/till.php

printf -v list '%s, ' "${paid[@]}"
printf '\nPaid from %s.\n' "${list%, }"

#!/usr/bin/env bash
# Builds the fork, thread and unload programs against the header and the shared library, and runs each with a sandbox of its
# own. Ends with "N passed, N failed". The environment is described in common.sh.
#
#   tests/fork/run.sh [PROGRAM.c ...]
set -euo pipefail
# shellcheck source=tests/fork/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

if [ $# -eq 0 ]; then
    set -- fork callbacks busy task sigpipe daemon threads unload
fi
cc=${CC:-gcc}
mkdir -p "$scratch/lib"
ln -s "$FREEDOMPAY_LIBRARY" "$scratch/lib/libfreedompay.so"
ln -s "$FREEDOMPAY_LIBRARY" "$scratch/lib/libfreedompay.so.1"
export LD_LIBRARY_PATH=$scratch/lib

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 \
    -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE \
    -keyout "$scratch/key.pem" -out "$scratch/cert.pem" 2>/dev/null

for name in "$@"; do
    name=$(basename "${name%.c}")
    # unload.c loads the library itself.
    if [ "$name" = unload ]; then
        rest=("$here/support.c" -ldl -lpthread)
    else
        rest=("$here/support.c" "$here/calls.c" -L"$scratch/lib" -lfreedompay -lpthread)
    fi
    if "$cc" "${flags[@]}" "$here/$name.c" "${rest[@]}" -o "$scratch/$name.out"; then
        command=("$scratch/$name.out")
        if [ "$name" = busy ]; then
            command=(python3 "$here/tls_front.py" "$scratch/cert.pem" "$scratch/key.pem" "${command[@]}")
        fi
        run "$name" 150 "${command[@]}"
    else
        echo "$name does not build"
        failed=$((failed + 1))
    fi
done
count_end

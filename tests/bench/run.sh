#!/usr/bin/env bash
# What one invoice costs over a kept-alive TLS connection on loopback: through libfreedompay, by hand with libcurl and
# libxml2, and over a bare OpenSSL socket as the floor; then the same from Python, through the package and by hand with
# requests and with httpx; then from PHP, through the package on both roads and by hand with curl and SimpleXML. Nothing is
# asserted: the numbers are for reading.
#
#   tests/bench/run.sh
#
# BENCH_CALLS, BENCH_WARM_UP, BENCH_STARTS set how much is measured (2000, 100, 40).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lib_dir=${FREEDOMPAY_LIB_DIR:-$root/target/release}
include=${FREEDOMPAY_INCLUDE:-$root/include}
calls=${BENCH_CALLS:-2000}
warm_up=${BENCH_WARM_UP:-100}
starts=${BENCH_STARTS:-40}
out=$root/target/bench
ca=$out/ca.pem
server_pid=
export LD_LIBRARY_PATH=$lib_dir

stop() {
    if [ -n "$server_pid" ]; then
        kill "$server_pid" 2>/dev/null || true
        wait "$server_pid" 2>/dev/null || true
    fi
}
trap stop EXIT
mkdir -p "$out"
"$here/../setup.sh" bench || echo "(a peer whose packages are missing is left out)"

# ---- an authority and a certificate of our own, new each time
(
    cd "$out"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=bench authority" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign" -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" -keyout server.key -out server.csr
    printf 'basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem
) >"$out/openssl.log" 2>&1

# ---- the programs
cflags=(-O2 -std=gnu11 -Wall -Wextra -I"$here")

# build NAME OPTION...: a line on the reason when it cannot be built.
build() {
    local name=$1
    shift
    if ! gcc "${cflags[@]}" "$here/$name.c" "$@" -o "$out/$name" >"$out/$name.log" 2>&1; then
        echo "left out, cannot be built: $name: $(grep -m1 -E 'error|cannot find' "$out/$name.log" || true)"
        return 1
    fi
}
build server -lssl -lcrypto -lpthread || exit 1
build spawn || exit 1
declare -A command      # peer -> how it is started
bench=("$here/bench.c")
if build with_freedompay "${bench[@]}" -I"$include" -L"$lib_dir" -lfreedompay; then
    command[with_freedompay]=$out/with_freedompay
fi
xml2=$(xml2-config --cflags 2>/dev/null || true)
# shellcheck disable=SC2086
if build with_libcurl "${bench[@]}" ${xml2:-} -lcurl -lxml2 -lcrypto; then
    command[with_libcurl]=$out/with_libcurl
fi
if build with_socket "${bench[@]}" -lssl -lcrypto; then
    command[with_socket]=$out/with_socket
fi

# python_peer NAME MODULE
python_peer() {
    if "$out/venv/bin/python" -c "import $2" 2>"$out/$1.log"; then
        command[$1]="$out/venv/bin/python $here/$1"
    else
        echo "left out, cannot be installed: $1: $(tail -n 1 "$out/$1.log")"
    fi
}
export PYTHONPATH=$root/bindings/python PYTHONPYCACHEPREFIX=$out/pycache
export FREEDOMPAY_LIBRARY=${FREEDOMPAY_LIBRARY:-$lib_dir/libfreedompay.so}
[ -x "$out/venv/bin/pip" ] || python3 -m venv "$out/venv" || true
"$out/venv/bin/pip" install --quiet --disable-pip-version-check requests httpx || true
python_peer with_package.py freedompay
python_peer with_requests.py requests
python_peer with_httpx.py httpx

# php_peer NAME EXTENSION START...
php_peer() {
    local name=$1 extension=$2
    shift 2
    if "$php" -d ffi.enable=1 -r "exit(extension_loaded('$extension') ? 0 : 1);"; then
        command[$name]=$*
    else
        echo "left out, PHP has no $extension: $name"
    fi
}
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$lib_dir/freedompay}
php=$(command -v php || true)
php_peer with_ffi FFI "$php" -d ffi.enable=1 "$here/with_package.php"
php_peer with_tool json /usr/bin/env FREEDOMPAY_ROAD=tool "$php" "$here/with_package.php"
php_peer with_curl.php curl "$php" "$here/with_curl.php"

# ---- the gateway
rm -f "$out/port"
"$out/server" "$out/server.pem" "$out/server.key" "$out/port" &
server_pid=$!
for _ in $(seq 100); do
    [ -s "$out/port" ] && break
    sleep 0.05
done
port=$(cat "$out/port")

# ---- measuring

# instructions PEER CALLS: of the whole client process.
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$out/$1" "$port" "$ca" 0 "$2" 2>&1 >/dev/null \
        | sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}
few=20
many=120
declare -A found        # "WHAT of PEER" -> number; without an entry it could not be measured

measure() {
    local peer=$1 a b p50 p99 cpu
    # shellcheck disable=SC2086
    read -r p50 p99 cpu <<<"$(${command[$peer]} "$port" "$ca" "$warm_up" "$calls")"
    found["p50 of $peer"]=$p50
    found["p99 of $peer"]=$p99
    found["cpu of $peer"]=$cpu
    # shellcheck disable=SC2086
    found["start of $peer"]=$("$out/spawn" "$starts" ${command[$peer]} "$port" "$ca" 0 1)
    # Of programs in C alone: an interpreter would be counted with them, for minutes.
    if [ -x "$out/$peer" ] && command -v valgrind >/dev/null; then
        # Two runs of different length: what starting and ending cost is in both, and their difference is calls alone.
        a=$(instructions "$peer" "$few")
        b=$(instructions "$peer" "$many")
        found["instructions of $peer"]=$(((b - a) / (many - few)))
    fi
}

# ---- the tables

# row TITLE WHAT BASE PEER...
row() {
    local title=$1 what=$2 base=$3 peer value ratio
    shift 3
    printf '%-28s' "$title"
    for peer; do
        value=${found["$what of $peer"]:-}
        ratio=
        if [ -n "$value" ] && [ -n "${found["$what of $base"]:-}" ] && [ "$peer" != "$base" ]; then
            ratio=$(awk -v a="$value" -v b="${found["$what of $base"]}" 'BEGIN { printf "%.2fx", a / b }')
        fi
        printf '%14s %8s' "${value:-not measured}" "$ratio"
    done
    echo
}

# table LANGUAGE BASE PEER...: of the peers that are there.
table() {
    local language=$1 base=$2 peer peers=()
    shift 2
    for peer; do
        if [ -n "${command[$peer]:-}" ]; then
            echo "measuring $peer"
            measure "$peer"
            peers+=("$peer")
        fi
    done
    echo
    echo "One invoice from $language over a kept-alive TLS 1.3 connection on loopback, $calls calls after $warm_up;"
    echo "x: of ${base#with_}."
    printf '%-28s' ""
    for peer in "${peers[@]}"; do
        printf '%14s %8s' "${peer#with_}" ""
    done
    echo
    row "wall time, median, us" p50 "$base" "${peers[@]}"
    row "wall time, 99 of 100, us" p99 "$base" "${peers[@]}"
    row "processor time, us" cpu "$base" "${peers[@]}"
    if [ -n "${found["instructions of $base"]:-}" ]; then
        row "instructions" instructions "$base" "${peers[@]}"
    fi
    row "start to first answer, us" start "$base" "${peers[@]}"
    echo
}

table C with_libcurl with_freedompay with_libcurl with_socket
table PHP with_curl.php with_ffi with_curl.php with_tool
table Python with_requests.py with_package.py with_requests.py with_httpx.py

# In a folder of its own: an rlib beside the shared library would undo the library's build.
(cd "$root" && cargo run --quiet --locked --release --target-dir target/tool --example qr_times)
echo
(cd "$root" && cargo run --quiet --locked --release --target-dir target/tool --example journal_times)

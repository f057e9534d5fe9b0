#!/usr/bin/env bash
# Builds the C and C++ test programs against the header and the shared library, and runs each against a sandbox of its
# own: built by gcc and by clang, plain and under valgrind. Ends with "N passed, N failed".
#
#   tests/c/run.sh [PROGRAM.c|PROGRAM.cpp ...]
#
# FREEDOMPAY_LIB_DIR   where libfreedompay.so is (target/release)
# FREEDOMPAY_TOOL      the freedompay tool (target/release/freedompay)
# FREEDOMPAY_INCLUDE   where freedompay.h is (include)
# FREEDOMPAY_OUT       where the programs are built (target/c-tests)
# FREEDOMPAY_SANITIZER the runtime of the sanitizer that the library was built with: the programs are built by gcc alone,
#                      linked with it, and not run under valgrind
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lib_dir=${FREEDOMPAY_LIB_DIR:-$root/target/release}
include=${FREEDOMPAY_INCLUDE:-$root/include}
out=${FREEDOMPAY_OUT:-$root/target/c-tests}
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
export LD_LIBRARY_PATH=$lib_dir
limit_s=300
# shellcheck source=tests/sandbox.sh
. "$here/../sandbox.sh"
# shellcheck source=tests/count.sh
. "$here/../count.sh"

under_valgrind=(valgrind --quiet --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite
    --error-exitcode=99 --num-callers=40
    "--suppressions=$here/valgrind.supp" --fair-sched=try)
c=(-std=c11 -D_XOPEN_SOURCE=700)
flags=(-g -O1 -pedantic -Wall -Wextra -Werror -I"$include" -I"$here")
link=(-L"$lib_dir" -lfreedompay -lpthread -lm)
sanitizer=${FREEDOMPAY_SANITIZER:-}
if [ -n "$sanitizer" ]; then
    link+=("-Wl,--whole-archive,$sanitizer,--no-whole-archive,--export-dynamic" -ldl -lrt -lm)
fi

if [ $# -gt 0 ]; then
    sources=("$@")
else
    sources=("$here"/*.c "$here"/*.cpp)
fi

# What the sandboxes of a program are like, one line for each run. Most programs play the payer themselves.
sandboxes_of() {
    case $1 in
    hosts) echo "--answer auto --qr png" ;;
    payment) printf '%s\n' "--answer xml" "--answer json" "--answer auto --qr png" ;;
    till) echo "--pay-after 500ms" ;;
    *) echo "--answer auto" ;;
    esac
}

run() {
    local name=$1 label=$2
    shift 2
    counted "$(printf '%-10s %s' "$name" "$label")" "$out/log" timeout "$limit_s" "$@"
}

# build_shared COMPILER: what all programs share, and the example tills.
build_shared() {
    local cxx=g++
    if [ "$1" = clang ]; then
        cxx=clang++
    fi
    mkdir -p "$out/$1/support"
    for unit in check sandbox canned; do
        "$1" "${c[@]}" "${flags[@]}" -c "$here/support/$unit.c" -o "$out/$1/support/$unit.o" || return 1
    done
    "$1" -std=c89 -Wno-long-long "${flags[@]}" "$root/bindings/c/till.c" "${link[@]}" -o "$out/$1/example-till" || return 1
    "$cxx" -std=c++17 "${flags[@]}" "$root/bindings/c/till.cpp" "${link[@]}" -o "$out/$1/example-till-cpp"
}

# build COMPILER SOURCE PROGRAM
build() {
    local cc=$1 source=$2 program=$3 cxx=g++
    local objects=("$out/$cc"/support/*.o)
    if [ "$cc" = clang ]; then
        cxx=clang++
    fi
    case $source in
    */old.cpp) "$cxx" -std=c++98 -Wno-long-long "${flags[@]}" "$source" "${objects[@]}" "${link[@]}" -o "$program" ;;
    *.cpp) "$cxx" -std=c++17 "${flags[@]}" "$source" "${objects[@]}" "${link[@]}" -o "$program" ;;
    *) "$cc" "${c[@]}" "${flags[@]}" "$source" "${objects[@]}" "${link[@]}" -o "$program" ;;
    esac
}

mkdir -p "$out"
compilers=(gcc)
if [ -n "$sanitizer" ]; then
    echo "under $(basename "$sanitizer")"
else
    compilers+=(clang)
fi

for cc in "${compilers[@]}"; do
    if ! build_shared "$cc"; then
        echo "tests/c/support or an example does not build with $cc"
        failed=$((failed + 1))
        continue
    fi
    export TILL=$out/$cc/example-till
    for source in "${sources[@]}"; do
        name=$(basename "$source")
        name=${name%.*}
        # They stand where the sanitizer must, in front of the C library, and read all memory, which is endless then, or have
        # less stack than it takes.
        if [ -n "$sanitizer" ] && [[ $name == scarcity || $name == secrets || $name == hosts ]]; then
            continue
        fi
        program=$out/$cc/$name
        if ! build "$cc" "$source" "$program"; then
            echo "$name does not build with $cc"
            failed=$((failed + 1))
            continue
        fi
        while read -r -a options; do
            label="$cc ${options[*]}"
            sandbox_start "${options[@]}"
            run "$name" "$label" "$program"
            if [ "$cc" = gcc ] && [ -z "$sanitizer" ]; then
                sandbox_start "${options[@]}"
                TILL_UNDER="${under_valgrind[*]}" run "$name" "$label, valgrind" "${under_valgrind[@]}" "$program"
            fi
            if [ "$name" = till ]; then
                TILL=$TILL-cpp run "$name" "$label, C++" "$program"
            fi
            sandbox_stop
        done < <(sandboxes_of "$name")
    done
done

count_end

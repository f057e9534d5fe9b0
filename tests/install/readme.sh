#!/usr/bin/env bash
# Does what bindings/c/README.md says, block for block, in a home of its own: those with a file's name are written, those of the
# shell are run one after the other. Ends with "N passed, N failed", one for each block.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
readme=$root/bindings/c/README.md
work=$root/target/readme-c
export FREEDOMPAY_TOOL=${FREEDOMPAY_TOOL:-$root/target/release/freedompay}
# shellcheck source=tests/sandbox.sh
. "$root/tests/sandbox.sh"
passed=0
failed=0

rm -rf "$work"
mkdir -p "$work/blocks" "$work/home"
# blocks/N.LANGUAGE, its first line the name of the file that it is, if any
awk -v folder="$work/blocks" '
    /^```/ && !inside { inside = 1; n++; file = sprintf("%s/%02d.%s", folder, n, substr($1, 4)); print $2 > file; next }
    /^```$/ { inside = 0; close(file); next }
    inside { print > file }' "$readme"

sandbox_start --pay-after 300ms
cd "$work"
: >so-far
# What one block has exported, the next one has.
# shellcheck disable=SC2016
one_block='. "$1/so-far"; . "$1/body"; export -p >"$1/so-far.new"'
unset MAKEFLAGS MAKELEVEL
exec 3< <(ls "$work/blocks")
while read -r block <&3; do
    name=$(head -n 1 "blocks/$block")
    tail -n +2 "blocks/$block" | sed "s|http://127.0.0.1:8080|$FREEDOMPAY_BASE_URL|" >body
    folder=$work
    # The commands of the Makefile are given in a clone of this repository.
    if grep -q '^make ' body; then
        folder=$root
    fi
    if [ -n "$name" ]; then
        cp body "$name"
    elif [ "${block##*.}" != sh ]; then
        failed=$((failed + 1))
        echo "block $block: neither a command nor a file"
        continue
    elif ! (cd "$folder" && HOME=$work/home bash -euc "$one_block" block "$work") >log 2>&1 </dev/null; then
        failed=$((failed + 1))
        echo "block $block:"
        tail -n 20 log | sed 's/^/    /'
        continue
    else
        mv so-far.new so-far
    fi
    # A program sells, unless a comment behind its command says what it prints.
    if grep -qE '(^| )\./' body && ! grep -qxF "$(sed -nE 's/^.*\.\/[^#]*# (.*)$/\1/p; t; s/^\.\/.*/PAID/p' body)" log; then
        failed=$((failed + 1))
        echo "block $block did not print what it should:"
        tail -n 20 log | sed 's/^/    /'
        continue
    fi
    passed=$((passed + 1))
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]

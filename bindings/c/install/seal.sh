#!/bin/sh
# Makes of a static library one that has no names but the functions of the header. A program with a SQLite of its own, as many
# tills are, would else not link with it, or have its journal kept by that other SQLite.
#
#   bindings/c/install/seal.sh LIBRARY.a
#
# CC, OBJCOPY, AR   the tools of the machine that it is for (gcc, objcopy, ar)
set -eu

library=$1
header=$(dirname "$0")/../../../include/freedompay.h
work=$(mktemp -d "$(dirname "$library")/seal-XXXXXX")
trap 'rm -rf "$work"' EXIT

grep -oE '\bfp_[a-z0-9_]+ *\(' "$header" | tr -d ' (' | sort -u >"$work/names"
"${CC:-gcc}" -nostdlib -r -o "$work/all.o" -Wl,--whole-archive "$library" -Wl,--no-whole-archive
# What else is bitcode of Rust's own library, put together out of many files, which no tool can read any more.
"${OBJCOPY:-objcopy}" --keep-global-symbols="$work/names" --remove-section=.llvmbc --remove-section=.llvmcmd \
    "$work/all.o" "$work/freedompay.o"
"${AR:-ar}" rcD "$work/sealed.a" "$work/freedompay.o"
chmod 644 "$work/sealed.a"
mv "$work/sealed.a" "$library"

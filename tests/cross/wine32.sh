#!/usr/bin/env bash
# Unpacks the 32-bit wine of Debian into target/cross/i386, where it runs from: nothing is installed, and the system is told of no
# foreign machine. What runs it is libc6-i386. For root, because debootstrap asks for it.
#
#   tests/cross/wine32.sh
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=$root/target/cross/i386
if [ -x "$folder/usr/lib/wine/wine" ] && [ -e "$folder/unpacked" ]; then
    exit 0
fi
rm -rf "$folder"
mkdir -p "$folder"
debootstrap --arch=i386 --variant=minbase bookworm "$folder" >"$folder.log" 2>&1
chroot "$folder" sh -c 'apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine wine32' \
    >>"$folder.log" 2>&1
: >"$folder/unpacked"

#!/usr/bin/env bash
# Builds the library and the tool for another machine, and packs them into target/dist. One target after the other.
#
#   bindings/c/cross/build.sh [TARGET...]     all of targets.sh unless named
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
cross=$root/target/cross
dist=$root/target/dist
# shellcheck source=bindings/c/cross/targets.sh
. "$here/targets.sh"

crates=${CARGO_HOME:-$HOME/.cargo}/registry/src
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
cd "$root"

# fill TEMPLATE NAME KIND: the version resource of a file
fill() {
    sed -e "s|@VERSION@|$version|g" -e "s|@NUMBERS@|${version//./,},0|g" -e "s|@NAME@|$2|g" -e "s|@KIND@|$3|g" "$1"
}

# compilers TARGET CC AR
compilers() {
    local name=${1//-/_}
    export "CC_$name=$2" "AR_$name=$3" "CARGO_TARGET_${name^^}_LINKER=$2" "CFLAGS_$name=-g0 -ffile-prefix-map=$crates=/crates"
}

# The objects that go into the DLL and into the tool beside what Rust compiles.
windows_extras() {
    local target=$1 prefix file
    prefix=$(target_mingw "$target")
    fill "$here/version.rc.in" freedompay.dll VFT_DLL >"$work/dll.rc"
    fill "$here/version.rc.in" freedompay.exe VFT_APP >"$work/exe.rc"
    for file in dll exe; do
        "$prefix-windres" --codepage=65001 -O coff "$work/$file.rc" "$work/$file.o"
    done
    python3 -B "$here/exports.py" def >"$work/freedompay.def"
    # The moment of the build is no part of it.
    dll_extras=(-C 'link-arg=-Wl,--no-insert-timestamp' -C "link-arg=$work/dll.o")
    exe_extras=(-C 'link-arg=-Wl,--no-insert-timestamp' -C "link-arg=$work/exe.o")
    if [[ $target = i686-* ]]; then
        python3 -B "$here/exports.py" stdcall >"$work/stdcall.c"
        python3 -B "$here/exports.py" stdcall-def >"$work/stdcall.def"
        "$prefix-gcc-posix" -Os -Wall -Wextra -Werror "-I$root/include" -c "$work/stdcall.c" -o "$work/stdcall.o"
        dll_extras+=(-C "link-arg=$work/stdcall.o" -C "link-arg=$work/stdcall.def")
    fi
}

# prepare TARGET: everything that the compilers want to be told
prepare() {
    local target=$1 prefix
    # No path of this machine in what is given away.
    flags="--remap-path-prefix=$root=. --remap-path-prefix=$crates=/crates"
    flags+=" --remap-path-prefix=$cross/rust/usr/lib/rustlib/src=/rust"
    standard_library=()
    dll_extras=()
    exe_extras=()
    if [[ $(target_kind "$target") = windows ]]; then
        prefix=$(target_mingw "$target")
        compilers "$target" "$prefix-gcc-posix" "$prefix-ar"
        windows_extras "$target"
    else
        compilers "$target" "$cross/bin/$target-cc" "$cross/bin/$target-ar"
    fi
    if [[ $(target_kind "$target") = musl ]]; then
        flags+=" -C target-feature=-crt-static -C link-self-contained=no"
    fi
    if [[ $(target_kind "$target") != linux ]]; then
        standard_library=('-Zbuild-std=std,panic_unwind')
        export RUSTC_BOOTSTRAP=1
    fi
    export RUSTFLAGS=$flags
}

# build TARGET: as `make build` does, one kind of library at a time, for the sake of link-time optimization. The tool comes first,
# because the library that is made for it would undo the others.
build() {
    local target=$1 common
    common=(--locked --release --target "$target" "${standard_library[@]}")
    cargo rustc "${common[@]}" --features cli,sandbox --bin freedompay -- "${exe_extras[@]}"
    cargo rustc "${common[@]}" --lib --crate-type cdylib -- "${dll_extras[@]}"
    cargo rustc "${common[@]}" --lib --crate-type staticlib -- --print "native-static-libs=$work/native-static-libs"
    # What mingw's linker makes of many files is none of them any more, but a program.
    if [[ $(target_kind "$target") != windows ]]; then
        CC=$cross/bin/$target-cc AR=$cross/bin/$target-ar OBJCOPY=llvm-objcopy \
            bindings/c/install/seal.sh "$cross/build/$target/release/libfreedompay.a"
    fi
}

# The folder as `make install` makes it. Its completions and the tool's page are asked of the tool itself.
stage_linux() {
    local target=$1 stage=$2 built=$3 name
    name=$(basename "$stage")
    cp "$built/libfreedompay.so" "$built/libfreedompay.a" "$built/freedompay" "$work/"
    printf '#!/bin/sh\nexec %s %s "$@"\n' "$(target_runner "$target")" "$work/freedompay" >"$work/run"
    chmod +x "$work/run"
    FREEDOMPAY_BUILT=$work FREEDOMPAY_RUN=$work/run PREFIX=/$name DESTDIR=${stage%/*} bindings/c/install/install.sh install
    cp "$here/LINUX.md" "$stage/README.md"
    if [ -n "$(target_debian "$target")" ]; then
        FREEDOMPAY_BUILT=$work FREEDOMPAY_RUN=$work/run bindings/c/install/debian.sh "$(target_debian "$target")" "$dist"
    fi
}
stage_musl() { stage_linux "$@"; }

stage_windows() {
    local target=$1 stage=$2 built=$3 machine=i386:x86-64 zig_machine=i386:x86-64 prefix
    prefix=$(target_mingw "$target")
    mkdir -p "$stage/bin" "$stage/lib" "$stage/include/freedompay"
    cp "$built/freedompay.dll" "$built/freedompay.exe" "$stage/bin/"
    cp "$built/libfreedompay.a" "$work/freedompay.def" "$stage/lib/"
    cp include/freedompay.h include/freedompay.hpp "$stage/include/"
    cp include/freedompay/*.hpp "$stage/include/freedompay/"
    if [[ $target = i686-* ]]; then
        machine=i386
        zig_machine=i386
    fi
    cp "$here/WINDOWS.md" "$stage/README.md"
    mkdir "$stage/callers"
    cp bindings/c/till.c bindings/pascal/*.pas bindings/csharp/*.cs bindings/vb6/*.bas bindings/1c/*.bsl "$stage/callers/"
    # For mingw and for MSVC, whose short form only LLVM's writes.
    "$prefix-dlltool" --machine "$machine" --deterministic-libraries --input-def "$work/freedompay.def" \
        --output-lib "$stage/lib/libfreedompay.dll.a"
    "$cross/zig/bin/python" -m ziglang dlltool -m "$zig_machine" -d "$work/freedompay.def" -l "$stage/lib/freedompay.lib"
}

# The Python package with this library and this tool inside.
wheel() {
    local library=$2/lib/libfreedompay.so.1 tool=$2/bin/freedompay
    if [ "$(target_kind "$1")" = windows ]; then
        library=$2/bin/freedompay.dll
        tool=$2/bin/freedompay.exe
    fi
    FREEDOMPAY_LIBRARY=$library FREEDOMPAY_TOOL=$tool PYTHONPATH=bindings/python \
        python3 -B -c 'import packing, sys; print(packing.build_wheel(sys.argv[1]))' "$dist"
}

one() {
    local target=$1 name stage
    name=freedompay-$version-$(target_name "$target")
    work=$cross/work/$target
    stage=$cross/stage/$name
    rm -rf "$work" "$stage"
    mkdir -p "$work" "$stage" "$dist"
    (
        prepare "$target"
        export RUSTC=$cross/rustc CARGO_TARGET_DIR=$cross/build
        build "$target"
    )
    "stage_$(target_kind "$target")" "$target" "$stage" "$cross/build/$target/release"
    cp LICENSE-APACHE LICENSE-MIT CHANGELOG.md "$stage/"
    cargo metadata --locked --format-version 1 --filter-platform "$target" --features cli,sandbox \
        | python3 -B "$here/parts.py" >"$stage/LICENSES-OF-PARTS.txt"
    wheel "$target" "$stage"
    python3 -B "$here/pack.py" "$stage" "$dist" "$(target_kind "$target")"
}

main() {
    local target
    if [ $# -eq 0 ]; then
        set -- "${target_list[@]}"
    fi
    for target in "$@"; do
        target_name "$target" >/dev/null
    done
    "$here/toolchain.sh"
    for target in "$@"; do
        echo "== $target"
        one "$target"
    done
}

main "$@"

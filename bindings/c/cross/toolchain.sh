#!/usr/bin/env bash
# Makes target/cross, from which every target is built: Debian's Rust with the standard libraries of its other machines and the
# sources of that library, unpacked and not installed; Zig as linker and C compiler for Linux of any age. What is there
# already is left as it is.
#
#   bindings/c/cross/toolchain.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
# shellcheck source=bindings/c/cross/targets.sh
. "$here/targets.sh"
cross=$root/target/cross
zig_versions=(ziglang==0.15.2 cargo-zigbuild==0.23.0)

# The version, and the standard libraries of its other machines: their packages lie beside the one of this machine, but apt knows
# no digests of them unless the system is told of those machines.
rust_version='1.96.0+dfsg1-1~deb12u2'
others=(
    i386:53a1b4f2d2ceb68b6c116f0a1a4d5892141dc4e1e41829fc3613e3e7d7135025
    arm64:02419380801b9f61391294823659b17b90f7a863ca3bbccb9140d2f0f8a2c910
    armhf:b9f9dd1d03a903680f918cb2bba00a2a3d76558545d5e6a8061072ab461bb989
)

# The first of a package's dependencies that looks so.
needed_by() { apt-cache show "$1=$rust_version" | sed -n 's/^Depends: //p' | grep -oE "$2" | head -n 1; }

rust() {
    local folder=$cross/rust std llvm native other package
    rm -rf "$cross/debs" "$folder"
    mkdir -p "$cross/debs" "$folder"
    std=$(needed_by libstd-rust-web-dev 'libstd-rust-web-[0-9.]+')
    llvm=$(needed_by "$std" 'libllvm[0-9]+')
    cd "$cross/debs"
    native=$(apt-get --print-uris download "libstd-rust-web-dev=$rust_version" | sed -n "s/^'\\([^']*\\)'.*/\\1/p")
    apt-get -o APT::Sandbox::User=root download -qq "$llvm" \
        {rustc-web,rust-web-src,libstd-rust-web-dev,"$std"}"=$rust_version"
    for other in "${others[@]}"; do
        /usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "${native%_amd64.deb}_${other%%:*}.deb" \
            "$cross/debs/${other%%:*}.deb" "SHA256:${other#*:}"
    done
    for package in *.deb; do dpkg-deb -x "$package" "$folder"; done
    cd "$root"
    rm -rf "$cross/debs"
    cat >"$cross/rustc" <<END
#!/bin/sh
LD_LIBRARY_PATH=$folder/usr/lib/x86_64-linux-gnu\${LD_LIBRARY_PATH:+:\$LD_LIBRARY_PATH} exec $folder/usr/bin/rustc "\$@"
END
    chmod +x "$cross/rustc"
    start_objects "$folder"
}

# What stands at both ends of a Windows program or library, which a build of the standard library leaves out.
start_objects() {
    local target object out source
    source=$(echo "$1"/usr/src/rustc-*/library/rtstartup)
    for target in i686-win7-windows-gnu x86_64-win7-windows-gnu; do
        out=$1/usr/lib/rustlib/$target/lib
        mkdir -p "$out"
        for object in rsbegin rsend; do
            RUSTC_BOOTSTRAP=1 "$cross/rustc" --target "$target" --emit=obj -o "$out/$object.o" "$source/$object.rs"
        done
    done
}

# What the compilers of Linux are: Zig, which links for a glibc of any age. One program is compiler and linker.
# Zig checks for undefined behaviour where nothing is optimized; the checks want a library that no program here has.
compilers() {
    local target program
    for target in "${target_list[@]}"; do
        if [ -n "$(target_zig "$target")" ]; then
            program=$cross/bin/$target
            # shellcheck disable=SC2016
            printf '#!/bin/sh\nPATH=%s:$PATH exec cargo-zigbuild zig cc -- -target %s -fno-sanitize=undefined "$@"\n' "$cross/zig/bin" \
                "$(target_zig "$target")" >"$program-cc"
            # shellcheck disable=SC2016
            printf '#!/bin/sh\nPATH=%s:$PATH exec cargo-zigbuild zig ar -- "$@"\n' "$cross/zig/bin" >"$program-ar"
            chmod +x "$program-cc" "$program-ar"
        fi
    done
}

mkdir -p "$cross/bin"
if ! "$cross/rustc" -V >/dev/null 2>&1; then
    rust
fi
if ! "$cross/zig/bin/cargo-zigbuild" --version >/dev/null 2>&1; then
    python3 -m venv "$cross/zig"
    "$cross/zig/bin/pip" install --quiet --disable-pip-version-check "${zig_versions[@]}"
fi
compilers
"$cross/rustc" -V
"$cross/zig/bin/cargo-zigbuild" --version

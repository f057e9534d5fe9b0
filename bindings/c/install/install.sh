#!/bin/sh
# Installs what `make build` has built, or takes it away again: libraries, headers, what pkg-config and CMake ask for, the tool,
# manual pages, completions. It builds nothing.
#
#   bindings/c/install/install.sh install|uninstall
#
# PREFIX       /usr/local
# LIBDIR       $PREFIX/lib; of Debian's packages $PREFIX/lib/x86_64-linux-gnu
# INCLUDEDIR   $PREFIX/include
# MANDIR       $PREFIX/share/man
# DESTDIR      in front of all of these, for packages; nothing that is installed knows of it
#
# FREEDOMPAY_BUILT   where the libraries and the tool are (target/release)
# FREEDOMPAY_RUN     what starts the tool while its pages are made, where it is for another machine
set -eu

root=$(cd "$(dirname "$0")/../../.." && pwd)
here=$root/bindings/c/install
built=${FREEDOMPAY_BUILT:-$root/target/release}
tool=${FREEDOMPAY_RUN:-$built/freedompay}
prefix=${PREFIX:-/usr/local}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
bindir=$prefix/bin
sharedir=$prefix/share
mandir=${MANDIR:-$prefix/share/man}
destdir=${DESTDIR:-}

version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
soname=libfreedompay.so.1
real_name=$soname.$version

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

for folder in "$prefix" "$libdir" "$includedir" "$mandir"; do
    case $folder in
    /*) ;;
    *) fail "$folder is not an absolute path" ;;
    esac
done

# relative FROM TO: the way from one folder to the other, so that the whole may be moved.
relative() { python3 -c 'import os.path, sys; print(os.path.relpath(sys.argv[2], sys.argv[1]))' "$1" "$2"; }

# fill TEMPLATE: it, with its @NAMES@ replaced.
fill() {
    sed -e "s|@VERSION@|$version|g" -e "s|@REAL_NAME@|$real_name|g" -e "s|@SONAME@|$soname|g" \
        -e "s|@NATIVE_LIBS@|$native_libs|g" -e "s|@NATIVE_LIBS_LIST@|$native_libs_list|g" -e "s|@WORD_BYTES@|$word_bytes|g" \
        -e "s|@PREFIX_FROM_PC@|$(relative "$libdir/pkgconfig" "$prefix")|g" \
        -e "s|@INCLUDE_FROM_CMAKE@|$(relative "$libdir/cmake/freedompay" "$includedir")|g" "$here/$1"
}

# entry MODE SOURCE TARGET
entry() { printf '%s\t%s\t%s\n' "$@"; }

# plan: every file that is installed; with "link" the target leads to the source.
plan() {
    entry 644 "$built/libfreedompay.so" "$libdir/$real_name"
    entry link "$real_name" "$libdir/$soname"
    entry link "$soname" "$libdir/libfreedompay.so"
    entry 644 "$built/libfreedompay.a" "$libdir/libfreedompay.a"
    entry 755 "$built/freedompay" "$bindir/freedompay"
    entry 644 "$root/include/freedompay.h" "$includedir/freedompay.h"
    entry 644 "$root/include/freedompay.hpp" "$includedir/freedompay.hpp"
    for header in "$root"/include/freedompay/*.hpp; do
        entry 644 "$header" "$includedir/freedompay/${header##*/}"
    done
    entry 644 "$work/freedompay.pc" "$libdir/pkgconfig/freedompay.pc"
    entry 644 "$work/freedompay-static.pc" "$libdir/pkgconfig/freedompay-static.pc"
    for module in freedompay-config.cmake freedompay-config-version.cmake; do
        entry 644 "$work/$module" "$libdir/cmake/freedompay/$module"
    done
    entry 644 "$work/completions.bash" "$sharedir/bash-completion/completions/freedompay"
    entry 644 "$work/completions.zsh" "$sharedir/zsh/site-functions/_freedompay"
    entry 644 "$work/completions.fish" "$sharedir/fish/vendor_completions.d/freedompay.fish"
    for page in "$work"/man/man*/*; do
        target=$mandir/${page#"$work/man/"}
        if [ -L "$page" ]; then
            entry link "$(readlink "$page")" "$target"
        else
            entry 644 "$page" "$target"
        fi
    done
}

put() {
    mkdir -p "$destdir${3%/*}"
    if [ "$1" = link ]; then
        ln -sf "$2" "$destdir$3"
    else
        install -m "$1" "$2" "$destdir$3"
    fi
}

work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-install-XXXXXX")
trap 'rm -rf "$work"' EXIT
tab=$(printf '\t')
umask 022

case ${1:-} in
install)
    for file in libfreedompay.so libfreedompay.a freedompay native-static-libs; do
        [ -e "$built/$file" ] || fail "$built/$file is missing: make build"
    done
    native_libs=$(sed 's/ *$//' "$built/native-static-libs")
    native_libs_list=$(echo "$native_libs" | sed 's/^-l//; s/ -l/;/g')
    # The fifth byte of an ELF file says which word size it has.
    word_bytes=$(($(od -An -j4 -N1 -tu1 "$built/libfreedompay.so") * 4))
    for template in "$here"/*.in; do
        name=$(basename "$template")
        fill "$name" >"$work/${name%.in}"
    done
    python3 -B "$here/manpages.py" "$work/man" "$tool"
    for shell in bash zsh fish; do
        "$tool" completions $shell >"$work/completions.$shell"
    done
    plan >"$work/plan"
    while IFS=$tab read -r mode source target; do
        put "$mode" "$source" "$target"
    done <"$work/plan"
    echo "installed in ${destdir:+$destdir, for }$prefix"
    ;;
uninstall)
    # The names of the pages are those of the header; that of the tool is known.
    python3 -B "$here/manpages.py" "$work/man"
    mkdir -p "$work/man/man1"
    : >"$work/man/man1/freedompay.1"
    plan >"$work/plan"
    while IFS=$tab read -r _ _ target; do
        rm -f "$destdir$target"
    done <"$work/plan"
    rmdir "$destdir$includedir/freedompay" "$destdir$libdir/cmake/freedompay" 2>/dev/null || true
    echo "taken away from ${destdir:+$destdir, of }$prefix"
    ;;
*) fail "install or uninstall?" ;;
esac

# A program finds a library of the system in the cache of the loader.
if [ -z "$destdir" ] && [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then
    ldconfig
fi

#!/usr/bin/env bash
# Packs what `make build` or `make cross` has built as packages for Debian and Ubuntu: libfreedompay1, libfreedompay-dev, freedompay.
# The same files give the same packages.
#
#   bindings/c/install/debian.sh ARCHITECTURE FOLDER     amd64, i386, arm64 or armhf
#
# FREEDOMPAY_BUILT and FREEDOMPAY_RUN are those of install.sh.
set -euo pipefail

architecture=$1
folder=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
# The oldest moment that other archives can name, too.
export SOURCE_DATE_EPOCH=315532800
# Who packs it says so as Debian's own tools ask it.
maintainer="${DEBFULLNAME:-libfreedompay} <${DEBEMAIL:-freedompay@localhost}>"
umask 022

case $architecture in
amd64) triplet=x86_64-linux-gnu ;;
i386) triplet=i386-linux-gnu ;;
arm64) triplet=aarch64-linux-gnu ;;
armhf) triplet=arm-linux-gnueabihf ;;
*)
    echo "debian.sh: no such architecture: $architecture" >&2
    exit 2
    ;;
esac

work=$(mktemp -d "${TMPDIR:-/tmp}/freedompay-debian-XXXXXX")
trap 'rm -rf "$work"' EXIT
all=$work/all
PREFIX=/usr LIBDIR=/usr/lib/$triplet DESTDIR=$all "$here/install.sh" install >/dev/null

# Debian's compilers find their own folders, and its shells these.
mkdir -p "$all/usr/share/zsh/vendor-completions"
mv "$all"/usr/share/zsh/site-functions/_freedompay "$all/usr/share/zsh/vendor-completions/"
rmdir "$all/usr/share/zsh/site-functions"
find "$all/usr/share/man" -type f -exec gzip -9n {} +
# A page that is a link leads to one that is packed now.
find "$all/usr/share/man" -type l | while read -r link; do
    ln -s "$(readlink "$link").gz" "$link.gz"
    rm "$link"
done

# The newest glibc whose symbols a file needs.
glibc_of() {
    LC_ALL=C readelf --wide --version-info "$1" | sed -n 's/.*Name: GLIBC_\([0-9.]*\) .*/\1/p' | sort -V | tail -n 1
}

# depends FILE: on the C library, and on libgcc where the file names it
depends() {
    local needed
    needed="libc6 (>= $(glibc_of "$1"))"
    if LC_ALL=C readelf --dynamic "$1" | grep -q 'NEEDED.*libgcc_s'; then
        needed+=", libgcc-s1 (>= 3.0)"
    fi
    echo "$needed"
}

# take NAME PATH...: moves files of the whole into a package
take() {
    local package=$work/$1 path
    shift
    for path in "$@"; do
        mkdir -p "$package/$(dirname "$path")"
        mv "$all/$path" "$package/$path"
    done
}

# pack NAME SECTION DEPENDS SUMMARY, and a longer description on standard input
pack() {
    local name=$1 package=$work/$1
    mkdir -p "$package/DEBIAN" "$package/usr/share/doc/$name"
    {
        printf 'Package: %s\nSource: libfreedompay\nVersion: %s\nArchitecture: %s\n' "$name" "$version" "$architecture"
        printf 'Maintainer: %s\nSection: %s\nPriority: optional\nMulti-Arch: %s\n' "$maintainer" "$2" "$5"
        printf 'Installed-Size: %s\nDepends: %s\nDescription: %s\n' "$(du -sk "$package/usr" | cut -f 1)" "$3" "$4"
        sed 's/^/ /'
    } >"$package/DEBIAN/control"
    copyright >"$package/usr/share/doc/$name/copyright"
    printf 'libfreedompay (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md of the sources.\n\n -- %s  %s\n' "$version" \
        "$maintainer" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$package/usr/share/doc/$name/changelog.gz"
    (cd "$package" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$package/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Zxz --build "$package" "$folder/${name}_${version}_$architecture.deb"
}

copyright() {
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\nUpstream-Name: libfreedompay\n\n'
    printf 'Files: *\nCopyright: the authors of libfreedompay\nLicense: MIT or Apache-2.0\n\nLicense: MIT\n'
    sed '1,2d; s/^$/./; s/^/ /' "$root/LICENSE-MIT"
    # shellcheck disable=SC2016
    printf '\nLicense: Apache-2.0\n The text is in /usr/share/common-licenses/Apache-2.0.\n'
}

library=usr/lib/$triplet/libfreedompay.so.1
needs_of_library=$(depends "$all/$library")
needs_of_tool=$(depends "$all/usr/bin/freedompay")
take libfreedompay1 "$library" "$library.$version"
take freedompay usr/bin/freedompay usr/share/man/man1 usr/share/bash-completion usr/share/zsh usr/share/fish
rmdir "$all/usr/bin" "$all/usr/share" 2>/dev/null || true
take libfreedompay-dev usr

mkdir -p "$work/libfreedompay1/DEBIAN" "$folder"
echo "libfreedompay 1 libfreedompay1 (>= $version)" >"$work/libfreedompay1/DEBIAN/shlibs"
echo "activate-noawait ldconfig" >"$work/libfreedompay1/DEBIAN/triggers"

pack libfreedompay1 libs "$needs_of_library" "Freedom Pay QR payments for tills, shops and scripts" same <<'END'
A till creates an invoice, shows its QR, and learns for certain whether it was
paid. Nothing that may have arrived is sent again, what is unknown is never
called failed, and with a journal a power cut loses nothing.
END
pack libfreedompay-dev libdevel "libfreedompay1 (= $version)" "Freedom Pay QR payments, to build programs with" same <<'END'
Headers for C and C++, the static library, manual pages, and what pkg-config
and CMake ask for.
END
pack freedompay utils "$needs_of_tool" "Freedom Pay QR payments from a script or by hand" foreign <<'END'
Creates invoices, shows their QR and waits for the payer; refunds, asks after
lost answers, says what is wrong on a till, and is a gateway to develop with.
END

# shellcheck shell=bash
# Sourced by the scripts that build or test for other machines: which there are, and what each is called where.
#
#   target_list                every target
#   target_name TARGET         what its archive is called: windows-i686
#   target_kind TARGET         windows, linux (glibc 2.17) or musl
#   target_zig TARGET          Zig's name of it; none for Windows
#   target_mingw TARGET        what mingw-w64's programs begin with; none for Linux
#   target_debian TARGET       Debian's name of the machine; none for what Debian is not
#   target_runner TARGET       what runs its programs here; nothing where the processor does

target_list=(
    i686-win7-windows-gnu x86_64-win7-windows-gnu
    x86_64-unknown-linux-gnu i686-unknown-linux-gnu aarch64-unknown-linux-gnu armv7-unknown-linux-gnueabihf
    x86_64-unknown-linux-musl
)

target_name() {
    case $1 in
    i686-win7-windows-gnu) echo windows-i686 ;;
    x86_64-win7-windows-gnu) echo windows-x86_64 ;;
    x86_64-unknown-linux-gnu) echo linux-x86_64 ;;
    i686-unknown-linux-gnu) echo linux-i686 ;;
    aarch64-unknown-linux-gnu) echo linux-aarch64 ;;
    armv7-unknown-linux-gnueabihf) echo linux-armv7 ;;
    x86_64-unknown-linux-musl) echo linux-x86_64-musl ;;
    *)
        echo "no such target: $1; there are ${target_list[*]}" >&2
        return 2
        ;;
    esac
}

target_kind() {
    case $1 in
    *-windows-*) echo windows ;;
    *-musl) echo musl ;;
    *) echo linux ;;
    esac
}

target_zig() {
    case $1 in
    x86_64-unknown-linux-gnu) echo x86_64-linux-gnu.2.17 ;;
    i686-unknown-linux-gnu) echo x86-linux-gnu.2.17 ;;
    aarch64-unknown-linux-gnu) echo aarch64-linux-gnu.2.17 ;;
    armv7-unknown-linux-gnueabihf) echo arm-linux-gnueabihf.2.17 ;;
    x86_64-unknown-linux-musl) echo x86_64-linux-musl ;;
    esac
}

target_mingw() {
    case $1 in
    i686-win7-*) echo i686-w64-mingw32 ;;
    x86_64-win7-*) echo x86_64-w64-mingw32 ;;
    esac
}

target_debian() {
    case $1 in
    x86_64-unknown-linux-gnu) echo amd64 ;;
    i686-unknown-linux-gnu) echo i386 ;;
    aarch64-unknown-linux-gnu) echo arm64 ;;
    armv7-unknown-linux-gnueabihf) echo armhf ;;
    esac
}

target_runner() {
    case $1 in
    aarch64-*) echo qemu-aarch64 -L /usr/aarch64-linux-gnu ;;
    armv7-*) echo qemu-arm -L /usr/arm-linux-gnueabihf ;;
    *-win7-*) echo wine ;;
    esac
}

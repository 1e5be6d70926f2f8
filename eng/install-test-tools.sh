#!/usr/bin/env bash
# Installs what the tests need beyond the .NET SDK: foreign gRPC clients (grpc-js from npm, grpcio from Debian), h2load,
# faketime, and buf for proto lint.
# Idempotent: what is already there is left alone, so a second run takes about a second.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

# command or file that proves the package is there, and the package that brings it
debian_packages() {
    command -v node >/dev/null && command -v npm >/dev/null || echo "nodejs npm"
    /usr/bin/python3 -c 'import grpc' 2>/dev/null || echo "python3-grpcio"
    /usr/bin/python3 -c 'import google.protobuf' 2>/dev/null || echo "python3-protobuf"
    command -v h2load >/dev/null || echo "nghttp2-client"
    ls /usr/lib/*-linux-gnu/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || echo "faketime"
}

missing=$(debian_packages | tr '\n' ' ')
if [ -n "${missing// /}" ]; then
    command -v apt-get >/dev/null || { echo "Please install these packages by the means of your system: $missing" >&2; exit 1; }
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  # the list is meant to split
    as_root apt-get install -y --no-install-recommends $missing \
        || { as_root apt-get update && as_root apt-get install -y --no-install-recommends $missing; }
fi

# npm writes node_modules/.package-lock.json last: older than the lock file means missing, stale or half installed.
npm_install() {
    local folder=$1
    if [ ! -f "$folder/node_modules/.package-lock.json" ] || [ "$folder/package-lock.json" -nt "$folder/node_modules/.package-lock.json" ]; then
        # Not `npm ci`: it refuses a lock file that lacks the builds of other platforms, which some registries do not carry.
        (cd "$folder" && npm install --no-save --no-audit --no-fund --loglevel=error)
        touch "$folder/node_modules/.package-lock.json"
    fi
}

npm_install "$root/tests/Compat.Grpc.Tests/Interop/node"
npm_install "$root/eng/buf"

# Servers to compare with. Without them their tests are skipped, and say so.
bash "$root/load-tests/rivals/install.sh" --debian-only || echo "some rivals could not be installed; tests that want them will be skipped" >&2
echo "test tools are ready"

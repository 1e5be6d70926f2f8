#!/usr/bin/env bash
# Installs the servers that `rivals` compares with: Redis and PostgreSQL from Debian, Garnet as a .NET tool in artifacts/tools.
# Idempotent, and leaves no server running. --debian-only leaves Garnet out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

missing=""
command -v redis-server >/dev/null || missing="$missing redis-server"
command -v postgres >/dev/null || [ -x /usr/lib/postgresql/15/bin/postgres ] || missing="$missing postgresql-15"
if [ -n "$missing" ]; then
    command -v apt-get >/dev/null || { echo "Please install these packages by the means of your system:$missing" >&2; exit 1; }
    export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 # Debian starts what it installs, but not in run level 1
    # shellcheck disable=SC2086  # the list is meant to split
    as_root apt-get install -y --no-install-recommends $missing \
        || { as_root apt-get update && as_root apt-get install -y --no-install-recommends $missing; }
fi

if [ "${1:-}" != --debian-only ] && [ ! -x "$root/artifacts/tools/garnet-server" ]; then
    dotnet tool install garnet-server --version 2.2.8 --tool-path "$root/artifacts/tools"
fi

echo "rivals are ready"

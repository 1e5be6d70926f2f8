#!/usr/bin/env bash
# Builds the service, starts it with the demo world, plays customers through its gRPC API and leaves it running until Ctrl-C.
#   eng/demo.sh              data in data/demo, port 5280
#   INVENTORY_PORT=6000 INVENTORY_DATA=/var/tmp/demo eng/demo.sh
#   eng/demo.sh --once       stop after the customers instead of waiting for Ctrl-C
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
port="${INVENTORY_PORT:-5280}"
data="${INVENTORY_DATA:-data/demo}"
address="http://127.0.0.1:$port"
cli() { dotnet src/Inventory.Cli/bin/Release/net10.0/inventory.dll "$@" --address "$address"; }

echo "Building (a minute at the first time) ..."
dotnet build src/Inventory.Silo -c Release --nologo -v quiet && dotnet build src/Inventory.Cli -c Release --nologo -v quiet || exit 1

dotnet src/Inventory.Silo/bin/Release/net10.0/Inventory.Silo.dll --demo --data "$data" --port "$port" &
silo=$!
stopping=0
stop() { stopping=1; kill -TERM "$silo" 2>/dev/null; }
trap stop INT TERM
cli ready --wait 60 || { stop; wait "$silo"; exit 1; }

[ "$stopping" -eq 1 ] || { echo; echo "Customers come:"; cli play --orders 20; }
if [ "$stopping" -eq 0 ]; then
    cat <<EOF

The service listens on $address; its journal is in $data. Try, in another terminal:

  alias inventory="dotnet $PWD/src/Inventory.Cli/bin/Release/net10.0/inventory.dll"
  inventory locations list
  inventory near MUG-0001 --at 53.48,-2.24 --radius-km 150
  inventory reserve MUG-0001@warehouse-north=2
  inventory watch MUG-0001
  inventory verify
  inventory --help

EOF
    [ "${1:-}" = "--once" ] && stop || echo "Ctrl-C stops it."
fi
# The first wait is cut short by the signal; the second sees the service to its end.
wait "$silo"; code=$?
[ "$stopping" -eq 1 ] && { wait "$silo"; code=$?; }
exit "$code"

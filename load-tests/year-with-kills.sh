#!/usr/bin/env bash
# Plays a year of orders twice: once in peace, once with the service killed (-9) several times, each when a share of the lines is answered that a seed draws.
# Both must reconcile to the unit: every stock, and the work of every store that states a capacity. With --as reservations both must also end in the
# same state; orders are given to the locations that the service chooses, so there the state is another one each time. Any difference is an error exit.
#
# usage: load-tests/year-with-kills.sh [replay options...]
#   load-tests/year-with-kills.sh                                    the real year, from ../shared/data
#   load-tests/year-with-kills.sh --generate                         a generated year
#   load-tests/year-with-kills.sh --generate 20000                   a short one
#   load-tests/year-with-kills.sh --as reservations                  each line a reservation of its own
# environment:
#   KILLS=5           how many times the service is killed
#   KILL_SEED=1       draws the moments
#   PORT=5290         where the service listens
#   WORK=DIR          keeps journals, logs and reports there; default a temporary folder that is removed after success
#   SILO_OPTIONS=...  more options for the service
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
kills=${KILLS:-5}
seed=${KILL_SEED:-1}
port=${PORT:-5290}
work=${WORK:-$(mktemp -d)}
address=http://127.0.0.1:$port
silo=
player=

silo_dll=$root/src/Inventory.Silo/bin/Release/net10.0/Inventory.Silo.dll
cli_dll=$root/src/Inventory.Cli/bin/Release/net10.0/inventory.dll

stop_all() {
  [ -z "$player" ] || kill "$player" 2>/dev/null || true
  [ -z "$silo" ] || kill -9 "$silo" 2>/dev/null || true
}
trap stop_all EXIT
trap 'exit 130' INT TERM

start_silo() { # data directory
  # shellcheck disable=SC2086
  dotnet "$silo_dll" --data "$1" --port "$port" ${SILO_OPTIONS:-} >>"$work/silo.log" 2>&1 &
  silo=$!
}

stop_silo() {
  kill -TERM "$silo"
  wait "$silo" || echo "The service ended with code $? after SIGTERM; see $work/silo.log" >&2
  silo=
}

end_state() { grep -o '"endState": "[0-9a-f]*"' "$1" | cut -d'"' -f4; }

# Thousandths of the lines that are to be answered when the service is killed, sorted: evenly drawn from the middle of the play.
moments() {
  awk -v n="$kills" -v s="$seed" 'BEGIN { srand(s); for (i = 0; i < n; i++) print int(50 + 850 * rand()) }' | sort -n
}

# Waits until so many thousandths of the lines are answered. False if the play is over before.
reached() { # thousandths
  while kill -0 "$player" 2>/dev/null; do
    [ -e "$work/progress" ] && awk -v m="$1" '{ exit !($1 * 1000 >= m * $2) }' "$work/progress" && return 0
    sleep 0.05
  done
  return 1
}

echo "Building ..."
dotnet build -c Release -v q --nologo "$root/src/Inventory.Silo/Inventory.Silo.csproj"
dotnet build -c Release -v q --nologo "$root/src/Inventory.Cli/Inventory.Cli.csproj"
mkdir -p "$work"

echo "In peace ..."
start_silo "$work/peace"
dotnet "$cli_dll" ready --address "$address" --wait 60
dotnet "$cli_dll" replay --address "$address" --report "$work/peace.json" "$@"
stop_silo

echo "With $kills kills (seed $seed) ..."
start_silo "$work/kills"
dotnet "$cli_dll" ready --address "$address" --wait 60
rm -f "$work/progress"
dotnet "$cli_dll" replay --address "$address" --report "$work/kills.json" --progress "$work/progress" "$@" >"$work/kills.txt" &
player=$!
killed=0
for moment in $(moments); do
  reached "$moment" || break
  answered=$(cut -d' ' -f1 "$work/progress")
  kill -9 "$silo"
  gone=$(date +%s.%N)
  wait "$silo" 2>/dev/null || true
  killed=$((killed + 1))
  start_silo "$work/kills"
  dotnet "$cli_dll" ready --address "$address" --wait 120
  echo "killed after $answered lines, back after $(awk -v b="$gone" -v now="$(date +%s.%N)" 'BEGIN { printf "%.1f", now - b }') s"
done
code=0
wait "$player" || code=$?
player=
cat "$work/kills.txt"
stop_silo

[ "$code" -eq 0 ] || { echo "FAILED: the replay with kills ended with code $code; see $work"; exit 1; }
[ "$killed" -eq "$kills" ] || { echo "FAILED: the replay was over after $killed of $kills kills"; exit 1; }
! grep -q 'Calls asked again: none' "$work/kills.txt" || [ "$kills" -eq 0 ] || { echo "FAILED: no kill met a call under way"; exit 1; }
peace=$(end_state "$work/peace.json")
kills_state=$(end_state "$work/kills.json")
[ -n "$peace" ] && [ -n "$kills_state" ] || { echo "FAILED: no end state was told; see $work"; exit 1; }
if grep -q '"orders": null' "$work/peace.json"; then
  [ "$peace" = "$kills_state" ] || { echo "FAILED: end states differ: $peace and $kills_state; see $work"; exit 1; }
  echo "Same end state with $killed kill(s): $peace"
else
  echo "Reconciled to the unit, units and work, in peace and with $killed kill(s)."
fi
[ -n "${WORK:-}" ] || rm -rf "$work"

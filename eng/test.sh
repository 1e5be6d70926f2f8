#!/usr/bin/env bash
# Installs what the tests need, builds everything and passes all tests. Ends with a line "N passed, N failed".
#   eng/test.sh             all tests
#   eng/test.sh Journal     the test projects whose name contains Journal
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Tests press Ctrl-C. Started in the background of a script, this shell and all below it would ignore it, so it begins anew.
if [ -n "$(trap -p INT)" ] && [ -z "${INVENTORY_TESTS_BEGUN_ANEW:-}" ]; then
    INVENTORY_TESTS_BEGUN_ANEW=1 exec env --default-signal=INT,QUIT bash eng/test.sh "$@"
fi

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
only="${1:-}"
results=artifacts/test-results
rm -rf "$results" && mkdir -p "$results"

bash eng/install-test-tools.sh || { echo "The tools that the tests need could not be installed; see above."; echo "0 passed, 1 failed"; exit 1; }
dotnet build Inventory.sln -c Release --nologo -v quiet || { echo "The build failed; see above."; echo "0 passed, 1 failed"; exit 1; }

status=0
for project in tests/*.Tests; do
    name=$(basename "$project")
    [[ "$name" == *"$only"* ]] || continue
    echo "== $name"
    # A test that hangs is a failure: five minutes without any progress ends its project with a dump of what ran.
    dotnet test "$project" -c Release --no-build --nologo --results-directory "$results/$name" \
        --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
        --blame-hang --blame-hang-timeout 5m --blame-hang-dump-type none || status=1
    [ -f "$results/$name/$name.trx" ] || { echo "$name left no result."; status=1; }
done

# The counters of each result file: <Counters total= executed= passed= failed= ...>
sum() { cat "$results"/*/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | grep -o " $1=\"[0-9]*\"" | grep -o '[0-9]*' | awk '{ s += $1 } END { print s + 0 }'; }
passed=$(sum passed)
failed=$(sum failed)
skipped=$(( $(sum total) - $(sum executed) ))
[ "$passed" -gt 0 ] || status=1
[ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
[ "$skipped" -eq 0 ] || echo "$skipped skipped; each with its reason above or in $results"
echo "$passed passed, $failed failed"
exit "$status"

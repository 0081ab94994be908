#!/usr/bin/env bash
# How many lines of the core the tests of framework and simulation run through; fails below 95 %.
set -euo pipefail
cd "$(dirname "$0")/.."
least=95

swift test --enable-code-coverage --filter '^(WMGFrameworkTests|SimulationTests)\.' >/dev/null
folder=$(dirname "$(swift test --show-codecov-path)")
binary=$(find .build/debug/ -maxdepth 1 -name '*PackageTests.xctest' | head -1)
report=$(llvm-cov report "$binary" -instr-profile="$folder/default.profdata" Sources/WMGFramework/Core)
echo "$report" | awk 'NR == 1 || /swift|TOTAL/ { print $1, $8, $9, $10 }' | column -t
echo "$report" | awk -v least=$least '/^TOTAL/ {
  covered = $10 + 0
  printf "lines of the core covered: %.2f %% (at least %d)\n", covered, least
  exit covered < least
}'

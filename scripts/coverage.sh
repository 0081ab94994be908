#!/usr/bin/env bash
# How many lines of the core the tests of framework and simulation run through, and which they do not; fails below 95 %.
set -euo pipefail
cd "$(dirname "$0")/.."
export CORE_BUILD=1
least=95
# A build folder of its own: with other flags in the common one, everything would be built again.
build=(--scratch-path .build/coverage)

output=$(mktemp)
trap 'rm -f "$output"' EXIT
echo "Building the core and running its tests, which takes a minute or two" >&2
swift test "${build[@]}" --enable-code-coverage --filter '^(WMGFrameworkTests|SimulationTests)\.' >"$output" 2>&1 ||
  { cat "$output" >&2; exit 1; }
# The compiler's own: one of another version does not read what it has written.
llvm_cov=$(swiftc -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)/lib/swift".*|\1|p')/bin/llvm-cov
what=(
  "$(echo "$(swift build "${build[@]}" --show-bin-path)"/*PackageTests.xctest)"
  -instr-profile="$(dirname "$(swift test "${build[@]}" --show-codecov-path)")/default.profdata"
  Sources/WMGFramework/Core
)
"$llvm_cov" show "${what[@]}" | awk '
  /^\// { file = $0; sub(/.*\//, "", file) }
  /^ +[0-9]+\| +0\|/ { if (!any++) print "Not run through:"; print "  " file $0 }'
"$llvm_cov" report "${what[@]}" | awk -v least=$least '
  /\.swift / { printf "%-32s %4d of %4d lines  %s\n", $1, $8 - $9, $8, $10 }
  /^TOTAL/ {
    covered = $10 + 0
    printf "Lines of the core covered: %.2f %% (at least %d)\n", covered, least
    exit covered < least
  }'

#!/usr/bin/env bash
# Every test: the package's own (as root also those in network namespaces), then each example as an outsider builds it.
# Says plainly what was skipped; with CI=true a skip is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

log=$(mktemp)
trap 'rm -f "$log"' EXIT
failed=()

step() {
  printf '\n== %s\n' "$1"
  shift
  "$@" 2>&1 | tee -a "$log"
  [ "${PIPESTATUS[0]}" = 0 ] || failed+=("$*")
}

[ "$(id -u)" = 0 ] || echo "Not root: the tests in network namespaces will be skipped (run as root for all of them)."

step "Format" scripts/lint.sh
step "Build" swift build --build-tests
# What only reckons takes all the processor there is; beside it, tests on real interfaces would be late.
reckoning='^(StrategyTests|TOMLReaderTests|FleetComparisonTests|RendezvousHashingTests)\.'
step "Tests" swift test --skip-build --skip IntegrationTests --skip "$reckoning"
step "Tests that only reckon" swift test --skip-build --filter "$reckoning"
# What libFuzzer has found once is among the tests; here it looks for more, with the processor time that the tests in
# network namespaces leave: they mostly wait.
fuzzed=$(mktemp)
trap 'rm -f "$log" "$fuzzed"; kill "$fuzzing" 2>/dev/null' EXIT
nice -n 19 scripts/fuzz.sh "${FUZZ_SECONDS:-60}" >"$fuzzed" 2>&1 &
fuzzing=$!
step "Tests in network namespaces" swift test --skip-build --filter IntegrationTests --no-parallel
wait "$fuzzing"
fuzzing_status=$?
report_fuzzing() {
  cat "$fuzzed"
  return "$fuzzing_status"
}
step "Fuzzing" report_fuzzing
# AddressSanitizer watches the fuzzing; 'make sanitize-night' runs everything with both.
step "ThreadSanitizer" scripts/sanitize.sh thread threads
# Of tens of thousands of fleets, an unoptimised program would make too long work.
step "Examination of the strategies" swift run -c release strategy-examination
step "Simulation of fleets" swift run -c release fleet-simulation --seeds 10000 --minutes 5 \
  --commit "$(git rev-parse --short HEAD 2>/dev/null)"
step "Simulation: deliberate faults are found" swift run -c release fleet-simulation --controls
# A minute of faults to the daemon as it is released; 'make chaos-night' draws other seeds.
if [ "$(id -u)" = 0 ]; then
  step "Chaos: build" make chaos-program
  step "Chaos" .build/release/fleet-chaos --seed 20261128 --minutes 1
else
  echo "Test fleet-chaos skipped: it makes network namespaces, which takes root" | tee -a "$log"
fi
for example in Examples/*/Package.swift; do
  step "Example: $(basename "$(dirname "$example")")" swift test --package-path "$(dirname "$example")"
done
step "Example runs" swift run --package-path Examples/CustomStrategy fnv-gateway plugins
for example in Examples/*/Makefile; do
  name=$(basename "$(dirname "$example")")
  step "Example: $name" make -C "$(dirname "$example")" --always-make test
  # As its reader would: a copy, elsewhere.
  copy=$(mktemp -d)
  cp -r "$(dirname "$example")/." "$copy"
  step "A copy of example $name" make -C "$copy" --always-make test \
    PLUGIN_INCLUDE="$PWD/Sources/CWMGPlugin/include" WMGWD2="$PWD/.build/debug/wmgwd2"
  rm -rf "$copy"
done
step "Reference documentation" scripts/docs.sh
# What 'plugin new' writes is built and tested as its reader would; one build folder serves them all, and the tutorial.
new=$(mktemp -d)
trap 'rm -rf "$log" "$fuzzed" "$new"' EXIT
for plugin in strategy:MyStrategy effector:HeldFile discovery:LonePeer; do
  kind=${plugin%:*} name=${plugin#*:}
  step "New $kind" .build/debug/wmgwd2 plugin new "$kind" "$name" --framework . --output "$new/$name"
  step "New $kind: format" swift format lint --strict -r --configuration .swift-format "$new/$name"
  step "New $kind: tests" swift test --package-path "$new/$name" --scratch-path .build/new-packages
done
step "New strategy runs" swift run --package-path "$new/MyStrategy" --scratch-path .build/new-packages \
  my-strategy-gateway plugins --describe my-strategy
step "Benchmarks build" swift build --package-path Benchmarks

printf '\n== Summary\n'
skipped=$(grep -E '(Test|Suite) .* skipped' "$log" | sort -u)
if [ -n "$skipped" ]; then
  echo "Skipped:"
  echo "$skipped"
  [ "${CI:-}" != true ] || failed+=("tests were skipped, which is a failure in CI")
fi
# What went wrong is said again at the end, where one looks first.
grep -aE '✘ Test .* (recorded an issue|failed)|error: |^  FOUND|^  the input, |^ *VIOLATION|^seed [0-9]+, commit' "$log" |
  cut -c1-600
grep -aE 'Test run with [0-9]+ test' "$log"
if [ ${#failed[@]} -gt 0 ]; then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi
echo "All passed."

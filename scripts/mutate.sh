#!/usr/bin/env bash
# Changes one condition of the core at a time and looks whether its tests or, if not, the simulation notice.
#
#   scripts/mutate.sh [NUMBER [SEED]]   how many changes to try (all), and which (1)
#   MUTANTS="17 18" scripts/mutate.sh   these
#
# All changes are compiled into one copy of the core, each behind its number, so that one build serves them all. Prints
# one line per change: killed by the tests, killed by the simulation, or SURVIVED with what was changed.
# JOBS=N tries N at a time (1).
set -euo pipefail
cd "$(dirname "$0")/.."
number=${1:-all} seed=${2:-1} jobs=${JOBS:-1}
export CORE_BUILD=1
work=$(mktemp -d)
building=
trap 'rm -rf "$work"' EXIT
# Whoever ends this ends the build, too, which a shell that waits for it in the foreground would not notice.
trap '[ -z "$building" ] || kill -INT "$building" 2>/dev/null; exit 143' INT TERM
core=Sources/WMGFramework/Core
# Kept, so that the next run builds only what has changed.
copy=$PWD/.build/mutants/copy
mkdir -p "$copy"
git ls-files --cached --others --exclude-standard Package.swift Package.resolved Sources Tests | sort >"$work/files"
(cd "$copy" && find . -path ./.build -prune -o -type f -printf '%P\n' | sort) | comm -13 "$work/files" - |
  sed '\|/Switches.swift$|d' | (cd "$copy" && xargs -r -d '\n' rm)
grep -v "^$core/" "$work/files" | xargs -d '\n' cp --parents --update --preserve=timestamps -t "$copy"
mkdir -p "$copy/$core"

# The compiler brings its own parser along.
libraries=$(swiftc -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)".*|\1|p')/host
swiftc -swift-version 6 -o "$work/write-mutants" scripts/mutants/Writer/*.swift -I "$libraries" -L "$libraries" \
  -lSwiftSyntax -lSwiftParser -lSwiftOperators -Xlinker -rpath -Xlinker "$libraries"
cp --update --preserve=timestamps scripts/mutants/Switches.swift "$copy/Sources/WMGFramework/Model/"

# Optimised, the tests take a tenth of the time, and the simulation needs no other build.
build() {
  nice -n 10 swift build --package-path "$copy" -c release -Xswiftc -enable-testing -j 2 "$@" >"$work/build" 2>&1 &
  building=$!
  wait "$building"
}
echo "Building all changes into one program, which takes a few minutes the first time" >&2

# What the compiler does not take is left out, line by line, until it takes the rest.
refused=()
while true; do
  "$work/write-mutants" "$core" "$copy/$core" ${refused[@]+"${refused[@]}"} >"$work/mutants"
  build --target WMGFramework && break
  lines=$(sed -nE "s|^.*/$core/([^/]*\.swift:[0-9]+):[0-9]+: error:.*|\1|p" "$work/build" | sort -u)
  new=$(awk -F '\t' 'NR == FNR { bad[$0]; next } $2 in bad { print $1 }' <(echo "$lines") "$work/mutants")
  if [ -z "$new" ]; then
    cat "$work/build" >&2
    exit 1
  fi
  mapfile -t -O ${#refused[@]} refused <<<"$new"
done
build --build-tests || { cat "$work/build" >&2; exit 1; }
tests=$(echo "$copy"/.build/release/*.xctest)
simulation=$copy/.build/release/fleet-simulation

# A change that loops for ever is noticed as well; so that it does not fill the memory before, that is limited.
export SWIFT_BACKTRACE=enable=no tests simulation work
run_tests() {
  (ulimit -v 8000000 -c 0 && exec timeout -k 5 60 nice -n 10 "$tests" --testing-library swift-testing \
    --filter '^WMGFrameworkTests\.') >"$1" 2>&1
}
run_simulation() {
  (ulimit -v 8000000 -c 0 && exec timeout -k 5 180 nice -n 10 "$simulation" --seeds 300 --minutes 1 --threads 1) >"$1" 2>&1
}
try() {
  local what="$2: $3" output
  output=$(mktemp -p "$work")
  export MUTANT=$1
  if ! run_tests "$output"; then
    echo "killed by the tests: $1 $what"
  elif ! run_simulation "$output"; then
    echo "killed by the simulation: $1 $what"
  else
    echo "SURVIVED: $1 $what"
  fi
  rm -f "$output"
}
export -f run_tests run_simulation try

if ! run_tests "$work/output" || ! run_simulation "$work/output"; then
  cat "$work/output" >&2
  echo "mutate.sh: without a change the tests or the simulation fail already" >&2
  exit 1
fi
if [ -n "${MUTANTS-}" ]; then
  awk -F '\t' -v wanted=" $MUTANTS " 'index(wanted, " " $1 " ")' "$work/mutants"
elif [ "$number" = all ]; then
  cat "$work/mutants"
else
  shuf --random-source=<(yes "$seed") --head-count="$number" "$work/mutants"
fi >"$work/chosen"
tr '\t\n' '\0\0' <"$work/chosen" | xargs -0 -r -n 3 -P "$jobs" bash -c 'try "$@" 2>/dev/null' try | tee "$work/results"
printf '%d tried: %d killed by the tests, %d by the simulation, %d survived; %d could not be compiled\n' \
  "$(wc -l <"$work/results")" "$(grep -c '^killed by the tests' "$work/results")" \
  "$(grep -c '^killed by the simulation' "$work/results")" "$(grep -c '^SURVIVED' "$work/results")" ${#refused[@]}

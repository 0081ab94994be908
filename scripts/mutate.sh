#!/usr/bin/env bash
# Changes one condition of the core at a time, in a copy, and looks whether tests or simulation notice.
#
#   scripts/mutate.sh [NUMBER [SEED]]   how many changes to try (50), and which (1)
#
# Prints one line per change: killed by the tests, killed by the simulation, or SURVIVED with what was changed.
set -euo pipefail
cd "$(dirname "$0")/.."
number=${1:-50} seed=${2:-1}
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | xargs -0 cp --parents -t "$copy"
cd "$copy"
core=Sources/WMGFramework/Core

# file:line:what:with what. Only what can be compiled either way is changed.
changes() {
  grep -nE ' (<|<=|>|>=|==|!=|&&|\|\||\+|-) ' "$core"/*.swift | grep -vE '^[^:]*:[0-9]+: *(///|//|case \.|say\()' |
    awk -F: -v OFS='\t' '{
      file = $1; line = $2; text = substr($0, length(file) + length(line) + 3)
      pairs = "< >;<= <;> <;>= >;== !=;!= ==;&& ||;|| &&;+ -;- +;< <=;> >="
      count = split(pairs, pair, ";")
      for (i = 1; i <= count; i++) {
        split(pair[i], side, " ")
        if (index(text, " " side[1] " ")) print file, line, side[1], side[2]
      }
    }' | shuf --random-source=<(yes "$seed") | head -n "$number"
}

swift build -c release -j 2 --product fleet-simulation >/dev/null
swift build -j 2 --target SimulationTests >/dev/null
survived=0 killed=0 unbuilt=0
while IFS=$'\t' read -r file line from to; do
  cp "$file" "$copy/original.swift"
  awk -v line="$line" -v from=" $from " -v to=" $to " 'NR == line {
    place = index($0, from)
    $0 = substr($0, 1, place - 1) to substr($0, place + length(from))
  } { print }' "$copy/original.swift" >"$file"
  what="$(basename "$file"):$line: '$from' to '$to'"
  if ! nice -n 19 swift build -c release -j 2 --product fleet-simulation >/dev/null 2>&1; then
    unbuilt=$((unbuilt + 1))
  elif ! timeout 60 nice -n 19 .build/release/fleet-simulation --seeds 400 --minutes 0.5 >/dev/null 2>&1; then
    killed=$((killed + 1))
    echo "killed by the simulation: $what"
  elif ! timeout 900 nice -n 19 swift test --filter '^WMGFrameworkTests\.' >/dev/null 2>&1; then
    killed=$((killed + 1))
    echo "killed by the tests: $what"
  else
    survived=$((survived + 1))
    echo "SURVIVED: $what: $(sed -n "${line}p" "$copy/original.swift" | sed 's/^ *//')"
  fi
  cp "$copy/original.swift" "$file"
done < <(changes)
echo "$killed killed, $survived survived, $unbuilt could not be built"

#!/usr/bin/env bash
# Has libFuzzer look for bytes that break a reader of bytes from outside, with AddressSanitizer watching:
#   scripts/fuzz.sh SECONDS [TARGET…]
# Each target (all of them unless some are named; a target is a folder of Tests/FuzzingTests/Corpora) gets so many
# seconds, two at a time. What is found is printed as hex and kept in .build/fuzzing/findings; the exit code is then 1.
set -uo pipefail
cd "$(dirname "$0")/.."

seconds=${1:?how many seconds for each target}
shift
sources=Tests/FuzzingTests
work=.build/fuzzing
if [ $# = 0 ]; then set -- $(ls $sources/Corpora); fi

for target in "$@"; do
  [ -d "$sources/Corpora/$target" ] && continue
  echo "no such target: $target; there are: $(ls $sources/Corpora | paste -sd ' ')" >&2
  exit 64
done

# A build of its own: every branch is counted, and internal declarations are to be seen.
FUZZING_BUILD=1 swift build -c release --scratch-path $work --product fuzz \
  -Xswiftc -enable-testing -Xswiftc -sanitize=fuzzer,address -Xcc -fsanitize=fuzzer-no-link,address || exit
mkdir -p $work/findings $work/logs $work/corpora

fuzz() {
  local target=$1 dictionary=()
  [ -f "$sources/Dictionaries/$target.dict" ] && dictionary=("-dict=$sources/Dictionaries/$target.dict")
  mkdir -p "$work/corpora/$target"
  # The timeout is by the wall clock, and at the lowest priority beside all tests a second of work may take many.
  # Swift's own backtraces would take the signals that libFuzzer waits for.
  SWIFT_BACKTRACE=enable=no $work/release/fuzz "$target" \
    -max_total_time="$seconds" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -detect_leaks=0 -print_final_stats=1 \
    "${dictionary[@]}" -artifact_prefix="$work/findings/$target-" \
    "$work/corpora/$target" "$sources/Corpora/$target" >"$work/logs/$target" 2>&1
}

report() {
  local target=$1 status=$2 log=$work/logs/$1
  local last runs rate
  last=$(grep -aE '^#[0-9]+.* cov: ' "$log" | tail -n 1)
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  printf '%-14s %11s runs %7s runs/s  %s\n' "$target" "${runs:-?}" "${rate:-?}" \
    "$(sed -E 's/^#[0-9]+\s+\S+\s+(cov: [0-9]+ ft: [0-9]+ corp: [^ ]+).*/\1/' <<<"$last")"
  [ "$status" = 0 ] && return 0
  local finding
  finding=$(sed -n 's/.*Test unit written to //p' "$log" | tail -n 1)
  echo "  FOUND (exit code $status): $(grep -aE 'broken: |Fatal error|ERROR: |SUMMARY: ' "$log" | head -n 3)"
  if [ -n "$finding" ]; then
    echo "  the input, as hex: $(od -An -v -tx1 "$finding" | tr -d ' \n')"
    echo "  again: SWIFT_BACKTRACE=enable=no $work/release/fuzz $target $finding"
  else
    tail -n 20 "$log"
  fi
  return 1
}

echo "Fuzzing $# targets for $seconds s each, two at a time"
found=0
running=()
trap 'kill $(jobs -p) 2>/dev/null; exit 143' INT TERM
finish() { # the first of those that run
  local target=${running[0]%%=*} process=${running[0]#*=}
  running=("${running[@]:1}")
  wait "$process"
  report "$target" $? || found=1
}
for target in "$@"; do
  [ ${#running[@]} -lt 2 ] || finish
  fuzz "$target" &
  running+=("$target=$!")
done
while [ ${#running[@]} -gt 0 ]; do finish; done
exit $found

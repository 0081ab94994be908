#!/usr/bin/env bash
# Measures every figure that this project wants to reach, and writes them down in docs/figures.md. Takes root, a quiet
# machine and about a quarter of an hour. Exits with 1 when a figure is not reached.
set -uo pipefail
cd "$(dirname "$0")/.."

# Steadiness is measured twice (without and with load) for this many minutes.
minutes=${MINUTES:-5}
figures=${FIGURES:-docs/figures.md}

if [ "$(id -u)" != 0 ]; then
  echo "The benchmarks make network namespaces, which takes root; run: sudo -E $0" >&2
  exit 77
fi

swift build -c release --static-swift-stdlib --product wmgwd2 -Xlinker --gc-sections -Xlinker -s || exit
swift build -c release --package-path Benchmarks || exit
WMGWD2=${WMGWD2:-$(swift build -c release --show-bin-path)/wmgwd2}
export WMGWD2
programs=$(swift build -c release --package-path Benchmarks --show-bin-path)

rows=$(mktemp)
trap 'rm -f "$rows"' EXIT
trap 'exit 130' INT TERM
status=0

measure() {
  printf '\n== %s\n' "$*" >&2
  local program=$1
  shift
  "$programs/$program" "$@" >>"$rows"
  case $? in
  0) ;;
  1) status=1 ;;
  129 | 130 | 131 | 141 | 143) exit 130 ;;
  *)
    status=1
    echo "| $program | | did not finish | | **no** |" >>"$rows"
    ;;
  esac
}

measure takeover-benchmark
measure fleet-start-benchmark
measure failover-benchmark
measure steadiness-benchmark --minutes "$minutes"
measure rest-benchmark
measure frr-benchmark
measure handover-benchmark
measure assignment-benchmark
measure foreign-benchmark
measure library-benchmark

{
  echo "# Figures"
  echo
  echo "Written by \`make bench\` on $(date -u '+%Y-%m-%d %H:%M') UTC: Linux $(uname -r), $(uname -m), $(nproc) cores."
  echo "References without a time of their own are quoted; the others were measured in the same run, in turns with ours."
  echo
  echo "| what | reference | reached | goal | met? |"
  echo "|---|---|---|---|---|"
  cat "$rows"
} >"$figures"
cat "$figures"
exit "$status"

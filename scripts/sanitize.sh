#!/usr/bin/env bash
# Runs tests with ThreadSanitizer or AddressSanitizer, in the tests and in every daemon and guard that they start:
#   scripts/sanitize.sh thread|address [unit|threads|integration|FILTER]…
# 'threads' are the unit tests of what has threads, or starts processes. A FILTER is a regular expression of tests, as
# swift test has it; they run one after the other. Any report, of whichever process, fails the run and is printed, and so
# does a test that fails, except among the integration tests: their bounds of time are a daemon's that is not slowed down,
# and are judged without a sanitizer; here they are only listed.
set -uo pipefail
cd "$(dirname "$0")/.."

sanitizer=${1:?thread or address}
shift
[ $# -gt 0 ] || set -- unit
scratch=$PWD/.build/$sanitizer
reports=$scratch/reports
rm -rf "$reports"
# Some daemons run as a user who has nothing else here.
mkdir -p -m 1777 "$reports"

# Swift's own backtraces take the signals that sanitizers report by.
export SWIFT_BACKTRACE=enable=no
# The guard is not a static program then.
export SANITIZED_BUILD=1
preload=
case $sanitizer in
thread)
  # Swift's Mutex is half unknown to ThreadSanitizer; this tells it the rest, and a probe shows that it does.
  preload=$scratch/swift_mutex.so
  clang -shared -fPIC -O2 -o "$preload" Tests/Sanitizing/swift_mutex.c || exit
  swiftc -O -parse-as-library -sanitize=thread -o "$scratch/mutex_probe" Tests/Sanitizing/mutex_probe.swift || exit
  LD_PRELOAD=$preload TSAN_OPTIONS=exitcode=66 "$scratch/mutex_probe" locked || exit
  if TSAN_OPTIONS=exitcode=66 LD_PRELOAD=$preload "$scratch/mutex_probe" unlocked 2>/dev/null; then
    echo "ThreadSanitizer does not see a race that there is" >&2
    exit 1
  fi
  variable=TSAN_OPTIONS options="second_deadlock_stack=1"
  ;;
address)
  # What a process still has at its end is no matter: the runtime never gives back its own.
  variable=ASAN_OPTIONS options="detect_leaks=0 detect_stack_use_after_return=1 strict_string_checks=1"
  ;;
*)
  echo "scripts/sanitize.sh thread|address [unit|threads|integration|FILTER]…" >&2
  exit 64
  ;;
esac

# Some unit tests load what crashes on purpose; what else crashes there fails its test.
report_crashes() {
  local signal crashes=
  for signal in segv sigbus sigill abort; do crashes+=" handle_$signal=$1"; done
  export "$variable=log_path=$reports/report exitcode=66 $options$crashes"
}

failed=()
swift build --build-tests --sanitize "$sanitizer" --scratch-path "$scratch" || exit
printf 'Built in %d s.\n' $SECONDS
tests() {
  local began=$SECONDS status
  LD_PRELOAD=$preload swift test --skip-build --sanitize "$sanitizer" --scratch-path "$scratch" "$@"
  status=$?
  printf 'In %d s: %s\n' $((SECONDS - began)) "$*"
  return $status
}
run() { tests "$@" || failed+=("$*"); }
# That they came to their end is demanded all the same.
run_for_reports() {
  tests "$@" 2>&1 | tee "$scratch/integration.log"
  grep -aq 'Test run with' "$scratch/integration.log" || failed+=("$* did not come to its end")
}
threads='^(WMGRuntimeTests|UDPBroadcastTests|LinuxNetworkingTests|MacvlanProtodownTests|GratuitousARPTests|GuardTests'
threads+='|ExecEffectorTests|FRRHookTests|LogEffectorTests|PluginLibraryTests|ForeignHashingTests)\.'
reckoning='^(StrategyTests|FleetComparisonTests|FleetChaosTests)\.'
reading='^(SimulationTests|RendezvousHashingTests|TOMLReaderTests)\.'
for what in "$@"; do
  printf '\n== %s sanitizer: %s\n' "$sanitizer" "$what"
  report_crashes 0
  case $what in
  # What only reckons has no threads and no C; and an unoptimised program with a sanitizer would take hours. What reckons
  # and has C, or reads bytes, comes by itself: beside it, tests on real interfaces would be late.
  unit)
    run --skip IntegrationTests --skip "$reckoning|$reading"
    run --filter "$reading" --skip '\.EvennessTests/'
    ;;
  threads) run --filter "$threads" --no-parallel ;;
  integration)
    report_crashes 1
    run_for_reports --filter IntegrationTests --no-parallel
    ;;
  *) run --filter "$what" --no-parallel ;;
  esac
done

printf '\n== Reports of the %s sanitizer\n' "$sanitizer"
shopt -s nullglob
files=("$reports"/*)
if [ ${#files[@]} -gt 0 ]; then
  head -n 60 "${files[@]}"
  failed+=("reports of ${#files[@]} processes")
else
  echo "None."
fi
if [ ${#failed[@]} -gt 0 ]; then
  printf 'FAILED: %s\n' "${failed[@]}"
  exit 1
fi

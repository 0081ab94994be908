#!/usr/bin/env bash
# The effector in the daemon: a gateway that is alone takes 20 VNIs over, is stopped, and has none.
# Needs no root and touches no interface. WMGWD2 names the daemon; by default it is the one built in this repository.
set -euo pipefail
cd "$(dirname "$0")"
wmgwd2=${WMGWD2:-../../.build/debug/wmgwd2}
folder=$(mktemp -d)
port=$((20000 + $$ % 20000))
daemon=
cleanup() {
  [ -z "$daemon" ] || kill -KILL "$daemon" 2>/dev/null || true
  rm -rf "$folder"
}
trap cleanup EXIT
fail() {
  echo "$1" >&2
  cat "$folder/log" >&2
  exit 1
}

start() {
  "$wmgwd2" --plugin ./libheldfile.so --effector held-file --set held-file.path="$1" --vnis 1-20 \
    --interval 50ms --uid 11 --set udp-broadcast.address=127.255.255.255 --set udp-broadcast.port=$port \
    --control-socket "$folder/control.sock" 2>"$folder/log" &
  daemon=$!
}
holds() { [ "$(cat "$folder/held" 2>/dev/null | tr '\n' ' ')" = "$1" ]; }

# A file that cannot be: nothing starts, and one line says why.
start /nonexistent/held
code=0
wait "$daemon" || code=$?
daemon=
[ "$code" = 73 ] || fail "exit code $code instead of 73"
grep -q 'held-file.path: /nonexistent is no folder that can be written to' "$folder/log" || fail "no reason given"

start "$folder/held"
all=$(seq -s ' ' 1 20)
for _ in $(seq 100); do
  ! holds "$all " || break
  kill -0 "$daemon" 2>/dev/null || fail "the daemon has ended"
  sleep 0.1
done
holds "$all " || fail "the file does not have VNIs 1 to 20"
"$wmgwd2" status --control-socket "$folder/control.sock" | grep -E 'active +20' >/dev/null || fail "not all are active"

kill -TERM "$daemon"
wait "$daemon" || fail "exit code $?"
daemon=
holds "" || fail "the file has VNIs after the stop"
[ -e "$folder/held" ] || fail "there is no file after the stop"
echo "20 VNIs were taken over into the file, and released from it."

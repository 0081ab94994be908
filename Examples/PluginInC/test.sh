#!/usr/bin/env bash
# The strategy in the daemon: a gateway and a peer on the loopback interface, and who owns what is as the library says.
# Needs no root and touches no interface. WMGWD2 names the daemon; by default it is the one built in this repository.
set -euo pipefail
cd "$(dirname "$0")"
wmgwd2=${WMGWD2:-../../.build/debug/wmgwd2}
folder=$(mktemp -d)
port=$((20000 + $$ % 20000))
pids=()
cleanup() {
  [ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap cleanup EXIT

"$wmgwd2" plugins --plugin ./libfnv.so --describe fnv | tee "$folder/described"
grep -q 'version 1.0, ABI 1, from /' "$folder/described"

"$wmgwd2" --plugin ./libfnv.so --strategy fnv --set fnv.salt=7 --effector log --uid 11 --vnis 1-20 --interval 100ms \
  --set udp-broadcast.address=127.255.255.255 --set udp-broadcast.port=$port \
  --control-socket "$folder/control.sock" 2>"$folder/log" &
pids+=($!)

# The peer is the protocol's whole other side: 8 bytes, the uid, again and again.
python3 - $port 12 <<'END' &
import socket, struct, sys, time
peer = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
peer.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
while True:
    peer.sendto(struct.pack(">Q", int(sys.argv[2])), ("127.255.255.255", int(sys.argv[1])))
    time.sleep(0.1)
END
pids+=($!)

./fnv_test 7 20 11 12 >"$folder/expected"
for _ in $(seq 100); do
  sleep 0.1
  if ! kill -0 "${pids[0]}" 2>/dev/null; then
    echo "The daemon has ended:" >&2
    cat "$folder/log" >&2
    exit 1
  fi
  "$wmgwd2" status --json --control-socket "$folder/control.sock" 2>/dev/null | python3 -c '
import json, sys
for overlay in json.load(sys.stdin)["vnis"]:
    print(overlay["vni"], overlay.get("owner"))' >"$folder/owners" 2>/dev/null || continue
  if cmp -s "$folder/owners" "$folder/expected"; then
    grep -q 'plugin from a library' "$folder/log"
    echo "20 VNIs are shared by gateways 11 and 12 as libfnv.so says."
    exit 0
  fi
done
echo "The daemon's owners are not the library's:" >&2
diff "$folder/owners" "$folder/expected" >&2 || true
cat "$folder/log" >&2
exit 1

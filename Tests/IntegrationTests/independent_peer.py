#!/usr/bin/env python3
"""An independent gateway of the 8-byte protocol, with the older Go daemon's timing.

Written from a description of the protocol alone, sharing no code with wmgwd2, so that a misunderstanding of ours
cannot hide in both. Prints one JSON object per line: what it hears, what it owns, what it does.

It drives nothing in the kernel unless told with --macvlan: then it sets protodown of vrrp4-<vni>, by one `ip -batch`
per change, so that a mixed fleet has exactly one owner per VNI.
"""

import argparse
import json
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import time

MASK = (1 << 64) - 1


def score(vni, uid):
    """The murmur64 finaliser of vni * uid mod 2^64."""
    x = vni * uid & MASK
    x ^= x >> 33
    x = x * 0xFF51AFD7ED558CCD & MASK
    x ^= x >> 33
    x = x * 0xC4CEB9FE1A85EC53 & MASK
    return x ^ x >> 33


def owned_by(uid, gateways, vnis):
    """The VNIs for which `uid` has the strictly greatest score; a tie goes to the lowest uid."""
    rivals = [gateway for gateway in gateways if gateway != uid]
    return {
        vni
        for vni in vnis
        if all((score(vni, uid), -uid) > (score(vni, rival), -rival) for rival in rivals)
    }


def ranges(vnis):
    """A set of VNIs as text: 1-3,7."""
    parts = []
    for vni in sorted(vnis):
        if parts and parts[-1][1] == vni - 1:
            parts[-1][1] = vni
        else:
            parts.append([vni, vni])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


class Peer:
    def __init__(self, options):
        self.options = options
        self.uid = options.uid or random.randrange(1, 1 << 64)
        self.vnis = range(options.minvni, options.maxvni + 1)
        self.interval = options.interval_ms / 1000
        self.lifetime = 3 * self.interval
        self.last_heard = {}
        self.owned = None
        self.view = None
        self.stopping_at = None
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        self.listener.bind((options.address, options.port))
        self.listener.setblocking(False)
        # Signals interrupt select only through a descriptor (PEP 475).
        self.signals, writer = socket.socketpair()
        self.signals.setblocking(False)
        writer.setblocking(False)
        signal.set_wakeup_fd(writer.detach())

    def tell(self, event, **more):
        line = json.dumps({"time": round(time.time(), 4), "uid": self.uid, "event": event, **more})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    def advertise(self):
        # A fresh socket each time, and so a fresh source port.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            try:
                sender.sendto(struct.pack(">Q", self.uid), (self.options.address, self.options.port))
            except OSError as error:
                self.tell("send-failed", reason=str(error))

    def receive(self):
        """Reads all that waits; whether there was an advertisement."""
        heard = False
        while True:
            try:
                payload, source = self.listener.recvfrom(2048)
            except BlockingIOError:
                return heard
            if len(payload) != 8:
                self.tell("rejected", length=len(payload), source=source[0])
                continue
            (uid,) = struct.unpack(">Q", payload)
            if uid not in self.last_heard:
                self.tell("heard-first", peer=uid, source=source[0], port=source[1])
            self.last_heard[uid] = time.monotonic()
            heard = True

    def expire(self):
        """Forgets the silent; whether there were any."""
        now = time.monotonic()
        silent = [uid for uid, at in self.last_heard.items() if now - at >= self.lifetime]
        for uid in silent:
            del self.last_heard[uid]
            self.tell("expired", peer=uid)
        return bool(silent)

    def assign(self):
        view = sorted(set(self.last_heard) | {self.uid})
        if view == self.view:
            return
        self.view = view
        self.become(owned_by(self.uid, view, self.vnis))

    def become(self, owned):
        before = self.owned
        if owned == before:
            return
        # Everything is unknown at first, so everything is set.
        gained = owned - (before or set())
        lost = (before if before is not None else set(self.vnis)) - owned
        self.owned = owned
        self.set_protodown(gained, lost)
        self.tell(
            "assignment", view=self.view or [], count=len(owned), owned=ranges(owned),
            gained=ranges(gained), lost=ranges(lost if before is not None else set()))

    def set_protodown(self, gained, lost):
        if not self.options.macvlan:
            return
        lines = [f"link set vrrp4-{vni} protodown on" for vni in sorted(lost)]
        lines += [f"link set vrrp4-{vni} protodown off" for vni in sorted(gained)]
        result = subprocess.run(
            ["ip", "-force", "-batch", "-"], input="\n".join(lines) + "\n", text=True, capture_output=True)
        if result.returncode:
            self.tell("macvlan-failed", reason=result.stderr.strip()[:500])

    def stop(self, *_):
        if self.stopping_at is None:
            self.stopping_at = time.monotonic() + self.lifetime
            self.tell("stopping")

    def run(self):
        self.tell("started", vnis=ranges(self.vnis), address=self.options.address, port=self.options.port)
        if self.options.macvlan:
            self.set_protodown(set(), set(self.vnis))
        start = time.monotonic()
        next_advertisement = start + self.interval
        listening_until = start + self.lifetime
        while self.stopping_at is None or time.monotonic() < self.stopping_at:
            now = time.monotonic()
            if now >= next_advertisement:
                if self.stopping_at is None:
                    self.advertise()
                next_advertisement += self.interval
                continue
            deadlines = [next_advertisement]
            deadlines += [at + self.lifetime for at in self.last_heard.values()]
            deadlines += [listening_until] if now < listening_until else []
            deadlines += [self.stopping_at] if self.stopping_at is not None else []
            ready, _, _ = select.select([self.listener, self.signals], [], [], max(0, min(deadlines) - now))
            if self.signals in ready:
                self.signals.recv(64)
            self.receive()
            self.expire()
            if time.monotonic() >= listening_until and self.stopping_at is None:
                self.assign()
        if self.options.go_bugs:
            # What the Go daemon does: every interface up, whoever owns it.
            self.become(set(self.vnis))
        else:
            self.become(set())
        self.tell("stopped")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--uid", type=int, default=0, help="0 = random")
    parser.add_argument("--minvni", type=int, default=1)
    parser.add_argument("--maxvni", type=int, default=100)
    parser.add_argument("--address", default="10.0.1.255")
    parser.add_argument("--port", type=int, default=3000)
    parser.add_argument("--interval-ms", type=int, default=1000)
    parser.add_argument("--macvlan", action="store_true", help="set protodown of vrrp4-<vni>")
    parser.add_argument("--go-bugs", action="store_true", help="leave all VNIs active at SIGTERM, as the Go daemon does")
    options = parser.parse_args()
    if not 1 <= options.minvni <= options.maxvni < 1 << 24:
        parser.error("--minvni and --maxvni must be 1 <= minvni <= maxvni <= 16777215")
    if not 0 <= options.uid < 1 << 64:
        parser.error("--uid must be below 2^64")
    peer = Peer(options)
    signal.signal(signal.SIGTERM, peer.stop)
    signal.signal(signal.SIGINT, peer.stop)
    peer.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())

import CLinux
import Foundation
import LinuxNetworking
import Synchronization
import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite(.enabled(if: isRoot, Comment(rawValue: needsRoot)))
struct AdvertisementsOnTheWireTests {
  @Test func aPacketIsEightBytesBigEndianFromTheDiscoveryPortWithTTL64() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, uid: 0x0102_0304_0506_0708, interval: .seconds(1))
    defer { discovery.stop() }
    // Every 50 ms another burst, until the capture has seen one frame.
    let script = """
      import socket
      s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x0800))
      s.bind(("eth0", 0)); s.settimeout(4)
      print(s.recv(200).hex())
      """
    let stopped = NSLock()
    let bursts = Thread { while !stopped.try() { discovery.advertise(.on); usleep(50_000) } }
    stopped.lock()
    bursts.start()
    let frame = run("/usr/bin/env", ["ip", "netns", "exec", hosts.b, "python3", "-c", script])
      .trimmingCharacters(in: .whitespacesAndNewlines)
    stopped.unlock()
    #expect(frame.hasPrefix("ffffffffffff"))
    let packet = frame.dropFirst(28)
    #expect(packet.prefix(2) == "45")
    #expect(packet.dropFirst(4).prefix(4) == "0024", "IP length 36")
    #expect(packet.dropFirst(16).prefix(4) == "4011", "TTL 64, UDP")
    #expect(packet.dropFirst(24).prefix(16) == "0a00010b0a0001ff", "10.0.1.11 to 10.0.1.255")
    #expect(packet.dropFirst(40).prefix(8) == "0bb80bb8", "port 3000 to port 3000")
    #expect(packet.dropFirst(56) == "0102030405060708")
  }

  @Test func itIsSaidBeforeThePacketLeaves() throws {
    let hosts = TwoHosts()
    let peer = try inside(hosts.b) { try PeerSocket(listeningOn: 0x0A00_01FF, port: 3000) }
    let received = Mutex<[Int]>([])
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(200)) { _ in
      usleep(20_000)
      received.withLock { $0.append(peer.receiveAll().count) }
    }
    defer { discovery.stop() }
    discovery.advertise(.farewell)
    #expect(eventually { discovery.advertisedAt.count == 3 })
    #expect(received.withLock { $0 } == [0, 1, 1])
  }

  @Test func aBurstOfThreeThenOnePerInterval() throws {
    let hosts = TwoHosts()
    let peer = try inside(hosts.b) { try PeerSocket(listeningOn: 0x0A00_01FF, port: 3000) }
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(200))
    defer { discovery.stop() }
    #expect(peer.receiveAll().isEmpty, "silent until told")
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 8 })
    discovery.advertise(.off)
    let times = discovery.advertisedAt
    let offsets = times.map { ($0 - times[0]).nanoseconds / 1_000_000 }
    // Spacing is min(50 ms, 200 ms / 20) = 10 ms; a loaded machine may be late, but not by an interval.
    for (offset, planned) in zip(offsets, [0, 10, 20, 200, 400, 600, 800, 1000] as [Int64]) {
      #expect(offset >= planned && offset < planned + 180, "\(offsets)")
    }
    let received = peer.receiveAll()
    #expect(received.count >= 8)
    #expect(received.allSatisfy { $0.first_eight_bytes == 11 && $0.length == 8 && $0.source_port == 3000 })
    usleep(300_000)
    #expect(peer.receiveAll().isEmpty, "silent again")
    #expect(discovery.counters["advertisements-sent"] >= 8)
    #expect(discovery.counters["echoes"] >= 8, "one's own echo is counted")
    #expect(discovery.heard.isEmpty, "and not published")
  }

  @Test func aFarewellIsABurstAndThenSilence() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count == 4 })
    discovery.advertise(.farewell)
    usleep(400_000)
    #expect(discovery.advertisedAt.count == 7)
    #expect(!discovery.hasLapsed)
  }

  @Test func withoutALeaseItFallsSilentAndLapses() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    discovery.lease.renew(until: BootTimeClock.now)
    #expect(eventually { discovery.hasLapsed })
    let count = discovery.advertisedAt.count
    #expect(discovery.counters["advertisements-withheld"] >= 2)
    discovery.lease.renew(until: BootTimeClock.now + .seconds(100))
    usleep(300_000)
    #expect(discovery.advertisedAt.count == count, "silent until told again")
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= count + 4 })
  }

  @Test func afterAPauseOfADetectionTimeNothingLeaves() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    discovery.tell { _ in usleep(400_000) }
    #expect(eventually { discovery.hasLapsed })
    let count = discovery.advertisedAt.count
    usleep(250_000)
    #expect(discovery.advertisedAt.count == count)
    #expect(discovery.counters["advertisement-lateness-max-us"] >= 200_000)
  }

  @Test func afterAShortPauseThereIsNoBunch() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .seconds(1))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 3 })
    // Over the first deadline and the second, still 700 ms before a detection time has passed.
    discovery.tell { _ in usleep(2_200_000) }
    #expect(eventually(within: .seconds(6)) { discovery.advertisedAt.count >= 5 })
    let times = discovery.advertisedAt.dropFirst(3)
    let closePairs = zip(times, times.dropFirst()).filter { $1 - $0 < .milliseconds(100) }
    #expect(closePairs.isEmpty, "deadlines that were missed are skipped")
    #expect(!discovery.hasLapsed)
  }
}

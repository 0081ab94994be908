import CLinux
import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite(.enabled(if: isRoot, Comment(rawValue: needsRoot)))
struct HearingTests {
  static let other: UInt32 = 0x0A00_010C  // 10.0.1.12

  @Test func theSourcePortTellsOursFromAGoSender() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    try inside(hosts.b) {
      try PeerSocket(sendingFrom: Self.other, port: 3000).send(uid: 12)
      try PeerSocket(sendingFrom: Self.other, port: 0).send(uid: 13)
    }
    #expect(eventually { discovery.heard.count == 2 })
    #expect(discovery.heard.map(\.advertisement.gateway.rawValue) == [12, 13])
    #expect(discovery.heard.map(\.advertisement.state) == [.active, nil])
    #expect(discovery.heard.allSatisfy { $0.source.description == "10.0.1.12" })
    #expect(discovery.heard.allSatisfy { $0.ownAddress?.description == "10.0.1.11" })
  }

  @Test func ourUIDFromAnotherAddressIsPublishedEvenIfNotAllowed() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, uid: 11, options: [("allow", "12")])
    defer { discovery.stop() }
    try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000).send(uid: 11) }
    #expect(eventually { discovery.heard.count == 1 })
    let heard = try #require(discovery.heard.first)
    #expect(heard.source != heard.ownAddress)
    #expect(discovery.counters["echoes"] == 0)
  }

  @Test func otherLengthsUIDZeroAndUnlistedUIDsAreDroppedAndCounted() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, options: [("allow", "12,13")])
    defer { discovery.stop() }
    try inside(hosts.b) {
      let peer = try PeerSocket(sendingFrom: Self.other, port: 3000)
      for length in [0, 1, 7, 9, 16, 1000] { peer.send([UInt8](repeating: 1, count: length)) }
      peer.send(uid: 0)
      peer.send(uid: 14)
      peer.send(uid: 13)
    }
    #expect(eventually { discovery.heard.count == 1 })
    discovery.tell { $0.drain() }
    #expect(eventually { discovery.counters["dropped-wrong-length"] == 6 })
    #expect(discovery.counters["dropped-uid-zero"] == 1)
    #expect(discovery.counters["dropped-not-allowed"] == 1)
    #expect(discovery.heard.map(\.advertisement.gateway.rawValue) == [13])
    #expect(discovery.counters["advertisements-received"] == 1)
  }

  @Test func aGarbageFloodCostsNoAdvertisement() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    discovery.tell { _ in usleep(300_000) }
    try inside(hosts.b) {
      let peer = try PeerSocket(sendingFrom: Self.other, port: 3000)
      for _ in 0..<20_000 { peer.send([UInt8](repeating: 1, count: 400)) }
      peer.send(uid: 12)
    }
    #expect(eventually { discovery.heard.count == 1 })
    discovery.tell { $0.drain() }
    #expect(eventually { discovery.counters["dropped-wrong-length"] == 20_000 })
    #expect(discovery.counters["dropped-receive-buffer-full"] == 0)
  }

  @Test func whatComesInByAnotherInterfaceIsDropped() throws {
    let hosts = TwoHosts()
    ip("-n \(hosts.a) link add overlay type veth peer name overlay netns \(hosts.b)")
    for host in [hosts.a, hosts.b] { ip("-n \(host) link set overlay up") }
    // Their networks overlap, and nothing checks where a source should come from.
    ip("-n \(hosts.a) address add 10.9.0.1/24 dev overlay")
    ip("-n \(hosts.b) address add 10.0.1.13/24 dev overlay")
    for name in ["all", "overlay"] {
      ip("netns exec \(hosts.a) sysctl -qw net.ipv4.conf.\(name).rp_filter=0")
    }
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    let forger = try inside(hosts.b) {
      try PeerSocket(sendingFrom: 0x0A00_010D, port: 3000, over: "overlay")
    }
    let peer = try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000, over: "eth0") }
    #expect(
      eventually {
        forger.send(uid: 13)
        return discovery.counters["dropped-other-interface"] > 0
      })
    peer.send(uid: 12)
    #expect(eventually { !discovery.heard.isEmpty })
    #expect(discovery.heard.map(\.advertisement.gateway.rawValue) == [12])
  }

  @Test(arguments: [true, false])
  func whatAFullBufferDropsIsNoWrongLength(isReadByDrain: Bool) throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, options: [("receive-buffer", "65536")])
    defer { discovery.stop() }
    let peer = try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000) }
    discovery.tell { discovery in
      for _ in 0..<5000 { peer.send(uid: 12) }
      if isReadByDrain { discovery.drain() }
    }
    #expect(eventually { discovery.counters["dropped-receive-buffer-full"] > 0 })
    #expect(discovery.counters["dropped-wrong-length"] == 0)
  }

  @Test func aFullTableTurnsStrangersAwayAndKeepsPeers() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, peerLimit: 4)
    defer { discovery.stop() }
    try inside(hosts.b) {
      let peer = try PeerSocket(sendingFrom: Self.other, port: 3000)
      for uid: UInt64 in 21...60 { peer.send(uid: uid) }
      peer.send(uid: 21)
    }
    #expect(eventually { discovery.heard.count == 5 })
    #expect(discovery.heard.map(\.advertisement.gateway.rawValue) == [21, 22, 23, 24, 21])
    #expect(discovery.counters["dropped-peer-table-full"] == 36)
  }

  @Test func packetsAreJudgedByWhenTheKernelReceivedThem() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    // The first stamps a kernel is asked for may be missing; let it get used to it.
    let peer = try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000) }
    peer.send(uid: 12)
    #expect(eventually { discovery.heard.count == 1 })
    discovery.tell { _ in usleep(400_000) }
    usleep(50_000)
    let sent = BootTimeClock.now
    peer.send(uid: 12)
    let after = BootTimeClock.now
    #expect(eventually { discovery.heard.count == 2 })
    let read = try #require(discovery.events.last).at
    let receivedAt = try #require(discovery.heard.last).receivedAt
    #expect(read - sent > .milliseconds(250), "it was read late")
    #expect(receivedAt >= sent - .milliseconds(1) && receivedAt <= after + .milliseconds(20))
  }

  @Test func drainPublishesAllThatWaitedThenSaysUntilWhen() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    let peer = try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000) }
    discovery.tell { discovery in
      for uid: UInt64 in 1...300 { peer.send(uid: 1000 + uid) }
      discovery.drain()
    }
    #expect(eventually { discovery.events.contains { if case .drained = $0.event { true } else { false } } })
    let events = discovery.events.map(\.event)
    let index = try #require(events.firstIndex { if case .drained = $0 { true } else { false } })
    guard case .drained(let through) = events[index] else { return }
    let before = events[..<index].count { if case .heard = $0 { true } else { false } }
    #expect(before == 300)
    #expect(discovery.heard.allSatisfy { $0.receivedAt <= through })
  }

  @Test func drainEndsUnderAFlood() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    let flood = try inside(hosts.b) { try PeerSocket(sendingFrom: Self.other, port: 3000) }
    let sender = try LoopThread(name: "flood") { _ in
      let end = BootTimeClock.now + .milliseconds(800)
      while BootTimeClock.now < end { flood.send(uid: 12) }
    }
    usleep(100_000)
    let asked = BootTimeClock.now
    discovery.tell { $0.drain() }
    #expect(eventually { discovery.events.contains { if case .drained = $0.event { true } else { false } } })
    let drained = try #require(
      discovery.events.first { if case .drained = $0.event { true } else { false } })
    guard case .drained(let through) = drained.event else { return }
    #expect(drained.at - asked < .milliseconds(500))
    #expect(through <= drained.at)
    sender.join()
  }
}

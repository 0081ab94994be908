import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import UDPBroadcast

@Suite(.enabled(if: isRoot, Comment(rawValue: needsRoot)))
struct UnderlayTests {
  @Test func aSecondDaemonOnTheSameAddressAndPortIsRefused() throws {
    let hosts = TwoHosts()
    let first = try RunningDiscovery(in: hosts.a)
    defer { first.stop() }
    let second = try RunningDiscovery(in: hosts.a, uid: 12)
    second.stop()
    #expect(first.startFailure == nil)
    let failure = try #require(second.startFailure)
    #expect(failure.contains("--set udp-broadcast.port"))
    #expect(failure.contains("another daemon on this host"))
  }

  @Test func anAddressThatIsNotThereYetIsWaitedFor() throws {
    let hosts = TwoHosts(addressed: false)
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    #expect(discovery.startFailure == nil)
    #expect(discovery.reach == ["isolated"])
    usleep(700_000)
    #expect(discovery.reach == ["isolated"], "said once")
    discovery.advertise(.on)
    let added = BootTimeClock.now
    ip("-n \(hosts.a) address add 10.0.1.11/24 dev eth0")
    #expect(eventually { discovery.reach == ["isolated", "connected"] })
    #expect(try #require(discovery.events.last { $0.event == .connected }).at - added < .milliseconds(250))
    try inside(hosts.b) { try PeerSocket(sendingFrom: 0x0A00_010C, port: 3000).send(uid: 12) }
    #expect(eventually { discovery.heard.count == 1 })
  }

  @Test func aNamedInterfaceThatIsNotThereYetIsWaitedFor() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, options: [("interface", "later")])
    defer { discovery.stop() }
    #expect(discovery.startFailure == nil)
    guard case .isolated(let reason) = discovery.events.first?.event else { return #expect(Bool(false)) }
    #expect(reason.contains("there is no interface later yet"))
    ip("-n \(hosts.a) link set eth0 down")
    ip("-n \(hosts.a) link set eth0 name later up")
    #expect(eventually { discovery.reach == ["isolated", "connected"] })
  }

  @Test func lossOfCarrierIsIsolationAtOnceAndItsReturnIsHandled() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    defer { discovery.stop() }
    #expect(discovery.reach == ["connected"])
    let cut = BootTimeClock.now
    ip("-n \(hosts.b) link set eth0 down")
    #expect(eventually { discovery.reach == ["connected", "isolated"] })
    #expect(try #require(discovery.events.last).at - cut < .milliseconds(250))
    ip("-n \(hosts.b) link set eth0 up")
    #expect(eventually { discovery.reach == ["connected", "isolated", "connected"] })
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
  }

  @Test func nothingLeavesWhileIsolatedNotEvenByADefaultRoute() throws {
    let hosts = TwoHosts()
    ip("-n \(hosts.a) link add other type veth peer name other netns \(hosts.b)")
    for host in [hosts.a, hosts.b] { ip("-n \(host) link set other up") }
    ip("-n \(hosts.a) address add 10.9.0.1/24 dev other")
    ip("-n \(hosts.a) route add default via 10.9.0.2")
    ip("netns exec \(hosts.a) sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1")
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    ip("-n \(hosts.b) link set eth0 down")
    #expect(eventually { discovery.reach.last == "isolated" })
    let count = discovery.advertisedAt.count
    let transmitted = packetsSent(over: "other", in: hosts.a)
    #expect(eventually { discovery.hasLapsed }, "a detection time without an advertisement")
    #expect(discovery.advertisedAt.count == count)
    #expect(packetsSent(over: "other", in: hosts.a) - transmitted <= 2, "neighbour discovery at most")
  }

  @Test func aChangedAddressIsSentFrom() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    let peer = try RunningDiscovery(in: hosts.b, uid: 12)
    defer {
      discovery.stop()
      peer.stop()
    }
    discovery.advertise(.on)
    #expect(eventually { peer.heard.last?.source.description == "10.0.1.11" })
    ip("-n \(hosts.a) address del 10.0.1.11/24 dev eth0")
    #expect(eventually { discovery.reach.last == "isolated" })
    ip("-n \(hosts.a) address add 10.0.1.21/24 dev eth0")
    #expect(eventually { discovery.reach.last == "connected" })
    #expect(eventually { peer.heard.last?.source.description == "10.0.1.21" })
    #expect(discovery.heard.isEmpty, "the echo from a new address is an echo")
  }

  @Test func anAddressWithALabelIsUsed() throws {
    let hosts = TwoHosts(addressed: false)
    ip("-n \(hosts.a) address add 192.0.2.1/24 dev eth0")
    ip("-n \(hosts.a) address add 10.0.1.11/24 dev eth0 label eth0:1")
    let discovery = try RunningDiscovery(in: hosts.a, options: [("interface", "eth0")])
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    usleep(300_000)
    #expect(discovery.reach == ["connected"])
    ip("-n \(hosts.a) address del 10.0.1.11/24 dev eth0")
    #expect(eventually { discovery.reach == ["connected", "isolated"] })
  }

  @Test func anInterfaceMadeAnewIsFoundAgain() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, options: [("interface", "eth0")])
    defer { discovery.stop() }
    ip("-n \(hosts.a) link del eth0")
    #expect(eventually { discovery.reach == ["connected", "isolated"] })
    ip("link add eth0 netns \(hosts.a) type veth peer name eth0 netns \(hosts.b)")
    ip("-n \(hosts.a) address add 10.0.1.11/24 dev eth0")
    for host in [hosts.a, hosts.b] { ip("-n \(host) link set eth0 up") }
    #expect(eventually { discovery.reach == ["connected", "isolated", "connected"] })
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    ip("-n \(hosts.b) address replace 10.0.1.12/24 dev eth0")
    try inside(hosts.b) { try PeerSocket(sendingFrom: HearingTests.other, port: 3000).send(uid: 12) }
    #expect(eventually { discovery.heard.count == 1 }, "its new index is known")
  }

  @Test func sendsThatFailForADetectionTimeAreIsolation() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
    // The kernel answers a blocked send with EPERM.
    ip("netns exec \(hosts.a) ip xfrm policy add dir out dst 10.0.1.255/32 action block")
    #expect(eventually { discovery.reach == ["connected", "isolated"] })
    #expect(eventually { discovery.hasLapsed })
    #expect(discovery.counters["send-failures"] >= 1)
    let reason = discovery.events.compactMap {
      if case .isolated(let reason) = $0.event { reason } else { nil }
    }.first
    #expect(reason?.contains("Operation not permitted") == true)
    ip("netns exec \(hosts.a) ip xfrm policy flush")
    #expect(eventually { discovery.reach == ["connected", "isolated", "connected"] })
    discovery.advertise(.on)
    let count = discovery.advertisedAt.count
    #expect(eventually { discovery.advertisedAt.count > count })
  }

  @Test func aFirewallThatStaysIsTriedEverMoreRarely() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(100))
    defer { discovery.stop() }
    let nft = "netns exec \(hosts.a) nft"
    ip("\(nft) add table ip filter")
    ip("\(nft) add chain ip filter output { type filter hook output priority 0 ; }")
    ip("\(nft) add rule ip filter output udp dport 3000 drop")
    discovery.advertise(.on)
    #expect(eventually { discovery.reach == ["connected", "isolated"] })
    usleep(700_000)
    #expect(discovery.reach == ["connected", "isolated"], "held down for 1 s")
    #expect(eventually { discovery.reach == ["connected", "isolated", "connected"] })
    discovery.advertise(.on)
    #expect(eventually { discovery.reach.count == 4 })
    usleep(1_700_000)
    #expect(discovery.reach.count == 4, "held down for 2 s")
    ip("\(nft) flush ruleset")
    #expect(eventually { discovery.reach.count == 5 })
    discovery.advertise(.on)
    #expect(eventually { discovery.advertisedAt.count >= 4 })
  }

  @Test func oneStaleSocketErrorCostsNoAdvertisement() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a, interval: .milliseconds(200))
    defer { discovery.stop() }
    // The sender's socket is tied to an index that is gone, while name and address are there again: the events of
    // both changes wait unread, since they come from within the discovery's thread.
    discovery.tell { discovery in
      ip("-n \(hosts.a) link del eth0")
      ip("link add eth0 netns \(hosts.a) type veth peer name eth0 netns \(hosts.b)")
      ip("-n \(hosts.a) address add 10.0.1.11/24 dev eth0")
      for host in [hosts.a, hosts.b] { ip("-n \(host) link set eth0 up") }
      _ = eventually { ip("-n \(hosts.a) link show dev eth0").contains("state UP") }
      discovery.advertise(.on)
    }
    #expect(eventually { discovery.advertisedAt.count >= 3 })
    #expect(discovery.reach == ["connected"])
  }

  @Test func theFirstLookIsReportedInAnyCase() throws {
    let hosts = TwoHosts()
    let discovery = try RunningDiscovery(in: hosts.a)
    discovery.stop()
    #expect(discovery.reach == ["connected"])
  }

  private func packetsSent(over interface: String, in host: String) -> Int {
    let text = run(
      "/usr/bin/env",
      ["ip", "netns", "exec", host, "cat", "/sys/class/net/\(interface)/statistics/tx_packets"])
    return Int(text.split(separator: "\n").first ?? "") ?? 0
  }
}

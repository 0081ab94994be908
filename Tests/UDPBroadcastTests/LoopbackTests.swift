import Glibc
import LinuxNetworking
import Testing
import WMGFramework

@testable import UDPBroadcast

/// What needs no root: everything, on the loopback's own broadcast address.
@Suite struct LoopbackTests {
  // Apart from other test runs on this host.
  let options = [
    (name: "address", text: "127.255.255.255"), (name: "port", text: "\(20_000 + getpid() % 20_000)"),
  ]

  @Test func advertisingOnLoopbackHearsItsOwnEchoAndRefusesASecondDaemon() throws {
    let discovery = try RunningDiscovery(in: nil, interval: .milliseconds(50), options: options)
    defer { discovery.stop() }
    #expect(discovery.startFailure == nil)
    #expect(discovery.reach == ["connected"])
    discovery.advertise(.on)
    #expect(eventually { discovery.counters["echoes"] >= 5 })
    #expect(discovery.heard.isEmpty)

    let second = try RunningDiscovery(in: nil, uid: 12, options: options)
    second.stop()
    #expect(second.startFailure?.contains("--set udp-broadcast.port") == true)
  }
}

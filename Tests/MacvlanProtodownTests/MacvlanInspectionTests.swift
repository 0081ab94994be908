import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct MacvlanInspectionTests {
  @Test("check recognises the topology, and a direct one asks for an overlap")
  func topologies() throws {
    let host = try TemporaryNamespace()
    func expect(_ vnis: ClosedRange<UInt32>, _ subjects: [String], overlap: Duration) throws {
      let set = VNISet(vni(vnis.lowerBound)...vni(vnis.upperBound))
      let (found, asked) = try host.namespace.run {
        let plugin = MacvlanProtodownPlugin()
        return (
          try plugin.inspect(PluginOptionValues(), for: set),
          plugin.handoverOverlap(PluginOptionValues(), for: set)
        )
      }
      #expect(found.map(\.subject).filter { $0.hasPrefix("topology") } == subjects)
      #expect(asked == overlap)
    }
    try host.ip(
      """
      link add br1 type bridge
      link add vrrp4-1 link br1 type macvlan mode bridge
      link add br2 type bridge
      link add inner2 type veth peer name outer2
      link set inner2 master br2
      link add vrrp4-2 link outer2 type macvlan mode bridge
      link add a3 type veth peer name b3
      link add vrrp4-3 link a3 type macvlan mode bridge
      """)
    try expect(1...1, ["topology direct"], overlap: .milliseconds(200))
    try expect(2...2, ["topology veth"], overlap: .zero)
    try expect(3...3, [], overlap: .zero)
    try expect(1...3, ["topology direct", "topology veth", "topology"], overlap: .milliseconds(200))
  }

  @Test("check warns of a lower device in another namespace, whose carrier cannot be seen")
  func lowerElsewhere() throws {
    let fixture = try MacvlanFixture(VNISet(vni(5)...vni(5)))
    let inner = try TemporaryNamespace()
    try inner.run("sysctl -qw net.ipv6.conf.default.disable_ipv6=1")
    try fixture.gateway.ip("link set vrrp4-5 netns \(inner.name)")
    try inner.ip("address add 10.0.5.1/24 dev vrrp4-5\nlink set vrrp4-5 up")
    let found = try inner.namespace.run {
      try MacvlanProtodownPlugin().inspect(PluginOptionValues(), for: fixture.vnis)
    }
    let messages = found.filter { $0.vni == vni(5) }.map { "\($0.severity): \($0.message)" }
    #expect(
      messages == [
        "warning: its lower device is in another namespace, so its carrier cannot be seen from here"
      ])
  }
}

import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite struct MacvlanPluginTests {
  let plugin = MacvlanProtodownPlugin()

  @Test func describesItself() {
    #expect(plugin.name == "macvlan")
    #expect(!plugin.announcesTakeovers)
    #expect(
      plugin.options.map { "\($0.name)=\($0.defaultText)" } == [
        "interface=vrrp4-%d", "batch=64", "patience=5s", "second-look=150ms",
      ])
  }

  @Test("the second look is over within the second that a gateway has for its exit")
  func limitsSecondLook() throws {
    _ = try PluginOptionValues(decoding: [(name: "second-look", text: "800ms")], for: plugin)
    #expect(throws: PluginError.self) {
      try PluginOptionValues(decoding: [(name: "second-look", text: "900ms")], for: plugin)
    }
  }

  @Test("names that would be too long are refused before anything is done")
  func refusesLongNames() throws {
    let options = try PluginOptionValues(
      decoding: [(name: "interface", text: "gateway-%d")], for: plugin)
    let uid = try #require(GatewayID(rawValue: 1))
    let error = #expect(throws: PluginError.self) {
      try plugin.validate(
        options, for: GatewayConfiguration(uid: uid, vnis: VNISet(VNI.min...VNI.max)))
    }
    #expect(
      error?.description
        == "--set macvlan.interface gives 'gateway-16777215', longer than the 15 bytes of an interface name;"
        + " shorten the pattern")
  }

  @Test(
    "check tells what is wrong with each interface, and how to mend it",
    .enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
  func inspects() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(7)))
    try fixture.gateway.ip(
      """
      link del vrrp4-2
      address flush dev vrrp4-3
      link set vrrp4-4 down
      link del vrrp4-5
      link add vrrp4-5 link lower address \(MacvlanFixture.mac(of: vni(1))) type macvlan mode bridge
      address add 10.0.5.1/24 dev vrrp4-5
      link del vrrp4-6
      link add vrrp4-6 type bridge
      """)
    try fixture.gateway.run("sysctl -qw net.ipv6.conf.vrrp4-7.disable_ipv6=0")
    func findings() throws -> [Finding] {
      try fixture.gateway.namespace.run { try plugin.inspect(PluginOptionValues(), for: fixture.vnis) }
    }
    let found = try findings()
    func problems(_ number: UInt32) -> [String] {
      found.filter { $0.vni == vni(number) }.map { "\($0.severity): \($0.message) [\($0.fix ?? "")]" }
    }
    #expect(problems(1) == ["ok: is ready []"])
    #expect(
      problems(2) == [
        "error: vrrp4-2 is missing; create it with 'ip link add vrrp4-2 link LOWER address MAC type macvlan mode"
          + " bridge && ip link set vrrp4-2 protodown on', with the same MAC on every gateway []"
      ])
    #expect(
      problems(3) == [
        "error: has no IPv4 address, so there is nothing to announce [ip address add GATEWAY/PREFIX dev vrrp4-3]"
      ])
    #expect(problems(4) == ["error: is admin down [ip link set vrrp4-4 up]"])
    #expect(
      problems(5) == [
        "error: is admin down [ip link set vrrp4-5 up]",
        "error: has the MAC 00:00:5e:00:00:01 of vrrp4-1 on the same lower device [ip link set vrrp4-5 address MAC]",
      ])
    #expect(problems(6).first?.hasPrefix("error: vrrp4-6 is a bridge, not a macvlan") == true)
    #expect(
      problems(7) == [
        "warning: has IPv6 enabled, which makes takeovers about 100 times slower"
          + " [sysctl -w net/ipv6/conf/vrrp4-7/disable_ipv6=1]"
      ])
    let host = found.filter { $0.vni == nil }
    #expect(host.contains { $0.subject == "net.ipv4.conf.all.arp_ignore" && $0.fix?.hasSuffix("=1") == true })

    try fixture.gateway.run(
      "sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2"
        + " net.ipv4.conf.all.ignore_routes_with_linkdown=1")
    try fixture.gateway.ip("link set lower down")
    let later = try findings()
    #expect(later.filter { $0.vni == nil }.allSatisfy { $0.severity == .ok })
    #expect(
      later.contains {
        $0.vni == vni(1) && $0.message == "its lower device lower is down" && $0.fix == "ip link set lower up"
      })
  }
}

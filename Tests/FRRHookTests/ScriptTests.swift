import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

@Suite struct ScriptTests {
  let uid = GatewayID(rawValue: 7)!

  func values(_ number: UInt32, bridge: String? = "br") -> VNIValues {
    VNIValues(
      vni: vni(number), interface: "vrrp4-\(number)", bridge: bridge,
      address: IPv4Address(rawValue: 0x0A00_0001),
      mac: MACAddress(rawValue: 0x0000_5E00_0001), owner: uid)
  }

  @Test("A section is written once per VNI, its batch's once, and 'do' lines come last")
  func writesABatch() throws {
    let template = try Template(
      parsing: """
        [takeover]
        vni {vni} {interface} {bridge} {uid} {owner} {address} {mac}
        do show {vni}
        [takeover-batch]
        do clear bgp l2vpn evpn * soft out
        """)
    var script = Script(template, uid: uid)
    script.add(.takeover, for: [values(1), values(2)])
    #expect(
      script.configuration.map(\.text) == [
        "vni 1 vrrp4-1 br 7 7 10.0.0.1 00:00:5e:00:00:01", "vni 2 vrrp4-2 br 7 7 10.0.0.1 00:00:5e:00:00:01",
      ])
    #expect(script.execution.map(\.text) == ["show 1", "show 2", "clear bgp l2vpn evpn * soft out"])
    #expect(script.execution.map(\.vni) == [vni(1), vni(2), nil])
  }

  @Test("A VNI whose placeholders have no value is left out, and says why")
  func leavesOutWhatCannotBeWritten() throws {
    var script = Script(try Template(parsing: "[takeover]\nx {bridge}"), uid: uid)
    script.add(.takeover, for: [values(1, bridge: nil), values(2)])
    #expect(script.configuration.map(\.text) == ["x br"])
    #expect(script.unwritten[vni(1)]?.contains("vrrp4-1 is on no bridge") == true)
  }

  @Test(
    "Names that would be commands are not put into commands",
    arguments: ["a b", "x!", "#1", "br|include", "br\n", "br?", "br\u{7}", "brü", "a{b"])
  func namesDoNotInject(_ name: String) throws {
    var script = Script(try Template(parsing: "[takeover]\nx {bridge}"), uid: uid)
    script.add(.takeover, for: [values(1, bridge: name)])
    #expect(script.isEmpty)
    #expect(script.unwritten[vni(1)]?.contains("rename it") == true)
  }

  @Test("The bridge is found beneath the macvlan, or beyond a veth")
  func findsBridges() {
    func link(_ index: Int32, _ name: String, _ kind: String, lower: Int32? = nil, master: Int32? = nil)
      -> Link
    {
      var link = Link(index: index, name: name)
      link.kind = kind
      link.lowerIndex = lower
      link.masterIndex = master
      return link
    }
    let facts = InterfaceFacts(
      pattern: .standard,
      links: LinkTable([
        link(1, "br1", "bridge"), link(2, "vrrp4-1", "macvlan", lower: 1),
        link(3, "gw2", "veth", lower: 4), link(4, "port2", "veth", lower: 3, master: 5),
        link(5, "br2", "bridge"),
        link(6, "vrrp4-2", "macvlan", lower: 3), link(7, "eth0", ""), link(8, "vrrp4-3", "macvlan", lower: 7),
      ]))
    #expect([1, 2, 3].map { facts.values(of: vni($0), owner: nil).bridge } == ["br1", "br2", nil])
    #expect([1, 2, 3].map { facts.isDirect(vni($0)) } == [true, false, false])
  }
}

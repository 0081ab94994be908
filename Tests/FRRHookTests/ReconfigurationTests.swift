import NamespaceFixture
import Testing
import WMGFramework

@testable import FRRHook

/// VNIs that come and go, and options that change, while the effector runs.
@Suite struct ReconfigurationTests {
  private func make(_ frr: FakeFRR) throws -> DirectEffector {
    try DirectEffector(
      [
        "vtysh": frr.path, "vty-socket": frr.folder, "profile": "ospf-cost", "confirm": "off",
        "timeout": "1s",
      ], VNISet(vni(1)...vni(3)))
  }

  @Test("FRR is told of VNIs that come, and of no others; those that go are known no more")
  func vnis() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    direct.effector.takeOver([vni(1)])
    frr.forget()
    direct.effector.add(VNISet(vni(4)...vni(5)))
    #expect(frr.input.filter { $0.hasPrefix("interface") } == ["interface vrrp4-4", "interface vrrp4-5"])
    #expect(direct.outcomes[vni(4)] == .standby && direct.outcomes[vni(5)] == .standby)
    direct.effector.forget(VNISet(vni(2)...vni(3)))
    #expect(direct.effector.records.keys.sorted() == [vni(1), vni(4), vni(5)])
    #expect(direct.effector.records[vni(1)]?.isHeld == true)
  }

  @Test("Limits and times count from now on; commands stay")
  func options() throws {
    let frr = try FakeFRR()
    let direct = try make(frr)
    direct.effector.takeOver([vni(1)])
    direct.effector.release([vni(1)])
    direct.effector.reconfigure(
      try PluginOptionValues(
        decoding: [("moves", "1"), ("timeout", "3s"), ("read-back", "0"), ("profile", "clear")].map {
          (name: $0.0, text: $0.1)
        }, for: FRRHookPlugin()))
    frr.forget()
    direct.effector.takeOver([vni(1)])
    #expect(direct.counters["moves-beyond-budget"] == 1)
    #expect(frr.input.contains(" ip ospf cost 100"))
    #expect(direct.effector.vtysh.timeout == .seconds(3))
    #expect(direct.effector.timers[.readBack] == nil)
    direct.effector.reconfigure(
      try PluginOptionValues(decoding: [(name: "read-back", text: "5s")], for: FRRHookPlugin()))
    #expect(direct.effector.timers[.readBack] != nil)
  }
}

import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

/// VNIs that come and go, and options that change, while the effector runs.
@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"), .serialized)
struct ReconfigurationTests {
  private func start(_ fixture: MacvlanFixture, serving vnis: VNISet) throws -> EffectorHarness {
    let harness = try EffectorHarness(
      MacvlanProtodownPlugin(), in: fixture.gateway.namespace, vnis: vnis)
    harness.prepare(vnis)
    #expect(harness.reaches(.standby, vnis))
    harness.takeOver(vnis)
    #expect(harness.reaches(.active, vnis))
    return harness
  }

  @Test("an added VNI is made standby, and those that are there are asked for nothing")
  func adds() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(10)))
    let harness = try start(fixture, serving: VNISet(vni(1)...vni(8)))
    defer { harness.stop() }
    #expect(try fixture.isServing(vni(9)), "nobody has made it standby yet")
    let outcomes = harness.snapshot.outcomeCount
    let requests = harness.counters["netlink-requests"]
    harness.add(VNISet(vni(9)...vni(10)))
    #expect(harness.reaches(.standby, [vni(9), vni(10)]))
    #expect(try fixture.isSilent(vni(9)) && fixture.isSilent(vni(10)))
    #expect(harness.snapshot.outcomeCount == outcomes + 2)
    #expect(harness.counters["netlink-requests"] == requests + 4)
    for number in 1...8 as ClosedRange<UInt32> { #expect(try fixture.isServing(vni(number))) }
  }

  @Test("what becomes of a forgotten VNI's interface concerns nobody; of the others' it does")
  func forgets() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(3)))
    let harness = try start(fixture, serving: fixture.vnis)
    defer { harness.stop() }
    harness.release([vni(3)])
    #expect(harness.reaches(.standby, [vni(3)]))
    harness.forget(VNISet([vni(3)]))
    try fixture.gateway.ip("link set vrrp4-3 protodown off\nlink set vrrp4-2 protodown on")
    #expect(eventually { harness.snapshot.drifts.contains { $0.vni == vni(2) } })
    usleep(50_000)
    #expect(!harness.snapshot.drifts.contains { $0.vni == vni(3) })
    #expect(try fixture.isServing(vni(3)))
  }

  @Test("another batch size counts for the next switch; the names of interfaces stay")
  func reconfigures() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(20)))
    let harness = try start(fixture, serving: fixture.vnis)
    defer { harness.stop() }
    harness.reconfigure(
      try PluginOptionValues(
        decoding: [(name: "batch", text: "1"), (name: "interface", text: "other%d")],
        for: MacvlanProtodownPlugin()))
    let reports = harness.snapshot.reportCount
    harness.release(fixture.vnis)
    #expect(harness.reaches(.standby, fixture.vnis))
    #expect(harness.snapshot.reportCount == reports + 20)
  }
}

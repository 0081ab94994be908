import Glibc
import LinuxNetworking
import MacvlanProtodown
import NamespaceFixture
import Testing
import WMGFramework

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"), .serialized)
struct MacvlanEffectorTests {
  let hundred = VNISet(vni(1)...vni(100))
  let five = vni(5)

  func start(_ fixture: MacvlanFixture, answersDrift: Bool = false) throws -> EffectorHarness {
    let harness = try EffectorHarness(
      MacvlanProtodownPlugin(), in: fixture.gateway.namespace, vnis: fixture.vnis, answersDrift: answersDrift)
    harness.prepare(fixture.vnis)
    return harness
  }

  @Test("100 VNIs: standby, active, standby; and no drift is made of our own doings")
  func takesOverAndReleases() throws {
    let fixture = try MacvlanFixture(hundred)
    let harness = try start(fixture)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, hundred))
    for vni in hundred { #expect(try fixture.isSilent(vni)) }

    harness.takeOver(hundred)
    #expect(harness.reaches(.active, hundred))
    for vni in hundred { #expect(try fixture.isServing(vni)) }
    #expect(harness.snapshot.reportCount >= 3, "each batch is reported by itself")

    harness.release(hundred)
    #expect(harness.reaches(.standby, hundred))
    for vni in hundred { #expect(try fixture.isSilent(vni)) }
    usleep(100_000)
    #expect(harness.snapshot.drifts.isEmpty)
    #expect(harness.snapshot.outcomeCount == 300)
  }

  @Test("a command given twice switches nothing")
  func isLevelTriggered() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let harness = try start(fixture)
    defer { harness.stop() }
    harness.takeOver([five])
    #expect(harness.reaches(.active, [five]))
    let switched = harness.counters["protodown-off"]
    harness.takeOver([five])
    #expect(eventually { harness.snapshot.outcomeCount == 3 })
    #expect(harness.counters["protodown-off"] == switched)
  }

  @Test("after its parent flaps a standby comes up in spite of protodown, and is silenced again")
  func repairsParentFlap() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(20)))
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, fixture.vnis))
    try fixture.outside.ip("link set outer down\nlink set outer up")
    #expect(eventually { harness.snapshot.drifts.count >= 20 })
    #expect(harness.snapshot.drifts.first?.reason.contains("in spite of protodown") == true)
    #expect(try eventually { try fixture.vnis.allSatisfy { try fixture.isSilent($0) } })
    #expect(harness.reaches(.standby, fixture.vnis))
  }

  @Test("an interface deleted and made again on a standby does not stay up")
  func silencesRecreatedInterface() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, [five]))
    try fixture.gateway.ip("link del vrrp4-5\n\(MacvlanFixture.creation(of: five))")
    #expect(try eventually { try fixture.isSilent(five) })
    #expect(harness.reaches(.standby, [five]))
  }

  @Test("a missing interface fails alone, says how to make it, and is served when it appears")
  func waitsForMissingInterface() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(10)))
    try fixture.gateway.ip("link del vrrp4-5")
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    harness.takeOver(fixture.vnis)
    #expect(
      harness.failure(five)?.contains("vrrp4-5 is missing; create it with 'ip link add vrrp4-5") == true)
    #expect(harness.reaches(.active, fixture.vnis.filter { $0 != five }))
    try fixture.gateway.ip(MacvlanFixture.creation(of: five))
    #expect(harness.reaches(.active, [five]))
    #expect(try fixture.isServing(five))
  }

  @Test("an admin-down owner is not set up by us; when the operator does, it serves")
  func respectsAdminDown() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    try fixture.gateway.ip("link set vrrp4-5 down")
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, [five]))
    #expect(try fixture.link(five)?.isProtoDown == true)
    harness.takeOver([five])
    #expect(
      harness.failure(five) == "vrrp4-5 is admin down; 'ip link set vrrp4-5 up' when you want it served")
    #expect(try fixture.link(five)?.flags.contains(.adminUp) == false)
    try fixture.gateway.ip("link set vrrp4-5 up")
    #expect(harness.reaches(.active, [five]))
    #expect(try fixture.isServing(five))
  }

  @Test("protodown set by others on an owner, and cleared on a standby, is drift and is repaired")
  func repairsExternalSwitching() throws {
    let fixture = try MacvlanFixture(VNISet(vni(5)...vni(6)))
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    harness.takeOver([five])
    #expect(harness.reaches(.active, [five]))
    #expect(harness.reaches(.standby, [vni(6)]))
    try fixture.gateway.ip("link set vrrp4-5 protodown on\nlink set vrrp4-6 protodown off")
    #expect(eventually { Set(harness.snapshot.drifts.map(\.vni)) == [vni(5), vni(6)] })
    #expect(try eventually { try fixture.isServing(five) && fixture.isSilent(vni(6)) })
  }

  @Test("over a lower device without carrier a takeover is not confirmed before the carrier is back")
  func waitsForLowerCarrier() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, [five]))
    try fixture.outside.ip("link set outer down")
    harness.takeOver([five])
    #expect(
      harness.failure(five) == "vrrp4-5 cannot serve because its lower device lower has no carrier")
    try fixture.outside.ip("link set outer up")
    #expect(harness.reaches(.active, [five]))
    #expect(try fixture.isServing(five))

    try fixture.outside.ip("link set outer down")
    #expect(harness.failure(five)?.contains("no carrier") == true)
    try fixture.outside.ip("link set outer up")
    #expect(harness.reaches(.active, [five]))
    #expect(try fixture.isServing(five))
  }

  @Test("protodown that others hold with a reason is left to them")
  func respectsReasonsOfOthers() throws {
    let fixture = try MacvlanFixture(VNISet(five...five))
    let harness = try start(fixture, answersDrift: true)
    defer { harness.stop() }
    #expect(harness.reaches(.standby, [five]))
    try fixture.gateway.ip("link set vrrp4-5 protodown_reason 7 on")
    harness.takeOver([five])
    #expect(harness.failure(five)?.contains("kept in protodown by reason bit 7 (FRR)") == true)
    #expect(try fixture.link(five)?.protoDownReasons == 1 << 7)
    try fixture.gateway.ip("link set vrrp4-5 protodown_reason 7 off")
    #expect(harness.reaches(.active, [five]))
  }

  @Test("an interface of that name that is no macvlan is left alone")
  func leavesOtherKindsAlone() throws {
    let fixture = try MacvlanFixture(VNISet())
    try fixture.gateway.ip("link add vrrp4-5 type bridge\nlink set vrrp4-5 up")
    let harness = try start(fixture)
    defer { harness.stop() }
    harness.release([five])
    #expect(harness.failure(five)?.contains("is a bridge, not a macvlan") == true)
    #expect(try fixture.link(five)?.isProtoDown == false)
  }
}

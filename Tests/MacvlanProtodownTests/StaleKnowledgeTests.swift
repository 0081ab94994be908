import Glibc
import LinuxNetworking
import NamespaceFixture
import Testing
import WMGFramework

@testable import MacvlanProtodown

@Suite(.enabled(if: TemporaryNamespace.isPossible, "needs root to make network namespaces"))
struct StaleKnowledgeTests {
  @Test("an interface made anew while others are switched is told as drift at once")
  func recreatedDuringRelease() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(2)))
    let direct = try DirectEffector(fixture.vnis, batch: 1)
    try fixture.gateway.namespace.run {
      try direct.effector.prepare(fixture.vnis)
      direct.effector.takeOver([vni(1), vni(2)])
      #expect(direct.outcomes == [vni(1): .active, vni(2): .active])
      direct.onReport = {
        _ = try? fixture.gateway.ip("link del vrrp4-2\n\(MacvlanFixture.creation(of: vni(2)))")
      }
      direct.effector.release([vni(1), vni(2)])
      #expect(direct.outcomes[vni(1)] == .standby)
      #expect(direct.drifts == [vni(2)])
      direct.effector.stop()
    }
  }

  @Test("what could not be read is read 1 s later, without an event")
  func catchesUpLater() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(2)))
    let direct = try DirectEffector(fixture.vnis, batch: 64)
    try fixture.gateway.namespace.run {
      try direct.effector.prepare(fixture.vnis)
      let events = try #require(direct.effector.monitor).fileDescriptor
      let saved = dup(events)
      let null = open("/dev/null", O_RDONLY)
      defer {
        close(saved)
        close(null)
      }
      dup2(null, events)
      #expect(direct.effector.catchUp().isEmpty)
      try fixture.gateway.ip("link set vrrp4-2 protodown off")
      var byte: UInt8 = 0
      while recv(saved, &byte, 1, CInt(MSG_DONTWAIT)) >= 0 {}
      dup2(saved, events)
      direct.loop.schedule(at: direct.loop.now + .milliseconds(1200)) { direct.loop.stop() }
      direct.loop.run()
      #expect(direct.drifts == [vni(2)])
      direct.effector.stop()
    }
  }

  @Test("a released VNI does not wait for its lower device's carrier any more")
  func releasedWithoutCarrier() throws {
    let fixture = try MacvlanFixture(VNISet(vni(1)...vni(2)))
    let direct = try DirectEffector(fixture.vnis, batch: 64)
    try fixture.gateway.namespace.run {
      try direct.effector.prepare(fixture.vnis)
      try fixture.outside.ip("link set outer down")
      let monitor = try #require(direct.effector.monitor)
      let isSeen = try eventually {
        _ = try monitor.catchUp()
        return monitor.links["lower"]?.flags.contains(.lowerUp) == false
      }
      #expect(isSeen)
      direct.effector.takeOver([vni(1), vni(2)])
      #expect(direct.effector.awaitingLower == ["lower": [vni(1), vni(2)]])
      direct.effector.release([vni(1)])
      #expect(direct.effector.awaitingLower == ["lower": [vni(2)]])
      direct.effector.release([vni(2)])
      #expect(direct.effector.awaitingLower.isEmpty)
      direct.effector.stop()
    }
  }
}

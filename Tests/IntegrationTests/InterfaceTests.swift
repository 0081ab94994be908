import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// What happens to interfaces behind the daemon's back.
  @Suite struct InterfaceTests {
    @Test(
      "All parents of a gateway flap: standbys stay standby, owners come back",
      arguments: [LabTopology.direct, .veth, .light])
    func parentFlap(_ topology: LabTopology) throws {
      let fleet = try Fleet(topology)
      try fleet.start()
      let before = fleet.observer.soleOwners
      fleet.observer.beginRecord()
      let flapped = topology == .light ? [fleet.network.plan.vnis[0]] : fleet.network.plan.vnis
      for vni in flapped { try fleet.network.flapParent(of: vni, at: 1) }
      pause(.milliseconds(500))
      try fleet.expectOneOwnerEach(within: .seconds(3))
      #expect(fleet.observer.soleOwners == before, "\(fleet.picture)")
      let record = fleet.observer.record()
      // The kernel brings a standby up with its parent, so that two answer for a moment.
      #expect(record.longestShared <= fleet.takeover)
      let unowned = record.unownedVNIs
      for vni in unowned { #expect(before[fleet.network.plan.index(of: vni)!] == 1) }
      #expect(record.longestUnowned <= .seconds(1))
    }

    @Test("Interfaces are deleted and made anew, active: owner and standby are what they were")
    func recreation() throws {
      let fleet = try Fleet()
      try fleet.start()
      let before = fleet.observer.soleOwners
      let owned = Array(fleet.observer.owned[0].prefix(5))
      let standby = Array(fleet.observer.owned[1].prefix(5))
      try fleet.network.deleteInterfaces(of: owned + standby, at: 0)
      pause(.milliseconds(300))
      let status = try fleet.status(0)
      let degraded = VNISet(status.vnis.filter { $0.degraded != nil }.compactMap { VNI(rawValue: $0.vni) })
      #expect(degraded == VNISet(owned + standby))

      fleet.observer.beginRecord()
      try fleet.network.recreateInterfaces(of: owned + standby, at: 0, standby: false)
      pause(.milliseconds(300))
      try fleet.expectOneOwnerEach(within: .seconds(5))
      #expect(fleet.observer.soleOwners == before, "\(fleet.picture)")
      #expect(fleet.observer.record().longestShared <= fleet.takeover)
      #expect(
        pollUntil(.seconds(5)) { (try? fleet.status(0).vnis.allSatisfy { $0.degraded == nil }) == true })
    }

    @Test("An operator sets protodown on an owner: it is put right")
    func protodownOn() throws {
      let fleet = try Fleet()
      try fleet.start()
      let before = fleet.observer.soleOwners
      fleet.observer.beginRecord()
      try fleet.network.setProtodown(true, of: fleet.observer.owned[2], at: 2)
      pause(.milliseconds(100))
      try fleet.expectOneOwnerEach(within: .seconds(5))
      #expect(fleet.observer.soleOwners == before, "\(fleet.picture)")
      let record = fleet.observer.record()
      #expect(!record.unowned.isEmpty)
      #expect(record.longestUnowned <= .milliseconds(500))
    }

    @Test("An operator takes protodown off a standby: it is put right")
    func protodownOff() throws {
      let fleet = try Fleet()
      try fleet.start()
      let before = fleet.observer.soleOwners
      fleet.observer.beginRecord()
      try fleet.network.setProtodown(false, of: fleet.observer.owned[0], at: 2)
      pause(.milliseconds(100))
      try fleet.expectOneOwnerEach(within: .seconds(5))
      #expect(fleet.observer.soleOwners == before, "\(fleet.picture)")
      let record = fleet.observer.record()
      #expect(!record.shared.isEmpty && record.unowned.isEmpty)
      #expect(record.longestShared <= .milliseconds(500))
      #expect(try fleet.status(2).counters["core"]?["drifts-repaired"] ?? 0 > 0)
    }

    @Test("A missing interface: that VNI is degraded, the others are served; when it comes, it is served too")
    func missingInterface() throws {
      let fleet = try Fleet()
      let missing = Array(fleet.network.plan.vnis[0..<8])
      try fleet.network.deleteInterfaces(of: missing, at: 0)
      for gateway in fleet.network.gateways { try gateway.start(fleet.command) }
      let served = fleet.network.plan.vnis.indices.dropFirst(8)
      #expect(
        pollUntil(fleet.detectionTime + .seconds(2)) {
          let owners = fleet.observer.soleOwners
          return served.allSatisfy { owners[$0] != nil }
        })
      pause(.milliseconds(500))
      let status = try fleet.status(0)
      for overlay in status.vnis {
        #expect((overlay.degraded != nil) == missing.contains { $0.rawValue == overlay.vni })
      }
      // What is without an owner is what it should own and cannot.
      let orphans = fleet.network.plan.vnis.filter { fleet.observer.owners(of: $0).isEmpty }
      let wanted = status.vnis.filter { $0.degraded != nil && $0.desired == "active" }.map(\.vni)
      #expect(orphans.map(\.rawValue) == wanted)

      try fleet.network.recreateInterfaces(of: missing, at: 0)
      try fleet.expectOneOwnerEach(within: .seconds(5))
    }

    @Test("An interface that an operator has set down is not set up, and never answers")
    func administrativelyDown() throws {
      let fleet = try Fleet()
      try fleet.start()
      let vni = try #require(fleet.observer.owned[0].first { _ in true })
      try fleet.network.setAdministrativeState(up: false, of: [vni], at: 0)
      pause(.seconds(1))
      #expect(fleet.observer.owners(of: vni).isEmpty)
      #expect(try fleet.status(0).vnis.first { $0.vni == vni.rawValue }?.degraded != nil)
      try fleet.network.setAdministrativeState(up: true, of: [vni], at: 0)
      try fleet.expectOneOwnerEach(within: .seconds(5))
      #expect(fleet.observer.owners(of: vni) == [0])
    }
  }
}

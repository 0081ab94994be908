import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// Two of our gateways and one that was written from the protocol's description alone, with the Go daemon's timing.
  @Suite struct MixedFleetTests {
    @Test("It joins, leaves, joins and crashes in a fleet of ours")
    func guest() throws {
      let fleet = try Fleet(interval: .seconds(1))
      try fleet.start([0, 1])
      let withoutGuest = fleet.observer.soleOwners

      fleet.observer.beginRecord()
      var guest = try Guest(fleet)
      #expect(pollUntil(.seconds(8)) { fleet.observer.owned[2].count >= 15 })
      try fleet.expectOneOwnerEach(within: .seconds(3))
      // It speaks 2 s before it can serve; ours hold its VNIs for it meanwhile.
      #expect(fleet.observer.record().longestUnowned <= Guest.slack)
      let withGuest = fleet.observer.soleOwners

      fleet.observer.beginRecord()
      guest.process.terminate()
      #expect(guest.process.wait(for: .seconds(6)) == .exited(0))
      try fleet.expectOneOwnerEach(within: .seconds(3))
      #expect(fleet.observer.record().longestUnowned <= Guest.slack)
      #expect(fleet.observer.soleOwners == withoutGuest, "\(fleet.picture)")

      guest = try Guest(fleet)
      #expect(pollUntil(.seconds(8)) { fleet.observer.soleOwners == withGuest }, "\(fleet.picture)")

      fleet.observer.beginRecord()
      guest.process.kill()
      fleet.observer.setCounted(2, false)
      try fleet.network.cutAll(of: 2)
      try fleet.expectOneOwnerEach(within: .seconds(6))
      let limit = fleet.detectionTime + .milliseconds(50) + fleet.takeover
      #expect(fleet.observer.record().longestUnowned <= limit)
      #expect(fleet.observer.soleOwners == withoutGuest, "\(fleet.picture)")
    }

    @Test("Ours joins a fleet in which it was first, and leaves it again")
    func host() throws {
      let fleet = try Fleet(interval: .seconds(1))
      let guest = try Guest(fleet)
      defer { guest.process.kill() }
      #expect(pollUntil(.seconds(8)) { fleet.observer.owned[2].count == 100 })
      fleet.observer.beginRecord()
      try fleet.network.gateways[0].start(fleet.command)
      #expect(pollUntil(.seconds(8)) { fleet.observer.owned[0].count >= 30 })
      try fleet.expectOneOwnerEach(within: .seconds(3))
      #expect(fleet.observer.record().longestUnowned <= Guest.slack)

      fleet.observer.beginRecord()
      let daemon = try #require(fleet.network.gateways[0].daemon)
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(6)) == .exited(0))
      try fleet.expectOneOwnerEach(within: .seconds(3))
      let record = fleet.observer.record()
      #expect(record.unowned.isEmpty, "without an owner: \(record.unownedVNIs) for \(record.longestUnowned)")
    }
  }
}

/// The independent gateway, at the lab's third place.
private struct Guest {
  /// It is slower than ours: Python, and an `ip` process per change.
  static let slack = Duration.milliseconds(400)

  let process: ChildProcess

  init(_ fleet: Fleet) throws {
    let program = try #require(Bundle.module.path(forResource: "independent_peer", ofType: "py"))
    let gateway = fleet.network.gateways[2]
    process = try ChildProcess(
      "/usr/bin/env", ["python3", program, "--uid", "\(gateway.uid)", "--macvlan"],
      namespace: gateway.namespace, output: .file(gateway.logFile), errors: .file(gateway.logFile))
  }
}

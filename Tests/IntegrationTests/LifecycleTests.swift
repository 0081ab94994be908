import Glibc
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration {
  /// Gateways come and go, with the default timing: one advertisement per second, dead after three.
  @Suite struct LifecycleTests {
    @Test("Started together, each VNI gets exactly one owner", arguments: [LabTopology.direct, .veth])
    func startTogether(_ topology: LabTopology) throws {
      let fleet = try Fleet(topology, interval: .seconds(1))
      fleet.observer.beginRecord()
      for gateway in fleet.network.gateways { try gateway.start(fleet.command) }
      let took = try fleet.expectOneOwnerEach(within: .seconds(10))
      #expect(took <= fleet.detectionTime + .seconds(1))
      let record = fleet.observer.record()
      #expect(record.longestShared <= fleet.takeover)
      // All three share the load, and each says of itself what is seen from outside.
      let owned = fleet.observer.owned
      #expect(owned.allSatisfy { $0.count >= 15 })
      for gateway in 0..<3 {
        let status = try fleet.status(gateway)
        #expect(status.phase == "active")
        #expect(status.peers.map(\.uid) == [11, 12, 13].filter { $0 != 11 + gateway }.map(String.init))
        let active = status.vnis.filter { $0.confirmed == "active" && $0.desired == "active" }
        #expect(VNISet(active.compactMap { VNI(rawValue: $0.vni) }) == owned[gateway])
      }
    }

    @Test(
      "Killed: its VNIs are taken over, the others' stay; back again: nobody notices",
      arguments: [LabTopology.direct, .veth])
    func crashAndReturn(_ topology: LabTopology) throws {
      let fleet = try Fleet(topology, interval: .seconds(1))
      try fleet.start()
      let before = fleet.observer.soleOwners

      fleet.observer.beginRecord()
      let killed = try fleet.crash(1)
      try fleet.expectOneOwnerEach(within: .seconds(8))
      let record = fleet.observer.record()
      let last = try #require(record.lastOwnedAgain)
      #expect(last - killed <= fleet.detectionTime + .milliseconds(50) + fleet.takeover)
      #expect(record.shared.isEmpty)
      for (old, new) in zip(before, fleet.observer.soleOwners) where old != 1 { #expect(new == old) }

      try fleet.network.reboot(1)
      fleet.observer.setCounted(1, true)
      fleet.observer.beginRecord()
      try fleet.network.gateways[1].start(fleet.command)
      #expect(pollUntil(.seconds(8)) { fleet.observer.soleOwners == before }, "\(fleet.picture)")
      let joining = fleet.observer.record()
      #expect(joining.longestUnowned <= fleet.takeover)
      #expect(joining.longestShared <= fleet.overlap + fleet.takeover)
    }

    @Test(
      "SIGTERM: serves until the others have taken over; then everything is standby, exit code 0",
      arguments: [LabTopology.direct, .veth])
    func orderlyStop(_ topology: LabTopology) throws {
      let fleet = try Fleet(topology, interval: .seconds(1))
      try fleet.start()
      fleet.observer.beginRecord()
      let daemon = try #require(fleet.network.gateways[0].daemon)
      let asked = BootTimeClock.now
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(8)) == .exited(0))
      let took = BootTimeClock.now - asked
      #expect(took >= fleet.detectionTime && took <= fleet.detectionTime + .seconds(1))
      #expect(fleet.observer.owned[0].isEmpty)
      try fleet.expectOneOwnerEach(within: .seconds(1))
      let record = fleet.observer.record()
      #expect(record.unowned.isEmpty, "without an owner: \(record.unownedVNIs) for \(record.longestUnowned)")
      #expect(record.longestShared <= .milliseconds(300) + fleet.takeover)
    }

    @Test("A second SIGTERM: everything standby at once")
    func hastyStop() throws {
      let fleet = try Fleet(interval: .seconds(1))
      try fleet.start()
      let daemon = try #require(fleet.network.gateways[2].daemon)
      daemon.terminate()
      pause(.milliseconds(200))
      #expect(daemon.isRunning)
      daemon.terminate()
      #expect(daemon.wait(for: .seconds(1)) == .exited(0))
      #expect(fleet.observer.owned[2].isEmpty)
    }

    @Test("SIGHUP and SIGPIPE end nothing")
    func harmlessSignals() throws {
      let fleet = try Fleet()
      try fleet.start()
      fleet.observer.beginRecord()
      for gateway in fleet.network.gateways {
        gateway.daemon?.send(SIGHUP)
        gateway.daemon?.send(SIGPIPE)
      }
      pause(.seconds(1))
      #expect(fleet.network.gateways.allSatisfy { $0.daemon?.isRunning == true })
      let record = fleet.observer.record()
      #expect(record.unowned.isEmpty && record.shared.isEmpty)
    }

    @Test("A third gateway joins: its share moves, and no VNI is without an owner")
    func join() throws {
      let fleet = try Fleet()
      try fleet.start([0, 1])
      let before = fleet.observer.soleOwners
      fleet.observer.beginRecord()
      try fleet.network.gateways[2].start(fleet.command)
      #expect(pollUntil(.seconds(5)) { fleet.observer.owned[2].count >= 15 })
      try fleet.expectOneOwnerEach(within: .seconds(2))
      let record = fleet.observer.record()
      #expect(record.longestUnowned <= fleet.takeover)
      #expect(record.longestShared <= fleet.overlap + fleet.takeover)
      for (old, new) in zip(before, fleet.observer.soleOwners) { #expect(new == old || new == 2) }
    }

    @Test("Stopped for 10 s (SIGSTOP): its peers take over, and on waking it lets go and joins again")
    func pauseAndResume() throws {
      let fleet = try Fleet(interval: .seconds(1))
      try fleet.start()
      let before = fleet.observer.soleOwners
      let daemon = try #require(fleet.network.gateways[1].daemon)
      fleet.observer.beginRecord()
      daemon.pause()
      fleet.observer.setCounted(1, false)
      try fleet.expectOneOwnerEach(within: .seconds(6))
      #expect(
        fleet.observer.record().longestUnowned <= fleet.detectionTime + .milliseconds(50) + fleet.takeover)
      pause(.seconds(6))

      fleet.observer.setCounted(1, true)
      fleet.observer.beginRecord()
      daemon.resume()
      // It may hold what it had until it hears a peer, which takes an interval at most.
      #expect(pollUntil(fleet.command.interval + fleet.takeover) { fleet.observer.owned[1].isEmpty })
      #expect(pollUntil(.seconds(8)) { fleet.observer.soleOwners == before }, "\(fleet.picture)")
      let record = fleet.observer.record()
      #expect(record.longestUnowned <= fleet.takeover)
      #expect(record.longestShared <= fleet.command.interval + fleet.takeover)
    }
  }
}

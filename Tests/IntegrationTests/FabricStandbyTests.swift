import Foundation
import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// What the direct topology asks of the gateway: zebra follows the macvlans by itself there.
  @Suite struct FabricStandbyTests {
    @Test("A restarted FRR that advertises every gateway address does not go on to advertise standbys")
    func restart() throws {
      // bgpd has 'advertise-default-gw' for all VNIs, so nothing but its carrier keeps a standby from being advertised;
      // and a zebra that starts takes its standbys for present.
      let fleet = try FabricFleet(.direct, vnis: "1-20", advertisesAll: true)
      try fleet.start(0)
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])
      let notice = "FRR advertised standbys"
      let before = fleet.network.gateways[1].log().components(separatedBy: notice).count

      try fleet.network.gatewayFRR[1].restart()
      try fleet.expectRoutesToOwners(after: "a restart of FRR on g2", carriedBy: [0, 1])
      let after = fleet.network.gateways[1].log().components(separatedBy: notice).count
      #expect(after > before, "FRR no longer does what this test is about: \(fleet.picture)")
    }

    @Test("A gateway that stops withdraws its routes before its interfaces go down")
    func stop() throws {
      // Alone, so that what the access point hears is the withdrawal, and not another's announcement.
      let fleet = try FabricFleet(.direct, vnis: "1-20")
      // A withdrawal takes 150 ms to the access point, over bgpd, the route reflector and bgpd again: as long as the
      // default waits for it. What is tested is the order, so there is room here.
      try fleet.start(0, ["--set", "frr.propagation=400ms"])
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0])

      fleet.forwarding.beginRecord()
      fleet.observer.beginRecord()
      try fleet.stop(0)
      #expect(
        pollUntil(.seconds(5)) { fleet.forwarding.gateways.allSatisfy { $0 == nil } }, "\(fleet.picture)")
      let down = fleet.observer.record().unowned
      let withdrawn = fleet.forwarding.changes.filter { $0.vtep == nil }
      #expect(down.count == 20 && withdrawn.count == 20)
      let firstDown = try #require(down.map(\.start).min())
      let late = withdrawn.map { $0.at - firstDown }.max() ?? .zero
      #expect(late < .zero, "the last route went \(late) after the first interface: \(fleet.picture)")
    }

    @Test("A release waits for a bgpd that hangs half a second, and the heartbeat not at all")
    func hangingBGP() throws {
      let fleet = try FabricFleet(.direct, vnis: "1-20")
      try fleet.start(0)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0])

      let bgp = try #require(fleet.network.gatewayFRR[0].process(.bgpd))
      bgp.pause()
      defer { bgp.resume() }
      fleet.observer.beginRecord()
      try fleet.start(1)
      // vtysh itself is given ten seconds. How long two served: the overlap of 210 ms, the half second, and the machine.
      let moved = fleet.observer.owned[1]
      #expect(
        pollUntil(FabricFleet.patience) { moved.allSatisfy { !fleet.observer.owned[0].contains($0) } },
        "\(fleet.picture)")
      let record = fleet.observer.record()
      #expect(record.longestShared < .seconds(3), "\(fleet.picture)")
      #expect(record.unowned.isEmpty)
      let logs = fleet.network.gateways.map { $0.log() }
      #expect(!logs.contains { $0.contains("peer expired") }, "\(fleet.picture)")
      bgp.resume()
      try fleet.expectRoutesToOwners(after: "bgpd went on", carriedBy: [0, 1])
    }
  }
}

import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// Type-2 routes: the access point sends what is for each VNI's gateway to the VNI's owner.
  @Suite struct FabricRouteTests {
    @Test(
      "Whatever happens to two gateways, the access point leads each of 100 VNIs to its owner",
      arguments: FabricTopology.allCases)
    func routes(_ topology: FabricTopology) throws {
      let fleet = try FabricFleet(topology, vnis: "1-100")
      try fleet.start(0)
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])

      try fleet.stop(1)
      try fleet.expectRoutesToOwners(after: "SIGTERM of g2", carriedBy: [0])

      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the join of g2", carriedBy: [0, 1])

      try fleet.crash(0)
      try fleet.expectRoutesToOwners(after: "SIGKILL of g1 with its underlay cut", carriedBy: [1])

      try fleet.bringBack(0)
      try fleet.expectRoutesToOwners(after: "the return of g1's machine", carriedBy: [0, 1])

      // Nobody moves, but the routes of g2 go and come again; those of its standbys do not come with them.
      fleet.forwarding.beginRecord()
      try fleet.network.gatewayFRR[1].restart()
      try fleet.expectRoutesToOwners(after: "a restart of FRR on g2", carriedBy: [0, 1])
      #expect(fleet.forwarding.changes.contains { $0.vtep == nil }, "no route was withdrawn by the restart")

      try fleet.crashBGP(of: 0)
      try fleet.expectRoutesToOwners(after: "SIGKILL of bgpd on g1", carriedBy: [0, 1])
    }
  }
}

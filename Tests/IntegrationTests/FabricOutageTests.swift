import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// How long a client is without its gateway. The limits are a small, shared machine's: what is lost for good, or only
  /// found again by a timeout of seconds, exceeds them; HandoverBenchmark has the figures.
  @Suite struct FabricOutageTests {
    /// Against 1 s for an ARP request that the old owner gets the answer to, asked again by default after 1 s only, and
    /// 300 s for a route that is not withdrawn.
    private let plannedLimit = Duration.milliseconds(500)

    @Test("A client's gap in planned handovers and in a crash with BFD", arguments: FabricTopology.allCases)
    func outages(_ topology: FabricTopology) throws {
      let fleet = try FabricFleet(topology, vnis: "1-20")
      try fleet.start(0)
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])
      let moved = fleet.observer.owned[1]
      let pinger = try Pinger(fleet.network, of: moved, spacing: .milliseconds(2), limit: 5)
      defer { pinger.stop() }

      let stopped = try fleet.gap(pinger) {
        try fleet.stop(1)
        try fleet.expectRoutesToOwners(after: "SIGTERM of g2", carriedBy: [0])
      }
      #expect(stopped <= plannedLimit, "SIGTERM: \(fleet.picture)")

      let joined = try fleet.gap(pinger) {
        try fleet.start(1)
        try fleet.expectRoutesToOwners(after: "the join of g2", carriedBy: [0, 1])
        #expect(fleet.observer.owned[1] == moved)
      }
      #expect(joined <= plannedLimit, "join: \(fleet.picture)")

      let crashed = try fleet.gap(pinger) {
        try fleet.crash(1)
        try fleet.expectRoutesToOwners(after: "SIGKILL of g2 with its underlay cut", carriedBy: [0])
      }
      // The survivor waits for the detection time and 50 ms; BFD has withdrawn the routes by then.
      #expect(crashed <= fleet.detectionTime + .milliseconds(50) + .seconds(1), "crash: \(fleet.picture)")
      #expect(crashed >= fleet.detectionTime - fleet.interval, "nothing has crashed: \(fleet.picture)")
    }
  }
}

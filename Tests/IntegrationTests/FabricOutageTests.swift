import GatewayLab
import LinuxNetworking
import Testing
import WMGFramework

extension Integration.FabricTests {
  /// How long a client is without its gateway. The limits are a small, shared machine's: what is lost for good, or only
  /// found again by a timeout of seconds, exceeds them; HandoverBenchmark has the figures.
  @Suite struct FabricOutageTests {
    /// For each planned handover: noise stays below, what a timeout ends does not.
    private let plannedLimit = Duration.milliseconds(500)
    /// For the better of two: without the overlap's withdrawal it is some 60 to 120 ms over a veth.
    private let betterLimit = Duration.milliseconds(50)

    @Test("A client's gap in planned handovers and in a crash with BFD", arguments: FabricTopology.allCases)
    func outages(_ topology: FabricTopology) throws {
      let fleet = try FabricFleet(topology, vnis: "1-20")
      try fleet.start(0)
      try fleet.start(1)
      try fleet.expectRoutesToOwners(after: "the start", carriedBy: [0, 1])
      let moved = fleet.observer.owned[1]
      let pinger = try Pinger(fleet.network, of: moved, spacing: .milliseconds(2), limit: 5)
      defer { pinger.stop() }

      var gaps: (stop: [Duration], join: [Duration]) = ([], [])
      for _ in 1...2 {
        gaps.stop.append(
          try fleet.gap(pinger) {
            try fleet.stop(1)
            try fleet.expectRoutesToOwners(after: "SIGTERM of g2", carriedBy: [0])
          })
        gaps.join.append(
          try fleet.gap(pinger) {
            try fleet.start(1)
            try fleet.expectRoutesToOwners(after: "the join of g2", carriedBy: [0, 1])
            #expect(fleet.observer.owned[1] == moved)
          })
      }
      for (event, gaps) in [("SIGTERM", gaps.stop), ("join", gaps.join)] {
        #expect(gaps.allSatisfy { $0 <= plannedLimit }, "\(event): \(gaps) \(fleet.picture)")
        #expect(gaps.contains { $0 <= betterLimit }, "\(event): \(gaps) \(fleet.picture)")
      }

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

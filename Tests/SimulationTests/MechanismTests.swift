import Testing
import WMGFramework

@testable import FleetSimulation

/// The parts of the simulated world.
struct MechanismTests {
  @Test func eventsComeByTimeAndThenAsPlanned() {
    var queue = EventQueue()
    for number in [5, 3, 9, 3, 1] {
      queue.plan(.faultBegins(number), at: MonotonicInstant(nanoseconds: Int64(number)))
    }
    queue.plan(.faultEnds(3), at: MonotonicInstant(nanoseconds: 3))
    var taken: [String] = []
    while let event = queue.takeFirst() { taken.append("\(event)") }
    #expect(
      taken == [
        "faultBegins(1)", "faultBegins(3)", "faultBegins(3)", "faultEnds(3)", "faultBegins(5)",
        "faultBegins(9)",
      ])
  }

  @Test(arguments: [-500, 0, 123, 500] as [Int64]) func clocksAreInverted(error: Int64) {
    let clock = HostClock(partsPerMillion: error, offset: 77_000_000)
    for nanoseconds in stride(from: Int64(1_000_000_000_000), to: 1_200_000_000_000, by: 7_777_777_777) {
      let local = MonotonicInstant(nanoseconds: nanoseconds)
      let world = clock.world(local)
      #expect(clock.local(world) >= local)
      #expect(clock.local(world) - local < .microseconds(2))
    }
  }

  @Test func aPartitionCutsBothWaysAndOneWayOnlyOne() {
    var dice = Dice(seed: 1)
    func copies(_ network: Network, from: Int, to: Int) -> Int {
      network.fates(from: from, to: to, &dice).count
    }
    var network = Network(delivery: .milliseconds(1), baseLoss: 0)
    network.begin(Network.Disturbance(fault: 0, kind: .oneWayLink, machines: [0, 1], first: 0, severity: 1))
    #expect(copies(network, from: 0, to: 1) == 0)
    #expect(copies(network, from: 1, to: 0) == 1)
    network.end(0)
    network.begin(
      Network.Disturbance(fault: 1, kind: .partitionOfHalves, machines: [0, 1], first: 0, severity: 1))
    #expect(copies(network, from: 0, to: 2) == 0)
    #expect(copies(network, from: 2, to: 0) == 0)
    #expect(copies(network, from: 0, to: 1) == 1)
  }

  @Test func aHeartbeatFallsSilentAfterADetectionTime() {
    let start = MonotonicInstant(nanoseconds: 0)
    let configuration = Scenario(seed: 1).configuration(of: Scenario(seed: 1).machines[0])
    var heartbeat = SimulatedHeartbeat(configuration, at: start)
    let begins = heartbeat.advertise(.on, at: start)
    #expect(begins)
    let late = start + configuration.detectionTime
    let beat = heartbeat.beat(isBurst: false, leaseEnd: late + .seconds(1), at: late)
    guard case .lapse = beat else {
      Issue.record("it goes on")
      return
    }
    #expect(heartbeat.mode == .silent)
  }
}

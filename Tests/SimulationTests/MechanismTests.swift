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
    network.end(1)
    for severity in [0.2, 0.8] {
      network.begin(
        Network.Disturbance(
          fault: 2, kind: .oneWayPartition, machines: [0, 1], first: 0, severity: severity))
      #expect(copies(network, from: 0, to: 2) == (severity < 0.5 ? 0 : 1))
      #expect(copies(network, from: 2, to: 1) == (severity < 0.5 ? 1 : 0))
      #expect(copies(network, from: 0, to: 1) == 1)
      #expect(copies(network, from: 2, to: 3) == 1)
      network.end(2)
    }
  }

  @Test func latePacketsAreLateByHalfOfTheWorstOrMore() throws {
    var dice = Dice(seed: 1)
    var network = Network(delivery: .milliseconds(1), baseLoss: 0)
    network.begin(
      Network.Disturbance(
        fault: 0, kind: .delay, machines: [0], first: 0, severity: 1, lateness: .seconds(4)))
    for _ in 0..<20 {
      let fate = try #require(network.fates(from: 0, to: 1, &dice).first)
      #expect(fate.isLate && fate.delay >= .seconds(2) && fate.delay <= .milliseconds(4001))
      #expect(network.fates(from: 1, to: 2, &dice).first?.isLate == false)
    }
  }

  @Test func garbageIsRefusedAndChangesNothing() {
    var scenario = Scenario(seed: 2, kinds: [.reload])
    scenario.faults = [
      Fault(kind: .garbage, start: .seconds(20), length: .seconds(2), machines: [0, 1], severity: 1)
    ]
    scenario.baseLoss = 0
    for machine in scenario.machines.indices {
      scenario.machines[machine].isGo = false
      scenario.machines[machine].startsAt = machine < 2 ? .zero : nil
    }
    scenario.quietFrom = .seconds(22)
    scenario.end = .seconds(30)
    let world = World(scenario)
    world.run()
    #expect(world.judge.violation == nil)
    #expect(world.refusals == 200)
    #expect(world.hosts.allSatisfy { $0.process?.view.count ?? 2 == 2 })
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

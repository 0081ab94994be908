import FleetSimulation
import Testing

/// Every guarantee holds in fleets that live through faults, and a run is the same every time.
struct SimulationRunTests {
  @Test(arguments: 1...30 as ClosedRange<UInt64>) func everyGuaranteeHolds(seed: UInt64) {
    let run = SimulationRun(Scenario(seed: seed))
    #expect(run.violation == nil, "\(run.scenario.summary)\n\(run.lastEvents.joined(separator: "\n"))")
    #expect(run.events > 100)
  }

  @Test(arguments: [3, 17, 1399] as [UInt64]) func theSameSeedIsTheSameRun(seed: UInt64) {
    let first = SimulationRun(Scenario(seed: seed))
    var told: [String] = []
    let second = SimulationRun(Scenario(seed: seed)) { told.append($0) }
    #expect(first.digest == second.digest)
    #expect(first.events == second.events)
    #expect(first.scenario == second.scenario)
    #expect(told.count > 100)
  }

  @Test func differentSeedsAreDifferentRuns() {
    let digests = Set((1...10 as ClosedRange<UInt64>).map { SimulationRun(Scenario(seed: $0)).digest })
    #expect(digests.count == 10)
  }

  @Test func everyKindOfFaultIsDrawn() {
    let drawn = Set((1...400 as ClosedRange<UInt64>).flatMap { Scenario(seed: $0).faults.map(\.kind) })
    #expect(drawn == Set(FaultKind.allCases))
  }

  @Test func halfOfALargeFleetIsStartedAtOnce() {
    let joins = (1...2000 as ClosedRange<UInt64>).lazy.map { Scenario(seed: $0) }.contains { scenario in
      scenario.faults.contains { $0.kind == .joinOfMany && $0.machines.count >= 10 }
    }
    #expect(joins)
  }

  @Test func scenariosAreOfAllSorts() {
    let scenarios = (1...400 as ClosedRange<UInt64>).map { Scenario(seed: $0) }
    #expect(Set(scenarios.map(\.strategy)) == Set(Scenario.Strategy.allCases))
    #expect(Set(scenarios.map(\.hasGuards)).count == 2)
    #expect(scenarios.contains { $0.machines.count > 12 })
    #expect(scenarios.contains { $0.machines.contains(where: \.isGo) })
    #expect(scenarios.contains { $0.timing.stopMargin > .seconds(1) && $0.hasGuards })
    #expect(Set(scenarios.map(\.timing.multiplier)).count > 3)
    for scenario in scenarios {
      #expect(Set(scenario.machines.map(\.uid)).count == scenario.machines.count)
      #expect(scenario.faults.allSatisfy { $0.end <= scenario.quietFrom && !$0.machines.isEmpty })
    }
  }
}

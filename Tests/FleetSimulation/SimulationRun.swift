package import WMGFramework

/// What came of one seed.
public struct SimulationRun: Sendable {
  /// What was drawn.
  public let scenario: Scenario
  /// The guarantee that did not hold, if one did not.
  public let violation: Violation?
  /// The last events of the machines that it concerns, one line each.
  public let lastEvents: [String]
  /// The same for the same seed, and different if anything happens differently.
  public let digest: UInt64
  /// How many events there were.
  public let events: Int
  /// How long it lasted, in the world's time, times its gateways.
  public let fleetTime: Duration
  /// The longest that each cause has explained two owners without a break.
  public let longestDouble: [Cause: Duration]
  /// The longest that each cause has explained none.
  public let longestOwnerless: [Cause: Duration]
  /// How many packets were refused because they were no advertisements.
  public let refusals: Int
  /// How long it lasted, in the world's time.
  public let worldTime: Duration
  /// The most that any core has remembered, in entries.
  public let mostRemembered: Int

  /// Runs a scenario to its end, or to the first guarantee that does not hold.
  ///
  /// - Parameters:
  ///   - deliberateFaults: What is broken in every core on purpose.
  ///   - tell: Called with a line for everything that happens.
  package init(
    _ scenario: Scenario, deliberateFaults: DeliberateFaults = [], tell: ((String) -> Void)? = nil
  ) {
    let world = World(scenario, deliberateFaults: deliberateFaults, tell: tell)
    world.run()
    self.scenario = scenario
    violation = world.judge.violation
    lastEvents = violation.map { world.chronicle.lastEvents(of: $0.machines) } ?? []
    digest = world.digest.value
    events = world.eventCount
    refusals = world.refusals
    worldTime = world.now - world.start
    fleetTime = (world.now - world.start) * scenario.machines.count { $0.startsAt != nil }
    longestDouble = world.judge.longestDouble
    longestOwnerless = world.judge.longestOwnerless
    mostRemembered = world.judge.mostRemembered
  }
}

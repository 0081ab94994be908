import WMGFramework

/// A deliberate fault of the core, and the guarantees that have to find it.
public struct NegativeControl: Sendable {
  /// What reports call it.
  public let name: String
  let fault: DeliberateFaults
  /// Names of guarantees, or beginnings of them.
  public let expected: [String]
  /// Faults among which it shows; all of them, if there are none.
  let kinds: [FaultKind]

  /// Each has to be found within so many seeds.
  public static let mostSeeds: UInt64 = 1000

  init(
    _ name: String, _ fault: DeliberateFaults, _ expected: [Guarantee],
    among kinds: [FaultKind] = FaultKind.allCases
  ) {
    self.name = name
    self.fault = fault
    self.expected = expected.map(\.name)
    self.kinds = kinds
  }

  /// What a seed finds, if anything.
  public func run(seed: UInt64) -> Violation? {
    SimulationRun(Scenario(seed: seed, kinds: kinds), deliberateFaults: fault).violation
  }

  /// Whether that guarantee should find it.
  public func isExpected(_ guarantee: String) -> Bool { expected.isEmpty || expected.contains(guarantee) }

  /// Every control there is.
  public static let all = [
    NegativeControl("no re-listen after a pause", .noRelistenAfterPause, []),
    NegativeControl("ties to the joiner", .tiesToTheJoiner, []),
    NegativeControl("advertises before it listens", .advertisesBeforeListening, []),
    NegativeControl("judges before the socket is drained", .judgesUndrained, []),
    NegativeControl("no stop margin", .noStopMargin, []),
    NegativeControl("no hold for Go joiners", .noHoldForJoiners, []),
    NegativeControl("gives peers up an interval early", .expiresEarly, []),
    NegativeControl("gives peers up a detection time late", .expiresLate, []),
    NegativeControl("repairs while suspended", .repairsWhileSuspended, []),
    NegativeControl("stays frozen after a pause", .staysFrozen, []),
    NegativeControl("no retries", .noRetries, []),
    NegativeControl("ignores drift", .ignoresDrift, []),
    NegativeControl("remembers peers without limit", .unboundedPeers, []),
    NegativeControl("deaf while suspended", .deafWhileSuspended, []),
    NegativeControl("believes what waited in the socket", .believesOldPackets, []),
    NegativeControl("listens too short", .listensTooShort, []),
    NegativeControl("takes over while isolated", .takesOverWhileIsolated, []),
    NegativeControl("never announces again", .neverAnnouncesAgain, []),
    NegativeControl("exits active", .exitsActive, []),
  ]
}

import WMGFramework

/// A deliberate fault of the core, and the guarantees that have to find it.
public struct NegativeControl: Sendable {
  /// What reports call it.
  public let name: String
  let fault: DeliberateFaults
  /// In which ways it should show.
  public let expected: Set<Violation.Symptom>
  /// Faults among which it shows; all of them, if there are none.
  let kinds: [FaultKind]

  /// Each has to be found within so many seeds.
  public static let mostSeeds: UInt64 = 1000

  init(
    _ name: String, _ fault: DeliberateFaults, _ expected: Set<Violation.Symptom>,
    among kinds: [FaultKind] = FaultKind.allCases
  ) {
    self.name = name
    self.fault = fault
    self.expected = expected
    self.kinds = kinds
  }

  /// What a seed finds, if anything.
  public func run(seed: UInt64) -> Violation? {
    SimulationRun(Scenario(seed: seed, kinds: kinds), deliberateFaults: fault).violation
  }

  /// Whether the same seed finds nothing where nothing is broken.
  public func isClean(seed: UInt64) -> Bool {
    SimulationRun(Scenario(seed: seed, kinds: kinds)).violation == nil
  }

  /// Whether it should show in that way.
  public func isExpected(_ violation: Violation) -> Bool { expected.contains(violation.symptom) }

  /// Every control there is.
  public static let all = [
    NegativeControl("no re-listen after a pause", .noRelistenAfterPause, [.twoOwners, .notRecovered]),
    NegativeControl("ties to the joiner", .tiesToTheJoiner, [.twoOwners, .noOwner, .notRecovered]),
    NegativeControl("advertises before it listens", .advertisesBeforeListening, [.noOwner]),
    NegativeControl(
      "judges before the socket is drained", .judgesUndrained, [.twoOwners],
      among: [.loss, .asymmetricLoss, .delay, .reordering, .pause, .hungCore]),
    NegativeControl("no stop margin", .noStopMargin, [.noOwner]),
    NegativeControl("no hold for Go joiners", .noHoldForJoiners, [.noOwner]),
    NegativeControl("gives peers up an interval early", .expiresEarly, [.twoOwners]),
    NegativeControl("gives peers up a detection time late", .expiresLate, [.noOwner]),
    NegativeControl("repairs while suspended", .repairsWhileSuspended, [.twoOwners]),
    NegativeControl("stays frozen after a pause", .staysFrozen, [.noOwner, .twoOwners, .notRecovered]),
    NegativeControl("no retries", .noRetries, [.noOwner, .twoOwners, .notRecovered]),
    NegativeControl("ignores drift", .ignoresDrift, [.twoOwners, .noOwner]),
    NegativeControl("remembers peers without limit", .unboundedPeers, [.memory]),
    NegativeControl("deaf while suspended", .deafWhileSuspended, [.twoOwners]),
    NegativeControl("believes what waited in the socket", .believesOldPackets, [.gaveUpUnheard]),
    NegativeControl("listens too short", .listensTooShort, [.twoOwners]),
    NegativeControl("takes over while isolated", .takesOverWhileIsolated, [.twoOwners]),
    NegativeControl("never announces again", .neverAnnouncesAgain, [.lastWord]),
    NegativeControl("exits active", .exitsActive, [.activeAtExit]),
    NegativeControl("leaves isolated without telling its guard", .leavesUnannounced, [.guardActed]),
  ]
}

import WMGFramework

/// A guarantee that did not hold.
public struct Violation: Hashable, Sendable {
  /// What kinds of things go wrong.
  public enum Symptom: String, Hashable, Sendable, CaseIterable {
    case twoOwners, noOwner, notRecovered, idleChange, gaveUpUnheard, heldTooEarly, memory, lastWord,
      activeAtExit, guardActed
  }

  /// Which.
  public let guarantee: Guarantee
  /// In which way.
  public let symptom: Symptom
  /// What was measured, and where.
  public let finding: String
  /// When, counted from the start of the world.
  public let time: Duration
  /// The machines whose last events explain it.
  public let machines: [Int]
}

extension Violation: CustomStringConvertible {
  /// Two lines.
  public var description: String {
    """
    broken at \(time.inSeconds)s: \(guarantee.name) (bound: \(guarantee.formula))
      \(finding)
    """
  }
}

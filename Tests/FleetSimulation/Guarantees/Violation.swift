import WMGFramework

/// A guarantee that did not hold.
public struct Violation: Hashable, Sendable {
  /// Which.
  public let guarantee: Guarantee
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

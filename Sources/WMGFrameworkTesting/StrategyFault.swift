/// What a strategy can be examined for.
public enum StrategyProperty: String, Hashable, Sendable, CaseIterable {
  /// The same arguments, the same answer.
  case determinism
  /// Every VNI gets one of the gateways.
  case totality
  /// The answer for a VNI does not depend on the other VNIs of the call.
  case independence
  /// A scoring strategy's full passes agree with what its scores make of gateways that come and go.
  case agreement
  /// When one gateway joins or leaves, only the VNIs move that have to.
  case disruption
  /// Gateways with unequal views leave no VNI without an owner.
  case unequalViews = "unequal views"
  /// No gateway owns more than is promised.
  case balance
}

/// A fleet with which a strategy does not do what it must or promises.
public struct StrategyFault: Hashable, Sendable, CustomStringConvertible {
  /// What is violated.
  public let property: StrategyProperty
  /// What happened.
  public let detail: String
  /// With this seed and `RandomFleet` number it happens again.
  public let seed: UInt64
  /// The number of the fleet.
  public let fleet: Int

  /// All of it in one line.
  public var description: String { "\(property.rawValue): \(detail) (seed \(seed), fleet \(fleet))" }
}

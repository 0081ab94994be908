/// What an assignment strategy promises, for those who choose one; a property test holds the built-in ones to it, and
/// can hold anyone's.
public struct StrategyPromises: Hashable, Sendable {
  /// How many VNIs change owner when one gateway joins or leaves.
  public enum Disruption: String, Hashable, Sendable, CaseIterable {
    /// The least possible: a joiner takes VNIs and nobody else does, a leaver's VNIs move and no others.
    case minimal
    /// More than the least, and few.
    case low
    /// Any number, up to nearly all.
    case unbounded
  }

  /// The most VNIs that a gateway owns, in units of the mean (or of its weight's share), for random uids and at least
  /// 1,000 VNIs per gateway, 16 gateways at most; `nil` where nothing is promised.
  public var balance: Double?
  /// How many VNIs change owner when one gateway joins or leaves.
  public var disruption: Disruption
  /// Whether each VNI has one ranking of all gateways that does not depend on who is alive.
  ///
  /// Then every gateway that hears somebody better stands by, and the best of those alive always owns: gateways with
  /// *unequal views* may own a VNI twice, but never leave it without an owner.
  public var hasCommonRanking: Bool
  /// What a full pass costs, in terms of K VNIs and N gateways: `2 ns · K · N`.
  public var cost: String
  /// What is kept beyond the owners themselves, in terms of K and N.
  public var memory: String

  /// Promises, as far as they are given.
  public init(
    balance: Double? = nil, disruption: Disruption = .unbounded, hasCommonRanking: Bool = false,
    cost: String = "unstated", memory: String = "unstated"
  ) {
    self.balance = balance
    self.disruption = disruption
    self.hasCommonRanking = hasCommonRanking
    self.cost = cost
    self.memory = memory
  }
}

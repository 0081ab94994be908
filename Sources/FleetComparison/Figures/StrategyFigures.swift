public import WMGFramework

/// What one strategy does with a fleet, before a change, by the change, and when a gateway dies.
public struct StrategyFigures: Sendable {
  /// The strategy's name.
  public var strategy: String
  /// What it says of the fleet before or after, if anything.
  public var advice: [String]
  /// What its plugin promises.
  public var promises: StrategyPromises
  /// Who owns how many before the change.
  public var before: Loads
  /// And after it.
  public var after: Loads
  /// What changes hands.
  public var moves: Moves
  /// The worst death in the fleet before; `nil` in a fleet of one.
  public var failover: Failover?
  /// What the pass over all VNIs takes in the fleet before.
  public var cost: PassCost
}

/// What one pass of a strategy over all VNIs takes.
public struct PassCost: Hashable, Sendable {
  /// How long it takes.
  public var time: Duration
  /// By how much it raises the resident memory at its peak, in bytes, beyond VNIs and owners; `nil` if unknown.
  public var memory: Int?

  /// A cost.
  public init(time: Duration, memory: Int? = nil) {
    self.time = time
    self.memory = memory
  }
}

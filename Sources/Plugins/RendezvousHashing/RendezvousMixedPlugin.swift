public import WMGFramework

/// `--strategy rendezvous-mixed`: even for all uids, for fleets without the older Go daemon.
public struct RendezvousMixedPlugin: StrategyPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `rendezvous-mixed`.
  public var name: String { "rendezvous-mixed" }
  /// One line: what it does.
  public var summary: String { "highest random weight with a two-stage mix; even for small uids too" }

  /// A common ranking per VNI; even for any uids.
  public var promises: StrategyPromises {
    StrategyPromises(
      balance: 1.15, disruption: .minimal, hasCommonRanking: true, cost: "2 ns · K · N",
      memory: "8 B · K, the owners' scores")
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    RendezvousMixedStrategy()
  }
}

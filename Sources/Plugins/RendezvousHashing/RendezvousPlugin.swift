public import WMGFramework

/// `--strategy rendezvous`: bit-compatible with the older Go daemon.
public struct RendezvousPlugin: StrategyPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `rendezvous`.
  public var name: String { "rendezvous" }
  /// One line: what it does.
  public var summary: String { "highest random weight, as the Go daemon computes it; wants random uids" }

  /// A common ranking per VNI; even for random uids.
  public var promises: StrategyPromises {
    StrategyPromises(
      balance: 1.15, disruption: .minimal, hasCommonRanking: true, cost: "2 ns · K · N",
      memory: "8 B · K, the owners' scores")
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    RendezvousStrategy()
  }
}

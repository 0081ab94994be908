public import WMGFramework

/// `--strategy maglev`: one look into a table per VNI, whatever the number of gateways.
public struct MaglevPlugin: StrategyPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `maglev`.
  public var name: String { "maglev" }
  /// One line: what it does.
  public var summary: String { "Maglev's lookup table of 65,537 slots; its cost does not grow with gateways" }

  /// Even and cheap, at the price of the common ranking and of a few moves more.
  public var promises: StrategyPromises {
    StrategyPromises(
      balance: 1.15, disruption: .low, hasCommonRanking: false, cost: "2 ns · K + 0.6 ms",
      memory: "128 KiB + 16 B · N")
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    MaglevStrategy()
  }
}

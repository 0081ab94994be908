public import WMGFramework

/// `--strategy modulo`: the baseline that shows what the others are for.
public struct ModuloPlugin: StrategyPlugin {
  /// A description; nothing is set up yet.
  public init() {}

  /// `modulo`.
  public var name: String { "modulo" }
  /// One line: what it does.
  public var summary: String {
    "VNI modulo number of gateways (RFC 7432, 8.5); moves nearly everything when one comes or goes"
  }

  /// Nothing but its cost: VNIs that are all multiples of N have one owner.
  public var promises: StrategyPromises {
    StrategyPromises(cost: "2 ns · K", memory: "none")
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    ModuloStrategy()
  }
}

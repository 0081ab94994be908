public import WMGFramework

/// `--strategy bounded`: no gateway above ⌈K / N · (1 + ε)⌉ VNIs.
public struct BoundedRendezvousPlugin: StrategyPlugin {
  /// How far above the mean a gateway may be.
  public let epsilon = PluginOption(
    "epsilon", default: Thousandths(rawValue: 100),
    in: Thousandths(rawValue: 0)...Thousandths(rawValue: 10_000),
    help: "no gateway owns more than the mean times 1 + epsilon, rounded up")

  /// A description; nothing is set up yet.
  public init() {}

  /// `bounded`.
  public var name: String { "bounded" }
  /// One line: what it does.
  public var summary: String { "highest random weight, with a limit on what one gateway owns" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [epsilon] }

  /// A bound that holds always, at the price of the common ranking.
  public var promises: StrategyPromises { promises(PluginOptionValues()) }

  /// The bound of this ε, rounded up, or what chance allows where that is less.
  public func promises(_ options: PluginOptionValues) -> StrategyPromises {
    // Of 1,000 VNIs per gateway, rounding up is one in 1,000.
    let bound = Double(1000 + options[epsilon].rawValue + 1) / 1000
    return StrategyPromises(
      balance: min(bound, 1.15), disruption: .low,
      hasCommonRanking: false, cost: "2 ns · K · N", memory: "18 B · N")
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    BoundedRendezvousStrategy(epsilon: options[epsilon])
  }
}

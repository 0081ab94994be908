public import WMGFramework

/// `--strategy weighted`: every gateway owns VNIs in proportion to its weight.
public struct WeightedRendezvousPlugin: StrategyPlugin {
  /// The weights of gateways that do not have the default one.
  public let weights = PluginOption<GatewayTable<Thousandths>>(
    "weights", default: GatewayTable(),
    limits: "each weight 0 to \(WeightedRendezvousStrategy.greatestWeight.optionText)",
    help: "what gateways can bear, such as 11=2,12=0.5; 0: nothing, unless there are only such"
  ) { table in
    let greatest = WeightedRendezvousStrategy.greatestWeight
    return table.values.filter { $0.value > greatest }.keys.min().map {
      "must give \($0) a weight from 0 to \(greatest.optionText)"
    }
  }

  /// Everybody else's weight.
  public let defaultWeight = PluginOption(
    "default", default: Thousandths(rawValue: 1000),
    in: Thousandths(rawValue: 0)...WeightedRendezvousStrategy.greatestWeight,
    help: "the weight of gateways that weighted.weights does not name")

  /// A description; nothing is set up yet.
  public init() {}

  /// `weighted`.
  public var name: String { "weighted" }
  /// One line: what it does.
  public var summary: String { "highest random weight in proportion to weights that gateways are given" }
  /// What can be set.
  public var options: [any AnyPluginOption] { [weights, defaultWeight] }

  /// A common ranking per VNI; even in proportion to the weights.
  public var promises: StrategyPromises {
    StrategyPromises(
      balance: 1.15, disruption: .minimal, hasCommonRanking: true, cost: "4 to 8 ns · K · N",
      memory: "8 B · K, the owners' scores")
  }

  /// The default weight, and the weights that differ from it.
  public func agreement(_ options: PluginOptionValues) -> String {
    let others = options[weights].values.filter { $0.value != options[defaultWeight] }
    return "default=\(options[defaultWeight].optionText);weights=\(GatewayTable(others).optionText)"
  }

  /// Makes the strategy; never throws.
  public func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) -> any AssignmentStrategy {
    WeightedRendezvousStrategy(weights: options[weights].values, default: options[defaultWeight])
  }
}

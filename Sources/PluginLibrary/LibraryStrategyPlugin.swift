import CWMGPlugin
import WMGFramework

/// A strategy that a library offers.
struct LibraryStrategyPlugin: StrategyPlugin {
  private let facts: LibraryPluginFacts
  /// Never changed, and what it points to is never unloaded.
  nonisolated(unsafe) private let table: wmgwd2_strategy
  let promises: StrategyPromises

  /// - Throws: `InvalidPlugin`, when a function is missing that there must be.
  init(_ facts: LibraryPluginFacts, _ table: wmgwd2_strategy) throws(InvalidPlugin) {
    guard table.assign != nil || table.score != nil else {
      throw InvalidPlugin("strategy '\(facts.name)' has neither a function assign nor score")
    }
    self.facts = facts
    self.table = table
    promises = StrategyPromises(
      balance: table.balance == 0 ? nil : Double(table.balance) / 1000,
      disruption: Self.disruption(table.disruption),
      hasCommonRanking: table.promises & UInt32(WMGWD2_COMMON_RANKING) != 0,
      cost: foreignLine(table.cost) ?? "unstated", memory: foreignLine(table.memory) ?? "unstated")
  }

  var name: String { facts.name }
  var summary: String { facts.summary }
  var details: String { facts.details }
  var options: [any AnyPluginOption] { facts.options.map(\.option) }
  var origin: PluginOrigin { facts.origin }

  func makeStrategy(
    _ options: PluginOptionValues, for configuration: GatewayConfiguration
  ) throws -> any AssignmentStrategy {
    let instance = try LibraryStrategyInstance(
      name, table, LibraryArguments(configuration, facts.options, options),
      LibraryHost(configuration, logger: StrategyLog.logger(name)))
    if table.assign == nil { return LibraryScores(instance: instance) }
    if table.score == nil { return LibraryStrategy(instance: instance) }
    return LibraryScoringStrategy(instance: instance)
  }

  /// All options but those in which gateways may differ.
  func agreement(_ options: PluginOptionValues) -> String {
    facts.options.filter { !$0.isLocal }.map { "\($0.option.name)=\($0.option.text(in: options))" }.sorted()
      .joined(separator: ";")
  }

  private static func disruption(_ number: UInt32) -> StrategyPromises.Disruption {
    switch Int(number) {
    case WMGWD2_DISRUPTION_MINIMAL: .minimal
    case WMGWD2_DISRUPTION_LOW: .low
    default: .unbounded
    }
  }
}

import CWMGPlugin
import WMGFramework

/// A discovery that a library offers.
struct LibraryDiscoveryPlugin: DiscoveryPlugin {
  private let facts: LibraryPluginFacts
  private let table: wmgwd2_discovery

  /// - Throws: `InvalidPlugin`, when a function is missing that there must be.
  init(_ facts: LibraryPluginFacts, _ table: wmgwd2_discovery) throws(InvalidPlugin) {
    let needed: [(String, Bool)] = [
      ("start", table.start != nil), ("advertise", table.advertise != nil), ("drain", table.drain != nil),
      ("stop", table.stop != nil),
    ]
    if let missing = needed.first(where: { !$0.1 }) {
      throw InvalidPlugin("discovery '\(facts.name)' has no function \(missing.0)")
    }
    self.facts = facts
    self.table = table
  }

  var name: String { facts.name }
  var summary: String { facts.summary }
  var details: String { facts.details }
  var options: [any AnyPluginOption] { facts.options.map(\.option) }
  var origin: PluginOrigin { facts.origin }

  func validate(_ options: PluginOptionValues, for configuration: GatewayConfiguration) throws {
    guard let validate = table.validate else { return }
    let arguments = LibraryArguments(configuration, facts.options, options)
    try callLibrary(name, .discovery) { validate(arguments.gateway, arguments.values, $0, $1) }
  }

  func makeDiscovery(_ options: PluginOptionValues, context: DiscoveryContext) throws -> any Discovery {
    try LibraryDiscovery(
      name, table, LibraryArguments(context.configuration, facts.options, options), context: context)
  }
}
